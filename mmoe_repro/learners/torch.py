"""The torch learner: any architecture as it is defined, all runs of a population in one program.

The loss of a population is the sum over runs of each run's own, so that no gradient crosses from
one run to another; a run that diverges fills its own row with NaN and no other.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from mmoe_repro.learners.adam import BETA1, BETA2, EPSILON
from mmoe_repro.models.population import Architecture, Values

SLICE = 1_000  # samples evaluated at once: bounds memory, and fixes the rounding


class TorchLearner:
    """A population as tensors with a leading run axis, on any device of torch's."""

    def __init__(self, architecture: Architecture, values: Values, device: str = "cpu") -> None:
        self._architecture, self._device = architecture, device
        self._theta = {
            name: torch.tensor(value, device=device).requires_grad_()
            for name, value in values.items()
        }
        # Not fused=True: its remainder loop rounds otherwise than its vector loop, so a run's bits
        # would depend on where in the population it stands.
        self._adam = torch.optim.Adam(
            self._theta.values(), betas=(BETA1, BETA2), eps=EPSILON, foreach=True
        )

    def steps(
        self, x: NDArray[np.float32], y: NDArray[np.float32], learning_rate: float, first: int
    ) -> NDArray[np.float32]:
        """See `Learner`."""
        del first  # Adam counts by itself
        self._adam.param_groups[0]["lr"] = learning_rate
        inputs = torch.from_numpy(x).to(self._device)
        labels = torch.from_numpy(y).to(self._device)
        losses = []
        for step in range(x.shape[1]):
            prediction = self._architecture.forward(self._theta, inputs[:, step])
            loss = (prediction - labels[:, step]).square().mean(dim=2)
            self._adam.zero_grad(set_to_none=True)
            loss.mean(dim=1).sum().backward()
            self._adam.step()
            losses.append(loss.detach())
        return torch.stack(losses).cpu().numpy()

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
        found = {f"theta/{name}": value for name, value in self.values().items()}
        for i, entry in self._adam.state_dict()["state"].items():
            found |= {f"adam/{i}/{name}": value.cpu().numpy() for name, value in entry.items()}
        return found

    def restore(self, state: Values) -> None:
        """See `Learner`."""
        with torch.no_grad():
            for name, value in self._theta.items():
                value.copy_(torch.from_numpy(state[f"theta/{name}"]))
        entries: dict[int, dict[str, torch.Tensor]] = {}
        for name, array in state.items():
            kind, _, rest = name.partition("/")
            if kind == "adam":
                i, _, entry = rest.partition("/")
                entries.setdefault(int(i), {})[entry] = torch.tensor(array)
        self._adam.load_state_dict({**self._adam.state_dict(), "state": entries})
