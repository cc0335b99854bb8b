"""How time and memory go with population size, cores, experts, width and tasks."""

import multiprocessing
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.measure import interleaved, peak_megabytes
from benchmarks.training import SHORT, training, universe
from mmoe_repro.compiled import one_thread
from mmoe_repro.learners.compiled import CompiledLearner
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.mmoe import MMoE

BATCH, STEPS = 128, 50
POPULATIONS = (1, 2, 5, 10, 20, 50, 100, 200, 400)
SHAPES: dict[str, list[tuple[int, MMoE]]] = {
    "experts": [(n, MMoE(n_experts=n)) for n in (2, 4, 8, 16, 32)],
    "expert units": [(n, MMoE(expert_units=n)) for n in (8, 16, 32, 64)],
    "tasks": [(n, MMoE(n_tasks=n)) for n in (1, 2, 4, 8)],
}


def populations(rounds: int = 3) -> pd.DataFrame:
    """Runs trained a second over population size, start and final evaluation included."""
    u = universe(BATCH)
    cases = {n: training(MMoE(), u, n, SHORT) for n in POPULATIONS}
    median = interleaved(cases, rounds)
    rows = [(n, n * SHORT / seconds) for n, seconds in median.items()]
    return pd.DataFrame(rows, columns=["population", "run_steps_per_second"])


def shapes(rounds: int = 5) -> pd.DataFrame:
    """Time of a step (forward, backward, Adam) over experts, width and tasks, the others as in the
    paper; on given batches, since the study's data have two tasks."""
    random = np.random.default_rng(0)
    x = random.standard_normal((1, STEPS, BATCH, 100)).astype(np.float32)
    cases: dict[tuple[str, int], Callable[[], object]] = {}
    for axis, of_axis in SHAPES.items():
        for n, a in of_axis:
            y = random.standard_normal((1, STEPS, a.n_tasks, BATCH)).astype(np.float32)
            learner = CompiledLearner(a, initialise(a, "glorot", 0, [0]))
            cases[axis, n] = partial(learner.steps, x, y, 0.001, 0)
    median = interleaved(cases, rounds)
    rows = [(axis, n, seconds / STEPS * 1e6) for (axis, n), seconds in median.items()]
    return pd.DataFrame(rows, columns=["axis", "value", "step_microseconds_per_run"])


def _one_core(runs: int) -> None:
    one_thread()
    training(MMoE(), universe(BATCH), runs, 500)()


def _peak_megabytes(runs: int) -> float:
    one_thread()
    training(MMoE(), universe(BATCH), runs, SHORT)()
    return peak_megabytes()


def cores(rounds: int = 5, runs: int = 6) -> pd.DataFrame:
    """The same number of runs on one core and on two."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(2) as pool:
        cases = {
            1: lambda: pool.map(_one_core, [runs], chunksize=1),
            2: lambda: pool.map(_one_core, [runs // 2] * 2, chunksize=1),
        }
        median = interleaved(cases, rounds)
    rows = [(n, seconds, median[1] / seconds) for n, seconds in median.items()]
    return pd.DataFrame(rows, columns=["cores", "seconds", "times_faster"])


def memory() -> pd.DataFrame:
    """Peak memory of a process that trains a population, and what one more run adds."""
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for runs in (1, 50, 200):
        with spawn.Pool(1) as pool:
            rows.append((runs, pool.apply(_peak_megabytes, (runs,))))
    return pd.DataFrame(rows, columns=["population", "peak_megabytes"])
