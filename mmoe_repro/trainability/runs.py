"""Runs with data, start and scale of the initial weights of their own choosing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.compiled import one_thread
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.population import Architecture
from mmoe_repro.synthetic.models import build
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule, Trained, train

SCHEDULE = Schedule(10_000, 10_000, 250, 10_000)


@dataclass(frozen=True)
class Population:
    """Trained runs, with what their samples come from."""

    architecture: Architecture
    source: SyntheticSource
    trained: Trained

    @property
    def final(self) -> NDArray[np.float64]:
        """Final held-out loss of each run, mean over tasks (run,); NaN where it diverged."""
        losses = self.trained.final.mean(axis=1)
        return np.where(np.isfinite(losses), losses, np.nan)


def train_runs(
    universe: Universe,
    model: str,
    p: float,
    rate: float,
    data: Sequence[int],
    starts: Sequence[int],
    study_seed: int,
    scale: float = 1.0,
    schedule: Schedule | None = None,
) -> Population:
    """Train one run for each pair of `data` and `starts`: whose data it sees, whose start it has.

    With both equal and a scale of 1 it is that run of the study. `scale` multiplies the initial
    weights and biases; `schedule` is SCHEDULE, if nothing else is said.
    """
    one_thread()
    architecture = build(model, universe.n_features, universe.biases)
    begun = initialise(architecture, universe.initialisation, study_seed, starts)
    source = SyntheticSource(universe, p, study_seed, data)
    trained = train(
        architecture,
        {name: value * np.float32(scale) for name, value in begun.items()},
        source,
        rate,
        schedule or SCHEDULE,
        epsilon=universe.adam_epsilon,
    )
    return Population(architecture, source, trained)
