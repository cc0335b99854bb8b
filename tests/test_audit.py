"""The audit: what is drawn, how it is compared, what it says, and that a flipped bit is found."""

import json
import shlex
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmoe_repro import study
from mmoe_repro.audit import job, plan
from mmoe_repro.audit.compare import APART, EQUAL, NEAR, of_runs, row, spreads, summary
from mmoe_repro.audit.draw import allotted, drawn
from mmoe_repro.audit.numbers import _said as said
from mmoe_repro.audit.tables import audit as table
from mmoe_repro.cli import main
from mmoe_repro.files import write_json, write_parquet
from mmoe_repro.multiverse.plan import made_with
from mmoe_repro.provenance.workflow import jobs
from mmoe_repro.report.folders import Folders
from mmoe_repro.statistics.agreement import LEAST, SDS
from mmoe_repro.statistics.intervals import clopper_pearson_upper
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule
from tests.conftest import ROOT, run

CONFIG = study.from_text("{}")
PUBLISHED = ROOT / "results/published"


def made_up(conditions: int, seeds: int) -> pd.DataFrame:
    rows = [(f"c{c:02d}", s, float(c + s)) for c in range(conditions) for s in range(seeds)]
    return pd.DataFrame(rows, columns=["condition", "seed", "loss"])


def test_draws_are_shared_out_evenly_and_spread_over_conditions() -> None:
    assert allotted(7, ["a", "b", "c"]) == {"a": 3, "b": 2, "c": 2}
    published = {"a": made_up(10, 20), "b": made_up(2, 3)}
    found = drawn(published, 20, 1)
    assert Counter(found["experiment"]) == {"a": 10, "b": 6}  # b has no more
    assert found[found["experiment"] == "a"]["condition"].is_unique  # one of each
    assert drawn(published, 20, 1).equals(found)
    assert not drawn(published, 20, 2).equals(found)
    shuffled = {name: of.sample(frac=1, random_state=3) for name, of in published.items()}
    pd.testing.assert_frame_equal(drawn(shuffled, 20, 1), found)


def test_every_run_of_an_experiment_is_as_likely() -> None:
    runs = made_up(5, 3)  # 15 runs, 4 draws: stretches end within runs
    times = Counter(
        (r.condition, r.seed)
        for seed in range(3_000)
        for r in drawn({"a": runs}, 4, seed).itertuples()
    )
    assert len(times) == 15
    assert stats.chisquare(list(times.values())).pvalue > 1e-4


@pytest.mark.parametrize(("k", "n"), [(0, 59), (0, 1), (2, 60), (59, 60), (3, 3)])
def test_the_bound_is_clopper_and_pearsons(k: int, n: int) -> None:
    bound = clopper_pearson_upper(k, n, 0.95)
    assert bound == pytest.approx(
        stats.binomtest(k, n).proportion_ci(0.9, method="exact").high, abs=1e-9
    )
    if k < n:  # seeing so few or fewer is as unlikely as the confidence leaves
        assert stats.binom.cdf(k, n, bound) == pytest.approx(0.05)
    assert clopper_pearson_upper(0, 59, 0.95) < 0.05


def test_the_bound_holds_for_records_of_which_some_are_wrong_in_one_place() -> None:
    """Wrong records lie together in one experiment: the draws, spread out, miss them no more often."""
    runs = made_up(20, 10)
    published = {name: runs for name in "abc"}
    wrong = 0.12  # of all records, experiments weighing the same
    within = int(3 * wrong * len(runs))
    missed = 0
    for seed in range(400):
        found = drawn(published, 30, seed)
        of_a = found[found["experiment"] == "a"]
        places = of_a["condition"].str[1:].astype(int) * 10 + of_a["seed"]
        k = int((places < within).sum())
        missed += clopper_pearson_upper(k, 30, 0.95) < wrong
    assert missed / 400 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.parametrize(
    ("recorded", "now", "expected"),
    [
        (0.3, 0.3, EQUAL),
        (0.3, np.nextafter(0.3, 1), NEAR),
        (0.3, 0.3 + SDS * 0.01 * 0.999, NEAR),
        (0.3, 0.3 + SDS * 0.01 * 1.001, APART),
        (np.nan, np.nan, EQUAL),  # diverged then and now
        (np.nan, 0.3, APART),
        (0.3, np.inf, APART),
        (0.0, -0.0, NEAR),
    ],
)
def test_how_a_measure_came_out(recorded: float, now: float, expected: str) -> None:
    one = {"experiment": "a", "condition": "c", "seed": 1, "loss": recorded}
    found = row(one, "loss", float(now), 0.01)
    assert found["is"] == expected
    assert float.fromhex(found["recorded"]) == recorded or recorded != recorded


def test_a_condition_without_spread_has_a_least_tolerance() -> None:
    one = {"experiment": "a", "condition": "c", "seed": 1, "loss": 0.3}
    assert row(one, "loss", 0.3 + 0.99 * LEAST, 0.0)["is"] == NEAR
    assert row(one, "loss", 0.3 + 1.01 * LEAST, 0.0)["is"] == APART


