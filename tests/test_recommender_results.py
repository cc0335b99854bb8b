"""Tables and evidence from the recommender's records, and the choice of learning rates."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.claims.document import contrast_words
from mmoe_repro.claims.evidence import Evidence, MissingRuns, NoEvidence, Sample
from mmoe_repro.claims.statements import load
from mmoe_repro.claims.verdicts import judge
from mmoe_repro.paper.published import published
from mmoe_repro.recommender import choosing, evidence, numbers, plan, statistics, summary
from mmoe_repro.recommender.measures import share
from mmoe_repro.recommender.names import METHODS, TASKS
from mmoe_repro.recommender.schema import SCHEMAS
from mmoe_repro.recommender.traffic import Traffic
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, escape
from mmoe_repro.study import check
from tests.conftest import ROOT

SEEDS = 6
LOOKS = (2_000, 4_000, 6_000)


def made_up() -> pd.DataFrame:
    """A method's AUC is 0.6 and its place; a seed adds to all alike, and so does a look."""
    rows = []
    for variant in ("reference", "sparse"):
        for place, method in enumerate(METHODS):
            for seed in range(SEEDS):
                for look, step in enumerate(LOOKS):
                    for task in TASKS:
                        auc = 0.6 + 0.001 * place + 0.02 * seed + 0.01 * look
                        rows.append(
                            {"variant": variant, "method": method, "seed": seed, "step": step,
                             "task": task, "auc": auc, "r2": auc - 0.5, "bayes_auc": 0.9,
                             "bayes_r2": 0.5, "status": "converged"}
                        )  # fmt: skip
    return pd.DataFrame(rows)


def made_up_live() -> pd.DataFrame:
    """A method's ranking has a hundredth more for its place; a seed has more of everything."""
    return pd.DataFrame(
        [
            {"variant": variant, "method": method, "seed": seed, "weight": weight,
             **{f"expected_{what}": (100.0 + 10 * seed) * (1 + 0.01 * place)
                for what in evidence.LIVE}}
            for variant in ("reference", "sparse") for place, method in enumerate(METHODS)
            for seed in range(SEEDS) for weight in (0.0, evidence.WEIGHT)
        ]
    )  # fmt: skip


def made_up_gates() -> pd.DataFrame:
    weights = {"engagement": (0.4, 0.3, 0.2, 0.1), "satisfaction": (0.0, 0.1, 0.1, 0.8)}
    return pd.DataFrame(
        [
            {"variant": "reference", "method": "mmoe", "seed": seed, "step": step, "task": task,
             "expert": (i + seed) % 4, "weight": w if step == LOOKS[-1] else 0.25}
            for seed in range(SEEDS) for step in LOOKS for task in TASKS
            for i, w in enumerate(weights[task])
        ]
    )  # fmt: skip


def test_table3_has_means_shares_paired_differences_and_the_papers_values() -> None:
    found = summary.offline(made_up(), 0.95)
    row = found[
        (found["variant"] == "reference") & (found["method"] == "mmoe") & (found["step"] == 4_000)
        & (found["task"] == "engagement") & (found["measure"] == "auc")
    ].iloc[0]  # fmt: skip
    values = 0.6 + 0.005 + 0.01 + 0.02 * np.arange(SEEDS)
    assert row["mean"] == pytest.approx(values.mean())
    assert row["mean_sd"] == pytest.approx(values.std(ddof=1))
    assert row["mean_low"] < row["mean"] < row["mean_high"]
    assert row["share"] == pytest.approx(np.mean([share(v, 0.9, 0.5) for v in values]))
    # paired: what a seed adds to all is not in the difference, nor in its interval
    assert row["against"] == pytest.approx(0.004)
    assert row["against_high"] - row["against_low"] < 1e-12
    paper = published("table3").set_index("model")
    assert row["published"] == paper.loc["mmoe", "auc_4m"]
    assert found[found["variant"] == "sparse"]["published"].isna().all()
    assert found[found["task"] == "satisfaction"]["published"].isna().all()


