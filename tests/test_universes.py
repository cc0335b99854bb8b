"""What many universes say together: reading, verdicts, shares, decompositions, distances, records."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmoe_repro import records
from mmoe_repro.calibration.figure2 import read_fits
from mmoe_repro.claims.statements import Claims, Part
from mmoe_repro.claims.statements import load as load_claims
from mmoe_repro.files import write_parquet
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.decomposition import chance, decompositions, groups, omega_squared
from mmoe_repro.multiverse.departures import around, departures, like, reread
from mmoe_repro.multiverse.design import Member, members
from mmoe_repro.multiverse.fit import FIGURES, distances, fits
from mmoe_repro.multiverse.held_out import test as held_out_test
from mmoe_repro.multiverse.numbers import first
from mmoe_repro.multiverse.plan import statements
from mmoe_repro.multiverse.reading import evidence, learning_rates, reported
from mmoe_repro.multiverse.shares import shares, weights
from mmoe_repro.multiverse.summary import decides, nearest, of_equals, summarise, turned, words
from mmoe_repro.multiverse.train import train_universe
from mmoe_repro.multiverse.verdicts import margins, verdicts
from mmoe_repro.multiverse.words import called
from mmoe_repro.paper.published import published
from mmoe_repro.records import BadRecordFile
from mmoe_repro.synthetic.schema import RUNS
from mmoe_repro.synthetic.space import Space, load
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule
from tests.conftest import ROOT

FITS = read_fits(ROOT / "results/published/calibration/label_functions.json")
CLAIMS = ROOT / "config/claims.yaml"
SHORT = Schedule(200, 100, 50, 100)
RATES, CORRELATIONS = (0.0001, 0.001, 0.01), (0.5, 0.9, 1.0)


@pytest.fixture(scope="module")
def space() -> Space:
    return load(
        ROOT / "config/multiverse.yaml", FITS, ROOT / "workflow/schemas/multiverse.schema.yaml"
    )


@pytest.fixture(scope="module")
def claims() -> Claims:
    return statements(load_claims(CLAIMS, ROOT / "workflow/schemas/claims.schema.yaml"))


def believable(space: Space, n: int) -> list[Member]:
    walk = members(space, 2018)
    found: list[Member] = []
    while len(found) < n:
        one = next(walk)
        if one.wide:
            found.append(replace(one, learns=True))
    return found


def made_up(member: Member, better: float = 0.0, seeds: int = 20) -> pd.DataFrame:
    """Records as they are kept: MMoE is ahead by `better` constants, rate 0.001 is the best."""
    rng = np.random.default_rng(int(member.name, 36) % 1000)
    constant = member.universe.constant_loss()
    rows = []
    models = [("shared_bottom_16", [0.001])] + [(m, RATES) for m in (member.width, "omoe", "mmoe")]
    for model, rates in models:
        for p in CORRELATIONS:
            for rate in rates:
                level = 0.4 + 0.1 * (rate != 0.001) - better * (model == "mmoe")
                for seed in [*range(seeds), 10_000, 10_001]:
                    loss = constant * (level + 0.01 * rng.standard_normal())
                    rows.append((member.name, member.universe.key(), model, p, rate, seed, loss,
                                 loss / 2, "compiled", "abc"))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(store.RUNS.columns))
    return store.RUNS.validate(frame.astype({"final_loss": "float32", "train_loss": "float32"}))


def made_up_curves(member: Member, loss: float) -> pd.DataFrame:
    rows = [
        (member.name, model, p, rate, step, loss, loss)
        for model, rates in [("shared_bottom_16", [0.001])]
        + [(m, RATES) for m in (member.width, "omoe", "mmoe")]
        for p in CORRELATIONS
        for rate in rates
        for step in (0, 500, 1_000, 5_000, 9_000)
    ]
    return pd.DataFrame(rows, columns=list(store.CURVES.columns)).astype(
        {"loss": "float32", "train_loss": "float32"}
    )


# --- reading ----------------------------------------------------------------------------------


def test_learning_rates_are_chosen_together_as_the_rule_says(space: Space) -> None:
    member = believable(space, 1)[0]
    runs = made_up(member)
    worse = (runs["model"] == "omoe") & (runs["learning_rate"] == 0.001)
    at_half = worse & (runs["task_correlation"] == 0.5) & (runs["seed"] >= 10_000)
    runs.loc[at_half, "final_loss"] *= 1.3  # not enough for OMoE's mean over correlations
    by_hand = {"each_condition": 0.01, "each_model": 0.001, "one_for_all": 0.001, "0.01": 0.01}
    for rule, expected in by_hand.items():
        rates = learning_rates(runs, rule, "final_loss")
        of = rates[(rates["model"] == "omoe") & (rates["task_correlation"] == 0.5)]
        if rule == "each_condition":
            assert of["learning_rate"].item() in (0.0001, 0.01)
        else:
            assert of["learning_rate"].item() == expected
        assert len(rates) == 12
        assert set(rates.loc[rates["model"] == "shared_bottom_16", "learning_rate"]) == {0.001}


def test_a_diverged_selection_run_makes_its_rate_the_last_choice(space: Space) -> None:
    member = believable(space, 1)[0]
    runs = made_up(member)
    at = (runs["model"] == "mmoe") & (runs["learning_rate"] == 0.001) & (runs["seed"] == 10_000)
    runs.loc[at, "final_loss"] = np.nan
    rates = learning_rates(runs, "each_model", "final_loss")
    assert 0.001 not in set(rates.loc[rates["model"] == "mmoe", "learning_rate"])


def test_a_constant_prediction_loses_a_half(space: Space) -> None:
    member = believable(space, 1)[0]
    member = replace(member, choices={**member.choices, "loss": "held_out"})
    shown = evidence(reported(made_up(member), member.choices, member.universe), member.universe)
    for name in ("shared_bottom@0.5", "mmoe@1", "shared_bottom_16@0.9"):
        assert shown.of(name).low.size == 20
        assert 0.15 < shown.of(name).low.mean() < 0.3
    assert shown.edge == pytest.approx(
        member.universe.plateau_edge() / member.universe.constant_loss() / 2
    )
    half = replace(member, choices={**member.choices, "error": "half"})
    again = evidence(reported(made_up(member), half.choices, member.universe), member.universe)
    assert (again.of("omoe@1").low == shown.of("omoe@1").low).all()


# --- verdicts ---------------------------------------------------------------------------------


def test_margins_are_distances_into_the_region() -> None:
    more = Part("difference_of_means", ("a@1", "b@1"), "more_than", 0.01, "permutation")
    assert margins(more, 0.03, 0.0, 0.05) == pytest.approx((0.02, -0.01, 0.04))
    within = Part("difference_of_means", ("a@1", "b@1"), "within", 0.01, "equivalence")
    assert margins(within, -0.004, -0.02, 0.003) == pytest.approx((0.006, -0.01, 0.01))
    assert margins(within, 0.03, 0.02, 0.05) == pytest.approx((-0.02, -0.04, -0.01))
    ratio = Part("ratio_of_sds", ("a@1", "b@1"), "more_than", 1.25, "bootstrap")
    assert margins(ratio, 2.5, 1.25, 5.0) == pytest.approx((np.log(2), 0, np.log(4)))


def test_a_made_up_advantage_is_found_and_its_lack_is_not(space: Space, claims: Claims) -> None:
    ahead, level = believable(space, 2)
    runs = pd.concat([made_up(ahead, better=0.2), made_up(level)])
    found = verdicts([ahead, level], runs, claims, 2018)
    every = [
        "S1",
        "A1",
        "A2",
        "A2a",
        "A2b",
        "A3",
        "A4",
        "T1",
        "T1a",
        "T2",
        "T2a",
        "T3",
    ]  # T4 is wider
    assert list(dict.fromkeys(found["claim"])) == every
    by = found.set_index(["name", "claim"])
    assert by.loc[(ahead.name, "A2a"), "verdict"] == "contradicted"  # OMoE is behind by 0.2
    assert by.loc[(level.name, "A2a"), "verdict"] == "supported"
    assert by.loc[(ahead.name, "A2a"), "margin"] == pytest.approx(0.01 - 0.1, abs=0.05)
    assert (found["low"] <= found["margin"]).all()
    assert (found["margin"] <= found["high"]).all()


# --- shares and weights -----------------------------------------------------------------------


def test_shares_are_wilsons_and_weights_are_of_the_misfit() -> None:
    names = [f"{i:04d}" for i in range(40)]
    said = {name: "supported" if i < 10 else "undecided" for i, name in enumerate(names)}
    misfits = pd.Series([0.05] * 10 + [0.15] * 30, index=names)
    weight = weights(misfits, 0.05)
    assert weight.sum() == pytest.approx(1)
    assert weight.iloc[0] / weight.iloc[-1] == pytest.approx(np.exp((9 - 1) / 2))
    found = shares(said, weight, 0.95).set_index("verdict")
    ends = stats.binomtest(10, 40).proportion_ci(method="wilson")
    row = found.loc["supported"]
    assert (row["share"], row["low"], row["high"]) == pytest.approx((0.25, ends.low, ends.high))
    assert row["weighted"] > 0.9
    assert row["weighted_low"] <= row["weighted"] <= row["weighted_high"]
    assert row["effective"] == pytest.approx(1 / (weight**2).sum())
    assert found["weighted"].sum() == pytest.approx(1)


# --- which choice decides ---------------------------------------------------------------------


def test_what_is_the_same_in_every_universe_hangs_on_nothing(space: Space) -> None:
    found = believable(space, 60)
    same = pd.DataFrame({"S": 0.1}, [one.name for one in found])
    rows = decompositions(same, found, 0.95, resamples=20)["S"]
    assert rows["share"].isna().all()
    assert decides(rows) is None


def test_a_planted_choice_decides_and_noise_does_not(space: Space) -> None:
    found = believable(space, 200)
    random = np.random.default_rng(4)
    noise = random.standard_normal(len(found))
    planted = np.array([2.0 * one.choices["biases"] for one in found]) + noise
    names = [one.name for one in found]
    margins = pd.DataFrame({"planted": planted, "noise": noise}, names)
    of = decompositions(margins, found, 0.95, resamples=200)
    rows = of["planted"]
    first = decides(rows)
    assert first is not None
    assert first["choice"] == "biases"
    assert first["share"] == pytest.approx(0.5, abs=0.12)  # 1 of 2 of the variance
    assert first["low"] < first["share"] < first["high"]
    assert "error" not in set(rows["choice"])
    assert decides(of["noise"]) is None
    alone = decompositions(margins[["noise"]], found, 0.95, resamples=200)["noise"]
    pd.testing.assert_frame_equal(alone, of["noise"], rtol=1e-9)  # what is beside it does not count


def test_omega_squared_is_that_of_a_one_way_analysis() -> None:
    random = np.random.default_rng(1)
    level = np.repeat([0, 1, 2], 30)
    y = level * 0.8 + random.standard_normal(90)
    x = np.column_stack([level == 1, level == 2]).astype(float)
    columns = {"level": x - x.mean(axis=0), "other": random.standard_normal((90, 1))}
    mine = omega_squared(y[:, None], columns)
    between = sum(30 * (y[level == k].mean() - y.mean()) ** 2 for k in range(3))
    within = sum(((y[level == k] - y[level == k].mean()) ** 2).sum() for k in range(3))
    error = within / 87
    expected = (between - 2 * error) / (between + within + error)
    assert mine["level"][0] == pytest.approx(expected, abs=0.02)  # a column more is in the model


def test_too_few_universes_decide_nothing(space: Space) -> None:
    found = believable(space, 12)
    margins = pd.DataFrame({"S": np.arange(12.0)}, [one.name for one in found])
    rows = decompositions(margins, found, 0.95, resamples=10)["S"]
    assert rows["share"].isna().all()
    assert decides(rows) is None


def test_columns_are_choices_with_several_values(space: Space) -> None:
    found = [replace(m, choices={**m.choices, "biases": True}) for m in believable(space, 40)]
    columns = groups(found)
    assert "biases" not in columns
    assert columns["standardise"].shape == (40, 1)


def test_chance_is_one_less_the_reliability() -> None:
    random = np.random.default_rng(2)
    truth = random.standard_normal(5_000)
    halves = [pd.Series(truth + random.standard_normal(5_000)) for _ in range(2)]
    # a half has a reliability of 1/2, the whole of 2/3; ranks lose a little
    assert chance(*halves) == pytest.approx(1 / 3, abs=0.03)
    assert chance(halves[0], pd.Series(random.standard_normal(5_000))) > 0.9


# --- the reference and its departures ---------------------------------------------------------


def chosen() -> dict[str, object]:
    u = Universe(FITS[0], 16, 3_000, True, "glorot", biases=False)
    return {
        "universe": u.as_dict(), "reading": {"loss": "training", "error": "half"},
        "label_function": "figure2",
    }  # fmt: skip


def test_departures_differ_in_one_choice_and_have_every_other_value(space: Space) -> None:
    reference = like(space, "reference", chosen(), "figure2")
    found = departures(space, reference, 2018)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        changed = [k for k in one.choices if one.choices[k] != reference.choices[k]]
        assert len(changed) <= 1
        assert one.universe != reference.universe or changed == ["width"]
        for name in changed:
            assert one.name.startswith(f"{name}-")
    for dimension, values in space.dimensions.items():
        taken = {
            str(one.choices[dimension]) for one in [reference, *found, *reread(space, reference)]
        }
        missing = {str(value) for value, _ in values} - taken
        assert missing <= {"free"}, dimension
    assert {one.runs for one in reread(space, reference)} == {"reference"}


def test_companions_are_beside_the_reference(space: Space) -> None:
    of = chosen() | {"companions": {"memorising": chosen() | {"label_function": "figure2"}}}
    finalists = pd.DataFrame(
        [
            finalist(5, "held_out", True),
            finalist(6, "training", True),
            finalist(7, "training", False),
        ]
    )
    found = around(space, of, finalists, 2018)
    assert [one.name for one in found[:2]] == ["reference", "memorising"]
    # of the finalists that are equal number 6 is the reference itself
    assert [one.name for one in found if one.name.startswith("equal")] == ["equal-5"]
    assert found[-1].choices == found[0].choices | {"loss": "held_out"}


def finalist(number: int, loss: str, equal: bool) -> dict[str, object]:
    """A row of the calibration's finalists, in the universe of `chosen`."""
    return {
        "number": number, "universe": json.dumps(chosen()["universe"]), "loss": loss, "error": "half",
        "equal": equal,
    }  # fmt: skip


