"""Tensor-Factorization with deliberate defects."""

from dataclasses import replace

import numpy as np
import pytest

from mmoe_repro.census import plan
from mmoe_repro.census.defects import DEFECTS, runs_of, train_all
from mmoe_repro.census.encode import Encoded

CHOICE = {"r1": 8.0, "r2": 8.0, "r3": 2.0, "hidden_units": 16.0}
TUNED = {"group": "income", "choice": CHOICE, "learning_rate": 0.01, "steps": 100}


def test_every_defect_has_its_runs_and_some_cost_most_of_what_is_learnt(encoded: Encoded) -> None:
    """Outputs that are swapped are those of the tuned runs, each task's judged by the other's labels."""
    wide = np.array([1_000.0] + [1.0] * (encoded.train.numbers.shape[1] - 1), np.float32)
    unscaled = replace(
        encoded,
        train=replace(encoded.train, numbers=encoded.train.numbers * wide),
        test=replace(encoded.test, numbers=encoded.test.numbers * wide),
    )
    found = train_all(TUNED, encoded, unscaled, 32, 2018, range(3))
    assert found.groupby("defect")["seed"].apply(list).map(sorted).to_dict() == {
        name: [0, 1, 2] for name in DEFECTS
    }
    assert list(DEFECTS) == list(plan.DEFECTS)
    means = found.groupby("defect")["test_main_auc"].mean()
    assert means["none"] > 0.85
    assert (
        means["none"] > max(means["ranks_of_one"], means["stopped_early"], means["swapped"]) + 0.02
    )


def test_a_run_of_a_defect_is_the_same_alone(encoded: Encoded) -> None:
    both, one = (
        runs_of(DEFECTS["alike"], TUNED, encoded, "income", 32, 2018, runs)
        for runs in ([0, 1], [1])
    )
    assert both[1] == pytest.approx(one[0], abs=0)
