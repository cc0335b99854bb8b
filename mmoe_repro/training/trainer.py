"""Train a population: batches from a source, steps by a learner, evaluation, checkpoints.

Nothing here knows an architecture or a data set. Results do not depend on how many runs a learner
trains side by side, on how many steps it is handed at once, or on when a checkpoint was saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.learners.adam import EPSILON
from mmoe_repro.learners.learner import Learner, Rates, begin, runs_at_once
from mmoe_repro.models.population import Architecture, Values
from mmoe_repro.training.checkpoint import NO_CHECKPOINT, Checkpoint

Array = NDArray[np.float32]
FLOATS_AT_ONCE = 64_000  # inputs drawn in one call: few calls, yet they stay in the cache


class Source(Protocol):
    """Where training batches and held-out samples come from."""

    @property
    def inputs_a_step(self) -> int:
        """Numbers in the inputs of one step's batches of all runs."""
        ...

    def batches(self, first: int, n: int) -> tuple[Any, Array]:
        """The batches of `n` steps: x (run, step, sample, feature), y (run, step, task, sample).

        Instead of x there may be rows of a table (`models/rows.py`), for a learner that takes them.
        """
        ...

    def held_out(self, n: int) -> tuple[Any, Array]:
        """`n` samples of each run: x (run, n, feature), y (run, task, n)."""
        ...

    def members(self, chosen: slice) -> "Source":
        """The source of some of the runs."""
        ...


@dataclass(frozen=True)
class Schedule:
    """How long to train and when to look. Steps are multiples of `evaluate_every`."""

    steps: int = 10_000
    evaluate_every: int = 100
    curve_samples: int = 1_000
    final_samples: int = 10_000

    def __post_init__(self) -> None:
        if self.steps < 1 or self.steps % self.evaluate_every:
            raise ValueError(
                f"{self.steps} steps with evaluation every {self.evaluate_every}: "
                "the steps must be a positive multiple"
            )


@dataclass(frozen=True)
class Trained:
    """What training a population gives; R runs, T tasks, E evaluations (step 0 included).

    - `steps` (E,); `held_out` (E, R, T): mean squared error, of classifiers the AUC, on the first
      `curve_samples`;
    - `training` (E, R, T): mean training loss since the evaluation before; at step 0, of the first
      batch before its update;
    - `final` (R, T): on all `final_samples`;
    - `parameters`: name -> (R, *shape).
    """

    steps: NDArray[np.int64]
    held_out: NDArray[np.float64]
    training: NDArray[np.float64]
    final: NDArray[np.float64]
    parameters: Values


def train(
    architecture: Architecture,
    values: Values,
    source: Source,
    learning_rate: Rates,
    schedule: Schedule,
    learner: str = "compiled",
    device: str = "cpu",
    checkpoint: Checkpoint = NO_CHECKPOINT,
    progress: Callable[[int, int], None] = lambda runs, step: None,
    epsilon: float = EPSILON,
) -> Trained:
    """Train a population from `values` (left as they are) with Adam.

    `learning_rate` is one for all, or, for classifiers, one a run; `epsilon` is Adam's.

    A `checkpoint` that holds the state of the same training is resumed from. `progress` is told,
    at each evaluated step, the runs that are done and the step that the next ones are at.
    """
    runs = len(next(iter(values.values())))
    at_once = runs_at_once(learner) or runs
    evaluations = schedule.steps // schedule.evaluate_every + 1
    _, y = source.members(slice(0, 1)).held_out(1)
    tasks = y.shape[1]
    result = Trained(
        steps=np.arange(0, schedule.steps + 1, schedule.evaluate_every),
        held_out=np.zeros((evaluations, runs, tasks)),
        training=np.zeros((evaluations, runs, tasks)),
        final=np.zeros((runs, tasks)),
        parameters={name: value.copy() for name, value in values.items()},
    )
    saved = checkpoint.load()
    done = 0
    if saved is not None:
        done = int(saved["done"])
        _take_up(result, saved)
    for start in range(done, runs, at_once):
        group = slice(start, min(start + at_once, runs))
        of_group = {name: value[group] for name, value in result.parameters.items()}
        state = begin(learner, architecture, of_group, device, epsilon)
        rates = learning_rate[group] if isinstance(learning_rate, np.ndarray) else learning_rate
        _train_group(
            state, source.members(group), rates, schedule, result, group,
            saved if saved is not None and start == done else None, checkpoint, progress,
        )  # fmt: skip
    return result


def _train_group(
    learner: Learner,
    source: Source,
    learning_rate: Rates,
    schedule: Schedule,
    result: Trained,
    group: slice,
    saved: Values | None,
    checkpoint: Checkpoint,
    progress: Callable[[int, int], None],
) -> None:
    """Train the runs of one group and write what they give into `result`."""
    every = schedule.evaluate_every
    x_curve, y_curve = source.held_out(schedule.curve_samples)
    first = 0
    if saved is not None and "step" in saved:
        first = int(saved["step"])
        learner.restore(
            {k.removeprefix("learner/"): v for k, v in saved.items() if k.startswith("learner/")}
        )
    else:
        result.held_out[0, group] = learner.evaluate(x_curve, y_curve)
    for begun in range(first, schedule.steps, every):
        losses = _interval(learner, source, learning_rate, begun, every)
        if begun == 0:
            result.training[0, group] = losses[0]
        at = begun // every + 1
        result.training[at, group] = losses.mean(axis=0, dtype=np.float64)
        result.held_out[at, group] = learner.evaluate(x_curve, y_curve)
        if begun + every < schedule.steps and checkpoint.is_due():
            state = {f"learner/{name}": value for name, value in learner.state().items()}
            state["step"] = np.array(begun + every)
            checkpoint.save(_progress(result, group.start) | state)
        progress(group.start, begun + every)
    result.final[group] = learner.evaluate(*source.held_out(schedule.final_samples))
    for name, value in learner.values().items():
        result.parameters[name][group] = value
    if checkpoint.is_due():
        checkpoint.save(_progress(result, group.stop))


def _interval(
    learner: Learner, source: Source, learning_rate: Rates, begun: int, n: int
) -> NDArray[np.float32]:
    """Train from one evaluation to the next; losses (step, run, task)."""
    at_once = max(1, FLOATS_AT_ONCE // source.inputs_a_step)
    losses = np.empty((n, 0, 0), np.float32)
    for step in range(begun, begun + n, at_once):
        x, y = source.batches(step, min(at_once, begun + n - step))
        found = learner.steps(x, y, learning_rate, step)
        if step == begun:
            # One array for all: a small one a step, between the large ones that come and go, would
            # keep the process from giving their memory back, some gigabytes in a long training.
            losses = np.empty((n, *found.shape[1:]), np.float32)
        losses[step - begun : step - begun + len(found)] = found
    return losses


def _progress(result: Trained, done: int) -> Values:
    """What a checkpoint holds of the results; `done` runs are finished."""
    arrays = {"held_out": result.held_out, "training": result.training, "final": result.final}
    parameters = {f"parameters/{name}": value for name, value in result.parameters.items()}
    return {"done": np.array(done), **arrays, **parameters}


def _take_up(result: Trained, saved: Values) -> None:
    """Put a checkpoint's results back."""
    for name in ("held_out", "training", "final"):
        getattr(result, name)[:] = saved[name]
    for name, value in result.parameters.items():
        value[:] = saved[f"parameters/{name}"]
