"""Calibration, second part: the open choices that give Figure 3.

A *candidate* is a universe with a learning rate. Shared-Bottom-16 is trained in it at Figure 3's three
task correlations; then each *reading* of the paper's axes (which loss, plain or half squared error,
how many optimiser steps one unit of the axis is) is laid over the published curves. The misfit is
the root mean square of the difference over all published points, in units of the paper's loss.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.models.initialise import INITIALISATIONS, initialise
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.models import build
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule, train

TASK_CORRELATIONS = (0.5, 0.9, 1.0)
FIRST_SEED = 20_000  # calibration's runs are apart from those selected on and those reported


@dataclass(frozen=True)
class Candidate:
    """A universe and the learning rate of Adam."""

    universe: Universe
    learning_rate: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"learning_rate": self.learning_rate, "universe": self.universe.as_dict()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Candidate":
        """The inverse of `as_dict`."""
        return cls(Universe.from_dict(values["universe"]), float(values["learning_rate"]))

    def key(self) -> str:
        """A short name, equal for equal candidates."""
        text = json.dumps(self.as_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def train_candidate(
    candidate: Candidate, study_seed: int, seeds: int, schedule: Schedule, first: int = 0
) -> pd.DataFrame:
    """Mean curves of Shared-Bottom-16 over `seeds` runs, from calibration's seed `first` on, and tasks.

    Columns: key, task_correlation, step, held_out, training (plain mean squared error, label units).
    The runs of one seed share their inputs over correlations.
    """
    universe = candidate.universe
    runs = [FIRST_SEED + first + i for i in range(seeds)] * len(TASK_CORRELATIONS)
    correlations = np.repeat(TASK_CORRELATIONS, seeds)
    model = build("shared_bottom_16", universe.n_features, universe.biases)
    trained = train(
        model,
        initialise(model, universe.initialisation, study_seed, runs),
        SyntheticSource(universe, list(correlations), study_seed, runs),
        candidate.learning_rate,
        schedule,
        epsilon=universe.adam_epsilon,
    )
    frames = []
    for p in TASK_CORRELATIONS:
        of_p = correlations == p
        frames.append(
            pd.DataFrame(
                {
                    "key": candidate.key(),
                    "task_correlation": p,
                    "step": trained.steps,
                    "held_out": trained.held_out[:, of_p].mean(axis=(1, 2)),
                    "training": trained.training[:, of_p].mean(axis=(1, 2)),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


# --- The declared grid, cheap first -----------------------------------------------------------

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
SAMPLE_COUNTS = (1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 10_000, 20_000, 50_000, None)
LEARNING_RATES = (0.001, 0.01)


def first_round(label_functions: Sequence[dict[str, Any]]) -> list[Candidate]:
    """Some batch sizes and sample counts and both learning rates, all crossed, with the first label
    function, standardised labels and Glorot's initialisation, which is TensorFlow's default."""
    function = LabelFunction.from_dict(label_functions[0])
    return [
        Candidate(Universe(function, batch, n, initialisation="glorot"), rate)
        for batch, n, rate in product(
            (2, 8, 32, 128), (1_000, 3_000, 5_000, 10_000, 50_000, None), LEARNING_RATES
        )
    ]


def _beside(ladder: Sequence[int | None], value: int | None) -> list[int | None]:
    """The rungs next to `value`."""
    at = ladder.index(value)
    return [ladder[i] for i in (at - 1, at + 1) if 0 <= i < len(ladder)]


def neighbours(candidate: Candidate, label_functions: Sequence[dict[str, Any]]) -> list[Candidate]:
    """Every candidate that differs in one choice: a neighbouring rung of batch size or sample count,
    any other label function, initialisation, label scaling or learning rate."""
    u = candidate.universe
    base = u.as_dict()
    changes: list[dict[str, Any]] = [
        *({"batch_size": b} for b in _beside(BATCH_SIZES, u.batch_size)),
        *({"n_samples": n} for n in _beside(SAMPLE_COUNTS, u.n_samples)),
        *({"label_function": f} for f in label_functions if f != base["label_function"]),
        *({"initialisation": i} for i in INITIALISATIONS if i != u.initialisation),
        {"standardise": not u.standardise},
    ]
    found = [
        Candidate(Universe.from_dict({**base, **change}), candidate.learning_rate)
        for change in changes
    ]
    others = [rate for rate in LEARNING_RATES if rate != candidate.learning_rate]
    return found + [Candidate(u, rate) for rate in others]
