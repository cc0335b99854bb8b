"""A search's luck: what further searches say of it, and what it does to effects and verdicts."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmoe_repro.census import numbers
from mmoe_repro.census.luck import apart, by_place, means, of_study, over_searches
from mmoe_repro.census.plan import AGAIN
from mmoe_repro.census.summary import TASKS
from mmoe_repro.claims import evidence as ev
from mmoe_repro.claims.effects import effect
from mmoe_repro.claims.statements import Claim, Claims, Part
from mmoe_repro.claims.verdicts import judge
from mmoe_repro.files import write_parquet
from mmoe_repro.report.folders import Folders
from tests.test_claims import RELABELLED, RUNS, at_most, generator, paired, part, samples, studies


def searched(random: np.random.Generator, luck: float, methods: int = 3) -> pd.DataFrame:
    """Forty runs at each of four searches' choices, of methods that are equally good."""
    rows = [
        {"group": "income", "method": f"m{m}", "split": 0, "seed": k * AGAIN + i}
        | {f"test_{task}_auc": 0.9 + moved + 0.3 * random.standard_normal() for task in TASKS}
        for m, k in itertools.product(range(methods), range(4))
        for moved in [luck * random.standard_normal()]
        for i in range(40)
    ]
    return pd.DataFrame(rows)


def test_the_sd_over_searches_is_that_of_their_means_by_hand() -> None:
    frame = searched(generator(3), 1.0).query("split == 0")
    frame["search"] = frame["seed"] // AGAIN
    by_search = frame.groupby(["method", "search"])["test_main_auc"].mean().unstack()
    found = over_searches(means(frame.drop(columns="search"))).set_index("task").loc["main"]
    assert found["sd"] == pytest.approx(float(np.sqrt(by_search.var(axis=1, ddof=1).mean())))
    assert found["df"] == 9
    luck = by_place(means(frame))
    assert luck["income"].sd == found["sd"]
    assert luck["income"].known_from != luck["income-auxiliary"].known_from
    assert apart(luck["income"]) == pytest.approx(2**0.5 * found["sd"] * stats.t.ppf(0.95, 9))
    once = frame[frame["seed"] < AGAIN]
    assert means(once).empty
    assert by_place(means(once)) == {}


