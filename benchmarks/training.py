"""The work that is measured: training as the study does it, in the reference universe."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.population import Architecture
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule, train

REFERENCE = Path("results/published/calibration/reference.json")
SAMPLES = 1_000  # held out, evaluated every 100 steps as in the study
SHORT = 100  # steps whose time is taken away: it holds what a run pays once, whoever trains it


def universe(batch_size: int, fresh: bool | None = None) -> Universe:
    """The reference universe with another batch size and, if it is said, fresh or finite data."""
    found = Universe.from_dict(json.loads(REFERENCE.read_text())["universe"])
    found = replace(found, batch_size=batch_size)
    if fresh is None or fresh == (found.n_samples is None):
        return found
    return replace(found, n_samples=None if fresh else 3_000)


def training(
    architecture: Architecture, u: Universe, runs: int, steps: int, learner: str = "compiled"
) -> Callable[[], object]:
    """A call that trains a population: data, forward, backward, Adam and evaluation."""
    source = SyntheticSource(u, 0.9, 0, range(runs))
    start = initialise(architecture, "glorot", 0, range(runs))
    schedule = Schedule(steps, 100, SAMPLES, SAMPLES)
    return lambda: train(architecture, start, source, 0.001, schedule, learner)