def test_a_diverged_run_is_left_out_of_means_and_counted() -> None:
    runs = made_up()
    gone = (runs["method"] == "omoe") & (runs["seed"] == 2)
    runs.loc[gone, ["auc", "r2", "bayes_auc", "bayes_r2"]] = np.nan
    found = summary.offline(runs, 0.95)
    assert set(found[found["method"] == "omoe"]["runs"]) == {SEEDS - 1}
    assert set(found[found["method"] == "mmoe"]["runs"]) == {SEEDS}


def test_the_live_experiment_is_compared_request_by_request() -> None:
    rows = [
        {"variant": "reference", "method": method, "seed": seed, "weight": weight, "shown": 1_000,
         "engaged": 200.0 * (1 + 0.1 * seed) * (1 + 0.01 * place),
         "expected_engaged": 200.0 * (1 + 0.1 * seed) * (1 + 0.01 * place),
         "satisfied": 30.0 + place, "expected_satisfied": 30.0}
        for place, method in enumerate(METHODS) for seed in range(4) for weight in (0.0, 0.5)
    ]  # fmt: skip
    found = summary.live(pd.DataFrame(rows), 0.95)
    over = found[found["comparison"] == "mmoe_over_shared_bottom"]
    assert over["engaged"].to_numpy() == pytest.approx(100 * (1.05 / 1.01 - 1))
    assert (over["engaged_high"] - over["engaged_low"]).max() < 1e-9  # seeds differ, pairs do not
    assert over["expected_satisfied"].to_numpy() == pytest.approx(0)
    assert set(over["published_engagement"]) == {0.25}
    single = found[found["comparison"] == "shared_bottom_over_single_task"]
    assert single["engaged"].to_numpy() == pytest.approx(1.0)
    assert set(single["published_satisfaction"]) == {19.72}


def test_experts_are_put_in_the_order_of_satisfactions_use() -> None:
    ordered = summary.gates_in_order(made_up_gates())
    for _, of_run in ordered.groupby("seed"):
        assert of_run["rank"].tolist() == [1, 2, 3, 4]
        assert of_run["satisfaction"].iloc[0] == 0.8
        assert of_run["engagement"].iloc[0] == 0.1  # the same expert's
    last = made_up_gates()[made_up_gates()["step"] == LOOKS[-1]]
    assert summary.largest(last, "engagement")["weight"].tolist() == [0.4] * SEEDS


def test_evidence_by_condition_and_choice(tmp_path: Path) -> None:
    made_up().to_parquet(tmp_path / "runs.parquet")
    of_both = [made_up_gates().assign(variant=variant) for variant in ("reference", "sparse")]
    pd.concat(of_both).to_parquet(tmp_path / "gates.parquet")
    made_up_live().to_parquet(tmp_path / "live.parquet")
    variants = {"sparse": {"satisfaction_rate": 0.01}}
    config = check({"recommender": {"seeds": SEEDS, "variant_seeds": SEEDS, "variants": variants}})
    folders = Folders(tmp_path, {"recommender": tmp_path})
    whole = evidence.evidence("reference", config, folders)
    assert whole.paired
    assert whole.of("mmoe@auc-3").low == pytest.approx(0.625 + 0.02 * np.arange(SEEDS))
    assert whole.of("omoe@r2-1").low[0] == pytest.approx(0.104)
    assert whole.of("mmoe@largest-satisfaction").low.tolist() == [0.8] * SEEDS
    assert whole.of("half@gate").low.tolist() == [0.5] * SEEDS
    assert whole.of("mmoe@live-engaged").low == pytest.approx([100 * 1.05 / 1.01] * SEEDS)
    assert whole.of("shared_bottom@live-satisfied").low == pytest.approx([100.0] * SEEDS)
    half = evidence.evidence("second_half", config, folders)
    assert half.of("mmoe@auc-1").low == pytest.approx(0.605 + 0.02 * np.arange(3, 6))
    assert len(evidence.evidence("sparse", config, folders).of("mmoe@auc-1").low) == SEEDS
    with pytest.raises(NoEvidence, match="one run of it, without a spread"):
        evidence.published(config, folders).of("mmoe@auc-1")
    other = check({"recommender": {"variants": {"another": {"cosine": 0.1}}}})
    with pytest.raises(MissingRuns, match="records of traffic: another: there are none"):
        evidence.evidence("another", other, folders)
    more = check({"recommender": {"seeds": 7}})
    with pytest.raises(MissingRuns, match="lacks the seeds 6"):
        evidence.evidence("reference", more, folders)


