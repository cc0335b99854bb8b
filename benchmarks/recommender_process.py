"""One process of a measurement of the recommender: torchrun starts as many as train together.

It writes what it measured to FOLDER/RANK.json: wall and processor seconds of the steps after the first
few, the most memory that it held, and the loss of every step.
"""

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import torch

from benchmarks.measure import peak_megabytes
from mmoe_repro.files import write_json
from mmoe_repro.recommender.job import Job, from_text
from mmoe_repro.recommender.methods import build
from mmoe_repro.recommender.processes import Processes, joined
from mmoe_repro.recommender.ranker import PlainTables, Ranker
from mmoe_repro.recommender.traffic import draw_world
from mmoe_repro.recommender.training import begin, of_dense, step

WARM = 10  # steps that are not timed


def _plain(job: Job) -> tuple[Any, Any]:
    """The model with whole tables in this process, and its optimiser."""
    tables = PlainTables(job.rows(), job.units)
    tables.fill(job.table_sd, job.study_seed, job.seed)
    model = Ranker(tables, build(job.method, job.widths(), job.study_seed, job.seed))
    of_tables = {"params": tables.parameters(), "lr": job.learning_rate * job.table_factor}
    groups = [of_tables, {"params": model.network.parameters()}]
    return model, torch.optim.SGD(groups, lr=job.learning_rate)


def _sharded(job: Job, processes: Processes) -> tuple[Any, Any]:
    model = begin(job, processes)
    return model, of_dense(model, job.learning_rate)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(job: Job, way: str, processes: Processes) -> dict[str, Any]:
    """Train `job`, and say what it took in this process."""
    world = draw_world(job.traffic, job.study_seed, job.seed)
    model, optimiser = _plain(job) if way == "plain" else _sharded(job, processes)
    a_process = job.batch_size // processes.world
    losses = []
    for n in range(job.steps):
        if n == WARM:
            began, used = time.perf_counter(), _processor_seconds()
        first = n * job.batch_size + processes.rank * a_process
        some = world.examples(job.training_stream, first, a_process)
        losses.append(float(step(model, optimiser, some, processes.device).sum()))
    return {
        "seconds": time.perf_counter() - began,
        "processor_seconds": _processor_seconds() - used,
        "megabytes": peak_megabytes(),
        "losses": losses,
    }


def main() -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=["plain", "sharded"])
    parser.add_argument("settings", help="Of the job, as JSON.")
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    values = json.loads(args.settings)
    with joined(values.pop("device", "cpu")) as processes:
        found = measure(from_text(json.dumps(values)), args.way, processes)
        write_json(found, args.folder / f"{processes.rank}.json")


if __name__ == "__main__":
    main()
