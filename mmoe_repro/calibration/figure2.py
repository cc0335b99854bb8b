"""Calibration, first part: the label functions that give Figure 2.

Figure 2 is a curve of label correlation over task correlation, and that curve is known in closed
form (`LabelFunction.label_correlation`). It fixes the function's Hermite spectrum, not c, alpha and
beta themselves: distinct label functions share a spectrum, fit Figure 2 equally well, and may yet be
learnt differently. So the fit returns a list, and Figure 3 chooses among its members.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import chi2

from mmoe_repro.files import read_rows
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.synthetic.label_function import LabelFunction

TRIALS = 100  # a point of Figure 2 is a mean over 100 trials (caption)
ROUNDING = 0.5e-4 / np.sqrt(3)  # sd of the rounding of values given to four digits
SAME_SHAPE = 0.9  # two functions whose shapes correlate at least so much count as one


@dataclass(frozen=True)
class Figure2Fit:
    """One label function and how well it gives Figure 2."""

    label_function: LabelFunction
    chi_square: float
    worst_over_error_bar: float  # largest |misfit| over the published two-sd error bar

    def within_error_bars(self) -> bool:
        """Whether the curve passes through every published error bar."""
        return self.worst_over_error_bar <= 1

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        f = self.label_function
        return {
            "n_sines": f.n_sines,
            "chi_square": self.chi_square,
            "worst_over_error_bar": self.worst_over_error_bar,
            "within_error_bars": self.within_error_bars(),
            "signal_variance": f.signal_variance(),
            "linear_share": float(f.spectrum(1)[0]),
            "label_function": f.as_dict(),
        }


def standard_errors(figure2: pd.DataFrame) -> NDArray[np.float64]:
    """Standard error of each published mean: (two_sd / 2) / sqrt(trials), and its rounding."""
    sd = figure2["label_pearson_two_sd"].to_numpy() / 2
    return np.hypot(sd / np.sqrt(TRIALS), ROUNDING)


def judge(label_function: LabelFunction, figure2: pd.DataFrame) -> Figure2Fit:
    """Chi-square (on standard errors of the means) and worst misfit (in error bars) of a function.

    `figure2` has the columns weight_cosine, label_pearson_mean, label_pearson_two_sd.
    """
    p = figure2["weight_cosine"].to_numpy()
    misfit = label_function.label_correlation(p) - figure2["label_pearson_mean"].to_numpy()
    return Figure2Fit(
        label_function,
        chi_square=float(np.sum((misfit / standard_errors(figure2)) ** 2)),
        worst_over_error_bar=float(
            np.max(np.abs(misfit) / figure2["label_pearson_two_sd"].to_numpy())
        ),
    )


def _unpack(theta: NDArray[np.float64]) -> LabelFunction:
    """theta = (log c, alpha_i c ..., beta_i ...): the scale of the frequencies is that of z / c."""
    m = (len(theta) - 1) // 2
    c = float(np.exp(theta[0]))
    return LabelFunction(c, tuple(theta[1 : 1 + m] / c), tuple(theta[1 + m :]))


def canonical(f: LabelFunction) -> LabelFunction:
    """The same function with alpha > 0, rising, and 0 <= beta < 2 pi; to five significant digits.

    The rounding makes the values short enough to print, and equal on every machine.
    """
    pairs = []
    for a, b in zip(f.alpha, f.beta, strict=True):
        # sin(-a z + b) = sin(a z + pi - b)
        a, b = (a, b) if a >= 0 else (-a, np.pi - b)
        pairs.append((float(a), float(b % (2 * np.pi))))
    pairs.sort()
    alpha, beta = (tuple(float(f"{v:.5g}") for v in values) for values in zip(*pairs, strict=True))
    return LabelFunction(float(f"{f.c:.5g}"), alpha, beta)


def fit_figure2(
    figure2: pd.DataFrame,
    n_sines: int,
    starts: int,
    study_seed: int,
    on_error_bars: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> list[Figure2Fit]:
    """Least-squares fits of (c, alpha, beta) with `n_sines` sines from many random starts.

    Residuals are in standard errors of the published means or, `on_error_bars`, in published error
    bars raised to the third power, which comes near to minimising the worst one. Best first.
    Frequencies start log-uniform in 0.5-12 (per standard deviation of z), phases uniform.
    """
    p = figure2["weight_cosine"].to_numpy()
    target = figure2["label_pearson_mean"].to_numpy()
    bars = figure2["label_pearson_two_sd"].to_numpy()
    scale = bars if on_error_bars else standard_errors(figure2)

    def residuals(theta: NDArray[np.float64]) -> NDArray[np.float64]:
        error = (_unpack(theta).label_correlation(p) - target) / scale
        return error**3 if on_error_bars else error

    random = numpy_stream(study_seed, "figure 2 starts", n_sines, int(on_error_bars))
    fits = []
    for _ in range(starts):
        theta = np.concatenate(
            [
                np.log(random.uniform(0.1, 2, 1)),
                np.exp(random.uniform(np.log(0.5), np.log(12), n_sines)),
                random.uniform(0, 2 * np.pi, n_sines),
            ]
        )
        solution = least_squares(residuals, theta, max_nfev=300)
        fits.append(judge(canonical(_unpack(solution.x)), figure2))
        progress()
    key = (lambda f: f.worst_over_error_bar) if on_error_bars else (lambda f: f.chi_square)
    return sorted(fits, key=key)


def shape(f: LabelFunction) -> NDArray[np.float64]:
    """f on a grid of projections, as a unit vector under the normal density; its mean removed."""
    u = np.linspace(-4, 4, 801)
    weight = np.exp(-(u**2) / 2)
    weight /= weight.sum()
    values = f(f.c * u)
    values = (values - weight @ values) * np.sqrt(weight)
    return values / np.linalg.norm(values)


def likeness(f: LabelFunction, g: LabelFunction) -> float:
    """How alike two label functions are to a learner: |correlation| of f and g, or of f and g
    mirrored, since x and -x are equally likely and a head may change sign."""
    a, b = shape(f), shape(g)
    return float(max(abs(a @ b), abs(a @ b[::-1])))


def distinct(fits: list[Figure2Fit], at_most: int) -> list[Figure2Fit]:
    """Fits in the order given, less every one that is like an earlier one (`SAME_SHAPE`), and at
    most `at_most` with equally many sines, so that few sines and many are both represented."""
    kept: list[Figure2Fit] = []
    for fit in fits:
        f = fit.label_function
        full = sum(k.label_function.n_sines == f.n_sines for k in kept) == at_most
        if not full and all(likeness(f, k.label_function) < SAME_SHAPE for k in kept):
            kept.append(fit)
    return kept


def acceptable(fit: Figure2Fit, n_points: int = 9, level: float = 0.95) -> bool:
    """Whether chi-square is below the `level` quantile on as many degrees of freedom as points.

    Generous on purpose: the parameters are as many as the points or more, so chi-square cannot
    test a fit here; it only keeps out the bad ones.
    """
    return fit.chi_square <= float(chi2.ppf(level, n_points))


def label_functions(
    figure2: pd.DataFrame,
    study_seed: int,
    starts: int,
    at_most: int,
    progress: Callable[[], None] = lambda: None,
) -> pd.DataFrame:
    """The label functions that Figure 3 shall choose among, the first being the reference start.

    Fits with 1 to 6 sines. First the best fit of the smallest acceptable m, then the distinct
    acceptable fits by m and chi-square, last the best of the smallest m that passes through
    every error bar, if it is another. Columns: those of `Figure2Fit.as_dict`, and `role`: reference,
    runner-up, error bars, or best of m (for each m, listed for the record and not a candidate).
    """
    best: list[Figure2Fit] = []
    pool: list[Figure2Fit] = []
    for m in range(1, 7):
        fits = fit_figure2(figure2, m, starts, study_seed, progress=progress)
        best.append(fits[0])
        pool += [fit for fit in fits if acceptable(fit)]
    reference = next(fit for fit in best if acceptable(fit))
    pool.sort(key=lambda fit: (fit.label_function.n_sines, fit.chi_square))
    chosen = distinct(pool, at_most)
    rows = [fit.as_dict() | {"role": "runner-up"} for fit in chosen]
    rows[0]["role"] = "reference"
    for m in range(1, reference.label_function.n_sines):
        bars = fit_figure2(figure2, m, starts, study_seed, on_error_bars=True, progress=progress)
        if bars[0].within_error_bars():
            rows.append(bars[0].as_dict() | {"role": "error bars"})
            break
    rows += [fit.as_dict() | {"role": "best of m"} for fit in best]
    return pd.DataFrame(rows)


def read_fits(path: Path) -> list[LabelFunction]:
    """The acceptable fits of a file of `label_functions`'. Raises BadFile."""
    rows = read_rows(path, "label_function", "role")
    return [
        LabelFunction.from_dict(row["label_function"])
        for row in rows
        if row["role"] in ("reference", "runner-up")
    ]