def of_reference(runs: pd.DataFrame, gates: pd.DataFrame, **more: bool) -> dict[str, Sample]:
    """Samples of the reference's rows."""
    of, live = (frame[frame["variant"] == "reference"] for frame in (runs, made_up_live()))
    return evidence.of_runs(of, gates, live, list(METHODS), range(SEEDS), **more)


def test_a_diverged_run_counts_as_the_worst() -> None:
    runs = made_up()
    gone = (runs["method"] == "mmoe") & (runs["seed"] == 5)
    runs.loc[gone, ["auc", "r2"]] = np.nan
    gates = made_up_gates()  # seed s has some s / 100 more of its largest gate, and less elsewhere
    gates["weight"] += gates["seed"] / 100
    found = of_reference(runs, gates)
    assert found["mmoe@auc-1"].low[5] == pytest.approx(0.605)  # the lowest of the others
    # its gates count against the statement: satisfaction's does not concentrate, engagement's does
    assert found["mmoe@largest-satisfaction"].low[[0, 4, 5]] == pytest.approx([0.8, 0.84, 0.8])
    assert found["mmoe@largest-engagement"].low[[0, 4, 5]] == pytest.approx([0.4, 0.44, 0.44])
    of_diverged = (
        gates["seed"] == 5
    )  # stopped before the last look, it has the gates of none or some
    for lacking in (of_diverged, of_diverged & (gates["step"] == LOOKS[-1])):
        without = of_reference(runs, gates[~lacking])
        assert without["mmoe@largest-engagement"].low == pytest.approx(
            found["mmoe@largest-engagement"].low
        )
    fewer = of_reference(runs, gates, drop_diverged=True)
    names = ("mmoe@auc-1", "omoe@auc-1", "mmoe@largest-satisfaction", "half@gate")
    assert {len(fewer[name].low) for name in names} == {SEEDS - 1}
    # of the live experiment it has nothing: the least of the others' there
    assert found["mmoe@live-engaged"].low == pytest.approx([100 * 1.05 / 1.01] * SEEDS)


def test_how_related_the_tasks_are_is_read_off_variants_of_the_same_worlds() -> None:
    runs = pd.concat(
        made_up().query("variant == 'sparse'").assign(variant=variant)
        for variant in ("identical", "opposed", "frequent")
    )
    ahead = (runs["variant"] == "opposed") & (runs["method"] == "mmoe")
    runs.loc[ahead & (runs["task"] == "satisfaction"), "auc"] += 0.02
    found = evidence.related(runs, ["mmoe", "shared_bottom"], range(4))
    assert {name.partition("@")[2] for name in found} == {"both-identical", "both-opposed"}
    lead = {
        variant: found[f"mmoe@both-{variant}"].low - found[f"shared_bottom@both-{variant}"].low
        for variant in ("identical", "opposed")
    }
    assert lead["identical"] == pytest.approx([0.004] * 4)
    assert lead["opposed"] == pytest.approx([0.014] * 4)  # of the mean of both tasks
    with pytest.raises(MissingRuns, match="mmoe@both-identical: lacks the seeds 6"):
        evidence.related(runs, ["mmoe"], range(7))


