"""What the study will cost: a few seconds of training, measured, times what is planned."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from mmoe_repro.blocks import Condition, train_block
from mmoe_repro.census.methods import METHODS, Choice
from mmoe_repro.census.source import CensusSource
from mmoe_repro.compiled import one_thread
from mmoe_repro.config import Config
from mmoe_repro.learners.classifier import ClassifierLearner
from mmoe_repro.models.inputs import Table
from mmoe_repro.models.population import initialise
from mmoe_repro.plan import Block, blocks
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule

SHORT, LONG = 2, 12  # evaluations in the two trainings that are measured


@dataclass(frozen=True)
class StageCost:
    """A stage's jobs, runs and processor seconds."""

    stage: str
    jobs: int
    runs: int
    seconds: float


def seconds_a_run(universe: Universe, model: str, schedule: Schedule, learner: str) -> float:
    """Processor seconds that one run of `model` takes, measured now on a short and a longer one.

    The line through both gives what a run pays once (its data, the final evaluation) and what it
    pays a step.
    """
    one_thread()
    condition = Condition(universe, model, 0.5, 0.001)

    def measure(evaluations: int) -> float:
        trial = replace(schedule, steps=evaluations * schedule.evaluate_every)
        began = time.perf_counter()
        train_block(condition, [0], 0, trial, learner)
        return time.perf_counter() - began

    measure(1)  # compiles, or reads what was compiled
    short, long = (min(measure(n) for _ in range(3)) for n in (SHORT, LONG))
    a_step = max(long - short, 0) / ((LONG - SHORT) * schedule.evaluate_every)
    once = max(short - a_step * SHORT * schedule.evaluate_every, 0)
    return once + a_step * schedule.steps


def seconds_a_job() -> float:
    """What a job pays before it trains, measured now: a process that imports what training needs."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import mmoe_repro.blocks, mmoe_repro.records"], check=True
    )
    return time.perf_counter() - began


def study_cost(config: Config, universe: Universe, done: Path | None = None) -> list[StageCost]:
    """Cost of each stage; blocks whose records are already below `done` are left out."""
    s = config["synthetic"]["schedule"]
    schedule = Schedule(s["steps"], s["evaluate_every"], s["curve_samples"], s["final_samples"])

    def waiting(block: Block) -> bool:
        return done is None or not (done / f"{block.path()}.runs.parquet").exists()

    todo = [block for block in blocks(config) if waiting(block)]
    a_run = {
        model: seconds_a_run(universe, model, schedule, config["training"]["learner"])
        for model in sorted({block.model for block in todo})
    }
    a_job = seconds_a_job() if todo else 0.0
    stages = []
    for stage in ("selection", "figure3", "reported", "variants"):
        of_stage = [block for block in todo if block.purpose == stage]
        seconds = sum(a_job + block.n * a_run[block.model] for block in of_stage)
        stages.append(StageCost(stage, len(of_stage), sum(b.n for b in of_stage), seconds))
    return stages


CENSUS_ROWS, CENSUS_COLUMNS, DIFFERENCES = 20_000, 486, 12  # made-up rows like the census's
CENSUS_STEPS = 20
EVALUATION_STEPS = 30  # what the AUCs of a run on all test rows cost, in training steps


def seconds_a_census_step(method: str, choice: Choice, batch_size: int) -> float:
    """Processor seconds of a training step of one census run, measured now on made-up rows."""
    one_thread()
    random = np.random.default_rng(0)
    n = CENSUS_ROWS * DIFFERENCES
    rows = Table(
        np.arange(0, n + 1, DIFFERENCES),
        random.integers(0, CENSUS_COLUMNS, n).astype(np.int32),
        np.ones(n, np.float32),
        np.zeros(CENSUS_COLUMNS, np.float32),
        np.full(CENSUS_COLUMNS, -1, np.int32),
    )
    labels = random.integers(0, 2, (2, CENSUS_ROWS)).astype(np.float32)
    source = CensusSource(rows, labels, rows, labels, min(batch_size, CENSUS_ROWS), 0, [0])
    model = METHODS[method].build(choice, CENSUS_COLUMNS)
    learner = ClassifierLearner(model, initialise(model, "glorot", 0, [0]))
    learner.steps(*source.batches(0, 1), 0.001, 0)
    began = time.perf_counter()
    for step in range(CENSUS_STEPS):
        learner.steps(*source.batches(step, 1), 0.001, step)
    return (time.perf_counter() - began) / CENSUS_STEPS


def census_cost(config: Config, tuned: Path, done: Path | None = None) -> list[StageCost]:
    """Cost of the census's search (if it is the study's own), repeats, and runs with education kept.

    `tuned` has the choices of all methods; where one is not there yet, the middle of its search space
    and the longest training stand for it. What is in the folder `done` already is left out.
    """
    census = config["census"]
    rates, every = len(census["learning_rates"]), census["evaluate_every"]
    searches, repeats = StageCost("census search", 0, 0, 0.0), StageCost("census", 0, 0, 0.0)
    kept = StageCost("education kept", 0, 0, 0.0)
    a_job = seconds_a_job()

    def add(stage: StageCost, n: int, a_run: float) -> StageCost:
        seconds = stage.seconds + a_job + n * a_run
        return StageCost(stage.stage, stage.jobs + 1, stage.runs + n, seconds)

    for group, name in product(census["groups"], census["methods"]):
        method, path = METHODS[name], tuned / f"{group}/{name}.json"
        of: dict[str, Any] = {"choice": method.choice(np.full(len(method.dimensions), 0.5))}
        of["steps"] = census["steps"]
        if path.exists():
            of = json.loads(path.read_text())
        a_step = seconds_a_census_step(name, of["choice"], census["batch_size"])
        if not path.exists() and census["tuned"] == "own":
            steps = census["steps"] * (1 + EVALUATION_STEPS / every)
            searches = add(searches, census["trials"] * rates, a_step * steps)
        steps = min(of["steps"], census["most_steps"] or of["steps"]) + EVALUATION_STEPS
        for first in range(census["first"], census["repeats"], census["block_size"]):
            n = min(census["block_size"], census["repeats"] - first)
            block = f"blocks/{group}/{name}/{first}-{n}.runs.parquet"
            if done is None or not (done / block).exists():
                repeats = add(repeats, n, a_step * steps)
        if name == "shared_bottom" and not (done and (done / f"kept/{group}.parquet").exists()):
            kept = add(kept, census["kept_repeats"], a_step * steps)
    return [stage for stage in (searches, repeats, kept) if stage.jobs]