def test_the_nearest_value_that_turns_a_verdict_is_named(space: Space) -> None:
    reference = like(space, "reference", chosen(), "figure2")
    others = departures(space, reference, 2018)
    said = {one.name: "supported" for one in [reference, *others]}
    others.append(replace(reference, name="memorising"))  # a companion is no departure
    said |= {
        "memorising": "undecided", "batch_size-64": "contradicted",
        "batch_size-128": "contradicted", "initialisation-he": "undecided",
    }  # fmt: skip
    found = turned(said, dict.fromkeys(said, True), others, reference)
    assert [(f["choice"], f["value"], f["verdict"]) for f in found] == [
        ("batch_size", 64, "contradicted"), ("initialisation", "he", "undecided")
    ]  # fmt: skip
    drawn = [one.name for one in others if one.name.startswith("label_function-ple-")]
    said |= {drawn[0]: "contradicted", drawn[2]: "contradicted"}
    of_ple = turned(said, dict.fromkeys(said, True), others, reference)[0]
    assert (of_ple["value"], of_ple["draws"], of_ple["of"]) == ("ple", 2, 3)


def test_a_reader_is_told_first_where_the_study_stands_alone() -> None:
    def of(contradicted: int, reference: str) -> dict[str, object]:
        counts = {"contradicted": contradicted, "undecided": 19 - contradicted, "supported": 1}
        return {"verdicts": counts, "of": 20, "reference": reference}

    study = {"A2": "contradicted", "A3": "supported", "T1": "contradicted", "T2": "contradicted"}
    among = {
        "A2": of(16, "contradicted"),  # as most
        "A3": of(14, "supported"),  # against most
        "T1": of(4, "contradicted"),  # alone
        "T2": of(3, "undecided"),  # alone, but not on as few runs
    }
    assert first(study, among) == (
        r"\againstmost{A3 (contradicted in 14 of 20)}\withfew{T1 (contradicted in 4 of 20)}"
    )
    assert first(study, {"A2": among["A2"], "A3": of(10, "supported")}) == ""  # half is not most


