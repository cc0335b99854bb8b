"""The multiverse: its design, one universe's records, and that finished conditions are kept."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.calibration.figure2 import read_fits
from mmoe_repro.cli import main
from mmoe_repro.files import BadFile, write_parquet
from mmoe_repro.multiverse import kept, pieces, plan, store
from mmoe_repro.multiverse.design import Member, fill, members, named, read_members, table
from mmoe_repro.multiverse.reading import learns
from mmoe_repro.multiverse.train import LEARNS, train_condition, train_universe
from mmoe_repro.portraits import nearest
from mmoe_repro.records import BadRecordFile
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.schema import RUNS
from mmoe_repro.synthetic.space import Space, load
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule
from tests.conftest import ROOT

FITS = read_fits(ROOT / "results/published/calibration/label_functions.json")
PUBLISHED = ROOT / "results/published/multiverse"
SHORT = Schedule(200, 100, 50, 100)


@pytest.fixture
def space() -> Space:
    return load(
        ROOT / "config/multiverse.yaml", FITS, ROOT / "workflow/schemas/multiverse.schema.yaml"
    )


def test_every_beginning_of_the_design_is_the_same_and_fills_the_space(space: Space) -> None:
    first = list(islice(members(space, 2018), 130))
    assert [one.name for one in first] == [f"{n:04d}" for n in range(130)]
    assert list(islice(members(space, 2018), 78))[77] == first[77]
    keys = {one.universe.key() for one in first}
    assert len(keys) == len(first)
    for name, values in space.dimensions.items():
        seen = {one.choices[name] for one in first}
        common = {value for value, weight in values if weight >= 0.25}
        assert common <= seen, name


def test_the_design_is_filled_with_both_kinds_in_order(space: Space) -> None:
    asked = []

    def learns(some: Sequence[Member]) -> list[bool]:
        asked.extend(some)
        return [one.universe.n_samples != 1_000 for one in some]

    found = fill(members(space, 2018), learns, 40, 10)
    assert [one.name for one in found] == sorted(one.name for one in found)
    assert sum(one.believable for one in found) == 40
    assert len(found) == 50
    assert all(one.wide for one in asked)
    assert {one.learns for one in found if not one.wide} == {None}
    assert any(one.wide and not one.learns for one in found)
    names = {one.name for one in found}
    # More of it keeps what is there.
    assert {one.name for one in fill(members(space, 2018), learns, 20, 10)} <= names


def test_members_are_read_as_they_were_written(space: Space, tmp_path: Path) -> None:
    found = fill(members(space, 2018), lambda some: [True] * len(some), 10, 4)
    write_parquet(table(found), tmp_path / "members.parquet")
    again = read_members(tmp_path / "members.parquet")
    assert again == found
    assert named(again, found[3].name, tmp_path) == found[3]
    with pytest.raises(BadFile, match="no universe 'reference'"):
        named(again, "reference", tmp_path)
    (tmp_path / "foreign.csv").write_text("name,wide,learns,choices,universe\n1,True,,3,{}\n")
    with pytest.raises(BadFile, match="not a table of universes"):
        read_members(tmp_path / "foreign.csv")


def test_one_universe_has_every_condition_and_goes_on_where_it_was(
    space: Space, tmp_path: Path, fresh: Universe
) -> None:
    one = Member("0000", next(members(space, 2018)).choices, fresh, True)

    def train() -> tuple[pd.DataFrame, pd.DataFrame]:
        return train_universe(one, [0.5, 1.0], [0.001, 0.01], 3, 2, 2018, tmp_path, SHORT)

    runs, curves = train()
    RUNS.validate(runs)
    assert len(runs) == 2 * (3 * 2 + 1) * 5
    assert set(runs["seed"]) == {0, 1, 2, 10_000, 10_001}
    kept = curves.groupby("model")["step"].agg(set)
    assert kept["mmoe"] == {0, 100}  # of the steps kept, those of so short a training
    assert kept["shared_bottom_16"] == {0, 100, 200}
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


def test_what_was_kept_by_a_call_with_other_settings_is_refused_by_name(
    fresh: Universe, tmp_path: Path
) -> None:
    few, other = Schedule(2, 1, 50, 100), replace(fresh, batch_size=8)
    train_condition(fresh, ("mmoe", 0.5, 0.01), 2, 1, 2018, tmp_path, few)
    train_condition(fresh, LEARNS, 2, 1, 2018, tmp_path, few)
    kept.check(fresh, 2, 1, 2018, tmp_path, few)  # the same call takes it up
    kept.check(fresh, 2, 1, 2018, tmp_path / "none", few)
    for settings, said in (
        ((other, 2, 1, 2018), f"universe is {fresh.key()}, here {other.key()}"),
        ((fresh, 3, 1, 2018), "seeds is 2, here 3"),
        ((fresh, 2, 2, 2018), "selection_seeds is 1, here 2"),
        ((fresh, 2, 1, 7), "its data are not those of study seed 7"),
    ):
        with pytest.raises(BadRecordFile, match=f"mmoe-p0.5-lr0.01.*{said}; delete {tmp_path}"):
            kept.check(*settings, tmp_path, few)
    with pytest.raises(BadRecordFile, match="steps is 2, here 10000"):
        kept.check(fresh, 2, 1, 2018, tmp_path)
    with pytest.raises(BadRecordFile, match="steps is 2, here 10000"):
        kept.check_screened(fresh, 2, 1, 2018, tmp_path)
    kept.check_screened(fresh, 2, 1, 2018, tmp_path / "none")


def test_commands_that_take_up_what_was_kept_look_at_it_first(
    space: Space, fresh: Universe, tmp_path: Path
) -> None:
    one = replace(next(members(space, 2018)), universe=fresh)
    write_parquet(table([one]), tmp_path / "members.parquet")
    few = Schedule(2, 1, 50, 100)
    for folder in (one.name, fresh.key()):  # the search calls a universe by its key
        train_condition(fresh, LEARNS, 20, 5, 2018, tmp_path / folder, few)
    call = ["multiverse", "train", "--name", one.name, "--keep", str(tmp_path)]
    for name in ("members", "runs", "curves"):
        call += [f"--{name}", str(tmp_path / f"{name}.parquet")]
    with pytest.raises(SystemExit, match="steps is 2, here 10000"):
        main(call)
    assert not (tmp_path / "runs.parquet").exists()
    with pytest.raises(BadRecordFile, match="steps is 2, here 10000"):
        nearest._trained((space, one, 20, 5, 2018, tmp_path))


def test_an_unfinished_universe_goes_on_from_the_records_on_another_machine(
    space: Space, fresh: Universe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its finished conditions are gathered with the finished universes, and not trained again."""
    started, screened = (replace(one, universe=fresh) for one in islice(members(space, 2018), 2))
    here, records, there = (tmp_path / name for name in ("here", "records", "there"))
    few = Schedule(2, 1, 50, 100)
    for name in (started.name, screened.name):
        train_condition(fresh, LEARNS, 2, 1, 2018, here / name, few)
    first = [("mmoe", 0.5, 0.01), ("omoe", 0.5, 0.01)]
    for condition in first:
        train_condition(fresh, condition, 2, 1, 2018, here / started.name, few)
    (here / started.name / "omoe-p0.5-lr0.01.runs.parquet").unlink()  # killed before it was written
    pieces.put([here, tmp_path / "none"], [started.name, screened.name, "0007"], records)
    assert [path.name for path in (records / pieces.UNFINISHED).iterdir()] == [started.name]
    pieces.take(records, started.name, there / started.name)
    pieces.take(records, screened.name, there / screened.name)
    pieces.take(None, started.name, there)
    assert sorted(path.name for path in there.rglob("*.runs.parquet")) == [
        "mmoe-p0.5-lr0.01.runs.parquet", "shared_bottom_16-p1-lr0.001.runs.parquet"
    ]  # fmt: skip
    kept.check(fresh, 2, 1, 2018, there / started.name, few)
    monkeypatch.setattr("mmoe_repro.multiverse.train.train_block", None)
    again, _ = train_condition(fresh, first[0], 2, 1, 2018, there / started.name, few)
    assert len(again) == 3
    pieces.put([records / pieces.UNFINISHED], [], records)  # finished by now
    assert not (records / pieces.UNFINISHED).exists()


