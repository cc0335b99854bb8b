"""What the study will cost: a few seconds of training, measured, times what is planned."""

import time
from dataclasses import dataclass
from pathlib import Path

import torch

from mmoe_repro.blocks import train_block
from mmoe_repro.config import Config
from mmoe_repro.plan import Block, blocks
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule

TRIAL_STEPS = 40


@dataclass(frozen=True)
class StageCost:
    """A stage's jobs, runs and processor seconds."""

    stage: str
    jobs: int
    runs: int
    seconds: float


def seconds_a_run(universe: Universe, model: str, n: int, schedule: Schedule) -> float:
    """Processor seconds that one run of `model` takes inside a block of `n`, measured now.

    The difference of a longer and a shorter training leaves out what a block pays once; evaluation
    is as frequent as in the schedule, and the final one is added.
    """
    torch.set_num_threads(1)
    spent = []
    for steps in (TRIAL_STEPS, 2 * TRIAL_STEPS):
        trial = Schedule(steps, TRIAL_STEPS, 1, 2)
        began = time.perf_counter()
        train_block(universe, model, 0.5, 0.001, range(n), 0, trial)
        spent.append(time.perf_counter() - began)
    a_step = max(spent[1] - spent[0], 0) / TRIAL_STEPS / n
    # One evaluated sample costs a forward pass, about a third of a trained one.
    evaluated = schedule.curve_samples * schedule.steps / schedule.evaluate_every
    trained = schedule.steps * universe.batch_size
    return a_step * schedule.steps * (1 + evaluated / trained / 3)


def study_cost(config: Config, universe: Universe, done: Path | None = None) -> list[StageCost]:
    """Cost of each stage; blocks whose records are already below `done` are left out."""
    s = config["synthetic"]["schedule"]
    schedule = Schedule(s["steps"], s["evaluate_every"], s["curve_samples"], s["final_samples"])

    def waiting(block: Block) -> bool:
        return done is None or not (done / f"{block.path()}.runs.parquet").exists()

    todo = [block for block in blocks(config) if waiting(block)]
    a_run = {
        model: seconds_a_run(universe, model, config["synthetic"]["block_size"], schedule)
        for model in sorted({block.model for block in todo})
    }
    stages = []
    for stage in ("selection", "figure3", "reported"):
        of_stage = [block for block in todo if block.purpose == stage]
        seconds = sum(block.n * a_run[block.model] for block in of_stage)
        stages.append(StageCost(stage, len(of_stage), sum(b.n for b in of_stage), seconds))
    return stages
