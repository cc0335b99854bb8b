"""The recommender's engine: what rows, processes, experts and tasks cost.

Every case of `scale` is processes of its own, which torchrun starts; cases take turns. Its steps are
those of the experiment (MMoE, SGD, examples drawn as they are needed), its examples the same for all.
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from benchmarks.measure import interleaved
from benchmarks.recommender_process import WARM
from mmoe_repro.files import read_json
from mmoe_repro.recommender.methods import build, n_parameters
from mmoe_repro.recommender.widths import Widths

USERS = (100_000, 1_000_000, 10_000_000, 100_000_000)
ITEMS = 10  # users an item
WAYS = {"nn.EmbeddingBag": ("plain", 1), "TorchRec": ("sharded", 1), "TorchRec, 2": ("sharded", 2)}
BATCHES = (1_024, 8_192)
EXAMPLES = 150 * 1_024  # timed, of each case and round
ROUNDS = 3


def settings(users: int, batch_size: int) -> dict[str, Any]:
    """A job of the benchmark."""
    return {
        "method": "mmoe",
        "learning_rate": 0.1,
        "traffic": {"users": users, "items": users // ITEMS},
        "batch_size": batch_size,
        "steps": EXAMPLES // batch_size + WARM,
        "looks": [],
    }


def _once(way: str, of: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """What each process of one case measured."""
    kind, processes = WAYS[way]
    torchrun = ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    arguments = ["benchmarks.recommender_process", kind, json.dumps(of), str(folder)]
    command = [sys.executable, "-m", *torchrun, "-m", *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    subprocess.run(command, check=True, env=environment)
    keys = ("seconds", "processor_seconds", "megabytes", "losses")
    return [read_json(folder / f"{rank}.json", *keys) for rank in range(processes)]


def scale(rounds: int = ROUNDS) -> pd.DataFrame:
    """Columns: users, items, batch_size, way, processes; examples_a_second; processor_microseconds an
    example, of all processes; megabytes, the most that a process held; apart, the largest relative
    difference of a step's loss from the plain way's. But for the last, medians over rounds."""
    cases = [(users, BATCHES[0], way) for users, way in product(USERS, WAYS)]
    cases += [(USERS[1], BATCHES[1], way) for way in WAYS]
    seen: dict[tuple[int, int, str], list[list[dict[str, Any]]]] = {case: [] for case in cases}
    for n in range(rounds):
        for case in cases:
            users, batch_size, way = case
            print(f"[benchmark] round {n + 1}: {users:,} users, {way}", file=sys.stderr)
            with tempfile.TemporaryDirectory() as folder:
                seen[case].append(_once(way, settings(users, batch_size), Path(folder)))
    rows = []
    for (users, batch_size, way), found in seen.items():
        plain = _losses(seen[users, batch_size, next(iter(WAYS))][0])
        wall = [max(p["seconds"] for p in of) for of in found]
        used = [sum(p["processor_seconds"] for p in of) for of in found]
        rows.append(
            {
                "users": users,
                "items": users // ITEMS,
                "batch_size": batch_size,
                "way": way.partition(",")[0],
                "processes": WAYS[way][1],
                "examples_a_second": EXAMPLES / np.median(wall),
                "processor_microseconds": 1e6 * np.median(used) / EXAMPLES,
                "megabytes": np.median([max(p["megabytes"] for p in of) for of in found]),
                "apart": max(np.abs(_losses(of) / plain - 1).max() for of in found),
            }
        )
    return pd.DataFrame(rows)


def _losses(of: list[dict[str, Any]]) -> Any:
    """Of every step, the mean over processes."""
    return np.mean([p["losses"] for p in of], axis=0)


EXPERTS, TASKS = (1, 2, 4, 8, 16, 32), (1, 2, 4, 8, 16)
BATCH, INPUTS = 1_024, 88


def growth(rounds: int = 15) -> pd.DataFrame:
    """A step of MMoE's dense part alone, forward and backward, as experts (of 32 units) and tasks grow.

    Columns: experts, tasks, dense_parameters, microseconds an example.
    """
    torch.set_num_threads(1)
    x = torch.randn(BATCH, INPUTS, generator=torch.Generator().manual_seed(0))
    sizes = [(e, 2) for e in EXPERTS] + [(4, k) for k in TASKS if k != 2]
    networks = {}
    for experts, tasks in sizes:
        widths = Widths(INPUTS, top=32, experts=experts, tasks=tasks)
        networks[experts, tasks] = build("mmoe", widths, 2018, 0)

    def work(network: torch.nn.Module) -> None:
        network.zero_grad()
        network(x).square().mean().backward()

    cases = {size: (lambda of=of: work(of)) for size, of in networks.items()}
    median = interleaved(cases, rounds)
    rows = [(*size, n_parameters(networks[size]), 1e6 * s / BATCH) for size, s in median.items()]
    return pd.DataFrame(rows, columns=["experts", "tasks", "dense_parameters", "microseconds"])
