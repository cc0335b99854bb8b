"""What a job of synthetic data takes, by a folder's tables of benchmarks (see `mmoe_repro.needs`)."""

from itertools import pairwise
from pathlib import Path

from mmoe_repro.config import Config
from mmoe_repro.needs import rows
from mmoe_repro.synthetic.plan import WEIGHT

USUAL = 3.0  # `WEIGHT` of the paper's three models
USUAL_BATCH = 32  # at least that of the reference and its companions


def block(benchmarks: Path, config: Config, model: str, runs: int) -> float:
    """Processor seconds of a block."""
    batch_size = config["universe"].get("batch_size", USUAL_BATCH)
    steps = config["synthetic"]["schedule"]["steps"]
    return seconds(benchmarks, runs, steps, batch_size, WEIGHT.get(model, USUAL) / USUAL)


def seconds(benchmarks: Path, runs: int, steps: int, batch_size: int, weight: float = 1.0) -> float:
    """Processor seconds of so many runs; `weight` is that of the model, 1 for the paper's three."""
    return max(1.0, weight) * runs * steps * step(benchmarks, batch_size) / 1e6


def step(benchmarks: Path, batch_size: int) -> float:
    """Microseconds of a step of the slowest model, on the line between the batches that were measured
    and beyond the largest; a smaller batch takes no longer than the smallest."""
    slowest: dict[int, float] = {}
    for row in rows(benchmarks / "share_of_floor_fresh.csv"):
        batch, took = int(row["batch_size"]), float(row["step_microseconds_per_run"])
        slowest[batch] = max(took, slowest.get(batch, 0.0))
    batches = sorted(slowest)
    for a, b in pairwise(batches):
        if batch_size < b:
            share = max(0, batch_size - a) / (b - a)
            return slowest[a] + share * (slowest[b] - slowest[a])
    return slowest[batches[-1]] * batch_size / batches[-1]


def megabytes(benchmarks: Path) -> float:
    """The most that a process held."""
    return max(float(row["peak_megabytes"]) for row in rows(benchmarks / "memory.csv"))
