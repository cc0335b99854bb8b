"""What a job of the census takes, by a folder's tables of benchmarks (see `mmoe_repro.needs`)."""

from pathlib import Path

from mmoe_repro.config import Config
from mmoe_repro.needs import rows

WIDEST = 16  # a step of the search's widest network, in steps of the measured one
UNITS = 128  # of the measured one
RATES = 3  # that widths are trained at
OURS = "in a population"
LOOK = 30  # steps that a look at all rows takes: their AUCs


def search(benchmarks: Path, config: Config, trials: int = 0, widest: float = WIDEST) -> float:
    """Processor seconds of trials of the search; those of a method."""
    of = config["census"]
    looks = of["steps"] // of["evaluate_every"]
    return seconds(benchmarks, trials or of["trials"], of["steps"], looks, widest)


def widths(benchmarks: Path, config: Config) -> float:
    """Processor seconds of the trials at all widths."""
    return search(benchmarks, config, RATES, sum(config["census"]["widths"]) / UNITS)


def repeats(benchmarks: Path, config: Config, runs: int) -> float:
    """Processor seconds of repeats, none of them longer than its search's longest."""
    of = config["census"]
    return seconds(benchmarks, runs, of["most_steps"] or of["steps"])


def seconds(
    benchmarks: Path, runs: int, steps: int, looks: int = 1, widest: float = WIDEST
) -> float:
    """Processor seconds of so many runs with so many looks at all rows."""
    measured = rows(benchmarks / "census.csv")
    ours = next(row for row in measured if row["way"] == OURS and int(row["units"]) == UNITS)
    a_step = float(ours["step_microseconds_per_run"]) / 1e6
    return widest * runs * (steps + LOOK * looks) * a_step


def megabytes(benchmarks: Path) -> float:
    """The most that a process held."""
    found = rows(benchmarks / "census_memory.csv")
    return max(float(row["peak_megabytes"]) for row in found if "plain" not in row["way"])
