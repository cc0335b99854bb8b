"""The paper's label function, f(z) = z + sum_i sin(alpha_i z + beta_i), and its moments in closed form.

Equation 4 makes the label of task k from the projection z_k = w_k'x. With x ~ N(0, I), |w_k| = c
and cos(w_1, w_2) = p, the pair (z_1, z_2) is normal with mean 0, variance c^2 and covariance p c^2.
Everything that Figure 2 shows follows from that, without sampling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

NOISE_VARIANCE = 0.01  # equation 4; a variance, as Figure 2's 0.9965 at p = 1 shows


@dataclass(frozen=True)
class LabelFunction:
    """c, alpha and beta of equations 2-4; `alpha` and `beta` have one entry a sine (m of them)."""

    c: float
    alpha: tuple[float, ...]
    beta: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.alpha) != len(self.beta):
            raise ValueError(
                f"alpha has {len(self.alpha)} entries and beta {len(self.beta)}: "
                "each sine needs one of both"
            )
        if not self.c > 0:
            raise ValueError(f"c is {self.c}: the norm of the weight vectors must be positive")

    @property
    def n_sines(self) -> int:
        """m of equation 4."""
        return len(self.alpha)

    def __call__(self, z: NDArray[np.floating]) -> NDArray[np.floating]:
        """The noiseless label at projection `z`, of any shape."""
        label = np.array(z, copy=True)
        for a, b in zip(self.alpha, self.beta, strict=True):
            label += np.sin(a * z + b)
        return label

    def mean(self) -> float:
        """E f(z): z adds nothing, and E sin(a z + b) = exp(-a^2 c^2 / 2) sin b."""
        a, b = np.array(self.alpha), np.array(self.beta)
        return float(np.sum(np.exp(-((a * self.c) ** 2) / 2) * np.sin(b)))

    def covariance(self, task_correlation: ArrayLike) -> NDArray[np.float64]:
        """Cov(f(z_1), f(z_2)) at each task correlation; shape as given.

        With a_i = alpha_i c (so that z = c u, u standard normal):

        - Cov(z_1, z_2) = c^2 p;
        - Cov(z_1, sin(a_i u_2 + b_i)) = c p a_i exp(-a_i^2 / 2) cos b_i   (Stein's lemma);
        - Cov(sin(a_i u_1 + b_i), sin(a_j u_2 + b_j)): write the product of sines as half the
          difference of cosines of a_i u_1 -+ a_j u_2, which are normal with variances
          a_i^2 + a_j^2 -+ 2 p a_i a_j, use E cos(s + b) = exp(-Var(s) / 2) cos b, and take away
          the product of the means.

        As a power series in p all its coefficients are squares of Hermite coefficients (Mehler's
        formula): that is why Figure 2 constrains them, and why distinct alpha, beta may share them.
        """
        p = np.asarray(task_correlation, dtype=np.float64)
        c, a, b = self.c, np.array(self.alpha) * self.c, np.array(self.beta)
        linear = p * (c**2 + 2 * c * np.sum(a * np.exp(-(a**2) / 2) * np.cos(b)))
        squares = a[:, None] ** 2 + a[None, :] ** 2
        product = 2 * a[:, None] * a[None, :] * p[..., None, None]
        sines = (
            np.exp(-(squares - product) / 2) * np.cos(b[:, None] - b[None, :])
            - np.exp(-(squares + product) / 2) * np.cos(b[:, None] + b[None, :])
        ) / 2 - np.exp(-squares / 2) * np.sin(b)[:, None] * np.sin(b)[None, :]
        return linear + sines.sum(axis=(-2, -1))

    def signal_variance(self) -> float:
        """Var f(z): the covariance at task correlation 1."""
        return float(self.covariance(1.0))

    def label_variance(self, noise_variance: float = NOISE_VARIANCE) -> float:
        """Var y = Var f(z) + noise."""
        return self.signal_variance() + noise_variance

    def label_correlation(
        self, task_correlation: ArrayLike, noise_variance: float = NOISE_VARIANCE
    ) -> NDArray[np.float64]:
        """Pearson correlation of the two tasks' labels (Figure 2's ordinate), in closed form.

        The noise of the two tasks is independent, so it enters the variance alone; at p = 1 the
        correlation is therefore Var f / (Var f + noise), a little below 1.
        """
        return self.covariance(task_correlation) / self.label_variance(noise_variance)

    def spectrum(self, orders: int = 60) -> NDArray[np.float64]:
        """Share of the signal's variance in each Hermite order 1..`orders`; shape (orders,).

        Order 1 is what a linear model can explain; high orders are what makes the labels of two
        nearly parallel tasks differ, and what makes them hard to learn. Computed from
        E[sin(a u + b) He_k(u)] = a^k exp(-a^2/2) sin(b + k pi/2), by differentiating k times.
        """
        a, b = np.array(self.alpha) * self.c, np.array(self.beta)
        k = np.arange(1, orders + 1)[:, None]
        log_factorial = np.cumsum(np.log(np.arange(1, orders + 1)))[:, None]
        size = np.exp(k * np.log(np.abs(a)) - a**2 / 2 - log_factorial / 2)
        coefficient = (np.sign(a) ** k * size * np.sin(b + k * np.pi / 2)).sum(axis=1)
        coefficient[0] += self.c
        return coefficient**2 / self.signal_variance()

    def plateau_edge(self, noise_variance: float = NOISE_VARIANCE) -> float:
        """The mean squared error above which a run has stayed on a plateau, in the labels' own units.

        Half way between what the linear part alone leaves and what all but one sine leave, the one
        being that of the highest frequency, which is learnt last. With a single sine both are the same,
        and the edge is half way from there to the noise.
        """
        linear = self.signal_variance() * (1 - float(self.spectrum(1)[0]))
        if self.n_sines < 2:
            return noise_variance + linear / 2
        last = int(np.argmax(np.abs(self.alpha)))
        a, b = abs(self.alpha[last]) * self.c, self.beta[last]
        square = (1 - np.exp(-2 * a**2) * np.cos(2 * b)) / 2  # E sin^2
        one_sine = float(square - np.exp(-(a**2)) * np.sin(b) ** 2)
        return noise_variance + (linear + one_sine) / 2

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"c": self.c, "alpha": list(self.alpha), "beta": list(self.beta)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "LabelFunction":
        """The inverse of `as_dict`."""

        def floats(key: str) -> tuple[float, ...]:
            entries: Sequence[float] = values[key]
            return tuple(float(v) for v in entries)

        return cls(float(values["c"]), floats("alpha"), floats("beta"))
