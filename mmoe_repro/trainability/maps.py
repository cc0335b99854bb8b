"""Final losses over learning rate and the scale of the initial weights."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability.plan import MAP_CORRELATION, MODELS, RATES, SCALES
from mmoe_repro.trainability.runs import train_runs


def cells() -> Iterator[tuple[str, float, float]]:
    """Model, learning rate and scale of every cell."""
    yield from product(MODELS, RATES, SCALES)


def train_cell(
    universe: Universe, model: str, rate: float, scale: float, seeds: Sequence[int], study_seed: int
) -> pd.DataFrame:
    """A row a run: model, learning_rate, scale, seed, final_loss (held out; null: it diverged)."""
    found = train_runs(universe, model, MAP_CORRELATION, rate, seeds, seeds, study_seed, scale)
    return pd.DataFrame(
        {
            "model": model, "learning_rate": rate, "scale": scale, "seed": np.array(seeds),
            "final_loss": found.final,
        }
    )  # fmt: skip
