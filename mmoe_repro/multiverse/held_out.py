"""The test of what was chosen on Figure 3: does a better fit to it go with one to Figures 4 and 5?"""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from mmoe_repro.seeds import numpy_stream

RESAMPLES = 4_000
HELD_OUT = ("figure4", "figure5")


def test(fits: pd.DataFrame, reference: pd.Series, confidence: float) -> dict[str, Any]:
    """Over universes (rows of `fit.fits`): for each held-out figure Spearman's rank correlation of the
    distance to it with that to Figure 3, with the percentile interval over resampled universes; the
    reference's place among them; and the nearest universe to all three figures together.
    """
    generator = numpy_stream(0, "multiverse held out")
    known = fits[np.isfinite(fits["together"])].reset_index(drop=True)
    picked = generator.integers(len(known), size=(RESAMPLES, len(known)))
    found: dict[str, Any] = {"universes": len(fits), "finite": len(known)}
    for figure in HELD_OUT:
        ours, theirs = known["figure3"].to_numpy(), known[figure].to_numpy()
        ranks = [stats.rankdata(values[picked], axis=1) for values in (ours, theirs)]
        centred = [r - r.mean(axis=1, keepdims=True) for r in ranks]
        with np.errstate(invalid="ignore"):  # one universe drawn again and again: left out below
            resampled = np.sum(centred[0] * centred[1], axis=1) / np.sqrt(
                np.sum(centred[0] ** 2, axis=1) * np.sum(centred[1] ** 2, axis=1)
            )
        tail = (1 - confidence) / 2
        low, high = np.nanquantile(resampled, [tail, 1 - tail])
        found[figure] = {
            "rank_correlation": float(stats.spearmanr(ours, theirs).statistic),
            "low": float(low),
            "high": float(high),
            "reference": float(reference[figure]),
            "better_than_reference": int((fits[figure] < reference[figure]).sum()),
            "median": float(fits[figure].median()),
            "lowest": float(fits[figure].min()),
            "lowest_in": str(fits.sort_values(figure)["name"].iloc[0]),
        }
    nearest = known.sort_values("together").head(1)[["name", "figure3", *HELD_OUT, "together"]]
    found["nearest"] = nearest.to_dict("records")[0]
    return found