# --- distances and the held-out test ----------------------------------------------------------


def test_a_universe_that_gave_the_published_curves_would_be_at_no_distance(space: Space) -> None:
    member = believable(space, 1)[0]
    member = replace(
        member, choices={**member.choices, "loss": "held_out", "error": "plain",
                         "learning_rate_rule": "0.001"}
    )  # fmt: skip
    curves = made_up_curves(member, 0.5)
    runs = made_up(member)
    found = distances(runs, curves, member.choices)
    paper = published("figure4")
    kept = paper[paper["step"].isin([500, 1_000, 5_000, 9_000])]
    assert found["figure4"] == pytest.approx(float(np.sqrt(((0.5 - kept["loss"]) ** 2).mean())))
    exact = curves.assign(model=curves["model"].replace({member.width: "shared_bottom"}))
    exact = exact.merge(
        paper.rename(columns={"loss": "theirs"}),
        on=["model", "task_correlation", "step"],
        how="left",
    )
    curves["loss"] = exact["theirs"].fillna(0.5).to_numpy(dtype="float32")
    assert distances(runs, curves, member.choices)["figure4"] == pytest.approx(0, abs=1e-6)
    runs["final_loss"] = np.float32(np.nan)
    assert distances(runs, curves, member.choices)["figure5"] == np.inf


