"""Looks into trained runs: the same runs as the study's, planted variances, parts learnt, gates."""

import shutil
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from mmoe_repro.cli import main
from mmoe_repro.files import BadFile
from mmoe_repro.models.initialise import initialise
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import read_members
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.models import build
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability import cells, crossed, jobs, looks, one_universe, runs, tables
from mmoe_repro.trainability.kept import pieces
from mmoe_repro.trainability.looks import left, look, of_gates
from mmoe_repro.trainability.runs import Beginning, Population, train_runs
from mmoe_repro.training.trainer import Schedule
from tests.conftest import ROOT

SHORT = Schedule(200, 200, 50, 100)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SCHEDULE", SHORT)


def test_runs_are_those_of_the_study_and_a_scale_makes_others(fresh: Universe) -> None:
    block, _ = train_block(Condition(fresh, "mmoe", 0.5, 0.001), [3, 4], 2018, SHORT)
    of = [Beginning("omoe", 0.01), Beginning("mmoe", 0.001), Beginning("mmoe", 0.001, scale=2.0)]
    _, same, scaled = train_runs(fresh, 0.5, of, [3, 4], 2018)
    assert same.final.tolist() == block["final_loss"].tolist()  # bit for bit
    assert scaled.final[0] != same.final[0]


def test_a_universe_of_the_records_has_the_learning_rates_that_they_choose(tmp_path: Path) -> None:
    for name in ("design", "runs-0000"):  # the first 32 of the design
        shutil.copy(ROOT / f"results/published/multiverse/{name}.parquet", tmp_path)
    members, there = read_members(tmp_path / "design.parquet"), store.names_in(tmp_path)
    wider = next(m for m in members if m.width != "shared_bottom" and m.name in there)
    one, rates = one_universe.read(tmp_path, wider.name)
    assert one == wider
    models = ("shared_bottom", "omoe", "mmoe", "shared_bottom_16")
    assert set(rates) == set(product(models, (0.5, 0.9, 1.0)))
    assert set(rates.values()) <= {0.0001, 0.001, 0.01}
    with pytest.raises(BadFile, match="has no universe 'nobody'"):
        one_universe.read(tmp_path, "nobody")
    with pytest.raises(BadFile, match=f"has no records of universe '{members[-1].name}' yet"):
        one_universe.read(tmp_path, members[-1].name)


def test_data_and_start_are_chosen_apart(fresh: Universe) -> None:
    own, third = train_runs(
        fresh, 0.5, [Beginning("omoe", 0.001), Beginning("omoe", 0.001, start=3)], [3, 4], 2018
    )
    assert third.final[0] == own.final[0]
    assert len({*own.final, third.final[1]}) == 3
    crossed_of = crossed.train_data(fresh, {"shared_bottom": 0.01, "omoe": 0.001}, 4, [3, 4], 2018)
    of_omoe = crossed_of[crossed_of["model"] == "omoe"]
    assert of_omoe["start"].tolist() == [3, 4]
    assert of_omoe["final_loss"].tolist() == [third.final[1], own.final[1]]  # bit for bit


def test_a_cell_of_the_map_counts_diverged_runs_as_stuck() -> None:
    frame = pd.DataFrame(
        {"model": "mmoe", "learning_rate": 0.1, "scale": 1.0, "seed": range(4),
         "final_loss": [0.1, 0.3, 0.8, np.nan]}
    )  # fmt: skip
    row = cells.summary(frame, constant=2.0, edge=0.5).iloc[0]
    assert row["mean"] == pytest.approx(0.4 / 2)
    assert row["sd"] == pytest.approx(np.std([0.1, 0.3, 0.8], ddof=1) / 2)
    assert (row["stuck"], row["diverged"]) == (0.5, 0.25)


def test_the_best_cell_is_looked_for_where_it_is_asked() -> None:
    rows = [
        {"model": model, "learning_rate": rate, "scale": scale, "mean": mean}
        for model, means in (("omoe", (0.5, 0.3, 0.4)), ("mmoe", (0.2, np.nan, 0.9)))
        for (rate, scale), mean in zip(
            [(0.001, 1.0), (0.003, 0.5), (0.01, 1.0)], means, strict=True
        )
    ]
    found = cells.best(pd.DataFrame(rows), [0.001, 0.003, 0.01], [0.5, 1.0]).set_index("model")
    assert found["mean"].to_dict() == {"omoe": 0.3, "mmoe": 0.2}
    fewer = cells.best(pd.DataFrame(rows), [0.001, 0.01], [1.0]).set_index("model")
    assert fewer["mean"].to_dict() == {"omoe": 0.4, "mmoe": 0.2}
    assert fewer["learning_rate"].to_dict() == {"omoe": 0.01, "mmoe": 0.001}


