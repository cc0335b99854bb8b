"""Train a population: Adam on every run at once, evaluation on held-out data, checkpoints.

The loss of a population is the sum over runs of each run's own loss, so that no gradient crosses
from one run to another; a run that diverges fills its own row with NaN and no other.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mmoe_repro.models.population import Architecture


class Source(Protocol):
    """Where training batches and held-out samples come from."""

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """x (run, sample, feature) and y (run, task, sample) of a training step."""
        ...

    def held_out(self, n: int) -> tuple[Tensor, Tensor]:
        """`n` samples of each run, in the same shapes."""
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

    - `steps` (E,); `held_out` (E, R, T): mean squared error on the first `curve_samples`;
    - `training` (E, R, T): mean training loss since the evaluation before; at step 0, of the first
      batch before its update;
    - `final` (R, T): on all `final_samples`;
    - `parameters`: name -> (R, *shape).
    """

    steps: NDArray[np.int64]
    held_out: NDArray[np.float64]
    training: NDArray[np.float64]
    final: NDArray[np.float64]
    parameters: dict[str, Tensor]


def squared_error(prediction: Tensor, label: Tensor) -> Tensor:
    """Mean squared error over samples: (run, task, sample) twice -> (run, task)."""
    return (prediction - label).square().mean(dim=2)


EVALUATION_SLICE = 1_000  # samples evaluated at once: bounds memory, and fixes the rounding


@torch.no_grad()
def evaluate(architecture: Architecture, theta: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
    """Mean squared error of each run and task on (x, y), float64, (run, task)."""
    total = torch.zeros(y.shape[:2], dtype=torch.float64)
    for part in range(0, x.shape[1], EVALUATION_SLICE):
        some = slice(part, part + EVALUATION_SLICE)
        error = architecture.forward(theta, x[:, some]) - y[:, :, some]
        total += error.double().square().sum(dim=2)
    return total / x.shape[1]


def train(
    architecture: Architecture,
    theta: dict[str, Tensor],
    source: Source,
    learning_rate: float,
    schedule: Schedule,
    checkpoint: Path | None = None,
    checkpoint_every: int = 1_000,
    progress: Callable[[int], None] = lambda step: None,
) -> Trained:
    """Train a population from `theta` (changed in place) with Adam (Kingma and Ba 2015).

    Adam's other settings are TensorFlow's and PyTorch's common default: 0.9, 0.999, 1e-8.
    If `checkpoint` names a file, state is saved there every `checkpoint_every` steps, written aside
    and renamed, and a file found there is resumed from; the caller deletes it when the
    results are safe. `progress` is told each evaluated step.
    """
    leaves = {name: value.requires_grad_() for name, value in theta.items()}
    # Not fused=True: its remainder loop rounds otherwise than its vector loop, so a run's bits would
    # depend on where in the population it stands.
    adam = torch.optim.Adam(leaves.values(), lr=learning_rate, foreach=True)
    x_final, y_final = source.held_out(schedule.final_samples)
    x_curve, y_curve = (
        x_final[:, : schedule.curve_samples].contiguous(),
        y_final[:, :, : schedule.curve_samples].contiguous(),
    )
    held_out: list[Tensor] = []
    training: list[Tensor] = []
    start = 0
    if checkpoint is not None and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        start, held_out, training = state["step"], state["held_out"], state["training"]
        with torch.no_grad():
            for name, value in state["theta"].items():
                leaves[name].copy_(value)
        adam.load_state_dict(state["adam"])
    else:
        held_out.append(evaluate(architecture, leaves, x_curve, y_curve))

    since_last = torch.zeros(y_curve.shape[:2], dtype=torch.float64)
    for step in range(start, schedule.steps):
        x, y = source.batch(step)
        loss = squared_error(architecture.forward(leaves, x), y)
        adam.zero_grad(set_to_none=True)
        loss.mean(dim=1).sum().backward()
        adam.step()
        since_last += loss.detach()
        if step == 0:
            training.append(loss.detach().double())
        done = step + 1
        if done % schedule.evaluate_every == 0:
            held_out.append(evaluate(architecture, leaves, x_curve, y_curve))
            training.append(since_last / schedule.evaluate_every)
            since_last = torch.zeros_like(since_last)
            progress(done)
            if checkpoint is not None and done % checkpoint_every == 0 and done < schedule.steps:
                _save(
                    {
                        "step": done,
                        "held_out": held_out,
                        "training": training,
                        "theta": {name: value.detach() for name, value in leaves.items()},
                        "adam": adam.state_dict(),
                    },
                    checkpoint,
                )
    return Trained(
        steps=np.arange(0, schedule.steps + 1, schedule.evaluate_every),
        held_out=torch.stack(held_out).numpy(),
        training=torch.stack(training).numpy(),
        final=evaluate(architecture, leaves, x_final, y_final).numpy(),
        parameters={name: value.detach() for name, value in leaves.items()},
    )


def _save(state: dict[str, object], path: Path) -> None:
    """Write aside, then rename: a checkpoint is whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.part")
    torch.save(state, aside)
    aside.replace(path)
