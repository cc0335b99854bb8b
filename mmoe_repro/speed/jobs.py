"""What a job asks of a cluster: minutes and megabytes, from the published benchmarks.

A scheduler wants both before anything can be measured where the job will run, and every job parses the
workflow: so these are small files read, and nothing heavy is imported. What a study costs on this
machine, `mmoe-repro plan` measures. A job that asked for too little goes on where it was stopped, with
twice as much.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from mmoe_repro.config import Config
from mmoe_repro.synthetic.plan import WEIGHT

SPARE = 4  # times what was measured: a slower core, noisy neighbours
START = 300  # seconds until a job works: the workflow is parsed twice, code may have to be compiled
TOGETHER = 60  # the same, of each of many that a profile puts together
BESIDE = 500  # megabytes of the two snakemake processes that a job brings along
USUAL = 3.0  # `WEIGHT` of the paper's three models
USUAL_BATCH = 32  # at least that of the reference and its companions
STEPS, WIDEST = 10_000, 1024  # of a run in a universe; the largest batch of the space
CENSUS_WIDEST = 8  # a step of the search's widest network, in steps of the measured one
CENSUS_UNITS = 128  # of the measured one
CENSUS_LOOK = 30  # steps that a look at all rows takes; the same as in `census/cost.py`
RECOMMENDER_LOOKS = 1.5  # of a training's time: held-out examples and the live experiment with it
JUDGED = 60  # processor seconds that judging all statements in a universe takes, generously
SEARCH = 86_400  # processor seconds of a search, roughly: what is finished is kept


@dataclass(frozen=True)
class Measured:
    """Processor seconds and megabytes by the tables of one folder, results/published/benchmarks."""

    folder: Path

    def block(self, config: Config, model: str, runs: int) -> float:
        """Seconds of a block of the synthetic experiment."""
        batch_size = config["universe"].get("batch_size", USUAL_BATCH)
        steps = config["synthetic"]["schedule"]["steps"]
        return self.synthetic(runs, steps, batch_size, WEIGHT.get(model, USUAL) / USUAL)

    def universes(self, config: Config, conditions: int) -> float:
        """Seconds of so many conditions of universes, at the largest batch of their space."""
        runs = config["multiverse"]["seeds"] + config["multiverse"]["selection_seeds"]
        return self.synthetic(conditions * runs, STEPS, WIDEST)

    def search(self, config: Config, trials: int = 0, widest: float = CENSUS_WIDEST) -> float:
        """Seconds of trials of the census's search, each at every learning rate; those of a method."""
        of = config["census"]
        runs = (trials or of["trials"]) * len(of["learning_rates"])
        return self.census(runs, of["steps"], of["steps"] // of["evaluate_every"], widest)

    def widths(self, config: Config) -> float:
        """Seconds of the trials at all widths."""
        return self.search(config, 1, sum(config["census"]["widths"]) / CENSUS_UNITS)

    def repeats(self, config: Config, runs: int) -> float:
        """Seconds of the census's repeats, none of them longer than its search's longest."""
        of = config["census"]
        return self.census(runs, of["most_steps"] or of["steps"])

    def synthetic(self, runs: int, steps: int, batch_size: int, weight: float = 1.0) -> float:
        """Seconds of so many runs; `weight` is that of the model, 1 for the paper's three."""
        return max(1.0, weight) * runs * steps * self.step(batch_size) / 1e6

    def step(self, batch_size: int) -> float:
        """Microseconds of a step of the slowest model, on the line between the batches that were
        measured and beyond the largest; a smaller batch takes no longer than the smallest."""
        slowest: dict[int, float] = {}
        for row in _rows(self.folder / "share_of_floor_fresh.csv"):
            batch, took = int(row["batch_size"]), float(row["step_microseconds_per_run"])
            slowest[batch] = max(took, slowest.get(batch, 0.0))
        batches = sorted(slowest)
        for a, b in pairwise(batches):
            if batch_size < b:
                share = max(0, batch_size - a) / (b - a)
                return slowest[a] + share * (slowest[b] - slowest[a])
        return slowest[batches[-1]] * batch_size / batches[-1]

    def census(self, runs: int, steps: int, looks: int = 1, widest: float = CENSUS_WIDEST) -> float:
        """Seconds of so many runs with so many looks at all rows."""
        rows = {row["way"]: row for row in _rows(self.folder / "census.csv")}
        a_step = float(rows["in a population"]["step_microseconds_per_run"]) / 1e6
        return widest * runs * (steps + CENSUS_LOOK * looks) * a_step

    def recommender(self, runs: int, examples: int) -> float:
        """Seconds of all processes together."""
        rows = _rows(self.folder / "recommender_scale.csv")
        took = max(float(row["processor_microseconds"]) for row in rows)
        return RECOMMENDER_LOOKS * runs * examples * took / 1e6

    def megabytes(self, experiment: str, users: int = 0) -> float:
        """The most that a process held: synthetic, census, or recommender with so many users, of which
        the next larger number measured is taken, or else the largest in proportion."""
        if experiment == "recommender":
            held: dict[int, float] = {}
            for row in _rows(self.folder / "recommender_scale.csv"):
                n = int(row["users"])
                held[n] = max(float(row["megabytes"]), held.get(n, 0.0))
            most = max(held)
            return held[min((n for n in held if n >= users), default=most)] * max(1, users / most)
        name = {"synthetic": "memory", "census": "census_memory"}[experiment]
        rows = [
            row for row in _rows(self.folder / f"{name}.csv") if "plain" not in row.get("way", "")
        ]
        return max(float(row["peak_megabytes"]) for row in rows)


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def minutes(seconds: float, attempt: int = 1, start: float = START) -> int:
    """What a job of so many seconds asks for; one that is tried again asks for twice as many."""
    return math.ceil((start + SPARE * seconds) / 60) * 2 ** (attempt - 1)


def memory(megabytes: float, processes: int = 1) -> int:
    """What a job of so many processes asks for, in megabytes."""
    return math.ceil((BESIDE + 1.5 * megabytes * processes) / 100) * 100
