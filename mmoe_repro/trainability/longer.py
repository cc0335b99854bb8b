"""Too few steps? The study's runs of a condition, trained on to ten times their steps."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability.plan import KEPT
from mmoe_repro.trainability.runs import Beginning, train_runs
from mmoe_repro.training.trainer import Schedule, Trained

# As the universes' records have it, so that up to their last step these runs have the same bits: the
# training loss is the mean since the evaluation before, the held-out one of the curves' samples. Where a
# universe's loss is the held-out one, a run's loss is therefore known less well here than in its record,
# which has 10,000 samples.
EVALUATE_EVERY, SAMPLES = 100, 250
SCHEDULE = Schedule(KEPT[-1], EVALUATE_EVERY, SAMPLES, SAMPLES)


def train_longer(
    universe: Universe, rates: Mapping[str, float], p: float, seeds: Sequence[int], study_seed: int
) -> pd.DataFrame:
    """`table` of the study's runs `seeds` of each model of `rates` (its learning rate), with `model`,
    `task_correlation` (`p`) and `learning_rate`: the study's data and start, and its steps before
    others."""
    beginnings = [Beginning(model, rate) for model, rate in rates.items()]
    trained = train_runs(universe, p, beginnings, seeds, study_seed, SCHEDULE)
    frames = []
    for one, found in zip(beginnings, trained, strict=True):
        keys = pd.DataFrame(
            {"model": [one.model], "task_correlation": p, "learning_rate": one.rate}
        )
        frames.append(keys.merge(table(found.trained, seeds, KEPT), how="cross"))
    return pd.concat(frames, ignore_index=True)


def table(trained: Trained, seeds: Sequence[int], kept: Sequence[int]) -> pd.DataFrame:
    """A row a run and step of `kept`: seed, step, loss (held out) and train_loss, means over tasks.

    In the universe's own units, as float32, like the records; null from where the run diverged on.
    Raises ValueError for a step that was not evaluated.
    """
    unseen = sorted(set(kept) - set(trained.steps.tolist()))
    if unseen:
        raise ValueError(f"step {unseen[0]}: losses are known at {trained.steps.tolist()} alone")
    at = np.searchsorted(trained.steps, kept)
    broken = np.logical_or.accumulate(~np.isfinite(trained.held_out).all(axis=2), axis=0)

    def column(losses: NDArray[np.float64]) -> NDArray[np.float32]:
        """Losses (evaluation, run, task) as one column, run by run."""
        means = losses.mean(axis=2)
        known = np.where(broken | ~np.isfinite(means), np.nan, means)
        return known[at].T.reshape(-1).astype(np.float32)

    return pd.DataFrame(
        {
            "seed": np.repeat(np.array(seeds, np.int64), len(at)),
            "step": np.tile(trained.steps[at], len(seeds)),
            "loss": column(trained.held_out),
            "train_loss": column(trained.training),
        }
    )
