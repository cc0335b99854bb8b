"""Bayesian optimisation of a method's hyper-parameters: a Gaussian process, as in section 6.3.

A trial is a choice of hyper-parameters, trained once and looked at every so many steps: the steps are
searched in full at each trial, the same for every method. A trial's value is its best AUC of the main
task on validation.
"""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import qmc

from mmoe_repro.seeds import stream_seed

FIRST = 8  # trials at points of a Sobol sequence, before the process is fitted
LEAST = 3  # below the median by so many times what the best is above it, no trial counts as worse


def suggest(
    points: NDArray[np.float64], values: NDArray[np.float64], seed: int
) -> NDArray[np.float64]:
    """The next point of the unit cube: the largest expected improvement of a Gaussian process.

    `points` (trials, dimensions), `values` (trials,), higher is better (botorch's default:
    a Gaussian (RBF) kernel, of which the lengthscales have log-normal priors that grow with the
    dimensions; Hvarfner et al. 2024. Standardised values, log expected improvement; Ament et al. 2023).

    How bad a bad trial is does not count (`LEAST`): a penalty that lets nothing be learnt would make the
    differences between good ones as small as the least noise that the process allows.
    """
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the libraries' own: they compile with what torch deprecates
        from botorch.acquisition import LogExpectedImprovement
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import SingleTaskGP
        from botorch.optim import optimize_acqf
        from gpytorch.mlls import ExactMarginalLogLikelihood

    torch.manual_seed(seed % 2**63)
    x = torch.tensor(points, dtype=torch.float64)
    middle, highest = np.median(values), np.max(values)
    seen = np.maximum(values, middle - LEAST * (highest - middle))
    y = torch.tensor(seen, dtype=torch.float64)[:, None]
    y = (y - y.mean()) / y.std().clamp_min(1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the process says when a fit restarts; it is told by EI
        model = SingleTaskGP(x, y, outcome_transform=None)
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        cube = torch.stack([torch.zeros(x.shape[1]), torch.ones(x.shape[1])]).double()
        improvement = LogExpectedImprovement(model, best_f=y.max())
        found, _ = optimize_acqf(improvement, cube, q=1, num_restarts=8, raw_samples=128)
    return found[0].numpy().clip(0, 1)


def search(
    dimensions: int,
    trials: int,
    value: Callable[[int, NDArray[np.float64]], float],
    study_seed: int,
    *names: str,
) -> NDArray[np.float64]:
    """Run `trials` trials; returns their points (trial, dimension).

    `value(trial, point)` trains and returns the value; a trial that failed (NaN) counts as the worst
    so far. `names` tell the random streams of one search from another's.
    """
    sobol = qmc.Sobol(dimensions, rng=stream_seed(study_seed, "census sobol", *names))
    first = sobol.random(FIRST)
    points: list[NDArray[np.float64]] = []
    values: list[float] = []
    for trial in range(trials):
        if trial < FIRST:
            point = first[trial]
        else:
            known = np.array(values)
            worst = np.nanmin(known) if np.isfinite(known).any() else 0.0
            seed = stream_seed(study_seed, "census acquisition", *names, trial)
            point = suggest(np.array(points), np.where(np.isnan(known), worst, known), seed)
        points.append(point)
        values.append(value(trial, point))
    return np.array(points)
