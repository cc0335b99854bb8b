"""Our choices varied: each gives the evidence that it says, and what is missing is named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmoe_repro import study
from mmoe_repro.census.evidence import of_choice as census
from mmoe_repro.claims.beside import beside, trends
from mmoe_repro.claims.evidence import Evidence, MissingRuns, NoEvidence, Sample
from mmoe_repro.claims.statements import Claim, Part
from mmoe_repro.synthetic.choices import CHOICES, RATE, Records, best_rate_overall, evidence
from mmoe_repro.synthetic.reading import Reading
from tests.conftest import ROOT

SEEDS = 6
MODELS = ("shared_bottom", "omoe", "mmoe")


def frame(model: str, p: float, rate: float, shift: float = 0.0) -> pd.DataFrame:
    """Run records: the training loss of seed s is shift + s, the held-out loss ten more."""
    seeds = np.arange(SEEDS)
    return pd.DataFrame(
        {
            "model": model,
            "task_correlation": p,
            "learning_rate": rate,
            "seed": seeds,
            "train_loss": shift + seeds.astype(float),
            "final_loss": shift + seeds + 10.0,
        }
    )


def curves(runs: pd.DataFrame) -> pd.DataFrame:
    """Curves that are one higher at step 0, one lower at 1,500, and end a half above the record."""
    steps = {0: 1.0, 1_500: -1.0, 2_000: 0.5}
    parts = [runs.assign(step=s, loss=runs["final_loss"] + d, train_loss=runs["train_loss"] + d)
             for s, d in steps.items()]  # fmt: skip
    return pd.concat(parts)


@pytest.fixture
def records() -> Records:
    runs = pd.concat([frame(m, p, 0.001) for m in MODELS for p in (0.5, 1.0)])
    variants = pd.concat(
        [frame("shared_bottom_full_count", p, 0.001, 40) for p in (0.5, 1.0)]
        + [frame(m, p, 0.01, 20) for m in MODELS for p in (0.5, 1.0)]
    )
    figure3 = pd.concat(
        [frame("shared_bottom_16", p, r, 1e3 * r) for p in (0.5, 1.0) for r in (0.001, 0.01)]
    )
    selection = pd.concat([frame(m, 0.5, r, 1e3 * r) for m in MODELS for r in (0.001, 0.01)])
    return Records(
        runs, curves(runs), figure3, curves(figure3), variants, curves(variants), selection,
        Reading("training", "half"), 0.001, 20.0, MODELS, (0.5, 1.0), (0.001, 0.01), SEEDS,
    )  # fmt: skip


def first(records: Records, choice: str, condition: str = "omoe@0.5") -> list[float]:
    return list(evidence(choice, records).of(condition).low)


def test_the_reference_is_the_final_loss_in_the_papers_reading(records: Records) -> None:
    assert first(records, "reference") == [s / 2 for s in range(SEEDS)]
    assert first(records, "reference", "shared_bottom_16@1") == [(1 + s) / 2 for s in range(SEEDS)]
    assert first(records, "held_out") == [(10 + s) / 2 for s in range(SEEDS)]


def test_other_definitions_of_the_loss_are_read_off_the_curves(records: Records) -> None:
    assert first(records, "best_loss")[2:] == [(s - 1) / 2 for s in range(2, SEEDS)]
    assert first(records, "last_thousand") == [(s - 0.25) / 2 for s in range(SEEDS)]
    assert first(records, "half_way") == [
        (s + 1) / 2 for s in range(SEEDS)
    ]  # at step 0: none nearer


def test_halves_of_the_seeds(records: Records) -> None:
    assert first(records, "first_half") == [0.0, 0.5, 1.0]
    assert first(records, "second_half") == [1.5, 2.0, 2.5]


def test_one_learning_rate_for_all(records: Records) -> None:
    assert best_rate_overall(records) == 0.001
    assert first(records, "one_rate") == first(records, "reference")
    assert first(records, "rate_0.01") == [(20 + s) / 2 for s in range(SEEDS)]
    assert first(records, "rate_0.01", "shared_bottom_16@1")[0] == 5
    with pytest.raises(NoEvidence, match=r"not run at learning rate 0\.01"):
        evidence("rate_0.01", records).of("shared_bottom_full_count@1")


def test_the_fully_counted_width_takes_shared_bottoms_place(records: Records) -> None:
    assert first(records, "full_count", "shared_bottom@1")[0] == 20
    assert first(records, "full_count", "mmoe@1")[0] == 0
    without = replace(records, variants_runs=records.variants_runs.iloc[:0])
    with pytest.raises(NoEvidence, match="not run at the fully counted width"):
        evidence("full_count", without).of("shared_bottom@1")


def test_diverged_runs_are_left_out_as_whole_seeds(records: Records) -> None:
    runs = records.runs.copy()
    runs.loc[(runs["model"] == "mmoe") & (runs["seed"] == 0), "train_loss"] = np.nan
    changed = replace(records, runs=runs)
    assert first(changed, "diverged_left_out") == [s / 2 for s in range(1, SEEDS)]
    assert first(changed, "reference", "mmoe@0.5")[0] == 2.5


def test_every_choice_has_a_title_and_an_unknown_one_is_refused(records: Records) -> None:
    said = study.choices(study.check({}, ROOT / study.configuration.SCHEMA))
    assert list(said)[:3] == ["reference", "best_loss", "last_thousand"]
    assert said["rate_0.01"] == "learning rate 0.01 for all"
    assert said["split_1"] == "split 1 of the census"
    own = {name for name in said if not name.startswith((RATE, "split_", "order_"))}
    assert own == set(CHOICES)
    with pytest.raises(ValueError, match="choice 'worst': allowed are reference, best_loss"):
        evidence("worst", records)


def test_a_dropped_model_correlation_or_seed_is_named(records: Records) -> None:
    runs = records.runs
    for change, said in (
        (runs[runs["model"] != "omoe"], r"no runs of omoe@0\.5"),
        (runs[runs["task_correlation"] != 1], r"no runs of shared_bottom@1"),
        (runs[runs["seed"] != 4], r"mmoe@0\.5: lacks the seeds 4; expected are 0-5"),
    ):
        with pytest.raises(MissingRuns, match=said):
            evidence("reference", replace(records, runs=change))
    figure3 = records.figure3_runs
    without = replace(records, figure3_runs=figure3[figure3["learning_rate"] > 0.005])
    with pytest.raises(MissingRuns, match=r"no runs of shared_bottom_16@0\.5, lr 0\.001"):
        evidence("reference", without)
    with pytest.raises(NoEvidence):  # it was not to be run
        evidence("reference", replace(without, figure3_rates=(0.01,))).of("shared_bottom_16@0.5")


def test_what_is_said_beside_a_verdict(records: Records) -> None:
    found = evidence("reference", records)
    means = Part(
        "difference_of_means", ("shared_bottom_16@1", "omoe@1"), "more_than", 1, "permutation"
    )
    said = beside(means, found)
    assert said["difference_of_medians"] == 0.5
    assert said["variance_left_by_pairing"] == 0  # the same runs, moved
    assert said["probability_first_is_higher"] == pytest.approx((15 + 5 + 0.5 * 5) / 36, abs=0.15)
    lows = Part(
        "difference_of_low_quantiles", ("shared_bottom_16@1", "omoe@1"), "within", 1, "bootstrap"
    )
    assert beside(lows, found)["first_minimum"] == 0.5
    spreads = Part("ratio_of_sds", ("mmoe@1", "omoe@1"), "within", 1.25, "bootstrap")
    assert beside(spreads, found)["ratio_of_interquartile_ranges"] == 1
    claim = Claim("C", "", "", "", (means,), trends=("omoe",))
    assert trends(claim, found) == {}  # two correlations have no trend
    rises = {"1": np.zeros(4), "0.9": np.full(4, 0.1), "0.5": np.array([0.3, 0.3, 0.6, 0.2])}
    rising = Evidence(
        {f"omoe@{p}": Sample.known(np.arange(4.0) + rise) for p, rise in rises.items()}, paired=True
    )
    of = trends(claim, rising)["omoe"]
    assert of["rise"] == pytest.approx(0.35)
    half = stats.t.ppf(0.95, 3) * np.std([0.3, 0.3, 0.6, 0.2], ddof=1) / 2
    assert (of["low"], of["high"]) == pytest.approx((of["rise"] - half, of["rise"] + half))
    assert of["p"] < 0.05


# --- the census -------------------------------------------------------------------------------


def test_choices_that_are_about_the_census() -> None:
    rows = [
        {"group": "income", "method": m, "seed": s, "split": k, "test_main_auc": s + 10 * k,
         "test_auxiliary_auc": 0.5}
        for m in ("mmoe", "omoe") for s in range(4) for k in range(2)
    ]  # fmt: skip
    runs = pd.DataFrame(rows).astype({"test_main_auc": float})

    def of(choice: str) -> list[float]:
        return list(census(choice, runs, 4).of("mmoe@income").low)

    assert of("reference") == of("half_effect") == of("order_alone") == [0, 1, 2, 3]
    assert of("first_half") == [0, 1]
    assert of("second_half") == [2, 3]
    assert of("split_1") == [10, 11, 12, 13]
    runs.loc[0, "test_main_auc"] = np.nan
    assert of("diverged_left_out") == [1, 2, 3]
    assert of("reference") == [1, 1, 2, 3]  # as the worst
    with pytest.raises(MissingRuns, match="lacks the seeds 4-5"):
        census("reference", runs, 6)