def test_a_run_is_as_bad_as_its_worst_measure() -> None:
    one = {"experiment": "a", "condition": "c", "seed": 1, "loss": 0.3, "other": 0.1}
    two = {**one, "seed": 2}
    rows = [row(one, "loss", 0.3, 0), row(one, "other", 0.9, 0)]
    rows += [row(two, "loss", 0.3, 0), row(two, "other", 0.1, 0)]
    comparisons = pd.DataFrame(rows)
    assert list(of_runs(comparisons)["is"]) == [APART, EQUAL]
    found = summary(comparisons, {"a": 100}, 0.95)
    assert found["together"] == {
        "published": 100, "drawn": 2, "equal": 1, "near": 0, "apart": 1,
        "at_most": clopper_pearson_upper(1, 2, 0.95),
    }  # fmt: skip
    assert [r["seed"] for r in found["not_equal"]] == [1]


def test_spreads_are_of_conditions() -> None:
    runs = {"a": made_up(2, 4)}
    found = spreads(runs, {"a": ["loss"]}).set_index("condition")["sd"]
    assert found["c00"] == pytest.approx(np.std([0, 1, 2, 3]))


def test_where_seeds_are_worlds_a_run_may_not_be_as_far_off_as_another_is() -> None:
    """The recommender's AUCs lie apart by 0.015: six times that would pass for any other value."""
    one = {"condition": "MMoE, traffic reference", "measure": "engagement_auc"}
    aucs = np.array([0.685, 0.70, 0.715])
    runs = pd.DataFrame({"condition": one["condition"], "seed": range(3), "engagement_auc": aucs})
    measures = {name: ["engagement_auc"] for name in ("recommender", "census")}
    published = dict.fromkeys(measures, runs)
    without = [name for name in measures if not job._spread(name)]
    sd = spreads(published, measures, without).set_index("experiment")["sd"]
    recorded = {"experiment": "", "seed": 1, **one, "engagement_auc": 0.70}
    came_out = {
        name: [row(recorded, "engagement_auc", now, sd[name])["is"] for now in (0.70, 0.701, 0.74)]
        for name in measures
    }
    assert came_out == {"recommender": [EQUAL, NEAR, APART], "census": [EQUAL, NEAR, NEAR]}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The study's reported runs alone, in a folder of their own."""
    folder = tmp_path / "synthetic"
    folder.mkdir()
    for name in ("runs.parquet", "universe.json"):
        shutil.copy(PUBLISHED / "synthetic" / name, folder)
    return folder