def test_gates_that_are_missing_are_missed() -> None:
    """Of a run, at the last look, of all: the sample is neither shorter nor of another look."""
    runs, gates = made_up(), made_up_gates()
    last = gates["step"] == LOOKS[-1]
    for lacking, seeds in ((gates["seed"] == 2, "2"), (last, "0-5"), (last | True, "0-5")):
        with pytest.raises(MissingRuns, match=f"mmoe@largest-engagement: lacks the seeds {seeds};"):
            of_reference(runs, gates[~lacking])
    with pytest.raises(MissingRuns, match="omoe@auc-2: lacks the seeds 0-5"):
        of_reference(runs[(runs["method"] != "omoe") | (runs["step"] != LOOKS[1])], gates)
    others = [method for method in METHODS if method != "mmoe"]
    of = runs[runs["variant"] == "reference"]
    live = made_up_live().query("variant == 'reference'")
    found = Evidence(evidence.of_runs(of, gates[:0], live, others, range(SEEDS)), paired=True)
    with pytest.raises(NoEvidence, match="mmoe@largest-satisfaction: no runs of it"):
        found.of("mmoe@largest-satisfaction")


@pytest.mark.parametrize(("fewer", "expected"), [(0, "contradicted"), (1, "undecided")])
def test_on_a_variant_r1_alone_can_be_contradicted(fewer: int, expected: str) -> None:
    """Where all runs say so: the smallest p-value is times parts (Bonferroni) and statements (Holm)."""
    claims = load(ROOT / "config/claims.yaml", ROOT / "workflow/schemas/claims.schema.yaml")
    of = claims.of(["recommender"])
    seeds = check({})["recommender"]["variant_seeds"] - fewer
    level = {"mmoe": 0.60, "shared_bottom": 0.65, "half": 0.5}  # others 0.62
    gates = {"mmoe@largest-satisfaction": 0.9, "mmoe@largest-engagement": 0.1}
    gates |= {f"mmoe@live-{what}": 1.0 for what in evidence.LIVE}
    gates |= {f"mmoe@both-{variant}": 0.7 for variant in ("unrelated", "opposed")}
    noise = np.random.default_rng(0).normal(0, 1e-4, (len(of.conditions()), seeds))
    samples = {
        name: Sample.known(gates.get(name, level.get(name.partition("@")[0], 0.62)) + of_name)
        for name, of_name in zip(sorted(of.conditions()), noise, strict=True)
    }
    verdicts = {j.claim.id: j.verdict for j in judge(of, Evidence(samples, paired=True), 2018)}
    others = dict.fromkeys(["R2", "R3", "R3a", "R4", "R5"], "supported")
    assert verdicts == {"R1": expected} | others


def test_the_plan_has_every_run_once() -> None:
    config = check({"recommender": {"seeds": 5, "variant_seeds": 3, "block_size": 2}})
    found = [
        (variant, method, seed)
        for variant, method, first, n in plan.blocks(config)
        for seed in range(first, first + n)
    ]
    names = list(plan.variants(config))
    assert len(found) == len(set(found)) == len(METHODS) * (5 + 3 * (len(names) - 1))
    assert plan.variants(config)["identical"]["cosine"] == 1.0
    assert plan.variants(config)["identical"]["users"] == 1_000_000
    assert set(plan.settings(config, {})) >= {"steps", "looks", "traffic", "experts"}


def test_statistics_of_traffic() -> None:
    small = Traffic(segments=20, categories=20)
    found = statistics.statistics(small, [(1_000, 200), (5_000, 500)], [0, 1], 20_000, 2018)
    assert len(found) == 2 * 2 * 2
    assert found[found["task"] == "engagement"]["rate"].to_numpy() == pytest.approx(0.2, abs=0.01)
    assert found["bayes_auc"].between(0.6, 0.95).all()
    assert (found["first_item"] < found["hundred_items"]).all()
    shares = statistics.popularity(Traffic(users=5_000, items=500), 0, 20_000, 2018)
    for _, of in shares.groupby("of"):
        assert of["share"].is_monotonic_decreasing
        assert of["rank"].iloc[0] == 1


