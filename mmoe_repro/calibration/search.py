"""The search for the universe that gives Figure 3: a space-filling start, then Bayesian optimisation.

Two families: *one function* has the label functions that give Figure 2; *own* leaves the function to
Figure 3, like every other choice. A trial is a universe with Adam at 0.001, as the paper states, on a
few runs; its value is the misfit of its best reading. A Gaussian process on what a learner feels of a
universe (the label function's variance and spectrum, batch, samples, start, ...) names the next ones,
out of many drawn at random and many beside the best.
"""

import json
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from mmoe_repro.calibration import plan
from mmoe_repro.calibration.figure3 import Candidate, train_candidate
from mmoe_repro.calibration.readings import misfits
from mmoe_repro.compiled import one_thread
from mmoe_repro.files import write_parquet
from mmoe_repro.models.initialise import INITIALISATIONS
from mmoe_repro.pools import side_by_side
from mmoe_repro.seeds import numpy_stream, stream_seed
from mmoe_repro.synthetic.space import Point, Space
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule

FAMILIES = {"one_function": "figure2", "own": "free"}  # family -> its label functions
LEARNING_RATE = 0.001
SCHEDULE = Schedule(*plan.SCHEDULE)
ORDERS = (1, 2, 3, 5, 8, 13)  # of the Hermite spectrum: cumulated shares of the labels' variance
POOL, BESIDE, NEAR = 4_000, 12, 0.08  # random points; best trials looked around; how far
AT_ONCE = 500  # points whose posterior is computed together
BATCH = 8  # trials that are named at once; fixed, so that nothing hangs on the number of cores
ONCE = 16  # what a training costs besides its samples, in samples a step
FRESH = 1e6  # samples that stand for fresh ones


@dataclass(frozen=True)
class Trial:
    """A point of the space, and the universe it is."""

    number: int
    point: Point
    universe: Universe

    @property
    def candidate(self) -> Candidate:
        """With Adam's learning rate."""
        return Candidate(self.universe, LEARNING_RATE)


def at(space: Space, family: str, point: Point, number: int, study_seed: int) -> Trial:
    """The trial of a family at a point: the function of its kind, a batch that is believable."""
    choices = space.choices(point)
    wide = [
        (batch, weight)
        for batch, weight in space.dimensions["batch_size"]
        if batch >= space.believable["batch_size_at_least"]
    ]
    ends = np.cumsum([weight for _, weight in wide])
    u = point[list(space.dimensions).index("batch_size")]
    choices["batch_size"] = wide[min(int(np.searchsorted(ends / ends[-1], u)), len(wide) - 1)][0]
    function = space.label_function(FAMILIES[family], point, study_seed)
    return Trial(number, point, space.universe(choices, function))


def features(u: Universe) -> NDArray[np.float64]:
    """What a learner feels of a universe, for the process: some twenty numbers of order one."""
    f = u.label_function
    spectrum = np.cumsum(f.spectrum(max(ORDERS)))[[order - 1 for order in ORDERS]]
    scale = u.constant_loss()
    mean = f.mean() / f.label_variance(u.noise_variance) ** 0.5
    samples = FRESH if u.n_samples is None else u.n_samples
    starts = [float(u.initialisation == name) for name in INITIALISATIONS]
    return np.array(
        [
            np.log(scale),
            0.0 if u.standardise else mean,
            *(2 * spectrum),
            f.n_sines / 2,
            np.log2(u.batch_size) / 2,
            np.log(samples) / 2,
            float(u.n_samples is None),
            float(u.standardise),
            float(u.biases),
            -np.log10(u.adam_epsilon) / 4,
            *starts,
        ]
    )