def test_the_number_of_seeds_is_the_records_and_one_for_all(tmp_path: Path) -> None:
    assert store.seeds(PUBLISHED) == {"seeds": plan.SEEDS, "selection_seeds": plan.SELECTION_SEEDS}
    runs = store.read(PUBLISHED, "runs")
    names = list(runs["name"].unique()[:2])
    fewer = (runs["name"] == names[1]) & (runs["seed"] == plan.SEEDS - 1)
    store.write(runs[~fewer], names, tmp_path, "runs")
    with pytest.raises(BadRecordFile, match=rf"{names[0]} has 20 and 5, {names[1]} has 19 and 5"):
        store.seeds(tmp_path)


def test_the_published_universes_are_of_the_study_seed_that_is_said(space: Space) -> None:
    design = read_members(PUBLISHED / "design.parquet")
    assert design[0].universe == next(members(space, plan.STUDY_SEED)).universe
    assert design[0].universe != next(members(space, plan.STUDY_SEED + 1)).universe


def test_a_universe_learns_if_figure_3s_model_beats_a_constant(fresh: Universe) -> None:
    assert fresh.constant_loss() == pytest.approx(1)  # standardised
    runs = pd.DataFrame({"model": "shared_bottom_16", "task_correlation": 1.0, "final_loss": [0.9]})
    assert learns(runs, fresh)
    assert not learns(runs.assign(final_loss=1.1), fresh)
    assert not learns(runs.assign(final_loss=np.nan), fresh)
