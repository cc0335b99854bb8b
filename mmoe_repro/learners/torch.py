"""The torch learner: any architecture as it is defined, all runs of a population in one program.

The loss of a population is the sum over runs of each run's own, so that no gradient crosses from
one run to another; a run that diverges fills its own row with NaN and no other.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mmoe_repro.learners.adam import BETA1, BETA2, EPSILON
from mmoe_repro.models.population import Architecture, Values

SLICE = 1_000  # samples evaluated at once: bounds memory, and fixes the rounding


def _root(x: Tensor) -> Tensor:
    """The square root, correctly rounded.

    Torch's own is MKL's on a processor. It begins from the processor's approximation of 1 / sqrt(x),
    which Intel's and AMD's give differently, and is off by a last digit for a fifth of all numbers.
    """
    return torch.from_numpy(np.sqrt(x.numpy())) if x.device.type == "cpu" else x.sqrt()


class TorchLearner:
    """A population as tensors with a leading run axis, on any device of torch's."""

    def __init__(
        self, architecture: Architecture, values: Values, device: str = "cpu",
        epsilon: float = EPSILON,
    ) -> None:  # fmt: skip
        self._architecture, self._device, self._epsilon = architecture, device, epsilon
        self._theta = {
            name: torch.tensor(value, device=device).requires_grad_()
            for name, value in values.items()
        }
        self._mean = {name: torch.zeros_like(value) for name, value in self._theta.items()}
        self._square = {name: torch.zeros_like(value) for name, value in self._theta.items()}

    def steps(
        self, x: NDArray[np.float32], y: NDArray[np.float32], learning_rate: float, first: int
    ) -> NDArray[np.float32]:
        """See `Learner`."""
        inputs = torch.from_numpy(x).to(self._device)
        labels = torch.from_numpy(y).to(self._device)
        losses = []
        for step in range(x.shape[1]):
            prediction = self._architecture.forward(self._theta, inputs[:, step])
            loss = (prediction - labels[:, step]).square().mean(dim=2)
            total = loss.mean(dim=1).sum()
            gradients = torch.autograd.grad(total, list(self._theta.values()))
            self._update(gradients, learning_rate, first + step + 1)
            losses.append(loss.detach())
        return torch.stack(losses).cpu().numpy()

    @torch.no_grad()
    def _update(self, gradients: Sequence[Tensor], learning_rate: float, step: int) -> None:
        """Adam (see `adam.py`), each operation a pass over all runs: it rounds for each as alone."""
        rate, scale = learning_rate / (1 - BETA1**step), 1 / sqrt(1 - BETA2**step)
        for (name, theta), gradient in zip(self._theta.items(), gradients, strict=True):
            mean, square = self._mean[name], self._square[name]
            mean.lerp_(gradient, 1 - BETA1)
            square.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
            theta.addcdiv_(mean, _root(square).mul_(scale).add_(self._epsilon), value=-rate)

    @torch.no_grad()
    def evaluate(self, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float64]:
        """See `Learner`."""
        total = torch.zeros(y.shape[:2], dtype=torch.float64)
        for start in range(0, x.shape[1], SLICE):
            part = slice(start, start + SLICE)
            inputs = torch.from_numpy(x[:, part]).to(self._device)
            prediction = self._architecture.forward(self._theta, inputs).cpu()
            error = prediction - torch.from_numpy(y[:, :, part])
            total += error.double().square().sum(dim=2)
        return (total / x.shape[1]).numpy()

    def values(self) -> Values:
        """See `Learner`."""
        return {name: value.detach().cpu().numpy() for name, value in self._theta.items()}

    def state(self) -> Values:
        """See `Learner`."""
        return {
            f"{kind}/{name}": value.detach().cpu().numpy()
            for kind, of in self._kinds().items()
            for name, value in of.items()
        }

    @torch.no_grad()
    def restore(self, state: Values) -> None:
        """See `Learner`."""
        for kind, of in self._kinds().items():
            for name, value in of.items():
                value.copy_(torch.from_numpy(state[f"{kind}/{name}"]))

    def _kinds(self) -> dict[str, dict[str, Tensor]]:
        return {"theta": self._theta, "mean": self._mean, "square": self._square}