def suggest(
    make: Callable[[Point, int], Trial], done: Sequence[Trial], values: NDArray[np.float64], n: int,
    name: str, study_seed: int, per_cost: bool = True,
) -> list[Trial]:  # fmt: skip
    """The next `n` trials: each the largest expected improvement, given that those before it come out
    as the process expects (botorch's process; Jones et al. 1998, Snoek et al. 2012).

    `make` gives the trial at a point, with a number; `values`, positive, are to be small; `name` names
    the search's random streams. `per_cost` divides the improvement by what a trial costs, for a search
    that is limited by time and not by trials.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        import torch
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import SingleTaskGP
        from gpytorch.mlls import ExactMarginalLogLikelihood

    torch.manual_seed(stream_seed(study_seed, "calibration process", name, len(done)))
    random = numpy_stream(study_seed, "calibration pool", name, len(done))
    size = done[0].point.size
    points = random.random((POOL, size))
    for i in np.argsort(values)[:BESIDE]:
        near = done[i].point + NEAR * random.standard_normal((POOL // BESIDE, size))
        other = random.random(near.shape)
        near = np.where(random.random(near.shape) < 0.1, other, near)  # now and then anew
        points = np.concatenate([points, np.clip(near, 0, 1 - 1e-9)])
    pool = _new([make(p, len(done)) for p in points], done)
    x = np.array([features(trial.universe) for trial in pool])
    known, y = np.array([features(trial.universe) for trial in done]), -np.log(values)
    free = np.ones(len(pool), bool)
    cost = np.array([ONCE + trial.universe.batch_size if per_cost else 1 for trial in pool])
    chosen: list[Trial] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i in range(n):
            target = torch.tensor((y - y.mean()) / y.std())[:, None]
            model = SingleTaskGP(torch.tensor(known), target, outcome_transform=None)
            if i == 0:
                fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
                fitted = model.state_dict()
            model.load_state_dict(fitted)
            mean, sd = np.empty(len(x)), np.empty(len(x))
            with torch.no_grad():
                for start in range(0, len(x), AT_ONCE):
                    part = slice(start, start + AT_ONCE)
                    posterior = model.posterior(torch.tensor(x[part]))
                    mean[part] = posterior.mean[:, 0].numpy()
                    sd[part] = posterior.variance[:, 0].sqrt().numpy()
            gain = improvement(mean, sd, float(target.max())) / cost
            expected = np.where(free, gain, -1.0)
            best = int(expected.argmax())
            free[best] = False
            chosen.append(replace(pool[best], number=len(done) + i))
            known = np.concatenate([known, x[best : best + 1]])
            y = np.append(y, mean[best] * y.std() + y.mean())
    return chosen


def improvement(
    mean: NDArray[np.float64], sd: NDArray[np.float64], best: float
) -> NDArray[np.float64]:
    """Expected improvement over `best` of normal values (Jones et al. 1998, equation 15)."""
    u = (mean - best) / sd
    found: NDArray[np.float64] = sd * (stats.norm.pdf(u) + u * stats.norm.cdf(u))
    return found


def _new(pool: Sequence[Trial], done: Sequence[Trial]) -> list[Trial]:
    """Of the pool the first of each universe that was not tried: many points may be one."""
    known = {trial.universe for trial in done}
    first = {trial.universe: trial for trial in reversed(pool)}
    return [trial for universe, trial in reversed(first.items()) if universe not in known]


def trained_in(cache: Path, trial: Trial, first: int, seeds: int) -> Path:
    """The file that a trial's mean curves are in once it is trained on those seeds."""
    return cache / f"{trial.candidate.key()}-{first}-{seeds}.parquet"


def _train(job: tuple[dict[str, Any], int, int, int, Path]) -> Path:
    values, study_seed, first, seeds, path = job
    if not path.exists():
        one_thread()
        candidate = Candidate.from_dict(values)
        write_parquet(train_candidate(candidate, study_seed, seeds, SCHEDULE, first), path)
    return path


def evaluate(
    trials: Sequence[Trial], first: int, seeds: int, study_seed: int, figure3: pd.DataFrame,
    cache: Path, pool: Executor,
) -> pd.DataFrame:  # fmt: skip
    """A row a trial and reading: misfit, and whether the model learns what it has not seen.

    Runs have the seeds `first` ... of calibration; finished trials are read from `cache`.
    """
    jobs = [
        (
            t.candidate.as_dict(),
            study_seed,
            first,
            seeds,
            trained_in(cache, t, first, seeds),
        )
        for t in trials
    ]
    frames = []
    for trial, path in zip(trials, pool.map(_train, jobs), strict=True):
        curve = pd.read_parquet(path)
        scores = misfits(curve, figure3)
        scores = scores[scores["share_reached"] == 1].drop(columns="share_reached")
        frames.append(
            scores.assign(
                number=trial.number,
                learns=learns(curve, trial.universe),
                universe=json.dumps(trial.universe.as_dict(), sort_keys=True),
                point=[trial.point.tolist()] * len(scores),
            )
        )
    return pd.concat(frames, ignore_index=True)


def learns(curve: pd.DataFrame, u: Universe) -> bool:
    """Whether the mean held-out loss at correlation 1 ends below that of a constant prediction."""
    of_one = curve[curve["task_correlation"] == 1.0]
    last = float(of_one.sort_values("step")["held_out"].iloc[-1])
    return last < u.constant_loss()


def search(
    space: Space, family: str, figure3: pd.DataFrame, start: int, trials: int, seeds: int,
    study_seed: int, cache: Path, processes: int,
    tell: Callable[[int, int, float], None] = lambda done, of, best: None,
) -> pd.DataFrame:  # fmt: skip
    """All trials of a family, `start` of them at points of a Sobol sequence: rows of `evaluate`."""
    sobol = qmc.Sobol(space.size, rng=stream_seed(study_seed, "calibration sobol", family))
    points = sobol.random(start)

    def make(point: Point, number: int) -> Trial:
        return at(space, family, point, number, study_seed)

    waiting = [make(p, i) for i, p in enumerate(points)]
    done: list[Trial] = []
    frames: list[pd.DataFrame] = []
    with side_by_side(processes) as pool:
        while waiting:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            frames.append(evaluate(batch, 0, seeds, study_seed, figure3, cache, pool))
            done += batch
            best = pd.concat(frames).groupby("number")["misfit"].min()
            tell(len(done), trials, float(best.min()))
            if not waiting and len(done) < trials:
                values = best.loc[[t.number for t in done]].to_numpy()
                values = np.where(
                    np.isfinite(values), values, np.nanmax(values[np.isfinite(values)])
                )
                n = min(BATCH, trials - len(done))
                waiting = suggest(make, done, values, n, family, study_seed)
    return pd.concat(frames, ignore_index=True)
