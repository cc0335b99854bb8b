"""In what share of believable universes a statement holds, and how sure that is."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mmoe_repro.claims.outcomes import CONTRADICTED, SUPPORTED, UNDECIDED
from mmoe_repro.statistics.intervals import wilson

VERDICTS = (SUPPORTED, CONTRADICTED, UNDECIDED)


def weights(misfits: pd.Series, sd: float) -> pd.Series:
    """A universe's weight by its misfit to Figure 3: exp(-(misfit / sd)^2 / 2), of sum 1.

    Against the best misfit, so that none but hopeless ones vanish in rounding.
    """
    squares = (misfits / sd) ** 2
    found = np.exp(-(squares - squares.min()) / 2)
    return found / found.sum()


def shares(verdicts: Mapping[str, str], weight: pd.Series, confidence: float) -> pd.DataFrame:
    """Of one statement: a row a verdict with its share, plain and weighted, each with an interval.

    `verdicts` is by universe, `weight` too. Wilson's interval of a proportion; weighted, of as many
    universes as the weights are worth (Kish 1965), `effective`. Columns: verdict, n, of, share, low,
    high, weighted, weighted_low, weighted_high, effective.
    """
    names = list(verdicts)
    w = weight.loc[names].to_numpy(dtype=float)
    w = w / w.sum()
    effective = float(1 / (w**2).sum())
    rows = []
    for verdict in VERDICTS:
        is_it = np.array([verdicts[name] == verdict for name in names])
        ends = wilson(float(is_it.mean()), len(names), confidence)
        weighted = float((w * is_it).sum())
        low, high = wilson(weighted, effective, confidence)
        rows.append(
            {
                "verdict": verdict, "n": int(is_it.sum()), "of": len(names),
                "share": float(is_it.mean()), "low": ends[0], "high": ends[1],
                "weighted": weighted, "weighted_low": low, "weighted_high": high,
                "effective": effective,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
