"""What traffic is like: rates, how related the tasks are, what can be predicted, what is popular."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmoe_repro.recommender.measures import bayes_auc, bayes_r2
from mmoe_repro.recommender.names import TASKS
from mmoe_repro.recommender.traffic import Traffic, draw_world

POINTS = 60  # of the popularity curve


def statistics(
    traffic: Traffic, sizes: Iterable[Sequence[int]], seeds: Iterable[int], n: int, study_seed: int
) -> pd.DataFrame:
    """A row a size (users, items), task and seed, from `n` held-out examples: `rate`, `bayes_auc`,
    `bayes_r2`; the same for both tasks, correlations of `labels` and `logits`, and the shares of
    exposures that the most shown item and the hundred most shown have, `first_item`, `hundred_items`."""
    rows = []
    whole = list(seeds)
    for users, items in sizes:
        for seed in whole:
            world = draw_world(replace(traffic, users=users, items=items), study_seed, seed)
            of = world.examples("held_out", 0, n)
            shown = np.sort(np.bincount(of.ids[1]))[::-1] / n
            both = {
                "labels": _correlation(of.labels),
                "logits": _correlation(of.logits),
                "first_item": float(shown[0]),
                "hundred_items": float(shown[:100].sum()),
            }
            for k, task in enumerate(TASKS):
                seen = of.observed[k] > 0
                p = of.probabilities()[k][seen]
                rows.append(
                    {"users": users, "items": items, "seed": seed, "task": task,
                     "rate": float(of.labels[k][seen].mean()), "bayes_auc": bayes_auc(p),
                     "bayes_r2": bayes_r2(p), **both}
                )  # fmt: skip
    return pd.DataFrame(rows)


def _correlation(both: NDArray[np.float32]) -> float:
    return float(np.asarray(np.corrcoef(both))[0, 1])


def popularity(traffic: Traffic, seed: int, n: int, study_seed: int) -> pd.DataFrame:
    """The share of exposures of users and items by rank, ranks evenly on a logarithmic scale: columns
    `of`, `rank` (from 1), `share`; from `n` exposures, by how often each was seen."""
    ids = draw_world(traffic, study_seed, seed).examples("held_out", 0, n).ids
    rows = []
    for name, of in (("users", ids[0]), ("items", ids[1])):
        counts = np.sort(np.unique(of, return_counts=True)[1])[::-1] / n
        ranks = np.unique(np.geomspace(1, len(counts), POINTS).astype(int))
        rows += [{"of": name, "rank": int(r), "share": float(counts[r - 1])} for r in ranks]
    return pd.DataFrame(rows)