def test_trials_are_the_same_points_for_every_method() -> None:
    pytest.importorskip("torchrec", reason="torchrec is not installed")
    from mmoe_repro.recommender.job import Job
    from mmoe_repro.recommender.tuning import RANGES, SEED, trials

    def of(method: str) -> list[Job]:
        return trials(Job(method, 0, Traffic(), 1.0), 12)

    ours, theirs = of("mmoe"), of("l2_constrained")
    assert [(j.learning_rate, j.table_factor) for j in ours] == [
        (j.learning_rate, j.table_factor) for j in theirs
    ]
    assert len({j.learning_rate for j in ours}) == 12
    for name, (low, high) in RANGES.items():
        values = [getattr(j, name) for j in ours]
        assert low <= min(values) < max(values) <= high
    assert {j.penalty for j in ours} == {0.0}
    assert len({j.penalty for j in theirs}) == 12
    assert {j.seed for j in ours} == {SEED}
    assert {(j.training_stream, j.held_out_stream) for j in ours} == {("tuning", "tuning_held_out")}


def test_trials_near_the_best_are_around_it_wherever_it_is() -> None:
    pytest.importorskip("torchrec", reason="torchrec is not installed")
    from mmoe_repro.recommender.job import Job
    from mmoe_repro.recommender.tuning import NEAR, SEED, near

    best = Job("l2_constrained", 0, Traffic(), 1.0, penalty=1e-4, table_factor=32.0)  # at the ends
    ours = near(best, 8)
    for name, by in NEAR.items():
        times = [getattr(one, name) / getattr(best, name) for one in ours]
        assert 1 / by < min(times) < 1 < max(times) < by
        assert len(set(times)) == 8
    theirs = near(Job("mmoe", 0, Traffic(), 0.1, table_factor=500.0), 8)
    of_ours, of_theirs = ([one.learning_rate for one in some] for some in (ours, theirs))
    assert of_theirs == pytest.approx([0.1 * rate for rate in of_ours], rel=0.01)
    assert {one.penalty for one in theirs} == {0.0}
    assert {one.seed for one in ours} == {SEED}


def searched(losses: list[list[float | None]], method: str = "mmoe") -> pd.DataFrame:
    """Records of trials, from losses by trial and world, as far as there are any."""
    return pd.DataFrame(
        [
            {"method": method, "trial": trial, "world": world, "learning_rate": 0.1 + trial,
             "table_factor": 1.0, "penalty": 0.0, "loss": loss}
            for trial, of_trial in enumerate(losses) for world, loss in enumerate(of_trial)
        ]
    )  # fmt: skip


def test_finalists_are_the_best_of_the_first_world_and_the_best_of_them_is_of_all() -> None:
    first = searched([[None], [0.5], [0.4], [0.4], [0.7]])
    assert choosing.finalists(first, 3) == [2, 3, 1]
    assert choosing.finalists(first, 9) == [2, 3, 1, 4]  # of four that did not diverge
    assert choosing.best(first)["trial"] == 2
    tried = searched([[None], [0.5, 0.1, 0.3], [0.4, 0.5, 0.4], [0.4, 0.1, None], [0.7]])
    chosen = choosing.best(tried)
    assert (chosen["trial"], chosen["worlds"], chosen["learning_rate"]) == (1, 3, 1.1)
    assert chosen["held_out_loss"] == pytest.approx(0.3)
    for gone in ([[None], [None]], [[0.4, None], [0.5, None], [0.6]]):
        with pytest.raises(ValueError, match="every trial diverged, in some world: take lower"):
            choosing.best(searched(gone))


def test_what_worlds_move_is_told_from_how_far_finalists_are_apart() -> None:
    random = np.random.default_rng(0)
    trials, worlds = 200, 100
    noise = random.normal(0, 0.02, (trials, worlds))
    losses = np.linspace(0.0, 0.1, trials)[:, None] + random.normal(0, 0.3, worlds) + noise
    found = summary.of_finalists(searched([*losses.tolist(), [0.9]]))  # the last was in one world
    assert found["apart"] == pytest.approx(0.1, abs=0.02)
    assert found["level"] == pytest.approx(0.3, rel=0.2)
    assert found["moved"] == pytest.approx(0.02, rel=0.02)
    assert np.isnan(list(summary.of_finalists(searched([[0.1]])).values())).all()


