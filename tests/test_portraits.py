"""Single universes in full, and the search for the one nearest to the paper's figures."""

from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.calibration import search as calibration_search
from mmoe_repro.calibration.figure2 import read_fits
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import Member, member_at, members, points, read_members, table
from mmoe_repro.multiverse.fit import FIGURES, distances
from mmoe_repro.paper.published import published
from mmoe_repro.portraits import nearest, plan
from mmoe_repro.portraits.nearest import (
    affordable,
    best_reading,
    readings,
    search,
    with_found_points,
)
from mmoe_repro.portraits.of_study import distances as of_study
from mmoe_repro.portraits.plan import FIRST, LARGEST_BATCH, universes, waiting
from mmoe_repro.report import rooms
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, SELECTION_FIRST
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.space import Space, load
from tests.conftest import ROOT

FITS = read_fits(ROOT / "results/published/calibration/label_functions.json")
CORRELATIONS, RATES = (0.5, 0.9, 1.0), (0.0001, 0.001, 0.01)
Records = tuple[pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def space() -> Space:
    return load(
        ROOT / "config/multiverse.yaml", FITS, ROOT / "workflow/schemas/multiverse.schema.yaml"
    )


def made_up(name: str, away: float, right_rate: float = 0.001) -> Records:
    """Records of a universe whose training losses, doubled, are the paper's, `away` from them; only at
    the right learning rate, which is the best, and only in training."""
    figure4 = published("figure4")
    runs, curves = [], []
    for model in (FIGURE3_MODEL, "shared_bottom", "shared_bottom_full_count", "omoe", "mmoe"):
        known = "shared_bottom" if model.startswith("shared") else model
        paper = (
            published("figure3") if model == FIGURE3_MODEL else figure4[figure4["model"] == known]
        )
        for p in CORRELATIONS:
            of = paper[(paper["task_correlation"] == p) & (paper["step"] % 1_000 == 0)]
            for rate in (0.001,) if model == FIGURE3_MODEL else RATES:
                worse = 0.0 if rate == right_rate else 0.5
                key = {"name": name, "model": model, "task_correlation": p, "learning_rate": rate}
                losses = 2 * (of["loss"] + away + worse)
                curves += [
                    {**key, "step": step, "loss": 3.0, "train_loss": loss}
                    for step, loss in zip(of["step"], losses, strict=True)
                ]
                runs += [
                    {**key, "seed": seed, "final_loss": 3.0, "train_loss": float(losses.iloc[-1])}
                    for seed in (0, 1, 2, SELECTION_FIRST)
                ]
    return pd.DataFrame(runs), pd.DataFrame(curves)


def test_a_universe_counts_by_the_reading_of_its_runs_that_is_nearest(space: Space) -> None:
    runs, curves = made_up("0000", 0.0)
    choices = next(members(space, 2018)).choices
    found = best_reading(space, choices, runs, curves)
    assert found["choices"]["loss"] == "training"
    assert found["choices"]["error"] == "half"
    assert found["figure3"] == pytest.approx(0)
    assert found["figure4"] == pytest.approx(0)
    every = [distances(runs, curves, of) for of in readings(space, choices)]
    of = [np.sqrt(np.mean([one[figure] ** 2 for figure in FIGURES])) for one in every]
    assert found["together"] == pytest.approx(min(of))
    assert len(every) == 2 * 2 * len(space.dimensions["learning_rate_rule"])


def test_a_study_is_as_far_from_the_figures_as_a_universe_with_its_runs(space: Space) -> None:
    runs, curves = made_up("0", away=0.02)
    choices = {
        "loss": "training", "error": "half", "learning_rate_rule": "0.001", "width": "shared_bottom",
    }  # fmt: skip
    expected = distances(runs, curves, choices)
    of = [
        frame[(frame["learning_rate"] == 0.001) & (frame["model"] != "shared_bottom_full_count")]
        for frame in (runs, curves)
    ]
    reported = of[0][of[0]["seed"] < SELECTION_FIRST]
    apart = [
        of[1].assign(seed=k, train_loss=of[1]["train_loss"] + off) for k, off in ((0, 1), (1, -1))
    ]
    other = of[1].assign(seed=0, step=of[1]["step"] + 100)  # a step that is not kept
    steps = store.steps(curves)
    only = other[other["model"] != FIGURE3_MODEL]
    found = of_study(reported, pd.concat([*apart, only]), Reading("training", "half"), steps)
    for figure in FIGURES:
        assert found[figure] == pytest.approx(expected[figure])
    assert found["together"] == pytest.approx(np.mean([expected[f] ** 2 for f in FIGURES]) ** 0.5)


def test_the_search_goes_on_from_the_design_and_takes_the_nearest(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration_search, "POOL", 400)  # thousands take their time
    design = list(islice(members(space, 2018), 12))
    of = [made_up(one.name, 0.3 + i / 20) for i, one in enumerate(design)]
    runs, curves = (pd.concat(frames) for frames in zip(*of, strict=True))
    trained = tmp_path / "trained"

    def train(member: Member, *_arguments: object) -> Records:
        with trained.open("a") as file:
            file.write(f"{member.universe.key()}\n")
        return made_up(member.name, 0.1)

    monkeypatch.setattr(nearest, "train_universe", train)
    at = list(zip(design, islice(points(space, 2018), 12), strict=True))
    found, rows = search(space, at, runs, curves, 9, 3, 1, 2018, tmp_path, 1)
    assert len(rows) == 12 + 9
    searched = rows[rows["name"].astype(int) >= FIRST]
    assert list(searched["name"].astype(int)) == list(range(FIRST, FIRST + 9))
    assert set(searched["universe"]) == set(trained.read_text().split())
    assert not set(searched["universe"]) & set(rows["universe"][:12])
    assert searched["batch_size"].max() <= LARGEST_BATCH
    assert found.name == "nearest"
    assert found.universe.key() == searched.loc[searched["together"].idxmin(), "universe"]
    assert found.choices["loss"] == "training"
    times = len(trained.read_text().split())
    again, same = search(space, at, runs, curves, 9, 3, 1, 2018, tmp_path, 1)
    assert again == found
    pd.testing.assert_frame_equal(rows, same)
    assert len(trained.read_text().split()) == times == 9  # finished trials are not trained again
    search(space, at, runs, curves, 1, 4, 1, 2018, tmp_path, 1)
    assert len(trained.read_text().split()) == times + 1  # but with as many runs only


def test_the_search_does_not_prefer_what_costs_less(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its budget is trials, not time: where larger batches are a little nearer, it takes large ones."""
    monkeypatch.setattr(calibration_search, "POOL", 400)

    def away(member: Member) -> float:
        return 0.4 - np.log2(member.universe.batch_size) / 100

    design = list(islice(members(space, 2018), 12))
    of = [made_up(one.name, away(one)) for one in design]
    runs, curves = (pd.concat(frames) for frames in zip(*of, strict=True))
    monkeypatch.setattr(
        nearest, "train_universe", lambda one, *_arguments: made_up(one.name, away(one))
    )
    at = list(zip(design, islice(points(space, 2018), 12), strict=True))
    _, rows = search(space, at, runs, curves, 8, 3, 1, 2018, tmp_path, 1)
    assert rows["batch_size"][12:].min() >= 128


def test_a_trial_takes_no_larger_batch_than_is_allowed(space: Space) -> None:
    drawn = np.random.default_rng(1).random((300, space.size))
    for point in drawn:
        asked, taken = (space.choices(one) for one in (point, affordable(space, point)))
        assert taken["batch_size"] == min(asked["batch_size"], LARGEST_BATCH)
        assert {**taken, "batch_size": 0} == {**asked, "batch_size": 0}
    assert len({space.choices(one)["batch_size"] for one in drawn}) > 5


def test_universes_around_the_reference_are_at_points_of_the_space(space: Space) -> None:
    around = read_members(ROOT / "results/published/multiverse/departures.parquet")
    found = with_found_points(space, around, 2018)
    for one, point in found:
        assert member_at(space, point, one.name, 2018).universe == one.universe
    # A free function is at no point that is looked at
    assert {one.name for one in around} - {one.name for one, _ in found} == {"own"}


def test_a_portrait_has_every_panel(space: Space, tmp_path: Path) -> None:
    runs, curves = made_up("own", 0.05)
    member = next(members(space, 2018))
    known = {
        **member.choices,
        "loss": "training",
        "error": "half",
        "learning_rate_rule": "each_model",
    }
    one = Member("own", known, member.universe, True)
    paths = {kind: tmp_path / f"{kind}.parquet" for kind in ("runs", "curves", "members")}
    for kind, frame in (("runs", runs), ("curves", curves), ("members", table([one]))):
        frame.to_parquet(paths[kind])
    rooms.draw("portraits", "portrait_own", paths, {"colours": {}}, tmp_path / "portrait_own")
    assert (tmp_path / "portrait_own.png").stat().st_size > 20_000
    assert universes(tmp_path / "none") == []
    assert store.names_in(tmp_path) == set()


def test_what_has_a_portrait_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = ROOT / "results/published/calibration/reference.json"

    def names() -> list[str]:
        return [path.name for path in waiting(tmp_path, reference, tmp_path / "known")]

    assert names() == [f"{name}.runs.parquet" for name in ("memorising", "own", "nearest")]
    monkeypatch.setattr(plan, "universes", lambda folder: ["own"])
    assert names() == ["memorising.runs.parquet", "nearest.runs.parquet"]
