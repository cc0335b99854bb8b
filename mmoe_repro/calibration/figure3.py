"""Calibration, second part: the open choices that give Figure 3.

A *candidate* is a universe with a learning rate. Shared-Bottom-16 is trained in it at Figure 3's three
task correlations; then each *reading* of the paper's axes (which loss, plain or half squared error,
how many optimiser steps one unit of the axis is) is laid over the published curves. The misfit is
the root mean square of the difference over all published points, in units of the paper's loss.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.models.initialise import initialise
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
