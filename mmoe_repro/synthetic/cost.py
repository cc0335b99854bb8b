"""What the experiment will cost: a few seconds of training, measured, times what is planned."""

import time
from dataclasses import replace
from pathlib import Path

from mmoe_repro.compiled import one_thread
from mmoe_repro.config import Config
from mmoe_repro.cost import StageCost, seconds_a_job
from mmoe_repro.files import read_json
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.plan import Block, blocks
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.synthetic.universes import REFERENCE, resolve
from mmoe_repro.training.trainer import Schedule

SHORT, LONG = 2, 12  # evaluations in the two trainings that are measured, at most
OFTEN = 3  # times that each is, the fastest counts
SAMPLES = 300_000  # that the longer one may train on; a step of a large batch is timed well by few


def measured(universe: Universe, schedule: Schedule) -> tuple[int, int, int]:
    """Evaluations in the short and the long training, and how often each is done."""
    between = schedule.evaluate_every * universe.batch_size
    if LONG * between <= SAMPLES:
        return SHORT, LONG, OFTEN
    return 1, max(2, SAMPLES // between), 1


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
    few, many, often = measured(universe, schedule)
    short, long = (min(measure(n) for _ in range(often)) for n in (few, many))
    a_step = max(long - short, 0) / ((many - few) * schedule.evaluate_every)
    once = max(short - a_step * few * schedule.evaluate_every, 0)
    return once + a_step * schedule.steps


def costs(config: Config, folders: Folders) -> list[StageCost]:
    """Cost of each stage; blocks whose records are in the study's results already are left out."""
    reference = read_json(folders["calibration"] / "reference.json", *REFERENCE)
    universe = Universe.from_dict(resolve(reference, config["universe"])["universe"])
    stages = study_cost(config, universe, folders.results / "synthetic/blocks")
    return [replace(stages[0], note=f"Universe {universe.key()}."), *stages[1:]]


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
    a_job = seconds_a_job("mmoe_repro.synthetic.blocks") if todo else 0.0
    stages = []
    for stage in ("selection", "figure3", "reported", "variants"):
        of_stage = [block for block in todo if block.purpose == stage]
        each = [a_job + block.n * a_run[block.model] for block in of_stage]
        runs = sum(block.n for block in of_stage)
        stages.append(StageCost(stage, len(each), runs, sum(each), max(each, default=0.0)))
    return stages