def test_the_proses_numbers_of_a_search_are_the_records() -> None:
    one = searched([[0.5, 0.1, 0.3], [0.4, 0.5, 0.4], [0.7]])
    other = searched([[0.1, 0.1, 0.1], [0.2, 0.2, 0.2], [0.7]], "omoe")
    found = numbers._search(pd.concat([one, other]))
    whole = {name.removeprefix("recommender."): value for name, value in found.items()}
    assert (whole["trials"], whole["finalists"]) == ("3", "2")
    assert (whole["further_worlds"], whole["tuning.methods"], whole["tuning.same"]) == (
        "2",
        "2",
        "1",
    )
    assert whole["tuning.apart"] == f"{(0.4 / 3 + 0.1) / 2:.5f}"
    alone = numbers._search(searched([[0.4], [0.5]]))
    assert (alone["recommender.finalists"], alone["recommender.tuning.moved"]) == ("1", DASH)


def test_a_search_goes_on_from_what_it_has_and_trains_finalists_alone_in_further_worlds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torchrec", reason="torchrec is not installed")
    import torch

    from mmoe_repro.recommender import tuning
    from mmoe_repro.recommender.job import Job
    from mmoe_repro.recommender.processes import Processes

    asked: list[tuple[int, int]] = []
    stop: list[int] = []
    first = tuning.trials(Job("mmoe", 0, Traffic(), 1.0), 4)
    points = [one.learning_rate for one in (*first, *tuning.near(first[0], 2))]

    def trained(job: Job, *_: object) -> tuple[Any, None, None]:
        """A trial's loss is its number's, but for that another is the best elsewhere."""
        trial, world = points.index(job.learning_rate), job.seed - tuning.SEED
        if len(asked) in stop:
            raise KeyboardInterrupt
        asked.append((trial, world))
        loss = 0.1 * trial if world == 0 else 0.5 - 0.1 * trial
        loss += 0.05 if trial > 3 else 0.0  # near the first, and behind the second
        looks = [{"step": job.steps, "task": task, "loss": loss, "auc": 0.6} for task in TASKS]
        return SimpleNamespace(looks=looks), None, None

    def tune(n_finalists: int = 2, worlds: int = 3, n_near: int = 2) -> pd.DataFrame:
        alone = Processes(0, 1, 1, torch.device("cpu"))
        job = Job("mmoe", 0, Traffic(), 1.0)
        return tuning.tune(job, 4, n_near, n_finalists, worlds, alone, tmp_path)

    monkeypatch.setattr(tuning, "train", trained)
    for at in (3, 5, 7, 9):  # in the first world, near its best, in the second world, in the third
        stop[:] = [at]
        with pytest.raises(KeyboardInterrupt):
            tune()
    stop.clear()
    found = tune()
    every = [*((trial, 0) for trial in range(6)), (0, 1), (1, 1), (0, 2), (1, 2)]
    assert asked == every  # none of them twice
    assert list(zip(found["trial"], found["world"], strict=True)) == every
    assert choosing.best(found)["trial"] == 1
    search = {"trials": 4, "near": 2, "finalists": 2, "tuning_worlds": 3}
    assert len(every) == plan.trainings_of_search(search)
    assert len(tune(3)) == 12  # a third finalist, and nothing else again
    assert asked[len(every) :] == [(2, 1), (2, 2)]
    SCHEMAS["trials"].validate(tune(1, 1, 0))


def test_conditions_are_in_words() -> None:
    said = contrast_words("mmoe@r2-1", "omoe@r2-1", "less", evidence.TITLES)
    assert said == "MMoE less OMoE in R^2 at look 1"
    said = contrast_words("half@gate", "mmoe@largest-engagement", "less", evidence.TITLES)
    assert said == "half of a gate less MMoE by engagement's largest gate"
    assert escape("R^2 of a_b") == r"$R^2$ of a\_b"
