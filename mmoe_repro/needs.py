"""What a job asks of a cluster: minutes and megabytes, from the published benchmarks.

A scheduler wants both before anything can be measured where the job will run, and every job parses the
workflow: so these are small files read, and nothing heavy is imported. A room's `needs.py` says what its
jobs take. What a study costs on this machine, `mmoe-repro plan` measures. A job that asked for too
little goes on where it was stopped, with twice as much.
"""

import csv
import math
from functools import cache
from pathlib import Path

SPARE = 4  # times what was measured: a slower core, noisy neighbours
START = 300  # seconds until a job works: the workflow is parsed twice, code may have to be compiled
TOGETHER = 60  # the same, of each of many that a profile puts together
BESIDE = 500  # megabytes of the two snakemake processes that a job brings along
SEARCH = 86_400  # processor seconds of a search, roughly: what is finished is kept


def minutes(seconds: float, attempt: int = 1, start: float = START) -> int:
    """What a job of so many seconds asks for; one that is tried again asks for twice as many."""
    return math.ceil((start + SPARE * seconds) / 60) * 2 ** (attempt - 1)


def memory(megabytes: float, processes: int = 1) -> int:
    """What a job of so many processes asks for, in megabytes."""
    return math.ceil((BESIDE + 1.5 * megabytes * processes) / 100) * 100


@cache
def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table of benchmarks (CSV), as text."""
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))