def test_the_held_out_test_finds_a_planted_correlation() -> None:
    random = np.random.default_rng(3)
    figure3 = random.random(100)
    rows = pd.DataFrame(
        {
            "name": [f"{i:04d}" for i in range(100)],
            "figure3": figure3,
            "figure4": figure3 + 0.1 * random.random(100),
            "figure5": random.random(100),
            "constant": 0.5 + random.random(100),
        }
    )
    rows["together"] = np.sqrt((rows[["figure3", "figure4", "figure5"]] ** 2).mean(axis=1))
    reference = rows.iloc[0]
    found = held_out_test(rows, reference, 0.95)
    assert found["figure4"]["low"] > 0.9
    assert found["figure5"]["low"] < 0 < found["figure5"]["high"] + 0.2
    assert found["figure4"]["rank_correlation"] == pytest.approx(
        stats.spearmanr(rows["figure3"], rows["figure4"]).statistic
    )
    assert found["figure4"]["better_than_reference"] == int(
        (rows["figure4"] < reference["figure4"]).sum()
    )


def test_what_the_scale_of_losses_brings_about_is_taken_out() -> None:
    """Two distances that have nothing in common but how far off the losses' scale is."""
    random = np.random.default_rng(4)
    off = random.random(300)
    rows = pd.DataFrame(
        {
            "name": [f"{i:04d}" for i in range(300)],
            "constant": 0.5 + off * random.choice([-1, 1], 300) / 2,
            **{f"figure{k}": off + 0.3 * random.random(300) for k in (3, 4, 5)},
            "together": 1.0,
        }
    )
    found = held_out_test(rows, rows.iloc[0], 0.95)
    for figure in ("figure4", "figure5"):
        assert found[figure]["low"] > 0.7
        assert found[figure]["partial_low"] < 0 < found[figure]["partial_high"]
        ranks = rows[["figure3", figure, "constant"]].assign(constant=off).rank()
        left = [stats.linregress(ranks["constant"], ranks[name]) for name in ("figure3", figure)]
        residuals = [
            ranks[name] - of.intercept - of.slope * ranks["constant"]
            for name, of in zip(("figure3", figure), left, strict=True)
        ]
        expected = stats.pearsonr(*residuals).statistic
        assert found[figure]["partial"] == pytest.approx(expected)


