"""The multiverse: its design, one universe's records, and that finished conditions are kept."""

from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.calibration.figure2 import read_fits
from mmoe_repro.multiverse.design import Member, member, members, numbers
from mmoe_repro.multiverse.train import learns, train_universe
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.schema import RUNS
from mmoe_repro.synthetic.space import Space, load
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule
from tests.conftest import ROOT

FITS = read_fits(ROOT / "results/published/calibration/label_functions.json")
SHORT = Schedule(200, 100, 50, 100)


@pytest.fixture
def space() -> Space:
    return load(
        ROOT / "config/multiverse.yaml", FITS, ROOT / "workflow/schemas/multiverse.schema.yaml"
    )


def test_every_beginning_of_the_design_is_the_same_and_fills_the_space(space: Space) -> None:
    first = list(islice(members(space, 2018), 130))
    assert [one.number for one in first] == list(range(130))
    assert member(space, 2018, 77) == first[77]
    keys = {one.universe.key() for one in first}
    assert len(keys) == len(first)
    for name, values in space.dimensions.items():
        seen = {one.choices[name] for one in first}
        common = {value for value, weight in values if weight >= 0.25}
        assert common <= seen, name


def test_numbers_are_of_both_kinds(space: Space) -> None:
    found = numbers(space, 2018, 40, 10)
    assert found == sorted(found)
    wide = [space.is_wide_enough(member(space, 2018, n).universe) for n in found]
    assert (sum(wide), len(wide)) == (40, 50)
    assert set(numbers(space, 2018, 20, 10)) <= set(found)  # more of it keeps what is there


def test_one_universe_has_every_condition_and_goes_on_where_it_was(
    space: Space, tmp_path: Path, fresh: Universe
) -> None:
    one = Member(0, member(space, 2018, 0).choices, fresh)

    def train() -> tuple[pd.DataFrame, pd.DataFrame]:
        return train_universe(one, [0.5, 1.0], [0.001, 0.01], 3, 2, 2018, tmp_path, SHORT)

    runs, curves = train()
    RUNS.validate(runs)
    assert len(runs) == 2 * (3 * 2 + 1) * 5
    assert set(runs["seed"]) == {0, 1, 2, 10_000, 10_001}
    assert set(curves["step"]) == {0, 100}  # of the steps kept, those of so short a training
    alone, _ = train_block(Condition(fresh, "mmoe", 0.5, 0.01), [2], 2018, SHORT)
    row = runs[(runs["model"] == "mmoe") & (runs["task_correlation"] == 0.5)]
    row = row[(row["learning_rate"] == 0.01) & (row["seed"] == 2)]
    assert row["final_loss"].item() == alone["final_loss"].item()  # bit for bit
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (tmp_path / "mmoe-p1-lr0.01.runs.parquet").unlink()  # as if killed before it was written
    again, _ = train()
    pd.testing.assert_frame_equal(runs, again)
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {
        "mmoe-p1-lr0.01.runs.parquet", "mmoe-p1-lr0.01.curves.parquet"
    }  # fmt: skip


def test_a_universe_learns_if_figure_3s_model_beats_a_constant(fresh: Universe) -> None:
    assert fresh.constant_loss() == pytest.approx(1)  # standardised
    runs = pd.DataFrame({"model": "shared_bottom_16", "task_correlation": 1.0, "final_loss": [0.9]})
    assert learns(runs, fresh)
    assert not learns(runs.assign(final_loss=1.1), fresh)
    assert not learns(runs.assign(final_loss=np.nan), fresh)
