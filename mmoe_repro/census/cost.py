"""What the experiment will cost: some steps of every method, measured, times what is planned."""

import time
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from mmoe_repro.census.methods import METHODS, Choice, Space
from mmoe_repro.census.needs import LOOK, usual
from mmoe_repro.census.plan import SEARCHED_AGAIN, blocks
from mmoe_repro.census.source import CensusSource
from mmoe_repro.compiled import one_thread
from mmoe_repro.config import Config
from mmoe_repro.cost import StageCost, seconds_a_job
from mmoe_repro.files import read_json
from mmoe_repro.learners.classifier import ClassifierLearner
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.rows import Table
from mmoe_repro.report.folders import Folders

MADE_UP_ROWS, MADE_UP_COLUMNS, DIFFERENCES = 20_000, 486, 12  # made-up rows like the census's
STEPS = 20


def seconds_a_step(method: str, choice: Choice, batch_size: int) -> float:
    """Processor seconds of a training step of one census run, measured now on made-up rows."""
    one_thread()
    random = np.random.default_rng(0)
    n = MADE_UP_ROWS * DIFFERENCES
    rows = Table(
        np.arange(0, n + 1, DIFFERENCES),
        random.integers(0, MADE_UP_COLUMNS, n).astype(np.int32),
        np.ones(n, np.float32),
        np.zeros(MADE_UP_COLUMNS, np.float32),
        np.full(MADE_UP_COLUMNS, -1, np.int32),
    )
    labels = random.integers(0, 2, (2, MADE_UP_ROWS)).astype(np.float32)
    source = CensusSource(rows, labels, rows, labels, min(batch_size, MADE_UP_ROWS), 0, [0])
    model = METHODS[method].build(choice, MADE_UP_COLUMNS)
    learner = ClassifierLearner(model, initialise(model, "glorot", 0, [0]))
    learner.steps(*source.batches(0, 1), 0.001, 0)
    began = time.perf_counter()
    for step in range(STEPS):
        learner.steps(*source.batches(step, 1), 0.001, step)
    return (time.perf_counter() - began) / STEPS


def costs(config: Config, folders: Folders) -> list[StageCost]:
    """Cost of each stage; what is in the study's results already is left out.

    The baselines that go with a search of one's own are not counted.
    """
    return census_cost(config, folders["census"] / "tuned", folders.results / "census")


def census_cost(config: Config, tuned: Path, done: Path | None = None) -> list[StageCost]:
    """Cost of the census's search (if it is the study's own), repeats, and runs with education kept.

    `tuned` has the choices of all methods; where one is not there yet, the middle of its search space
    and a usual training stand for it. What is in the folder `done` already is left out.
    """
    census = config["census"]
    every = census["evaluate_every"]
    space = Space(census["most_units"])
    note = "Nor are the baselines that go with a search of one's own."
    searches = StageCost("census search", 0, 0, 0.0, 0.0, note)
    repeats = StageCost("census", 0, 0, 0.0, 0.0)
    kept = StageCost("education kept", 0, 0, 0.0, 0.0)
    a_job = seconds_a_job("mmoe_repro.census.train")

    def add(stage: StageCost, n: int, a_run: float) -> StageCost:
        job = a_job + n * a_run
        return replace(
            stage, jobs=stage.jobs + 1, runs=stage.runs + n, seconds=stage.seconds + job,
            longest=max(stage.longest, job),
        )  # fmt: skip

    for group, name in product(census["groups"], census["methods"]):
        method, path = METHODS[name], tuned / f"{group}/{name}.json"
        of: dict[str, Any] = {"choice": method.middle(space)}
        of["steps"] = usual(config)
        if path.exists():
            of = read_json(path, "choice", "steps")
        a_step = seconds_a_step(name, of["choice"], census["batch_size"])
        if not path.exists() and census["tuned"] == "own":
            steps = usual(config) * (1 + LOOK / every)
            further = census["searches"] if name in SEARCHED_AGAIN else 0
            for _ in range(1 + further):
                searches = add(searches, census["trials"], a_step * steps)
            for _ in range(further):
                repeats = add(repeats, census["search_repeats"], a_step * (of["steps"] + LOOK))
        steps = min(of["steps"], census["most_steps"] or of["steps"]) + LOOK
        for first, n in blocks(config):
            block = f"blocks/{group}/{name}/{first}-{n}.runs.parquet"
            if done is None or not (done / block).exists():
                repeats = add(repeats, n, a_step * steps)
        if name == "shared_bottom" and not (done and (done / f"kept/{group}.parquet").exists()):
            kept = add(kept, census["kept_repeats"], a_step * steps)
    return [stage for stage in (searches, repeats, kept) if stage.jobs]