# --- all together, and records ----------------------------------------------------------------


def test_the_summary_counts_believable_universes_alone(space: Space, claims: Claims) -> None:
    design = believable(space, 6)
    design[5] = replace(design[5], learns=False)
    reference = like(space, "reference", chosen(), "figure2")
    everyone = [*design, reference]
    runs = pd.concat([made_up(one, better=0.1 * (i % 2)) for i, one in enumerate(everyone)])
    curves = pd.concat([made_up_curves(one, 0.4 + 0.03 * i) for i, one in enumerate(everyone)])
    judged = verdicts([*design, reference, *reread(space, reference)], runs, claims, 2018)
    near = fits([*design, reference, *reread(space, reference)], runs, curves)
    whole, of_shares, of_choices = summarise(
        design, [reference, *reread(space, reference)], judged, near, 0.05, 0.95
    )
    assert (whole["believable"], whole["others"], whole["planned"]) == (5, 1, 5)
    for name, of in whole["statements"].items():
        assert sum(of["verdicts"].values()) == of["of"] == 5
        assert " of 5" in of["words"], name
        assert sum(of["manners"].values()) == of["verdicts"]["contradicted"], name
        fitting = [one for one in design[:5] if one.choices["label_function"] == "figure2"]
        assert of["with_figure2"]["of"] == len(fitting)
        assert not of["decomposed"]
    again = [
        replace(reference, name="equal-7", universe=replace(reference.universe, adam_epsilon=1e-7))
    ]
    other = [
        replace(reference, name="equal-9", universe=replace(reference.universe, batch_size=32))
    ]
    lost = pd.DataFrame(
        {"name": ["reference", "equal-9", "0001"], "held_out_share": [0.9, 1.2, 2.0]}
    )
    found = of_equals([reference, *again, *other], lost)
    assert found == {"of": 3, "but_for_epsilon": 2, "by_heart": 1}
    assert whole["equals"]["of"] == 1
    assert set(of_shares["claim"]) == set(of_choices["claim"]) == set(whole["statements"])
    json.dumps(whole)