def test_a_best_cell_at_an_end_of_the_map_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"model": "mmoe", "mean": 0.1, "sd": 0.1, "stuck": 0.0}
    both = {
        "paper": pd.DataFrame([{**row, "learning_rate": 0.01, "scale": 1.0}]),
        "anywhere": pd.DataFrame([{**row, "learning_rate": 0.03, "scale": 0.25}]),
    }
    monkeypatch.setattr(tables, "universes", lambda folder: ["reference"])
    monkeypatch.setattr(tables, "where_best", lambda folder: both)
    cells_of = tables.best_cells(Folders(Path())).splitlines()[-3].split(" & ")
    assert cells_of[6:8] == ["0.03", r"0.25$^\ast$"]


def test_planted_variance_components_are_found() -> None:
    random = np.random.default_rng(1)
    found = pd.DataFrame(
        [
            crossed.components(
                2.0 * random.standard_normal((20, 1))
                + 1.0 * random.standard_normal((1, 20))
                + 0.5 * random.standard_normal((20, 20))
            )
            for _ in range(400)
        ]
    ).mean()
    assert found["data"] == pytest.approx(4.0, rel=0.08)
    assert found["start"] == pytest.approx(1.0, rel=0.08)
    assert found["both"] == pytest.approx(0.25, rel=0.02)


def test_shares_of_a_crossed_design_sum_to_one_and_intervals_hold_them() -> None:
    random = np.random.default_rng(2)
    data = random.standard_normal(20)
    frame = pd.DataFrame(
        [
            {
                "model": "omoe",
                "data": i,
                "start": j,
                "final_loss": data[i] + random.standard_normal(),
            }
            for i, j in product(range(20), range(20))
        ]
    )
    rows = crossed.decomposition(frame, 0.95).set_index("part")
    assert rows["share"].sum() == pytest.approx(1)
    assert rows.loc["data", "low"] < 0.5 < rows.loc["data", "high"]
    assert rows.loc["start", "share"] < 0.05


def test_the_table_of_crossed_designs_has_the_intervals_that_were_asked_for(tmp_path: Path) -> None:
    looks_of = str(ROOT / "results/published/trainability")
    for confidence in ("0.95", "0.5"):
        file = tmp_path / f"{confidence}/trainability/variance.csv"
        main(["trainability", "summarise", "--folder", looks_of, "--output", str(file),
              "--confidence", confidence])  # fmt: skip
    wide, narrow = (tables.crossed(Folders(tmp_path / name)) for name in ("0.95", "0.5"))
    assert wide == (ROOT / "results/published/synthetic/tables/crossed.tex").read_text()
    assert narrow != wide


def test_what_a_run_has_not_learnt_is_told_part_by_part() -> None:
    f = LabelFunction(0.8, (3.0, 9.0), (0.4, 1.0))
    z = 0.8 * np.random.default_rng(3).standard_normal(20_000)
    label = f(z)
    nothing = left(label, label, f, z)
    assert all(value == pytest.approx(1) for value in nothing.values())
    parts = looks.parts(f, z)
    line = parts["linear"]
    slope = (line @ label) / (line @ line)
    learnt_line = left(label - slope * line, label, f, z)
    assert learnt_line["linear"] == pytest.approx(0, abs=1e-9)
    assert learnt_line["sine 1"] == pytest.approx(1)
    all_but_last = left(parts["sine 2"], label, f, z)
    assert all_but_last["sine 2"] == pytest.approx(1, abs=0.05)
    assert all_but_last["sine 1"] == pytest.approx(0, abs=0.05)


def test_gates_that_use_all_experts_alike_and_dead_ones(fresh: Universe) -> None:
    model = build("mmoe", fresh.n_features, True)
    theta = {k: torch.from_numpy(v) for k, v in initialise(model, "glorot", 1, [0]).items()}
    x = torch.randn(1, 200, fresh.n_features, generator=torch.Generator().manual_seed(1))
    population = Population(model, None, None)  # type: ignore[arg-type]
    theta["gate_weight"] = torch.zeros_like(theta["gate_weight"])
    alike = of_gates(population, theta, x)
    assert alike["effective"] == pytest.approx(8)
    assert (alike["distance"], alike["dead"]) == (pytest.approx(0), 0)
    theta["expert_bias"][0, :16] = -1e6  # the first expert's units never fire
    assert of_gates(population, theta, x)["dead"] == 1
    weight = torch.zeros(16, fresh.n_features)
    weight[0], weight[9] = 50 * torch.eye(fresh.n_features)[0], 50 * torch.eye(fresh.n_features)[0]
    theta["gate_weight"] = weight[None]
    apart = of_gates(population, theta, x)
    assert apart["distance"] > 0.3
    assert apart["effective"] < 5


