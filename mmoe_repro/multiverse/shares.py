"""In what share of believable universes a statement holds, and how sure that is."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mmoe_repro.claims.outcomes import CONTRADICTED, SUPPORTED, UNDECIDED
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.statistics.intervals import share_interval

VERDICTS = (SUPPORTED, CONTRADICTED, UNDECIDED)
RESAMPLES = 4_000


def weights(misfits: pd.Series, sd: float) -> pd.Series:
    """A universe's weight by its misfit to Figure 3: exp(-(misfit / sd)^2 / 2), of sum 1.

    Against the best misfit, so that none but hopeless ones vanish in rounding.
    """
    squares = (misfits / sd) ** 2
    found = np.exp(-(squares - squares.min()) / 2)
    return found / found.sum()


def shares(verdicts: Mapping[str, str], weight: pd.Series, confidence: float) -> pd.DataFrame:
    """Of one statement: a row a verdict with its share, plain and weighted, each with an interval.

    `verdicts` is by universe, `weight` too. Plain: Wilson's interval of a proportion. Weighted: the
    percentiles over resamples of universes. Columns: verdict, n, of, share, low, high, weighted,
    weighted_low, weighted_high, effective (universes that the weights are worth, Kish 1965).
    """
    names = list(verdicts)
    w = weight.loc[names].to_numpy(dtype=float)
    w = w / w.sum()
    generator = numpy_stream(0, "multiverse shares")
    picked = generator.integers(len(names), size=(RESAMPLES, len(names)))
    tail = (1 - confidence) / 2
    rows = []
    for verdict in VERDICTS:
        is_it = np.array([verdicts[name] == verdict for name in names])
        ends = share_interval(int(is_it.sum()), len(names), confidence)
        resampled = (w * is_it)[picked].sum(axis=1) / w[picked].sum(axis=1)
        low, high = np.quantile(resampled, [tail, 1 - tail])
        rows.append(
            {
                "verdict": verdict, "n": int(is_it.sum()), "of": len(names),
                "share": float(is_it.mean()), "low": ends[0], "high": ends[1],
                "weighted": float((w * is_it).sum()),
                "weighted_low": float(low), "weighted_high": float(high),
                "effective": float(1 / (w**2).sum()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
