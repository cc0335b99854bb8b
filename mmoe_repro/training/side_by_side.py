"""Train several models on the same batches: each run's data are drawn once for all of them.

Results are those of `trainer.train` for each model alone, bit for bit; nothing is checkpointed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mmoe_repro.learners.adam import EPSILON
from mmoe_repro.learners.learner import Learner, begin
from mmoe_repro.models.population import Architecture, Values
from mmoe_repro.training.trainer import FLOATS_AT_ONCE, Schedule, Source, Trained


@dataclass(frozen=True)
class Starter:
    """A model with the initial values of all runs, (run, *shape) each, and Adam's learning rate."""

    architecture: Architecture
    values: Values
    learning_rate: float


def train_side_by_side(
    starters: Sequence[Starter],
    source: Source,
    schedule: Schedule,
    learner: str = "compiled",
    epsilon: float = EPSILON,
    progress: Callable[[int], None] = lambda runs: None,
) -> list[Trained]:
    """Train every starter on the runs of `source`, a run at a time; see `trainer.train`."""
    runs = len(next(iter(starters[0].values.values())))
    evaluations = schedule.steps // schedule.evaluate_every + 1
    _, y = source.members(slice(0, 1)).held_out(1)
    shape = (evaluations, runs, y.shape[1])
    results = [
        Trained(
            steps=np.arange(0, schedule.steps + 1, schedule.evaluate_every),
            held_out=np.zeros(shape),
            training=np.zeros(shape),
            final=np.zeros(shape[1:]),
            parameters={name: value.copy() for name, value in starter.values.items()},
        )
        for starter in starters
    ]
    for r in range(runs):
        one = slice(r, r + 1)
        learners = [
            begin(learner, s.architecture, {n: v[one] for n, v in s.values.items()}, "cpu", epsilon)
            for s in starters
        ]
        rates = [starter.learning_rate for starter in starters]
        _train_run(learners, rates, source.members(one), schedule, results, one)
        progress(r + 1)
    return results


def _train_run(
    learners: Sequence[Learner],
    rates: Sequence[float],
    source: Source,
    schedule: Schedule,
    results: Sequence[Trained],
    one: slice,
) -> None:
    every = schedule.evaluate_every
    at_once = max(1, FLOATS_AT_ONCE // source.inputs_a_step)
    curve = source.held_out(schedule.curve_samples)
    for state, result in zip(learners, results, strict=True):
        result.held_out[0, one] = state.evaluate(*curve)
    for begun in range(0, schedule.steps, every):
        losses = [np.empty((every, *result.final[one].shape), np.float32) for result in results]
        for step in range(begun, begun + every, at_once):
            x, y = source.batches(step, min(at_once, begun + every - step))
            for state, rate, of in zip(learners, rates, losses, strict=True):
                found = state.steps(x, y, rate, step)
                of[step - begun : step - begun + len(found)] = found
        at = begun // every + 1
        for state, result, of in zip(learners, results, losses, strict=True):
            if begun == 0:
                result.training[0, one] = of[0]
            result.training[at, one] = of.mean(axis=0, dtype=np.float64)
            result.held_out[at, one] = state.evaluate(*curve)
    whole = source.held_out(schedule.final_samples)
    for state, result in zip(learners, results, strict=True):
        result.final[one] = state.evaluate(*whole)
        for name, value in state.values().items():
            result.parameters[name][one] = value
