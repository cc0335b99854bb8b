"""Tables 1 and 2, the parts of the spread, gates, and published beside new records."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.census import numbers
from mmoe_repro.census.gates import (
    effective_experts,
    gate_distance,
    in_order_of_use,
    same_favourite,
)
from mmoe_repro.census.merge import AUCS, Disagreement, merge, merge_gates
from mmoe_repro.census.plan import (
    AGAIN,
    DEFECTS,
    PUBLISHED_FOLDER,
    PUBLISHED_SPLITS,
    SEARCHED_AGAIN,
)
from mmoe_repro.census.summary import differences, over_splits, spread, table
from mmoe_repro.census.tables import _at_the_end, census_defects, census_spread
from mmoe_repro.files import write_csv, write_parquet
from mmoe_repro.report.folders import Folders
from tests.conftest import ROOT


def runs(n: int = 4, splits: int = 3) -> pd.DataFrame:
    """AUCs that are a run's own part plus a split's own part."""
    rows = []
    for method in ("mmoe", "shared_bottom"):
        for seed in range(n):
            for split in range(splits):
                auc = 0.9 + 0.001 * seed + 0.01 * split
                rows.append(
                    {
                        "group": "income",
                        "method": method,
                        "seed": seed,
                        "split": split,
                        "choice": '{"hidden_units": 8}',
                        "batch_size": 32,
                        "study_seed": 2018,
                        "steps": 100,
                        "learning_rate": 0.01,
                        "n_parameters": 7,
                        "validation_main_auc": 0.95 - 0.001 * seed,
                        "validation_auxiliary_auc": 0.9,
                        "test_main_auc": auc,
                        "test_auxiliary_auc": auc + 0.05,
                    }
                )
    return pd.DataFrame(rows)


def test_best_is_on_test_and_honest_is_on_validation() -> None:
    row = table(runs(), "income", 1, 0.95).set_index("method").loc["mmoe"]
    assert row["runs"] == 4
    assert row["main_mean"] == pytest.approx(0.9015)
    assert row["main_sd"] == pytest.approx(np.std([0, 1, 2, 3], ddof=1) * 0.001)
    assert row["main_best"] == pytest.approx(0.903)  # the highest on the test half
    assert row["auxiliary_with_best"] == pytest.approx(0.953)
    assert row["main_honest"] == pytest.approx(0.900)  # the highest on validation
    assert row["main_mean_low"] < row["main_mean"] < row["main_mean_high"]
    assert row["published_main_mean"] == 0.9359


def test_a_diverged_run_is_counted_and_not_averaged() -> None:
    frame = runs()
    frame.loc[(frame["method"] == "mmoe") & (frame["seed"] == 3), AUCS] = np.nan
    row = table(frame, "income", 1, 0.95).set_index("method").loc["mmoe"]
    assert (row["runs"], row["diverged"]) == (4, 1)
    assert row["main_best"] == pytest.approx(0.902)


def test_the_spread_is_taken_apart() -> None:
    row = spread(runs()).set_index(["method", "task"]).loc["mmoe", "main"]
    assert row["over_runs"] == pytest.approx(np.std([0, 1, 2, 3], ddof=1) * 0.001)
    assert row["over_splits"] == pytest.approx(0.01)
    assert row["rest"] == pytest.approx(0, abs=1e-12)


def test_parts_of_the_spread_are_those_that_were_put_in() -> None:
    random = np.random.default_rng(3)
    frame = runs(400, 40)
    keys = frame[frame["method"] == "mmoe"].sort_values(["seed", "split"]).index
    of_run, of_split = 2 * random.standard_normal((400, 1)), 3 * random.standard_normal(40)
    values = of_run + of_split + random.standard_normal((400, 40))
    frame.loc[keys, "test_main_auc"] = values.ravel()
    row = spread(frame).set_index(["method", "task"]).loc["mmoe", "main"]
    assert row["over_runs"] == pytest.approx(of_run.std(ddof=1), rel=0.03)
    assert row["over_splits"] == pytest.approx(of_split.std(ddof=1), rel=0.03)
    assert row["rest"] == pytest.approx(1, rel=0.03)
    frame.loc[keys, "test_main_auc"] = random.standard_normal(len(keys))  # no parts at all
    row = spread(frame).set_index(["method", "task"]).loc["mmoe", "main"]
    assert row["over_runs"] < 0.1
    assert row["over_splits"] < 0.1


def test_means_and_ranks_of_every_split() -> None:
    frame = runs()
    ahead = (frame["method"] == "mmoe") & (frame["split"] == 2)
    frame.loc[ahead, "test_main_auc"] += 0.001
    found = over_splits(frame).set_index(["method", "split"])
    assert found.loc[("mmoe", 1), "main_mean"] == pytest.approx(0.9115)
    assert found.loc[("mmoe", 1), "auxiliary_mean"] == pytest.approx(0.9615)
    assert found["main_rank"].to_dict() == {
        ("mmoe", 0): 1, ("shared_bottom", 0): 1, ("mmoe", 1): 1, ("shared_bottom", 1): 1,
        ("mmoe", 2): 1, ("shared_bottom", 2): 2,
    }  # fmt: skip


def test_new_runs_take_the_place_of_published_ones_and_must_agree() -> None:
    published, fresh = runs(6), runs(2)
    whole, about = merge(fresh, published)
    assert len(whole) == len(published)
    assert (whole["source"] == "anew").sum() == len(fresh)
    assert about == {"runs_anew": 2, "compared": 12, "equal": 12, "largest_difference": 0.0}
    elsewhere = fresh.assign(test_main_auc=fresh["test_main_auc"] + 1e-4)
    assert merge(elsewhere, published)[1]["equal"] == 0
    sd = np.std(range(6), ddof=1) * 0.001
    far = fresh.assign(test_main_auc=fresh["test_main_auc"] + 6.1 * sd)
    with pytest.raises(
        Disagreement, match=r"mmoe, income, seed 0, split 0: test_main_auc is 0\.91"
    ):
        merge(far, published)
    with pytest.raises(Disagreement, match="test_main_auc is nan, published 0"):
        merge(fresh.assign(test_main_auc=np.nan), published)
    for column, value, theirs in (
        ("steps", 50, "100"), ("study_seed", 1, "2018"), ("batch_size", 64, "32"),
        ("choice", "{}", ".*hidden_units"),
    ):  # fmt: skip
        others = fresh.assign(**{column: value}, seed=fresh["seed"] + 10)  # no run of both
        with pytest.raises(
            Disagreement, match=f"{column} is .*, in the published records {theirs}"
        ):
            merge(others, published)
    with pytest.raises(
        Disagreement, match="published: group income, method mmoe, seed 0, split 0 is"
    ):
        merge(fresh, pd.concat([published, published]))
    diverged = published["seed"] == 1
    published.loc[diverged, AUCS] = fresh.loc[fresh["seed"] == 1, AUCS] = np.nan  # then and now
    assert merge(fresh, published)[1]["equal"] == 12
    alone, about = merge(fresh, fresh.iloc[:0])
    assert len(alone) == len(fresh)
    assert about["compared"] == 0


def test_the_published_runs_are_on_as_many_splits_as_is_said() -> None:
    found = pd.read_parquet(ROOT / PUBLISHED_FOLDER / "runs.parquet")
    counts = found.groupby(["group", "method", "seed"])["split"].nunique()
    assert set(counts) == {PUBLISHED_SPLITS}


def test_the_test_half_moves_differences_as_it_moves_the_sample_of_rows() -> None:
    """Scores that are means over rows, halved again and again: what is said of fresh rows is right."""
    random = np.random.default_rng(5)
    pool = random.standard_normal((4_000, 2))  # what each row adds to two methods
    rows = []
    for split in range(300):
        half = pool[random.permutation(len(pool))[:2_000]].mean(axis=0)
        for method, score in zip(("shared_bottom", "mmoe"), half, strict=True):
            means = {"main_mean": score, "auxiliary_mean": 2 * score}
            rows.append({"group": "income", "split": split, "method": method, **means})
    found = differences(pd.DataFrame(rows)).set_index("task")
    assert set(found["method"]) == {"mmoe"}
    of_fresh_rows = np.std(pool[:, 1] - pool[:, 0]) / 2_000**0.5
    assert found["sampling"]["main"] == pytest.approx(of_fresh_rows, rel=0.15)
    assert found["over_splits"]["main"] == pytest.approx(of_fresh_rows / 2**0.5, rel=0.15)
    assert found["over_splits"]["auxiliary"] == pytest.approx(2 * found["over_splits"]["main"])
    assert differences(pd.DataFrame(rows[:2]))["over_splits"].isna().all()
    assert differences(pd.DataFrame(rows[1::2])).empty  # without Shared-Bottom


def test_what_is_said_of_the_papers_single_task_is_in_its_tables() -> None:
    said = numbers._of_paper()
    for group in ("income", "education"):
        of, rival = (f"published.{group}.{name}" for name in ("single_task", "mmoe"))
        assert float(said[f"{of}.auxiliary"]) < float(said[f"{rival}.auxiliary"])
        next_best = said[f"published.{group}.next.auxiliary_with_best"]
        assert float(said[f"{of}.auxiliary_with_best"]) > float(next_best)


def test_how_far_audited_runs_were_off_is_said_where_some_were(tmp_path: Path) -> None:
    def row(seed: int, now: float, came_out: str, experiment: str = "census") -> dict[str, object]:
        run = {"experiment": experiment, "condition": "mmoe, income", "seed": seed}
        ends = {"measure": "test_main_auc", "recorded": (0.9).hex(), "now": now.hex()}
        return {**run, **ends, "is": came_out}

    rows = [
        row(0, 0.9, "equal"),
        row(1, 0.902, "near"),
        row(2, 0.899, "near"),
        row(3, 0.9, "equal"),
    ]
    path = tmp_path / "runs.csv"
    write_csv(pd.DataFrame([*rows, row(1, 0.5, "apart", "coins")]), path)
    said = numbers._audited(path)
    assert list(said.values()) == ["2", "0.0015", "0.0020"]
    write_csv(pd.DataFrame(rows[:1]), path)
    assert numbers._audited(path) == {}


def gates(first: list[float], second: list[float]) -> pd.DataFrame:
    rows = [
        {"group": "income", "method": "mmoe", "seed": 0, "gate": k, "expert": i, "mean_gate": g}
        for k, mean in enumerate((first, second))
        for i, g in enumerate(mean)
    ]
    return pd.DataFrame(rows)


def test_experts_in_use_and_distance_of_gates() -> None:
    frame = gates([0.5, 0.5, 0.0], [0.0, 0.0, 1.0])
    used = effective_experts(frame).set_index("gate")["effective"]
    assert used.tolist() == pytest.approx([2, 1])
    assert gate_distance(frame)["distance"].item() == 1
    assert gate_distance(gates([0.2, 0.8], [0.8, 0.2]))["distance"].item() == pytest.approx(0.6)


def test_experts_in_the_order_of_the_main_tasks_use() -> None:
    ordered = in_order_of_use(gates([0.1, 0.6, 0.3], [0.5, 0.2, 0.3]))
    assert ordered["main"].tolist() == [0.6, 0.3, 0.1]
    assert ordered["auxiliary"].tolist() == [0.2, 0.3, 0.5]
    assert not same_favourite(gates([0.1, 0.6, 0.3], [0.5, 0.2, 0.3]))["same"].item()
    assert same_favourite(gates([0.1, 0.9], [0.2, 0.8]))["same"].item()


def test_new_gates_take_the_place_of_published_ones() -> None:
    published = pd.concat([gates([0.5, 0.5], [0.5, 0.5]).assign(seed=seed) for seed in range(3)])
    fresh = gates([0.9, 0.1], [0.2, 0.8]).assign(seed=1)
    whole = merge_gates(fresh, published)
    assert len(whole) == len(published)
    assert whole.loc[whole["seed"] == 1, "mean_gate"].tolist() == [0.9, 0.1, 0.2, 0.8]
    assert (whole.loc[whole["seed"] != 1, "mean_gate"] == 0.5).all()


def test_what_further_searches_and_defects_say_is_shown(tmp_path: Path) -> None:
    of_census = tmp_path / "census"
    found = pd.read_parquet(ROOT / PUBLISHED_FOLDER / "runs.parquet")
    further = [
        found[found["method"].isin(SEARCHED_AGAIN)].assign(
            seed=lambda of, k=k: of["seed"] + k * AGAIN,
            test_main_auc=lambda of, k=k: of["test_main_auc"] + 0.01 * k,
        )
        for k in (1, 2)
    ]
    for name in ("runs", "all_runs"):
        write_parquet(found, of_census / f"{name}.parquet")
    write_parquet(pd.concat(further), of_census / "searches.parquet")
    write_csv(spread(found), of_census / "spread.csv")
    write_csv(over_splits(found), of_census / "splits.csv")
    random = np.random.default_rng(1)
    rows = [
        {"group": group, "defect": name, "seed": seed, "test_main_auc": random.uniform(0.5, 0.9),
         "test_auxiliary_auc": random.uniform(0.5, 0.9)}
        for group in ("income", "education") for name in DEFECTS for seed in range(3)
    ]  # fmt: skip
    write_parquet(pd.DataFrame(rows), of_census / "defects.parquet")
    folders = Folders(tmp_path, {"census": of_census})
    shown = census_spread(folders)
    assert shown.count("searches") == 2
    assert shown.count("10.00") == 2 * (len(SEARCHED_AGAIN) + 1)  # each, and together; main task
    assert shown.count("& difference &") == 2
    assert {line.count("&") for line in shown.splitlines() if line.startswith(" & ")} == {11}
    assert census_defects(folders).count(r"\\") == len(DEFECTS) + 3
    said = numbers._luck(folders) | numbers._defects(folders)
    assert said["census.searches"] == "3"
    assert said["census.search_repeats"] == "40"
    assert said["census.income.luck.main"] == "0.01000"
    assert said["census.income.luck.auxiliary"] == "0.00000"
    assert said["census.defects.runs"] == "3"
    assert said["census.defects.income.nearest"] in DEFECTS.values()


def test_a_choice_that_was_tried_twice_has_the_end_of_the_trial_that_it_was_chosen_by() -> None:
    of = {"group": "income", "method": "mmoe", "choice": '{"experts": 2}', "learning_rate": 0.001}
    aucs = {3: (0.91, 0.94, 0.93), 7: (0.92, 0.93, 0.90)}
    trials = pd.DataFrame(
        [
            {**of, "trial": trial, "step": 200 * (i + 1), "main_auc": auc}
            for trial, of_trial in aucs.items() for i, auc in enumerate(of_trial)
        ]
    )  # fmt: skip
    chosen = {**of, "steps": 400, "validation_main_auc": 0.94}
    for order in (trials, trials[::-1]):
        assert _at_the_end(order.reset_index(drop=True), chosen) == 0.93