def test_a_flipped_bit_is_found_and_named_if_its_run_is_drawn(copied: Path, tmp_path: Path) -> None:
    folders = {"synthetic": copied}
    sample = drawn(job.read(folders), 2, 2018)
    path = copied / "runs.parquet"
    records = pd.read_parquet(path)
    keys = ["model", "task_correlation", "learning_rate", "seed"]
    at = records.index[(records[keys] == sample.loc[1, keys]).all(axis=1)]
    assert len(at) == 1
    bits = records.loc[at, "final_loss"].to_numpy().view(np.int64)
    records.loc[at, "final_loss"] = (bits ^ 1).view(np.float64)
    records.to_parquet(path)
    done = run(
        "mmoe-repro", "audit", "--of", f"synthetic={copied}", "--n", "2",
        "--runs", str(tmp_path / "runs.csv"), "--summary", str(tmp_path / "summary.json"),
        cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (
        f"synthetic, {sample.loc[1, 'condition']}, run {sample.loc[1, 'seed']}: near" in done.stdout
    )
    assert "1 of 2 equal" in done.stdout
    comparisons = pd.read_csv(tmp_path / "runs.csv")
    unequal = comparisons[comparisons["is"] != EQUAL]
    assert list(unequal["measure"]) == ["final_loss"]
    found = json.loads((tmp_path / "summary.json").read_text())
    assert found["together"]["equal"] == 1


@pytest.fixture
def short(tmp_path: Path, fresh: Universe) -> tuple[Path, Path]:
    """Two runs of a study with another seed and two steps, and its configuration."""
    settings = {"steps": 2, "evaluate_every": 2, "curve_samples": 50, "final_samples": 100}
    runs, _ = train_block(Condition(fresh, "mmoe", 0.5, 0.01), [0, 1], 7, Schedule(2, 2, 50, 100))
    write_parquet(runs, tmp_path / "records/runs.parquet")
    write_json({"universe": fresh.as_dict()}, tmp_path / "records/universe.json")
    config = {"study": {"seed": 7}, "synthetic": {"schedule": settings}}
    write_json(config, tmp_path / "config.yaml")
    return tmp_path / "records", tmp_path / "config.yaml"


def audited(folder: Path, *more: str) -> Counter[str]:
    """What came out, by an audit of two runs of the synthetic experiment's."""
    runs = folder.parent / "found.csv"
    main(["audit", "--of", f"synthetic={folder}", "--n", "2", "--runs", str(runs), *more])
    return Counter(pd.read_csv(runs)["is"])


def test_runs_are_made_again_with_the_settings_that_made_them(short: tuple[Path, Path]) -> None:
    folder, config = short
    assert set(audited(folder, "--configfile", str(config))) == {EQUAL}
    assert set(audited(folder, "--config", config.read_text())) == {EQUAL}
    other = config.read_text().replace('"seed": 7', '"seed": 8')
    assert EQUAL not in audited(folder, "--config", other, "--only-report")


def test_the_audit_of_what_is_not_as_published_fails(short: tuple[Path, Path]) -> None:
    folder, config = short
    given = ("--config", config.read_text())
    runs = pd.read_parquet(folder / "runs.parquet")
    write_parquet(runs.assign(final_loss=runs["final_loss"] + 100), folder / "runs.parquet")
    with pytest.raises(SystemExit, match=r"audit: 2 of 2 runs are apart, 0 files"):
        audited(folder, *given)
    assert audited(folder, *given, "--only-report") == {APART: 2, EQUAL: 2}  # of two measures each
    write_parquet(runs, folder / "runs.parquet")
    write_json({"sha256": {"runs.parquet": "another"}}, folder / "manifest.json")
    with pytest.raises(SystemExit, match=r"0 of 2 runs are apart, 1 files have not the checksum"):
        audited(folder, *given)


def test_an_audit_of_nothing_fails(tmp_path: Path) -> None:
    call = ["audit", "--of", f"census={PUBLISHED / 'census'}", "--runs", str(tmp_path / "runs.csv")]
    with pytest.raises(SystemExit, match=r"nothing to make again \(census: its rows are needed"):
        main(call)
    assert not (tmp_path / "runs.csv").exists()
    main([*call, "--only-report"])
    assert pd.read_csv(tmp_path / "runs.csv").empty


def test_the_studys_own_universes_are_made_again_with_its_seed(tmp_path: Path) -> None:
    own = {"multiverse": {"folder": None}, "study": {"seed": 7}}
    write_json(own, tmp_path / "config.yaml")
    target = "results/multiverse/remade.csv"
    (rule,) = [j for j in jobs([tmp_path / "config.yaml"], [target]) if target in j.outputs]
    assert shlex.quote(json.dumps({"study": {"seed": 7}})) in rule.command
    published = study.check({"study": {"seed": 7}})
    assert made_with(published) == {"study": {"seed": 2018}}


def test_runs_of_every_room_come_out_equal() -> None:
    """One of each, of small batches; the census's are in the smoke study, which has its rows."""
    some = {
        "multiverse": lambda of: of[(of["name"] == "batch_size-2") & (of["seed"] < 3)],
        "portraits": lambda of: of[(of["name"] == "memorising") & (of["seed"] < 3)],
        "trainability": lambda of: of[of["seed"] == 0],
    }
    assert set(some) < set(plan.folders())
    folders = {name: PUBLISHED / name for name in some}
    published = {name: some[name](of) for name, of in job.read(folders).items()}
    found = job.compared(folders, published, 4, 2018, CONFIG, {})
    assert set(found["experiment"]) == set(folders)
    assert len(of_runs(found)) == 4
    assert set(found["is"]) == {EQUAL}


def test_files_that_are_not_as_published_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "calibration"
    shutil.copytree(PUBLISHED / "calibration", folder)
    assert job.changed({"calibration": folder}) == []
    (folder / "reference.json").write_text("{}")
    (folder / "own.json").unlink()
    names = {Path(path).name for path in job.changed({"calibration": folder})}
    assert names == {"reference.json", "own.json"}


def test_the_census_says_what_it_needs() -> None:
    folders = {"census": PUBLISHED / "census", "synthetic": PUBLISHED / "synthetic"}
    assert job.missing(folders, {}) == {"census": "its rows are needed: --data census=PATH"}
    assert job.missing(folders, {"census": Path("rows.npz")}) == {}


def test_the_table_has_a_row_an_experiment(tmp_path: Path) -> None:
    one = {"experiment": "a", "condition": "c", "seed": 1, "loss": 0.3}
    comparisons = pd.DataFrame([row(one, "loss", 0.3, 0.0)])
    found = summary(comparisons, {"a": 1234}, 0.95)
    (tmp_path / "summary.json").write_text(json.dumps(found))
    text = table(Folders(tmp_path, {"audit": tmp_path}))
    assert r"a & 1,234 & 1 & 1 & 0 & 0 & 95\,\% \\" in text
    assert r"together & 1,234 & 1 & 1 & 0 & 0 & 95\,\% \\" in text


def test_runs_that_are_not_equal_are_named_or_counted() -> None:
    one = {"experiment": "a", "condition": "c", "seed": 1, "is": NEAR}
    assert said([]) == ""
    assert said([one]) == " Not equal: a, c, run 1."
    many = [{**one, "seed": i} for i in range(6)] + [{**one, "experiment": "b", "is": APART}]
    assert said(many) == " Not equal: 6 of a (near), 1 of b (apart)."
