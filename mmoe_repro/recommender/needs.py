"""What a job of the recommender takes, by a folder's tables of benchmarks (see `mmoe_repro.needs`)."""

from pathlib import Path

from mmoe_repro.needs import rows

LOOKS = 1.5  # of a training's time: held-out examples and the live experiment with it


def seconds(benchmarks: Path, runs: int, examples: int) -> float:
    """Processor seconds of all processes together."""
    found = rows(benchmarks / "recommender_scale.csv")
    took = max(float(row["processor_microseconds"]) for row in found)
    return LOOKS * runs * examples * took / 1e6


def megabytes(benchmarks: Path, users: int) -> float:
    """The most that a process held with so many users: that of the next larger number measured, or else
    of the largest in proportion."""
    held: dict[int, float] = {}
    for row in rows(benchmarks / "recommender_scale.csv"):
        n = int(row["users"])
        held[n] = max(float(row["megabytes"]), held.get(n, 0.0))
    most = max(held)
    return held[min((n for n in held if n >= users), default=most)] * max(1, users / most)
