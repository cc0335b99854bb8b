"""What the same bits on every processor cost: training pinned against this processor's own arithmetic.

Each way has a process of its own, since libraries choose once; their measurements take turns.
"""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from multiprocessing.pool import Pool

import numpy as np
import pandas as pd

from benchmarks.measure import seconds
from benchmarks.training import training, universe
from mmoe_repro.compiled import ARITHMETIC, one_thread
from mmoe_repro.processor import NATIVE
from mmoe_repro.synthetic.models import build

MODELS, BATCHES = ("shared_bottom", "omoe", "mmoe"), (16, 128, 512)
RUNS = {"compiled": 1, "torch": 4}  # trained side by side
STEPS = 300


def _seconds(case: tuple[str, str, int]) -> float:
    """One measurement of a learner, a model and a batch size; a first call is not counted."""
    one_thread()
    learner, model, batch_size = case
    work = training(build(model), universe(batch_size), RUNS[learner], STEPS, learner)
    work()
    return seconds(work)


def _arithmetic() -> str:
    return ARITHMETIC


@contextmanager
def process(arithmetic: str) -> Iterator[Pool]:
    """A process that computes pinned or native; it reads the environment when it starts."""
    before = os.environ.get(NATIVE)
    os.environ[NATIVE] = "1" if arithmetic == "native" else "0"
    try:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            if pool.apply(_arithmetic) != arithmetic:
                raise SystemExit(f"this machine's arithmetic cannot be {arithmetic}")
            yield pool
    finally:
        if before is None:
            del os.environ[NATIVE]
        else:
            os.environ[NATIVE] = before


def measure(rounds: int = 7) -> pd.DataFrame:
    """Columns: learner, model, batch_size, pinned and native (microseconds a step and run), and
    pinned_over_native."""
    rows = []
    with process("pinned") as pinned, process("native") as native:
        for learner, model, batch_size in product(RUNS, MODELS, BATCHES):
            case = (learner, model, batch_size)
            times = [[pool.apply(_seconds, (case,)) for pool in (pinned, native)]
                     for _ in range(rounds)]  # fmt: skip
            a_step = np.median(times, axis=0) / STEPS / RUNS[learner] * 1e6
            rows.append((*case, *a_step, a_step[0] / a_step[1]))
    columns = ["learner", "model", "batch_size", "pinned", "native", "pinned_over_native"]
    return pd.DataFrame(rows, columns=columns)
