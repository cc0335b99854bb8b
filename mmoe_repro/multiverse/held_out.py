"""The test of what was chosen on Figure 3: does a better fit to it go with one to Figures 4 and 5?"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from mmoe_repro.multiverse.reading import CONSTANT
from mmoe_repro.seeds import numpy_stream

RESAMPLES = 4_000
HELD_OUT = ("figure4", "figure5")

Floats = NDArray[np.float64]


def _ranks(values: Floats) -> Floats:
    """Centred ranks along the last axis."""
    ranks = stats.rankdata(values, axis=-1)
    return np.asarray(ranks - ranks.mean(axis=-1, keepdims=True))


def _correlation(a: Floats, b: Floats) -> Floats:
    """Along the last axis, of what is centred; NaN where one is constant."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            np.sum(a * b, axis=-1) / np.sqrt(np.sum(a**2, axis=-1) * np.sum(b**2, axis=-1))
        )


def rank_correlation(a: Floats, b: Floats) -> Floats:
    """Spearman's, along the last axis."""
    return _correlation(_ranks(a), _ranks(b))


def partial_rank_correlation(a: Floats, b: Floats, given: Floats) -> Floats:
    """Spearman's of a and b with what both share with `given` taken out of the ranks (Kendall 1942, of
    ranks), along the last axis."""
    ab, ag, bg = (rank_correlation(*two) for two in ((a, b), (a, given), (b, given)))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((ab - ag * bg) / np.sqrt((1 - ag**2) * (1 - bg**2)))


def test(fits: pd.DataFrame, reference: pd.Series, confidence: float) -> dict[str, Any]:
    """Over universes (rows of `fit.fits`): for each held-out figure Spearman's rank correlation of the
    distance to it with that to Figure 3, and the same at one scale of the losses, with percentile
    intervals over resampled universes; the reference's place among them, and of the fit to Figure 3,
    `fitted`.

    A universe whose losses are on another scale than the figures' is far from all of them: how far a
    constant prediction's loss is from the figures' is what the second is given.
    """
    generator = numpy_stream(0, "multiverse held out")
    known = fits[np.isfinite(fits["together"])].reset_index(drop=True)
    picked = generator.integers(len(known), size=(RESAMPLES, len(known)))
    off = (known["constant"] - CONSTANT).abs().to_numpy()
    tail = (1 - confidence) / 2
    found: dict[str, Any] = {
        "universes": len(fits),
        "finite": len(known),
        "scale": float(rank_correlation(known["figure3"].to_numpy(), off)),
    }
    for figure in HELD_OUT:
        ours, theirs = known["figure3"].to_numpy(), known[figure].to_numpy()
        drawn = ours[picked], theirs[picked]
        # NaN where one universe was drawn again and again
        low, high = np.nanquantile(rank_correlation(*drawn), [tail, 1 - tail])
        partial_low, partial_high = np.nanquantile(
            partial_rank_correlation(*drawn, off[picked]), [tail, 1 - tail]
        )
        found[figure] = {
            "rank_correlation": float(rank_correlation(ours, theirs)),
            "low": float(low),
            "high": float(high),
            "partial": float(partial_rank_correlation(ours, theirs, off)),
            "partial_low": float(partial_low),
            "partial_high": float(partial_high),
            "reference": float(reference[figure]),
            "better_than_reference": int((fits[figure] < reference[figure]).sum()),
            "median": float(fits[figure].median()),
            "lowest": float(fits[figure].min()),
            "lowest_in": str(fits.sort_values(figure)["name"].iloc[0]),
        }
    found["fitted"] = {
        "reference": float(reference["figure3"]), "lowest": float(known["figure3"].min())
    }  # fmt: skip
    return found
