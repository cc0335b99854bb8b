"""A universe: one complete choice of what the paper leaves open about data and training."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from mmoe_repro.synthetic.label_function import NOISE_VARIANCE, LabelFunction

EPSILON = 1e-8
# Choices that came after records had been published: at their default they change no key.
LATER = {"biases": True, "adam_epsilon": EPSILON}


@dataclass(frozen=True)
class Universe:
    """Everything that the paper does not give, except the learning rate, which belongs to a condition.

    - `label_function`: c, m, alpha, beta of equations 2-4;
    - `batch_size`: samples a step;
    - `n_samples`: size of the finite training set, or None for fresh samples at every step;
    - `standardise`: labels shifted and scaled by their closed-form mean and sd;
    - `initialisation`: a name from `models.initialisation`;
    - `biases`: whether experts, bottoms, towers and heads have them (gates have none, equation 8);
    - `adam_epsilon`: what Adam adds to the root;
    - `n_features`, `noise_variance`: d and Var(eps), which the paper does give.
    """

    label_function: LabelFunction
    batch_size: int
    n_samples: int | None = None
    standardise: bool = True
    initialisation: str = "glorot"
    n_features: int = 100
    noise_variance: float = NOISE_VARIANCE
    biases: bool = True
    adam_epsilon: float = EPSILON

    def __post_init__(self) -> None:
        if self.batch_size < 1:
            raise ValueError(f"batch_size is {self.batch_size}: allowed are whole numbers from 1")
        if self.n_samples is not None and self.n_samples < 1:
            raise ValueError(f"n_samples is {self.n_samples}: allowed are null (fresh) or >= 1")

    def label_shift_and_scale(self) -> tuple[float, float]:
        """(mean, sd) by which labels are standardised; (0, 1) when they are left as they are."""
        if not self.standardise:
            return 0.0, 1.0
        f = self.label_function
        return f.mean(), f.label_variance(self.noise_variance) ** 0.5

    def constant_loss(self) -> float:
        """The mean squared error of the best constant prediction, in the units of records."""
        variance = self.label_function.label_variance(self.noise_variance)
        return variance / self.label_shift_and_scale()[1] ** 2

    def noise_floor(self) -> float:
        """The mean squared error of a perfect model, in the units that losses are recorded in."""
        return self.noise_variance / self.label_shift_and_scale()[1] ** 2

    def plateau_edge(self) -> float:
        """The loss above which a run has stayed on a plateau, in the units of records."""
        edge = self.label_function.plateau_edge(self.noise_variance)
        return edge / self.label_shift_and_scale()[1] ** 2

    def key(self) -> str:
        """A short name for records and paths, equal for equal universes."""
        text = json.dumps(self.as_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without what is at its default of the choices in `LATER`."""
        values = asdict(self) | {"label_function": self.label_function.as_dict()}
        return {k: v for k, v in values.items() if k not in LATER or v != LATER[k]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Universe":
        """The inverse of `as_dict`; a key that is not a choice raises TypeError."""
        return cls(
            **{**values, "label_function": LabelFunction.from_dict(values["label_function"])}
        )
