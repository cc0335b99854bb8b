"""Final losses over learning rate and the scale of the initial weights."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability.plan import MAP_CORRELATION, MODELS, RATES, SCALES
from mmoe_repro.trainability.runs import Beginning, train_runs


def cells() -> Iterator[Beginning]:
    """Model, learning rate and scale of every cell."""
    for model, rate, scale in product(MODELS, RATES, SCALES):
        yield Beginning(model, rate, scale)


def train_cells(
    universe: Universe, of: Sequence[Beginning], seeds: Sequence[int], study_seed: int
) -> pd.DataFrame:
    """A row a cell and run: model, learning_rate, scale, seed, final_loss (held out; null: diverged)."""
    found = train_runs(universe, MAP_CORRELATION, of, seeds, study_seed)
    frames = [
        pd.DataFrame(
            {
                "model": cell.model, "learning_rate": cell.rate, "scale": cell.scale,
                "seed": np.array(seeds), "final_loss": runs.final,
            }
        )
        for cell, runs in zip(of, found, strict=True)
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)
