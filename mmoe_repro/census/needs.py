"""What a job of the census takes, by a folder's tables of benchmarks (see `mmoe_repro.needs`)."""

from pathlib import Path

from mmoe_repro.config import Config
from mmoe_repro.needs import rows

WIDEST = 16  # a step of the search's widest network, in steps of the measured one
UNITS = 128  # of the measured one
OURS = "in a population"
LOOK = 30  # steps that a look at all rows takes: their AUCs
USUAL = 2_500  # of a trial, up to where validation no longer rises: about what 30 of them took


def search(benchmarks: Path, config: Config) -> float:
    """Processor seconds of a method's search."""
    of = config["census"]
    steps = usual(config)
    return seconds(benchmarks, of["trials"], steps, steps // of["evaluate_every"])


def usual(config: Config) -> int:
    """Steps of a trial, on average."""
    return min(int(config["census"]["steps"]), USUAL)


def repeats(benchmarks: Path, config: Config, runs: int) -> float:
    """Processor seconds of repeats, at choices that are stopped where a trial usually is, or sooner."""
    return seconds(benchmarks, runs, config["census"]["most_steps"] or usual(config))


def seconds(benchmarks: Path, runs: int, steps: int, looks: int = 1) -> float:
    """Processor seconds of so many runs with so many looks at all rows."""
    measured = rows(benchmarks / "census.csv")
    ours = next(row for row in measured if row["way"] == OURS and int(row["units"]) == UNITS)
    a_step = float(ours["step_microseconds_per_run"]) / 1e6
    return WIDEST * runs * (steps + LOOK * looks) * a_step


def megabytes(benchmarks: Path) -> float:
    """The most that a process held."""
    found = rows(benchmarks / "census_memory.csv")
    return max(float(row["peak_megabytes"]) for row in found if "plain" not in row["way"])