def test_the_nearest_universe_is_a_believable_one_wherever_it_is_from() -> None:
    rows = [("0001", 0.3, True), ("0002", 0.1, False), ("batch_size-256", 0.2, True)]
    near = pd.DataFrame(
        [
            {"name": name, "batch_size": "256", "together": far, **dict.fromkeys(FIGURES, far)}
            for name, far, _ in rows
        ]
    )
    judged = pd.DataFrame(
        [
            {"name": name, "believable": yes, "claim": claim, "verdict": verdict}
            for name, _, yes in rows
            for claim, verdict in (("A3", "supported"), ("S1", "undecided"))
        ]
    )
    found = nearest(near, judged)
    assert (found["name"], found["figure4"]) == ("batch_size-256", 0.2)
    assert found["words"] == "the reference with batch size 256"
    assert (found["supported"], found["contradicted"]) == (["A3"], [])
    assert called("0001", {}) == "universe 0001"
    assert called("equal-138", {}) == "number 138 of the calibration"


def test_words_of_a_statement_over_universes() -> None:
    counts = {"supported": 0, "contradicted": 14, "undecided": 6}
    manners = {"reversed": 3, "not alike": 0, "too small": 11}
    said = words(counts, manners, 20, {"choice": "batch_size"})
    assert said == (
        "supported in 0, contradicted in 14 of 20 (reversed in 3, too small in 11); "
        "depends on batch size"
    )
    assert words(counts, dict.fromkeys(manners, 0), 20, None).endswith("14 of 20")


def test_kept_records_are_read_as_they_were_written_and_full_files_stay(
    space: Space, tmp_path: Path
) -> None:
    design = believable(space, 40)
    names = [one.name for one in design]
    runs = pd.concat([made_up(one) for one in design[:34]], ignore_index=True)
    store.write(runs, names, tmp_path, "runs")
    first = (tmp_path / f"runs-{names[0]}.parquet").read_bytes()
    assert len(store.files(tmp_path, "runs")) == 2
    again = store.read(tmp_path, "runs")
    order = list(store.RUNS.columns)[:6]
    pd.testing.assert_frame_equal(
        again.sort_values(order, ignore_index=True), runs.sort_values(order, ignore_index=True)
    )
    more = pd.concat([runs, made_up(design[39])], ignore_index=True)
    store.write(more, names, tmp_path, "runs")
    assert (tmp_path / f"runs-{names[0]}.parquet").read_bytes() == first
    assert len(set(store.read(tmp_path, "runs")["name"])) == 35
    with pytest.raises(BadRecordFile, match="expected"):
        store.check(runs, [replace(design[0], universe=replace(design[0].universe, batch_size=7))])


def test_what_is_trained_takes_the_place_of_what_was_there(
    space: Space, tmp_path: Path, fresh: Universe
) -> None:
    one = replace(believable(space, 1)[0], universe=fresh)
    runs, curves = train_universe(one, [0.5], [0.001], 2, 1, 2018, tmp_path / "keep", SHORT)
    blocks = tmp_path / "blocks"
    records.write(runs, blocks / f"{one.name}.runs.parquet", RUNS)
    write_parquet(curves, blocks / f"{one.name}.curves.parquet")
    known = made_up(one)
    other = made_up(replace(one, name="other"))
    found = store.gather(
        blocks, [one.name, "other", "none"], "runs", pd.concat([known, other], ignore_index=True)
    )
    assert set(found["name"]) == {one.name, "other"}
    mine = found[found["name"] == one.name]
    assert len(mine) == len(runs)
    assert store.gather(tmp_path, ["none"], "curves").empty


def test_finished_universes_are_put_together_and_keep_their_place_or_not(
    space: Space, tmp_path: Path
) -> None:
    design = believable(space, 3)
    known = tmp_path / "known"
    for kind, frame in (("runs", made_up(design[1])), ("curves", made_up_curves(design[1], 0.1))):
        store.write(frame, [design[1].name], known, kind)
    for gaps, named in ((True, design[0]), (False, design[1])):
        folder = tmp_path / str(gaps)
        assert store.put_together(design, tmp_path, known, folder, gaps) == [design[1]]
        assert {path.name for path in folder.iterdir()} == {
            f"{kind}-{named.name}.parquet" for kind in store.KINDS
        }
    assert store.put_together(design, tmp_path, None, tmp_path / "none") == []