def test_further_searches_of_other_settings_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A study at the published choices, but with other batches, cannot stand for a search of them."""
    every = searched(generator(3), 1.0).assign(
        choice="{}", batch_size=1024, study_seed=2018, steps=200, learning_rate=0.01, n_parameters=7
    )
    first = every[every["seed"] < AGAIN]
    there = tmp_path / "published"
    write_parquet(first, there / "runs.parquet")
    of_other_choice = every[every["seed"] >= AGAIN].assign(steps=400)  # as it is to be
    write_parquet(of_other_choice, there / "searches.parquet")
    folders = Folders(tmp_path, {"census": there})
    few = first[first["seed"] < 3]
    write_parquet(few, tmp_path / "census/all_runs.parquet")
    found = of_study(folders)
    assert sorted(set(found["search"])) == [0, 1, 2, 3]
    said = numbers._luck(folders)
    assert (said["census.searches"], said["census.search_repeats"]) == ("4", "40")  # not 3, our own
    for column, value in (("batch_size", 32), ("steps", 20)):
        write_parquet(few.assign(**{column: value}), tmp_path / "census/all_runs.parquet")
        assert of_study(folders).empty
        assert numbers._luck(folders) == {}
        said_so = capsys.readouterr().err
        assert f"searches are left out: m0, income: {column} is {value}, where" in said_so


def test_what_a_searchs_luck_can_turn_is_undecided() -> None:
    """Equally good methods, each at the choice of one search: without its luck one is often `surely`
    the worse; with it, at most as often as alpha says."""
    claim = Claim("C", "", "", "", (part(smallest=0.1),))
    n = studies() // 2
    wrong = {"left out": 0, "taken in": 0}
    for seed in range(n):
        random = generator(seed)
        luck = by_place(means(searched(random, 0.5)))["income"]
        a, b = (0.5 * random.standard_normal() + 0.3 * random.standard_normal(40) for _ in range(2))
        evidence = paired(a=a + 0.1, b=b)  # at the edge
        taken = replace(evidence, luck=dict.fromkeys(evidence.samples, luck))
        for name, of in (("left out", evidence), ("taken in", taken)):
            verdict = judge(Claims(0.05, (claim,)), of, seed, RELABELLED)[0].verdict
            wrong[name] += verdict != "undecided"
    assert wrong["left out"] > 0.5 * n
    assert wrong["taken in"] <= at_most(0.05 + 0.05, n)  # supported, or contradicted


def lucky_study(
    seed: int, best: float, rest: Sequence[float], df: int, noise: float
) -> ev.Evidence:
    """One method and others, of main and auxiliary task, at choices of one search each: lucks of sd 1.5,
    known to `df` degrees of freedom, and runs with little noise beside."""
    random = generator(seed)
    found, luck = {}, {}
    for place in ("x", "y"):
        seen = 1.5 * float(random.chisquare(df) / df) ** 0.5
        for i, mean in enumerate((best, *rest)):
            name = f"m{i}@{place}"
            moved = mean + 1.5 * random.standard_normal()
            found[name] = ev.Sample.known(moved + noise * random.standard_normal(RUNS))
            luck[name] = ev.Luck(seen, df, place)
    return ev.Evidence(found, paired=True, luck=luck)


def best_of_all(n: int) -> tuple[Part, ...]:
    return tuple(
        Part("difference_of_means", (f"m0@{p}", f"m{i}@{p}"), "more_than", 1.0, "permutation")
        for p in ("x", "y")
        for i in range(1, n + 1)
    )


@pytest.mark.parametrize(("df", "noise"), [(9, 0.5), (9, 10.0), (3, 3.0)])
def test_of_many_parts_with_a_shared_luck_no_more_fail_or_hold_than_alpha(
    df: int, noise: float
) -> None:
    """Six rivals in two places, as in statement C3, and a family with two more statements: all effects
    are exactly the least that counts."""
    parts = best_of_all(6)
    claims = Claims(
        0.05,
        (
            Claim("all", "", "", "", parts),
            Claim("one", "", "", "", parts[:1]),
            Claim("another", "", "", "", parts[-1:]),
        ),
    )
    n = studies()
    verdicts = [
        {j.verdict for j in judge(claims, lucky_study(s, 1.0, [0.0] * 6, df, noise), s)}
        for s in range(n)
    ]
    assert sum("contradicted" in of for of in verdicts) <= at_most(0.05, n)
    assert sum("supported" in of for of in verdicts) <= at_most(0.05, n)


def test_luck_hides_no_effect_that_is_large_beside_it() -> None:
    claims = Claims(0.05, (Claim("all", "", "", "", best_of_all(2)),))
    for best, verdict in ((20.0, "supported"), (-20.0, "contradicted")):
        found = [judge(claims, lucky_study(s, best, [0.0] * 2, 9, 0.5), s)[0] for s in range(20)]
        assert sum(j.verdict == verdict for j in found) >= 18


def test_an_effects_variance_is_that_of_its_runs_and_of_both_lucks() -> None:
    evidence = samples(1, shift=5.0)
    one = ev.Luck(0.3, 9, "one")
    taken = replace(evidence, luck={"a@1": one, "b@1": one})
    plain, wide = (effect(part(), of, 0.05, 1, RELABELLED) for of in (evidence, taken))
    apart_by = evidence.of("a@1").low - evidence.of("b@1").low
    sd = (apart_by.var(ddof=1) / apart_by.size + 2 * 0.3**2) ** 0.5
    assert wide.estimate == pytest.approx(plain.estimate)
    assert wide.high - wide.low == pytest.approx(2 * sd * stats.t.ppf(0.95, 9))
    distance = wide.estimate - 0.5
    assert wide.p_supported == pytest.approx(stats.t.sf(distance / sd, 9))
    assert wide.p_contradicted == pytest.approx(stats.t.cdf(distance / sd, 9))
    assert wide.power.detectable > plain.power.detectable
    within = effect(part("within", "equivalence", 9.0), taken, 0.05, 1)
    assert within.p_supported == pytest.approx(stats.t.sf((9 - wide.estimate) / sd, 9))
    merged = ev.merge({"one": evidence, "other": replace(taken, samples={})}, {})
    assert merged.luck == taken.luck


def test_without_luck_and_where_no_mean_is_judged_nothing_is_another() -> None:
    evidence = samples(1, shift=5.0)
    none = replace(evidence, luck=dict.fromkeys(evidence.samples, ev.Luck(0.0, 9, "one")))
    some = replace(evidence, luck=dict.fromkeys(evidence.samples, ev.Luck(0.3, 9, "one")))
    spread = Part("ratio_of_sds", ("a@1", "b@1"), "more_than", 1.25, "bootstrap")
    for of, asked in ((none, part()), (none, spread), (some, spread)):
        plain, same = (effect(asked, e, 0.05, 1, RELABELLED) for e in (evidence, of))
        assert plain == same


def test_no_number_of_runs_finds_what_luck_hides() -> None:
    evidence = samples(1, shift=1.0)  # half a unit from the edge
    for sd, known in ((0.05, True), (0.5, False)):
        luck = dict.fromkeys(evidence.samples, ev.Luck(sd, 9, "one"))
        power = effect(part(), replace(evidence, luck=luck), 0.05, 1).power
        assert (power.runs_to_decide is not None) == known
        if power.runs_to_decide:
            enough = replace(power, runs=power.runs_to_decide)
            assert enough.detectable <= power.distance
            assert replace(enough, runs=enough.runs - 1).detectable > power.distance


def test_a_single_run_decides_nothing_beside_luck() -> None:
    luck = ev.Luck(0.1, 9, "one")
    alone = replace(paired(a=np.ones(1), b=np.zeros(1)), luck={"a@1": luck, "b@1": luck})
    assert effect(part(), alone, 0.05, 1).p_supported == 0.5
