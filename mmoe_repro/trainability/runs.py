"""Runs with data, start and scale of the initial weights of their own choosing.

All that begin on the same data are trained side by side, so that those are drawn once for all of them.
"""

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
from mmoe_repro.training.side_by_side import Starter, train_side_by_side
from mmoe_repro.training.trainer import Schedule, Trained

SCHEDULE = Schedule(10_000, 10_000, 250, 10_000)


@dataclass(frozen=True)
class Beginning:
    """How a run begins on given data: `scale` multiplies its initial weights and biases, and `start` is
    the run whose start it has (None: whose data it has, as in the study)."""

    model: str
    rate: float
    scale: float = 1.0
    start: int | None = None


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
    p: float,
    beginnings: Sequence[Beginning],
    data: Sequence[int],
    study_seed: int,
    schedule: Schedule | None = None,
) -> list[Population]:
    """Of each beginning, a run on the data of each of the study's runs `data` at task correlation `p`.

    With its own start and a scale of 1 it is that run of the study. `schedule` is SCHEDULE, if nothing
    else is said.
    """
    one_thread()
    source = SyntheticSource(universe, p, study_seed, data)
    starters = [_starter(universe, beginning, data, study_seed) for beginning in beginnings]
    trained = train_side_by_side(
        starters, source, schedule or SCHEDULE, epsilon=universe.adam_epsilon
    )
    return [
        Population(starter.architecture, source, of)
        for starter, of in zip(starters, trained, strict=True)
    ]


def _starter(
    universe: Universe, beginning: Beginning, data: Sequence[int], study_seed: int
) -> Starter:
    architecture = build(beginning.model, universe.n_features, universe.biases)
    starts = data if beginning.start is None else [beginning.start] * len(data)
    begun = initialise(architecture, universe.initialisation, study_seed, starts)
    values = {name: value * np.float32(beginning.scale) for name, value in begun.items()}
    return Starter(architecture, values, beginning.rate)
