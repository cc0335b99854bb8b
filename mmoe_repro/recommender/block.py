"""Runs of one method, one seed after the other: what is kept of each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import torch.distributed as dist

from mmoe_repro.files import read_json, write_json
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.recommender.checkpoints import Checkpoints
from mmoe_repro.recommender.job import Job, as_text, read_object
from mmoe_repro.recommender.live import experiment
from mmoe_repro.recommender.names import BESIDE, KINDS, MEASURED, TASKS
from mmoe_repro.recommender.processes import Processes, trained_by
from mmoe_repro.recommender.training import train
from mmoe_repro.recommender.widths import count


@dataclass(frozen=True)
class Live:
    """The simulated live experiment: how many requests, candidates each, places that are shown, and
    the weights that satisfaction has in the score."""

    requests: int = 10_000
    candidates: int = 50
    slots: int = 5
    weights: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)

    @classmethod
    def from_text(cls, text: str) -> "Live":
        """The defaults but for what a JSON text has. Raises ValueError."""
        values = read_object(text, cls, "the live experiment")
        if "weights" in values:
            values["weights"] = tuple(values["weights"])
        return cls(**values)


Rows = dict[str, list[dict[str, Any]]]


def train_block(
    job: Job,
    seeds: Iterable[int],
    processes: Processes,
    live: Live,
    variant: str = "reference",
    folder: Path | None = None,
    checkpoint_every: int = 3_000,
    tell: Callable[[int, int, float], None] = lambda seed, step, loss: None,
) -> dict[str, pd.DataFrame]:
    """Tables by kind, a run's rows under `variant`, method and seed. Finished seeds are kept in `folder`
    until all are done; every process must call it, and what it gives is whole on the first."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for seed in seeds:
        of_seed = replace(job, seed=seed)
        whole = as_text(of_seed) + repr(live)
        kept = folder / f"{seed}.json" if folder else None
        rows = _kept(kept, whole)
        if rows is None:
            checkpoints = Checkpoints(
                folder / f"{seed}" if folder else None, whole, processes.world
            )

            def told(step: int, loss: float, seed: int = seed) -> None:
                tell(seed, step, loss)

            rows = _run(of_seed, processes, live, checkpoints, checkpoint_every, told)
            if kept and processes.first:
                write_json({"training": whole, "rows": rows}, kept)
            dist.barrier()
            if processes.first:
                checkpoints.remove()
        key = {"variant": variant, "method": job.method, "seed": seed}
        for kind in KINDS:
            found[kind] += [{**key, **row} for row in rows[kind]]
    return {kind: pd.DataFrame(rows) for kind, rows in found.items()}


def _run(
    job: Job,
    processes: Processes,
    live: Live,
    checkpoints: Checkpoints,
    checkpoint_every: int,
    tell: Callable[[int, float], None],
) -> Rows:
    """The rows of one run, by table."""
    progress, model, world = train(job, processes, checkpoints, checkpoint_every, tell)
    settings = {
        "job": as_text(job),
        "n_parameters": count(job.method, job.widths()),
        "status": "diverged" if progress.diverged else "converged",
        "processes": processes.world,
        "trained_by": trained_by(processes),
        "code_fingerprint": fingerprint(__name__),
    }
    looks = progress.looks
    if progress.diverged:
        seen = {row["step"] for row in looks}
        nothing = dict.fromkeys((*MEASURED, *(f"bayes_{name}" for name in MEASURED), *BESIDE))
        looks = [*looks, *({"step": step, "task": task, **nothing}
                           for step in job.looks if step not in seen for task in TASKS)]  # fmt: skip
    answered: list[dict[str, Any]] = []
    if live.requests and not progress.diverged:
        answered = experiment(
            model, world, processes, live.requests, live.candidates, live.slots, live.weights
        )
    return {
        "runs": [{**row, **settings} for row in looks],
        "curves": progress.curve,
        "gates": progress.gates,
        "live": answered,
    }


def _kept(path: Path | None, training: str) -> Rows | None:
    """What an earlier call has kept of a finished run, if it is of this training."""
    if path is None or not path.exists():
        return None
    values = read_json(path, "training", "rows")
    rows: Rows = values["rows"]
    return rows if values["training"] == training else None
