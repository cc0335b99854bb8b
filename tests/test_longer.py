"""Ten times the steps: the study's runs up to its last step, then others; what is shown of them."""

import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mmoe_repro import study
from mmoe_repro.cli import main
from mmoe_repro.files import BadFile, read_table, write_parquet
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import Member, read_members
from mmoe_repro.multiverse.design import table as table_of
from mmoe_repro.paper.published import published
from mmoe_repro.report import style
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.plan import FIGURE3_MODEL
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability import ends, jobs, longer, plan, tables
from mmoe_repro.trainability.figures.longer import draw
from mmoe_repro.trainability.numbers import numbers
from mmoe_repro.training.trainer import Schedule, Trained
from tests.conftest import ROOT, planned, run
from tests.test_figures import collisions

LOOKS = ROOT / "results/published/trainability"
RECORDS = [ROOT / "results/published" / name for name in ("multiverse", "portraits")]
MODELS = (*plan.MODELS, FIGURE3_MODEL)
CONFIG = study.from_text("{}")


# --- training ------------------------------------------------------------------------------------


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longer, "SCHEDULE", Schedule(400, 100, 50, 50))
    monkeypatch.setattr(longer, "KEPT", (0, 200, 400))


@pytest.mark.usefixtures("short")
def test_up_to_the_studys_last_step_they_are_its_runs(fresh: Universe) -> None:
    condition = Condition(fresh, "mmoe", 0.9, 0.001)
    runs, curves = train_block(condition, [3, 4], 2018, Schedule(200, 100, 50, 100))
    found = longer.train_longer(fresh, {"mmoe": 0.001}, 0.9, [3, 4], 2018)
    assert tuple(found) == ends.COLUMNS
    assert found["step"].tolist() == [0, 200, 400] * 2
    at = found[found["step"] == 200]
    assert at["seed"].tolist() == [3, 4]
    assert at["train_loss"].tolist() == runs["train_loss"].astype("float32").tolist()
    assert at["loss"].tolist() == curves.loc[curves["step"] == 200, "loss"].tolist()
    assert set(found.loc[found["step"] == 400, "loss"]).isdisjoint(at["loss"])