def test_a_look_has_every_part_of_every_run_and_finished_pieces_are_kept(
    fresh: Universe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MODELS", ("shared_bottom", "mmoe"))
    monkeypatch.setattr(jobs, "CORRELATIONS", (0.5,))
    monkeypatch.setattr(jobs, "LOOKED_AT", 2)
    monkeypatch.setattr(looks, "SAMPLES", 500)
    rates = {("shared_bottom", 0.5): 0.001, ("mmoe", 0.5): 0.01}
    parts, gates = jobs.run("look", fresh, rates, 2018, tmp_path, 1)
    assert len(parts) == 2 * 2 * 2 * 4  # models, runs, tasks, the line and three sines
    assert set(gates["model"]) == {"mmoe"}
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again, _ = jobs.run("look", fresh, rates, 2018, tmp_path, 1)
    pd.testing.assert_frame_equal(parts, again)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    alone, _ = look(fresh, {"mmoe": 0.01}, 0.5, [0, 1], 2018)
    mine = parts[parts["model"] == "mmoe"].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone)


def test_pieces_of_another_universe_rates_or_seed_are_not_taken_up(
    fresh: Universe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SCHEDULE", Schedule(2, 2, 50, 100))
    monkeypatch.setattr(jobs, "MODELS", ("mmoe",))
    monkeypatch.setattr(jobs, "SEEDS", 2)
    rates, other = {("mmoe", 0.5): 0.01}, replace(fresh, batch_size=8)
    calls = [(fresh, rates, 2018), (other, rates, 2018), (fresh, {("mmoe", 0.5): 0.1}, 2018)]
    found = []
    for universe, of, seed in [*calls, (fresh, rates, 7)]:
        (table,) = jobs.run("crossed", universe, of, seed, pieces(tmp_path, universe, of, seed), 1)
        found.append(table["final_loss"].tolist())
    assert len(set(map(tuple, found))) == 4
    monkeypatch.setattr("mmoe_repro.trainability.kept.fingerprint", lambda module: "other code")
    assert not pieces(tmp_path, fresh, rates, 2018).exists()


def test_the_command_keeps_a_look_apart_by_what_it_is_made_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Path] = []

    def run(kind: str, universe: Universe, rates: jobs.Rates, seed: int, keep: Path, *_: object):
        kept.append(keep)
        return [pd.DataFrame({"model": ["mmoe"]})]

    monkeypatch.setattr(jobs, "run", run)
    for seed in ("2018", "7"):
        main(["trainability", "look", "--kind", "map", "--name", "reference", "--study-seed", seed,
              "--folder", str(ROOT / "results/published/multiverse"),
              "--output", str(tmp_path), "--keep", str(tmp_path / "keep")])  # fmt: skip
    assert len(set(kept)) == 2
    assert {path.parent for path in kept} == {tmp_path / "keep/reference"}


def test_plans_are_as_large_as_they_say() -> None:
    rates = {(m, p): 0.001 for m in jobs.MODELS for p in jobs.CORRELATIONS}
    of_figure3 = {("shared_bottom_16", p): 0.001 for p in jobs.CORRELATIONS}
    of_map, of_crossed, of_look, of_longer = 3 * 7 * 5 * 20, 3 * 20 * 20, 3 * 3 * 50, 4 * 3 * 20
    sizes = {"map": of_map, "crossed": of_crossed, "look": of_look, "longer": of_longer}
    for kind, size in sizes.items():
        planned = [arguments for _, arguments in jobs.plan(kind, rates | of_figure3).values()]
        assert sum(_trainings(*arguments) for arguments in planned) == size
    with pytest.raises(ValueError, match="allowed are map"):
        jobs.plan("other", rates)


def _trainings(*arguments: object) -> int:
    """Of a job's arguments: those that are many, multiplied."""
    return int(np.prod([len(of) for of in arguments if hasattr(of, "__len__")]))
