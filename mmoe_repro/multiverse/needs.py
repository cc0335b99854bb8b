"""What a job in universes takes, by a folder's tables of benchmarks (see `mmoe_repro.needs`)."""

from pathlib import Path

from mmoe_repro.config import Config
from mmoe_repro.synthetic.needs import seconds

STEPS, WIDEST = 10_000, 1024  # of a run in a universe; the largest batch of the space
JUDGED = 60  # processor seconds that judging all statements in a universe takes, generously


def runs(benchmarks: Path, n: int) -> float:
    """Processor seconds of so many runs, at the largest batch of the space."""
    return seconds(benchmarks, n, STEPS, WIDEST)


def conditions(benchmarks: Path, config: Config, n: int) -> float:
    """Processor seconds of so many conditions of universes, at the largest batch of their space."""
    of = config["multiverse"]
    return runs(benchmarks, n * (of["seeds"] + of["selection_seeds"]))