@pytest.mark.usefixtures("short")
def test_finished_pieces_are_kept_and_taken_up(
    fresh: Universe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MODELS", ("mmoe",))
    monkeypatch.setattr(jobs, "CORRELATIONS", (0.5,))
    monkeypatch.setattr(jobs, "SEEDS", 2)
    rates = {("mmoe", 0.5): 0.01, (FIGURE3_MODEL, 0.5): 0.001}
    (found,) = jobs.run("longer", fresh, rates, 2018, tmp_path, 1)
    assert found.groupby(["model", "learning_rate"]).size().to_dict() == {
        ("mmoe", 0.01): 6, (FIGURE3_MODEL, 0.001): 6
    }  # fmt: skip
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {path.name for path in times} == {"longer-p0.5-0.parquet"}
    pd.testing.assert_frame_equal(found, jobs.run("longer", fresh, rates, 2018, tmp_path, 1)[0])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times


def test_a_run_has_no_loss_from_where_it_diverged_on() -> None:
    losses = np.arange(1.0, 17.0).reshape(4, 2, 2)  # evaluations, runs, tasks
    broken = losses.copy()
    broken[1, 0, 1] = np.inf
    trained = Trained(np.arange(0, 400, 100), broken, losses, losses[-1], {})
    found = longer.table(trained, [5, 6], [0, 100, 300])
    assert found["seed"].tolist() == [5, 5, 5, 6, 6, 6]
    assert found["loss"].isna().tolist() == [False, True, True, False, False, False]
    assert found["train_loss"].isna().tolist() == found["loss"].isna().tolist()
    assert found["loss"].iloc[[0, 3, 5]].tolist() == [1.5, 3.5, 15.5]
    with pytest.raises(ValueError, match="step 250: losses are known at"):
        longer.table(trained, [5, 6], [0, 250])


@pytest.mark.parametrize("name", plan.with_longer(LOOKS))
def test_what_is_published_of_them_is_at_the_studys_last_step_what_the_records_have(
    name: str,
) -> None:
    """Bit for bit in the training loss, and in the means of the held-out one."""
    runs, curves = (
        pd.concat([of[of["name"] == name] for of in (store.read(f, kind) for f in RECORDS)])
        for kind in ("runs", "curves")
    )
    found = pd.read_parquet(LOOKS / name / "longer.parquet")
    (width,) = {one.width for one in read_members(LOOKS / name / "member.parquet")}
    at = found[found["step"] == plan.OF_STUDY].replace({"model": {"shared_bottom": width}})
    keys = ["model", "task_correlation", "learning_rate"]
    both = at.merge(runs, on=[*keys, "seed"], suffixes=("", "_of_record"))
    assert len(both) == len(at) == len(MODELS) * 3 * plan.SEEDS
    assert both["train_loss"].tolist() == both["train_loss_of_record"].tolist()
    means = at.groupby(keys, as_index=False)["loss"].mean()
    both = means.merge(curves[curves["step"] == plan.OF_STUDY], on=keys, suffixes=("", "_known"))
    np.testing.assert_allclose(both["loss"], both["loss_known"], rtol=1e-6)


# --- what is shown ---------------------------------------------------------------------------------


def made_up() -> pd.DataFrame:
    """Runs that fall as Figure 4's curves do, ten steps to one of theirs, each a little off on its own,
    but MMoE's at correlation 0.5, which stay where they begin."""
    curves = dict(iter(published("figure4").groupby(["model", "task_correlation"])))
    off = 0.004 * np.random.default_rng(1).standard_normal(plan.SEEDS)
    off -= off.mean()
    frames = []
    for model, p in product(MODELS, plan.CORRELATIONS):
        curve = curves["shared_bottom" if model == FIGURE3_MODEL else model, p].sort_values("step")
        losses = np.interp(np.array(plan.KEPT) / plan.TIMES, curve["step"], curve["loss"])
        if (model, p) == ("mmoe", 0.5):
            losses[:] = losses[0]
        for seed in range(plan.SEEDS):
            at = {"model": model, "task_correlation": p, "learning_rate": 0.001, "seed": seed}
            both = (2 * (losses + off[seed])).astype(np.float32)  # a constant prediction loses 1
            frames.append(pd.DataFrame({**at, "step": plan.KEPT, "loss": both, "train_loss": both}))
    return pd.concat(frames, ignore_index=True)


def summarise(looks: Path, results: Path) -> None:
    main(["trainability", "summarise", "--folder", str(looks),
          "--output", str(results / "trainability/variance.csv")])  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """The published looks with made-up runs beside, and a study's results with what is made of them."""
    folder = tmp_path_factory.mktemp("longer")
    shutil.copytree(LOOKS, folder / "looks")
    write_parquet(made_up(), folder / "looks/reference/longer.parquet")
    made = [
        f"{folder}/results/trainability/longer_{name}.parquet" for name in ("means", "verdicts")
    ]
    main(["trainability", "longer", "--folder", str(folder / "looks"), "--means", made[0],
          "--verdicts", made[1], "--claims", str(ROOT / "config/claims.yaml")])  # fmt: skip
    summarise(folder / "looks", folder / "results")
    return Folders(folder / "results", {"trainability": folder / "looks"})


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # where the statements' schema is


def test_losses_are_those_that_the_universe_reads_in_the_figures_units(
    fresh: Universe, tmp_path: Path
) -> None:
    choices = {"loss": "held_out", "error": "plain", "width": "shared_bottom"}
    write_parquet(table_of([Member("a", choices, fresh, True)]), tmp_path / "member.parquet")
    runs = made_up().assign(train_loss=9.0)
    write_parquet(runs, tmp_path / "longer.parquet")
    _, values = ends.read(tmp_path / "member.parquet", tmp_path / "longer.parquet")
    expected = runs["loss"].astype(float) * 0.5 / fresh.constant_loss()
    np.testing.assert_allclose(values["value"], expected)


def test_diverged_runs_are_in_no_mean_and_counted() -> None:
    values = made_up().assign(value=lambda of: of["loss"] / 2)
    values.loc[(values["seed"] == 0) & (values["step"] > plan.OF_STUDY), "value"] = np.nan
    found = ends.means(values, 0.95)
    assert set(found.loc[found["step"] == plan.OF_STUDY, "diverged"]) == {0}
    last = found[found["step"] == plan.LAST]
    assert set(last["diverged"]) == {1}
    assert (last["low"] < last["mean"]).all()
    assert (last["mean"] < last["high"]).all()


def test_the_numbers_say_where_figure_4_is_met(folders: Folders) -> None:
    found = {key: text for group in numbers(folders, CONFIG) for key, text in group.items()}
    assert found["trainability.looks"] == "Five"
    gates = read_table(folders["trainability"] / "reference/gates.parquet", "distance")
    of_one = gates[(gates["model"] == "mmoe") & (gates["task_correlation"] == 1)]
    assert found["trainability.reference.gates.1"] == f"{of_one['distance'].mean():.2f}"
    parts = read_table(folders["trainability"] / "reference/parts.parquet", "part", "left")
    line = parts[parts["part"] == "linear"].groupby(["model", "task_correlation"])["left"].mean()
    assert found["trainability.reference.parts.line.most"] == f"{line.max():.2f}"
    of = {k.removeprefix("trainability.longer."): v for k, v in found.items() if ".longer." in k}
    assert (of["universes"], of["steps"], of["diverged"]) == ("reference", "100,000", "0")
    assert of["figures"] == r"\longerfigure{reference}"
    assert (of["reference.inside"], of["reference.of"]) == ("8", "9")
    assert of["reference.omoe.1.ours"] == of["reference.omoe.1.published"] == "0.078"
    assert of["reference.omoe.1.ratio"] == "1.0"
    assert float(of["reference.omoe.1.before"]) > 0.15
    stays = of["reference.mmoe.0.5.before"]
    assert of["reference.mmoe.0.5.ours"] == stays
    assert float(of["reference.mmoe.0.5.ratio"]) == pytest.approx(float(stays) / 0.0827, abs=0.1)
    for figure in ("figure3", "figure4"):
        before, ours = (float(of[f"reference.{figure}.{key}"]) for key in ("before", "ours"))
        assert (ours < before) == (figure == "figure4")  # Figure 3's model falls as another does
    assert "A3" in of["reference.supports"].split(", ")
    assert "A4" not in of["reference.supports"].split(", ")
    assert "A4" in of["reference.others"]  # MMoE is the best until the others pass it


def test_the_distance_is_over_the_same_points_however_many_steps_are_one() -> None:
    paper = published("figure4").rename(columns={"loss": "mean"})
    for times in (1, plan.TIMES):
        rows = paper.assign(step=paper["step"] * times)
        assert ends.apart(rows, times) == 0
        assert ends.apart(rows.assign(mean=rows["mean"] + 0.1), times) == pytest.approx(0.1)


def test_verdicts_are_on_the_runs_of_each_step(folders: Folders) -> None:
    found = read_table(folders.results / "trainability/longer_verdicts.parquet", "verdict")
    assert len(found) == 2 * found["claim"].nunique()
    verdict = found.set_index(["claim", "step"])["verdict"]
    assert {"S1", "A3", "T1", "T3"} <= set(found["claim"])
    assert verdict["A3", plan.OF_STUDY] == "supported"
    assert verdict["A4", plan.OF_STUDY] == "supported"
    assert verdict["A4", plan.LAST] == "contradicted"
    text = tables.longer_verdicts(folders)
    (row,) = [line for line in text.splitlines() if "{A4}" in line]
    signs = [r"\textcolor{supported}{$+$}", r"\textcolor{contradicted}{$-$} \\"]
    assert row.split(" & ")[2:] == signs


def test_the_table_has_the_papers_ends_beside_ours(folders: Folders) -> None:
    rows = [line for line in tables.longer(folders).splitlines() if r"\scriptsize" in line]
    assert len(rows) == len(MODELS) * len(plan.CORRELATIONS)
    cells = [[cell.strip() for cell in row.removesuffix(r" \\").split("&")] for row in rows]
    assert cells[0][:4] == ["reference", "0.5", "Shared-Bottom", "0.001"]
    assert cells[2][:3] == ["", "", "MMoE"]
    assert cells[2][4] == cells[2][6]
    assert cells[2][7] == r"0.083 {\scriptsize(0.073)}"
    figure3 = published("figure3")
    end = figure3[figure3["task_correlation"] == 1].sort_values("step")["loss"].iloc[-1]
    assert cells[-1][2:3] + cells[-1][7:] == ["Shared-Bottom-16", f"{end:.3f}"]


def test_the_figure_has_the_published_curves_twice(folders: Folders) -> None:
    looks = folders["trainability"] / "reference"
    inputs = {f"reference_{name}": looks / f"{name}.parquet" for name in ("longer", "member")}
    style.apply()
    figure = draw(inputs, CONFIG["plots"], "reference")
    figure.canvas.draw()
    assert not collisions(figure)
    for axes in figure.axes:
        assert "(logarithmic)" in axes.get_xlabel()
        lasts = {
            float(np.max(line.get_xdata())) for line in axes.lines if len(line.get_xdata()) > 9
        }
        assert lasts == {9_900, 99_000, 100_000}
    plt.close(figure)


# --- with and without --------------------------------------------------------------------------------


@pytest.fixture
def without(tmp_path: Path) -> Path:
    """The published looks without this one."""
    shutil.copytree(LOOKS, tmp_path / "looks", ignore=shutil.ignore_patterns("longer.parquet"))
    return tmp_path / "looks"


def test_a_study_without_the_look_has_nothing_of_it(without: Path, tmp_path: Path) -> None:
    folders = Folders(tmp_path / "results", {"trainability": without})
    summarise(without, folders.results)
    found = {key: text for group in numbers(folders, CONFIG) for key, text in group.items()}
    assert found["trainability.looks"] == "Four"
    assert not any("longer" in key for key in found)
    assert set(plan.TABLES) - set(plan.tables(without)) == set(plan.LONGER_TABLES)
    for make in (lambda: ends.by_step(without, 0.95), lambda: ends.verdicts(without, None, 1, ())):
        with pytest.raises(BadFile, match="has no universe with runs of ten times the steps"):
            make()


@pytest.mark.parametrize("has", [True, False])
def test_the_workflow_makes_it_where_there_is_the_look(
    has: bool, checkout: Path, without: Path
) -> None:
    shutil.copytree(without, checkout / "results/published/trainability")
    if has:
        look = checkout / "results/published/trainability/reference/longer.parquet"
        write_parquet(made_up(), look)
    done = run("snakemake", "-n", "trainability", "numbers", cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert ("trainability_longer" in planned(done.stdout)) == has
    for made in ("figures/longer_reference.pdf", "tables/longer_verdicts.tex"):
        assert (made in done.stdout) == has


def test_a_look_that_is_added_is_published_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: Universe, without: Path
) -> None:
    monkeypatch.setattr(plan, "FOLDER", without)
    made = tmp_path / "results/trainability/reference"
    write_parquet(made_up(), made / "longer.parquet")
    shutil.copy(without / "reference/member.parquet", made)
    found = plan.published(Folders(tmp_path / "results"))
    there = {str(path.relative_to(without)) for path in without.glob("*/*.parquet")}
    others = {name for name in there if not name.startswith("reference/")}
    assert set(found) == others | {
        f"reference/{name}.parquet" for name in (*plan.FILES, plan.LONGER)
    }
    assert found["reference/member.parquet"].is_relative_to(made)
    write_parquet(table_of([Member("reference", {}, fresh, True)]), made / "member.parquet")
    of_another = plan.published(Folders(tmp_path / "results"))
    assert set(of_another) == others | {"reference/member.parquet", "reference/longer.parquet"}


def test_tables_and_numbers_load_nothing_heavy() -> None:
    modules = "mmoe_repro.trainability.tables, mmoe_repro.trainability.numbers"
    heavy = "torch numba sklearn statsmodels matplotlib pandera".split()  # noqa: SIM905
    code = f"import {modules}, sys; print(*set(sys.modules) & set({heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
