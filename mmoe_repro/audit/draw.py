"""Which runs are made again: drawn by a public seed, spread over experiments and conditions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mmoe_repro.seeds import numpy_stream


def allotted(n: int, names: list[str]) -> dict[str, int]:
    """How many of `n` draws each experiment has: as many as the others, the first ones one more."""
    return {name: n // len(names) + (i < n % len(names)) for i, name in enumerate(names)}


def drawn(published: Mapping[str, pd.DataFrame], n: int, seed: int) -> pd.DataFrame:
    """`n` of the runs, or all if there are no more of an experiment; `published` is by experiment.

    An experiment's runs, ordered by condition and seed, are cut into as many stretches of the same
    length as it has draws, and one run is drawn in each: conditions are spread over, and every run of
    an experiment is as likely as another. Columns: experiment, and those of its runs.
    """
    frames = []
    for name, of in allotted(n, list(published)).items():
        runs = published[name].sort_values(["condition", "seed"], ignore_index=True)
        ends = np.linspace(0, len(runs), min(of, len(runs)) + 1)
        generator = numpy_stream(seed, "audit", name)
        places = ends[:-1] + generator.random(len(ends) - 1) * np.diff(ends)
        frames.append(runs.iloc[places.astype(int)].assign(experiment=name))
    return pd.concat(frames, ignore_index=True)
