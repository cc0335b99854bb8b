"""The statements and their verdicts: regions, p-values, bounds, Holm, and their error rates."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from mmoe_repro import study
from mmoe_repro.census.evidence import from_census, from_tables
from mmoe_repro.census.plan import METHODS
from mmoe_repro.claims import evidence as ev
from mmoe_repro.claims.choices import DIVERGED_LEFT_OUT, HALF_EFFECT, OTHER_NUMBERS, REFERENCE
from mmoe_repro.claims.document import decisive, disagreement, outside, part_words, region_words
from mmoe_repro.claims.effects import effect
from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.judgement import judgement, judgements
from mmoe_repro.claims.shares import Shares, can_support
from mmoe_repro.claims.spread import with_our_spread
from mmoe_repro.claims.statements import BadClaims, Claim, Claims, Part, load
from mmoe_repro.claims.tables import claim as claim_table
from mmoe_repro.claims.tables import statement
from mmoe_repro.claims.verdicts import as_dict, judge, p_values
from mmoe_repro.files import read_json
from mmoe_repro.multiverse.plan import statements
from mmoe_repro.multiverse.verdicts import out_of_reach
from mmoe_repro.paper.published import published
from mmoe_repro.recommender.evidence import TITLES as OF_RECOMMENDER
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import number
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.samples import condition, from_figures, from_values
from tests.conftest import ROOT

CLAIMS = ROOT / "config/claims.yaml"
SCHEMA = ROOT / "workflow/schemas/claims.schema.yaml"
PUBLISHED = ROOT / "results/published"


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def paired(**samples: np.ndarray) -> ev.Evidence:
    return ev.Evidence({f"{k}@1": ev.Sample.known(v) for k, v in samples.items()}, paired=True)


def part(rule: str = "more_than", test: str = "permutation", smallest: float = 0.5) -> Part:
    return Part("difference_of_means", ("a@1", "b@1"), rule, smallest, test)


def samples(seed: int, n: int = 60, shift: float = 0.0) -> ev.Evidence:
    random = generator(seed)
    shared = random.standard_normal(n)
    a = shared + random.standard_normal(n) + shift
    return paired(a=a, b=shared + random.standard_normal(n))


# --- statements as data -----------------------------------------------------------------------


def test_the_statements_are_those_of_the_three_experiments() -> None:
    claims = load(CLAIMS, SCHEMA)
    names = ["S1", "A1", "A2", "A2a", "A2b", "A3", "A4", "T1", "T1a", "T2", "T2a", "T3", "T4"]
    assert [claim.id for claim in claims.of(["synthetic"]).claims] == names
    assert [claim.id for claim in claims.of(["census"]).claims] == ["C1", "C2", "C3", "C4", "C5"]
    assert [claim.id for claim in claims.of(["recommender"]).claims] == [
        *("R1", "R2", "R3", "R3a", "R4", "R5")
    ]
    titles = TITLES | METHODS | OF_RECOMMENDER
    for claim in claims.claims:
        for p in claim.parts:
            assert part_words(p, titles)
            assert region_words(p)
    assert {c.split("@")[0] for c in claims.conditions()} <= set(titles)


def changed(tmp_path: Path, change: object) -> Path:
    values = yaml.safe_load(CLAIMS.read_text())
    change(values)  # type: ignore[operator]
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda v: v["claims"][0]["parts"][0].update(smallest="los"),
            "S1, part 1: smallest is los",
        ),
        (
            lambda v: v["claims"][7]["parts"][1].update(test="permutation"),
            "T1, part 2: test is perm",
        ),
        (lambda v: v["claims"][2]["parts"][0]["conditions"].pop(), "A2, part 1: 3 conditions"),
        (lambda v: v["claims"][1].update(id="S1"), "an id is there twice"),
        (
            lambda v: v["claims"][0]["parts"][0].update(estimand="median"),
            "claims.0.parts.0.estimand",
        ),
        (lambda v: v.update(alpha=2), "alpha"),
        (lambda v: v["claims"][11].pop("nearest"), "'nearest' is a dependency of 'not_testable'"),
    ],
)
def test_a_wrong_statement_is_refused_by_name(change: object, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadClaims, match=said):
        load(changed(tmp_path, change), SCHEMA)


def test_smallest_effects_are_scaled_on_their_own_scale() -> None:
    twice = load(CLAIMS, SCHEMA).scaled(2)
    smallest = {p.estimand: p.smallest for c in twice.of(["synthetic"]).claims for p in c.parts}
    assert smallest["difference_of_means"] == pytest.approx(0.02)
    assert smallest["ratio_of_sds"] == pytest.approx(1.25**2)


# --- estimands and effects --------------------------------------------------------------------


def test_estimands_are_what_they_are_called() -> None:
    a, b = np.array([1.0, 2, 3, 6]), np.array([0.0, 1, 2, 3])
    assert ESTIMANDS["difference_of_means"].compute(a, b) == 1.5
    assert ESTIMANDS["difference_of_gaps"].compute(a, b, b, a) == 3.0
    sds = np.std(a, ddof=1) / np.std(b, ddof=1)
    assert np.exp(ESTIMANDS["ratio_of_sds"].compute(a, b)) == pytest.approx(sds)
    assert ESTIMANDS["difference_of_low_quantiles"].compute(a, b) == pytest.approx(1.15 - 0.15)
    # a's lower quartile is 1.75; two of b's four are below it
    assert ESTIMANDS["loss_of_good_runs"].compute(a, b) == -0.25
    stacked = ESTIMANDS["loss_of_good_runs"].compute(np.stack([a, a]), np.stack([b, b + 9]))
    assert stacked.tolist() == [-0.25, 0.25]


@pytest.mark.parametrize("name", list(ESTIMANDS))
def test_signs_say_which_way_an_estimand_moves(name: str) -> None:
    """With a sample's mean (or spread) raised, the effect moves as its sign says."""
    estimand = ESTIMANDS[name]
    base = [generator(i).normal(5, 1, 40) for i in range(estimand.n_conditions)]
    before = estimand.compute(*base)
    for i, sign in enumerate(estimand.signs):
        moved = list(base)
        moved[i] = 2 * base[i] if estimand.about == "spread" else base[i] + 3
        assert np.sign(estimand.compute(*moved) - before) == sign


def test_p_values_are_students_and_the_permutations() -> None:
    evidence = samples(3, shift=0.9)
    d = evidence.of("a@1").low - evidence.of("b@1").low
    found = effect(part(), evidence, 0.05, 1)
    above = stats.ttest_1samp(d, 0.5, alternative="greater").pvalue
    assert found.p_supported == pytest.approx(above, abs=0.02)
    assert found.p_contradicted == pytest.approx(1 - above, abs=0.02)
    assert found.estimate == pytest.approx(d.mean())
    student = stats.ttest_1samp(d, 0).confidence_interval(0.90)
    assert (found.low, found.high) == pytest.approx((student.low, student.high), abs=0.04)

    inside = effect(part("within", "equivalence", 2.0), evidence, 0.05, 1)
    assert inside.p_supported == pytest.approx(
        max(
            stats.ttest_1samp(d, -2.0, alternative="greater").pvalue,
            stats.ttest_1samp(d, 2.0, alternative="less").pvalue,
        )
    )


@pytest.mark.parametrize("spread", [0.1, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("test", ["equivalence", "bootstrap"])
def test_an_effect_on_the_edge_is_called_unlike_as_often_as_the_level_says(
    spread: float, test: str
) -> None:
    """However wide the interval is: the smaller of two one-sided p-values errs up to twice as often."""
    random, level, tries = generator(8), 0.1, 400
    ps = []
    for _ in range(tries):
        differences = 0.5 + spread * random.standard_normal(20)
        evidence = paired(a=differences, b=np.zeros(20))
        ps.append(effect(part("within", test), evidence, 0.05, 1, 400).p_contradicted)
    # three standard errors of 0.015 above the level; with 20 runs a bootstrap errs somewhat more often
    assert np.mean(np.array(ps) < level) < (0.145 if test == "equivalence" else 0.17)


def test_the_p_value_of_being_within_is_both_tails() -> None:
    evidence = samples(3, shift=0.9)
    d = evidence.of("a@1").low - evidence.of("b@1").low
    found = effect(part("within", "equivalence"), evidence, 0.05, 1)
    t = stats.t(d.size - 1)
    error = d.std(ddof=1) / d.size**0.5
    tails = t.sf((d.mean() - 0.5) / error) + t.sf((d.mean() + 0.5) / error)
    assert found.p_contradicted == pytest.approx(tails)
    mirrored = paired(a=evidence.of("b@1").low, b=evidence.of("a@1").low)
    same = effect(part("within", "equivalence"), mirrored, 0.05, 1)
    assert same.p_contradicted == pytest.approx(tails)


def test_a_bootstrapped_p_value_is_where_the_interval_meets_the_edge() -> None:
    evidence = samples(5, shift=0.7)
    found = effect(part(test="bootstrap"), evidence, 0.05, 1)
    d = evidence.of("a@1").low - evidence.of("b@1").low
    assert found.p_supported == pytest.approx(
        stats.ttest_1samp(d, 0.5, alternative="greater").pvalue, abs=0.03
    )
    # The edge exactly at the lower end of a 90 % interval has a one-sided p-value of 5 %
    at_end = effect(part(test="bootstrap", smallest=found.low), evidence, 0.05, 1)
    assert at_end.p_supported == pytest.approx(0.05, rel=0.1)


def test_shares_of_pairs_are_bonett_and_prices_and_without_pairs_agresti_and_caffos() -> None:
    a, b = np.repeat([1.0, 0, 1, 0], [5, 1, 6, 8]), np.repeat([0.0, 1, 1, 0], [5, 1, 6, 8])
    pairs = Shares(a, b, True, 0.05)
    assert pairs.estimate == pytest.approx(4 / 20)
    more, less = 6 / 22, 2 / 22
    sd = ((more + less - (more - less) ** 2) / 22) ** 0.5
    assert pairs.low == pytest.approx(more - less - stats.norm.ppf(0.95) * sd)
    assert pairs.p_above(0.05) == pytest.approx(1 - stats.norm.cdf((more - less - 0.05) / sd))
    alone = Shares(a, b, False, 0.05)
    p, q = 12 / 22, 8 / 22
    sd = (p * (1 - p) / 22 + q * (1 - q) / 22) ** 0.5
    assert (alone.low, alone.high) == pytest.approx(
        (p - q - stats.norm.ppf(0.95) * sd, p - q + stats.norm.ppf(0.95) * sd)
    )
    assert alone.p_below(0.3) == pytest.approx(stats.norm.cdf((p - q - 0.3) / sd))


def test_no_run_on_a_plateau_among_few_does_not_rule_a_share_out() -> None:
    few, many = (Shares(np.zeros(n), np.zeros(n), True, 0.05) for n in (20, 200))
    assert few.p_below(0.05) > 0.05
    assert many.p_below(0.05) < 0.01


def test_the_error_of_shares_at_their_edge_is_about_alpha() -> None:
    random = generator(5)
    a = random.random((4_000, 40)) < 0.35
    b = random.random((4_000, 40)) < 0.25
    wrong = [Shares(x.astype(float), y.astype(float), True, 0.05).p_above(0.1) < 0.05
             for x, y in zip(a, b, strict=True)]  # fmt: skip
    assert np.mean(wrong) < 0.055


def test_runs_above_the_edge_are_on_a_plateau_and_a_bin_with_the_edge_may_be_either() -> None:
    sample = ev.Sample(np.array([0.1, 0.3, 0.5]), np.array([0.2, 0.4, 0.6]))
    evidence = ev.Evidence({"a@1": sample}, paired=False, edge=0.35)
    above = evidence.above("a@1")
    assert (above.low.tolist(), above.high.tolist()) == ([0, 0, 1], [0, 1, 1])
    with pytest.raises(ev.NoEvidence, match="no plateau is known"):
        ev.Evidence({"a@1": sample}, paired=False).above("a@1")


def test_a_share_is_judged_by_the_runs_above_the_edge() -> None:
    stuck = np.where(np.arange(60) < 30, 0.9, 0.1)
    evidence = replace(paired(a=stuck, b=np.full(60, 0.1)), edge=0.5)
    part = Part("difference_of_shares", ("a@1", "b@1"), "more_than", 0.05, "adjusted_wald")
    found = effect(part, evidence, 0.05, 1)
    assert found.estimate == 0.5
    assert found.p_supported < 1e-6 < 0.99 < found.p_contradicted
    assert found.power.runs_to_decide is not None


def test_values_without_pairs_are_never_tested_as_pairs() -> None:
    evidence = samples(6, shift=1.0)
    together = effect(part(), evidence, 0.05, 1)
    apart = effect(part(), replace(evidence, paired=False), 0.05, 1)
    assert apart.high - apart.low > 1.2 * (together.high - together.low)


def test_equal_runs_need_no_test() -> None:
    same = paired(a=np.full(9, 2.0), b=np.full(9, 1.0))
    found = effect(part(), same, 0.05, 1)
    assert (found.low, found.high, found.p_supported, found.p_contradicted) == (1, 1, 0, 1)


# --- what the paper's figures can say ---------------------------------------------------------


def test_published_samples_are_figure_5s_runs_with_figure_4s_mean() -> None:
    figures = from_figures()
    assert not figures.paired
    for name in (
        f"{m}@{p}" for m in ("shared_bottom", "omoe", "mmoe") for p in ("0.5", "0.9", "1")
    ):
        sample = figures.of(name)
        assert sample.low.size == 200
        assert sample.mean is not None
        # Two figures of one experiment: the curve's end is within what the bins allow
        assert sample.low.mean() - 0.005 < sample.mean < sample.high.mean() + 0.005
        assert sample.extremes("mean")[0].mean() == pytest.approx(sample.mean)


def test_bounds_within_bins_hold_every_arrangement() -> None:
    sample = from_figures().of("shared_bottom@0.9")
    random = generator(7)
    nearest, far = sample.extremes("spread")
    low, high = sample.extremes("order")
    for _ in range(200):
        drawn = random.uniform(sample.low, sample.high)
        assert (
            np.std(nearest) <= np.std(drawn) + 1e-3
        )  # the mean of a draw is not exactly the curve's
        assert np.std(far) >= np.std(drawn) - 1e-3
        assert np.quantile(low, 0.05) <= np.quantile(drawn, 0.05) <= np.quantile(high, 0.05)


def test_an_effect_known_to_bins_covers_its_bounds() -> None:
    """Were the runs anywhere in their bins, no interval would be wider than the one reported."""
    figures = from_figures()
    t3 = Part(
        "difference_of_low_quantiles", ("shared_bottom@1", "mmoe@1"), "within", 0.01, "bootstrap"
    )
    found = effect(t3, figures, 0.05, 1)
    random = generator(8)
    for _ in range(20):
        drawn = [random.uniform(figures.of(c).low, figures.of(c).high) for c in t3.conditions]
        inside = ESTIMANDS[t3.estimand].compute(*drawn)
        assert found.low <= inside <= found.high
    assert found.power.runs_to_decide is None  # the bins are wider than the smallest effect


def test_the_widest_runs_with_a_mean_reach_bhatia_and_davis_bound() -> None:
    values = ev.widest(0.3, 1.2, 200)
    assert values.mean() == pytest.approx(0.3)
    assert values.max() <= 1.2
    assert np.var(values) == pytest.approx(0.3 * (1.2 - 0.3), rel=0.01)


def test_figure_3_has_means_alone_and_no_larger_bottom_is_published() -> None:
    figures = from_figures()
    curve = published("figure3")
    last = curve[(curve["task_correlation"] == 1) & (curve["step"] == 9900)]["loss"].item()
    assert figures.of("shared_bottom_16@1").low.mean() == pytest.approx(last)
    with pytest.raises(ev.NoEvidence, match="the paper shows no runs"):
        figures.of("shared_bottom_452@1")


# --- records: what is missing is named --------------------------------------------------------


def runs(models: tuple[str, ...] = ("a", "b"), n: int = 6) -> pd.DataFrame:
    rows = itertools.product(models, (0.5, 1.0), range(n))
    frame = pd.DataFrame(rows, columns=["model", "task_correlation", "seed"])
    return frame.assign(value=generator(2).random(len(frame)))


def test_a_dropped_seed_range_is_named() -> None:
    values = runs()
    whole = from_values(values, range(6))
    assert whole.of("b@0.5").low.size == 6
    cut = values[~((values["model"] == "b") & values["seed"].between(2, 4))]
    with pytest.raises(ev.MissingRuns, match=r"b@0\.5: lacks the seeds 2-4; expected are 0-5"):
        from_values(cut, range(6))
    with pytest.raises(ev.MissingRuns, match=r"has the seeds 4-5, which are not of this study"):
        from_values(values, range(4))
    with pytest.raises(ev.MissingRuns, match="a seed twice"):
        from_values(pd.concat([values, values.iloc[:1]]), range(6))


def test_a_diverged_run_is_the_worst_or_takes_its_seed_with_it() -> None:
    values = runs()
    values.loc[(values["model"] == "a") & (values["seed"] == 3), "value"] = np.nan
    worst = from_values(values, range(6)).of("a@0.5").low
    assert worst[3] == np.delete(worst, 3).max()
    left = from_values(values, range(6), drop_diverged=True)
    assert {left.of(c).low.size for c in left.samples} == {5}
    kept = values[(values["model"] == "b") & (values["task_correlation"] == 1)]["value"].to_numpy()
    assert left.of("b@1").low.tolist() == np.delete(kept, 3).tolist()  # pairs stay pairs


# --- verdicts ---------------------------------------------------------------------------------


def two_claims(*shifts: tuple[float, ...]) -> tuple[Claims, ev.Evidence]:
    """Statements of one or more parts, 'x is worse than y by more than 0.5', with these true effects."""
    claims, found = [], {}
    random = generator(11)
    for i, of_claim in enumerate(shifts):
        parts = []
        for j, shift in enumerate(of_claim):
            shared = random.standard_normal(60)
            names = (f"x{i}{j}@1", f"y{i}{j}@1")
            found[names[0]] = ev.Sample.known(shared + random.standard_normal(60) * 0.5 + shift)
            found[names[1]] = ev.Sample.known(shared + random.standard_normal(60) * 0.5)
            parts.append(Part("difference_of_means", names, "more_than", 0.5, "permutation"))
        claims.append(Claim(f"C{i}", "", "", "", tuple(parts)))
    return Claims(0.05, tuple(claims)), ev.Evidence(found, paired=True)


def test_all_parts_support_and_any_part_contradicts() -> None:
    claims, evidence = two_claims((1.5, 1.5), (1.5, -1.0), (1.5, 0.5))
    verdicts = [j.verdict for j in judge(claims, evidence, 0, 999)]
    assert verdicts == ["supported", "contradicted", "undecided"]


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        ((0.1,), "too small"),  # of the stated sign, and surely below the smallest effect, 0.5
        ((-1.0,), "reversed"),
        ((-0.3,), "too small"),  # surely of the other sign, and would not count there either
        ((0.1, -1.0, 1.5), "reversed"),  # what says most
        ((1.5, 0.1), "too small"),
        ((1.5, 1.5), ""),  # supported
        ((0.5,), ""),  # undecided
    ],
)
def test_how_a_statement_is_contradicted(shifts: tuple[float, ...], expected: str) -> None:
    claims, evidence = two_claims(shifts)
    judged = judge(claims, evidence, 0, 999)[0]
    assert judged.manner == expected
    assert (judged.verdict == "contradicted") == bool(expected)
    assert as_dict(judged)["manner"] == expected


def test_reversed_asks_for_as_much_as_contradicted_does() -> None:
    """Of ten statements an effect that is surely too small is not yet surely of the other sign."""
    differences = stats.norm.ppf((np.arange(20) + 0.5) / 20) * 1.2 - 0.6
    evidence = paired(a=differences, b=np.zeros(20))
    assert stats.ttest_1samp(differences, 0, alternative="less").pvalue == pytest.approx(
        0.02, abs=0.01
    )
    first = Claim("first", "", "", "", (part(),))
    assert judge(Claims(0.05, (first,)), evidence, 0)[0].manner == "reversed"
    # Nine that are undecided: their effect is on the edge
    others = tuple(Claim(str(k), "", "", "", (part(smallest=-0.6),)) for k in range(9))
    found = judge(Claims(0.05, (first, *others)), evidence, 0)
    assert [one.verdict for one in found] == ["contradicted"] + ["undecided"] * 9
    assert found[0].manner == "too small"


def test_things_said_to_be_alike_are_not() -> None:
    claims, evidence = two_claims((1.5,))
    part = replace(claims.claims[0].parts[0], rule="within", test="equivalence")
    of = Claims(0.05, (replace(claims.claims[0], parts=(part,)),))
    assert judge(of, evidence, 0, 999)[0].manner == "not alike"


def test_a_ratio_below_one_is_reversed() -> None:
    random = generator(3)
    wide, narrow = 3 * random.standard_normal(200), random.standard_normal(200)
    evidence = ev.Evidence({"a@1": ev.Sample.known(narrow), "b@1": ev.Sample.known(wide)}, True)
    part = Part("ratio_of_sds", ("a@1", "b@1"), "more_than", 1.25, "bootstrap")
    claims = Claims(0.05, (Claim("T", "", "", "", (part,)),))
    assert judge(claims, evidence, 0)[0].manner == "reversed"


def test_a_contradiction_hangs_on_the_part_farthest_outside_its_region() -> None:
    """Not on the one with the smallest p-value, which a small spread alone can give."""
    parts = (
        Part("difference_of_means", ("a@1", "b@1"), "more_than", 0.01, "permutation"),
        Part("difference_of_means", ("c@1", "b@1"), "more_than", 0.01, "permutation"),
        Part("ratio_of_sds", ("a@1", "b@1"), "more_than", 1.25, "bootstrap"),
    )
    claim = Claim("C", "", "", "", parts)
    effects = [
        {"estimate": estimate, "p_contradicted": p, "p_supported": 1.0, "runs_to_decide": 5}
        for estimate, p in (
            (0.009, 0.0),
            (-0.05, 0.001),
            (0.1, 0.04),
        )  # the last is not sure enough
    ]
    found = {"verdict": "contradicted", "parts": effects}
    ps = {"p_contradicted": 0.001, "holm_contradicted": 0.001}
    assert decisive(claim, found | ps, 0.05) == 1
    # of a family of a hundred statements the first alone is sure enough
    assert decisive(claim, found | ps | {"holm_contradicted": 0.1}, 0.05) == 0
    assert outside(parts[1], -0.05) == pytest.approx(6)
    assert outside(parts[2], 1 / 1.25) == pytest.approx(2)
    assert outside(replace(parts[0], rule="within"), -0.03) == pytest.approx(2)


def test_one_contrast_has_one_effect_in_every_statement() -> None:
    claims, evidence = two_claims((0.7,))
    again = replace(claims.claims[0], id="another")
    one, two = judge(replace(claims, claims=(claims.claims[0], again)), evidence, 7, 999)
    assert as_dict(one)["parts"] == as_dict(two)["parts"]


def test_published_means_with_our_spread() -> None:
    ours = ev.Evidence(
        {"a@1": ev.Sample.known(np.array([0.1, 0.2, 0.3])), "b@1": ev.Sample.known(np.zeros(3))},
        paired=True,
    )
    published = ev.Evidence(
        {"a@1": ev.Sample.known(ev.widest(0.7, 1.0, 6)), "c@1": ev.Sample.known(np.ones(6))}, False
    )
    found = with_our_spread(published, ours, lambda name: True)
    assert list(found.samples) == ["a@1"]
    assert found.samples["a@1"].low == pytest.approx([0.6, 0.7, 0.8] * 2)
    assert not found.paired
    assert with_our_spread(published, ours, lambda name: False).samples == {}


def test_p_values_of_a_statement() -> None:
    claims, evidence = two_claims((1.5, 0.6, 0.4))
    judged = judge(claims, evidence, 0, 999)[0]
    assert judged.p_supported == max(e.p_supported for e in judged.effects)
    smallest = min(e.p_contradicted for e in judged.effects)
    assert judged.p_contradicted == min(1, 3 * smallest)
    assert p_values(judged.effects) == (judged.p_supported, judged.p_contradicted)


def test_holm_is_over_the_family() -> None:
    """An effect that is decided alone is undecided among many that are not."""
    alone, evidence = two_claims((0.72,))
    assert judge(alone, evidence, 0)[0].verdict == "supported"
    many, evidence = two_claims((0.72,), *[(0.5,)] * 19)
    first = judge(many, evidence, 0)[0]
    assert first.holm_supported > first.p_supported
    assert first.verdict == "undecided"


def test_without_values_there_is_a_reason_and_the_family_is_smaller() -> None:
    claims, evidence = two_claims((1.5,), (1.5,))
    rest = {k: v for k, v in evidence.samples.items() if not k.startswith("y1")}
    first, second = judge(claims, ev.Evidence(rest, True, "not run"), 0, 999)
    assert second.verdict == "no values"
    assert as_dict(second) == {"verdict": "no values", "manner": "", "reason": "y10@1: not run"}
    assert first.holm_supported == first.p_supported


def test_verdicts_are_the_same_bytes_again() -> None:
    claims, evidence = two_claims((0.7,), (0.4, 0.9))
    twice = [[as_dict(j) for j in judge(claims, evidence, 5, 999)] for _ in range(2)]
    assert twice[0] == twice[1]
    fewer = Claims(0.05, claims.claims[1:])  # streams are named: another statement changes nothing
    of_family = ("detectable", "runs_to_decide")  # at the level of the family
    for part, of_two in zip(
        as_dict(judge(fewer, evidence, 5, 999)[0])["parts"], twice[0][1]["parts"], strict=True
    ):
        assert part["detectable"] < of_two["detectable"]
        for key in part.keys() - of_family:
            assert part[key] == of_two[key]


@pytest.mark.parametrize("test", ["permutation", "bootstrap"])
def test_other_random_numbers_move_bootstrapped_p_values_alone(test: str) -> None:
    claims, evidence = two_claims((0.52,), (0.6,))
    parts = [tuple(replace(part, test=test) for part in claim.parts) for claim in claims.claims]
    both = [replace(claim, parts=of) for claim, of in zip(claims.claims, parts, strict=True)]
    as_judged, other = (
        judgement(Claims(0.05, tuple(both)), choice, evidence, 2018)
        for choice in (REFERENCE, OTHER_NUMBERS)
    )
    for name in as_judged:
        mine, theirs = (found[name]["parts"][0] for found in (as_judged, other))
        assert mine["estimate"] == theirs["estimate"]
        assert mine["low"] == pytest.approx(theirs["low"], abs=0.02)
        assert (mine["p_supported"] == theirs["p_supported"]) == (test == "permutation")


def test_a_choice_that_changes_no_run_changes_no_verdict() -> None:
    claims, evidence = two_claims((0.52,), (0.6,))
    parts = [replace(part, test="bootstrap") for part in claims.claims[0].parts]
    one = Claims(0.05, (replace(claims.claims[0], parts=tuple(parts)),))
    as_judged = judgement(one, REFERENCE, evidence, 2018)
    assert judgement(one, DIVERGED_LEFT_OUT, evidence, 2018) == as_judged


def test_choices_judged_together_are_judged_as_each_alone() -> None:
    """Though what hangs on no edge is computed once for choices that differ in the edges alone."""
    of_means, spread = part(smallest=0.2), part(test="bootstrap", smallest=1.1)
    of_spreads = replace(spread, estimand="ratio_of_sds")
    claims = two_claims((0.52,), (0.6,))[0]
    both = [
        replace(claim, parts=(of,))
        for claim, of in zip(claims.claims, (of_means, of_spreads), strict=True)
    ]
    claims = Claims(0.05, tuple(both))
    bodies = {HALF_EFFECT: samples(1), OTHER_NUMBERS: samples(1), REFERENCE: samples(1)}
    together = judgements(claims, bodies, 2018)
    assert list(together) == list(bodies)
    for choice, evidence in bodies.items():
        assert together[choice] == judgement(claims, choice, evidence, 2018)
    assert together[HALF_EFFECT] != together[REFERENCE] != together[OTHER_NUMBERS]


def test_few_runs_cannot_support_that_shares_are_alike() -> None:
    """Though none of them is above the edge: what one run more or less would change is too much."""
    assert not can_support("within", 0.05, 20, 0.05)
    assert can_support("within", 0.05, 200, 0.05)
    assert can_support("more_than", 0.05, 20, 0.05)
    best = Shares(np.zeros(20), np.zeros(20), True, 0.05)
    assert max(best.p_above(-0.05), best.p_below(0.05)) > 0.05
    claims = statements(load(CLAIMS, SCHEMA))
    assert out_of_reach(claims, 20) == ["T2a"]
    assert out_of_reach(claims, 200) == []


def test_a_sentence_where_the_two_judgements_differ() -> None:
    claim = Claim("C0", "", "", "", (Part("difference_of_means", ("omoe@1", "mmoe@1"),
                                          "within", 0.01, "equivalence"),))  # fmt: skip
    e = {"estimate": 0.1, "low": 0.05, "high": 0.15, "p_supported": 1.0, "p_contradicted": 0.0}
    e["runs_to_decide"] = 9
    ps = {"p_contradicted": 0.0, "holm_contradicted": 0.0}
    yes, no = ({"verdict": v, "parts": [e], **ps} for v in ("supported", "contradicted"))
    assert disagreement(claim, yes, yes, TITLES, 0.05) == ""
    text = disagreement(claim, yes, no, TITLES, 0.05)
    assert text.startswith("The paper's values support it (OMoE less MMoE at 1: 0.100")
    assert "our runs contradict it" in text


# --- honesty: errors are what alpha promises --------------------------------------------------

STUDIES = 400  # simulated studies; `make test-faults` takes ten times as many
RUNS = 40
RELABELLED = 199  # p-values to 0.005, and the smallest level of a family of three is 0.017


def simulated(seed: int, effects: dict[str, float], sds: dict[str, float]) -> ev.Evidence:
    """A study with known means and sds, its models sharing half their variance, with skewed losses."""
    random = generator(1000 + seed)
    shared = random.gamma(4, 0.5, RUNS) - 2
    found = {}
    for name, mean in effects.items():
        own = random.gamma(4, 0.5, RUNS) - 2
        found[name] = ev.Sample.known(mean + sds[name] * (shared + own) / 2**0.5)
    return ev.Evidence(found, paired=True)


def family() -> Claims:
    """Three statements: a difference of two parts, an equivalence, and a ratio of sds."""
    means = tuple(
        Part("difference_of_means", (a, b), "more_than", 0.3, "permutation")
        for a, b in (("a@1", "b@1"), ("a@1", "c@1"))
    )
    equal = (Part("difference_of_means", ("b@1", "c@1"), "within", 0.3, "equivalence"),)
    spread = (Part("ratio_of_sds", ("a@1", "b@1"), "more_than", 1.25, "bootstrap"),)
    return Claims(
        0.05,
        tuple(Claim(f"C{i}", "", "", "", parts) for i, parts in enumerate((means, equal, spread))),
    )


def verdict_counts(means: dict[str, float], sds: dict[str, float], studies: int) -> pd.DataFrame:
    rows = [
        {j.claim.id: j.verdict for j in judge(family(), simulated(s, means, sds), s, RELABELLED)}
        for s in range(studies)
    ]
    return pd.DataFrame(rows)


def at_most(rate: float, n: int) -> int:
    """More than this many errors in n have a chance below one in a thousand at this rate."""
    return int(stats.binom.ppf(0.999, n, rate))


def studies() -> int:
    import os

    return STUDIES * (10 if os.environ.get("MMOE_FAULTS") == "all" else 1)


def test_errors_of_statements_at_their_edge_are_no_more_than_alpha() -> None:
    """Effects of exactly the smallest: none is `more than` it, none is less.

    Of all statements together, in at most 5 % of studies is one supported, and in at most 5 % is one
    contradicted.
    """
    n = studies()
    edge = {"a@1": 0.3, "b@1": 0.0, "c@1": 0.0}
    counts = verdict_counts(edge, {"a@1": 1.25, "b@1": 1, "c@1": 1}, n)
    assert (counts[["C0", "C2"]] == "supported").any(axis=1).sum() <= at_most(0.05, n)
    assert (counts == "contradicted").any(axis=1).sum() <= at_most(0.05, n)


def test_models_as_far_apart_as_the_margin_are_not_called_equivalent() -> None:
    n = studies()
    edge = {"a@1": 0.9, "b@1": 0.3, "c@1": 0.0}
    counts = verdict_counts(edge, {"a@1": 1, "b@1": 1, "c@1": 1}, n)
    assert (counts["C1"] == "supported").sum() <= at_most(0.05, n)


def test_large_effects_are_found() -> None:
    sds = {"a@1": 3.0, "b@1": 0.5, "c@1": 0.5}
    counts = verdict_counts({"a@1": 3.0, "b@1": 0.0, "c@1": 0.0}, sds, 20)
    assert (counts == "supported").mean().min() > 0.7
    reverse = verdict_counts({"a@1": -3.0, "b@1": 2.0, "c@1": 0.0}, sds | {"a@1": 0.25}, 20)
    assert (reverse == "contradicted").mean().min() > 0.9


def test_what_an_experiment_has_not_is_absent_for_its_own_reason() -> None:
    """The recommender's not for synthetic's, of which the paper shows some runs and not others."""
    config = study.check({"study": {"experiments": ["synthetic", "census", "recommender"]}})
    whose = load(CLAIMS, SCHEMA).whose()
    shown = study.evidence("published", config, study.folders(config, PUBLISHED), whose)
    reasons = {"recommender": "the paper shows one run of it, without a spread"}
    absent = [name for name in whose if name not in shown.samples]
    assert {whose[name] for name in absent} >= {"recommender"}
    for name in (*absent, "nobody@1"):
        why = reasons.get(whose.get(name, ""), "the paper shows no runs of it")
        with pytest.raises(ev.NoEvidence, match=f"^{name}: {why}$"):
            shown.of(name)


def test_records_permuted_between_models_support_nothing_beyond_chance() -> None:
    """Model names shuffled within each seed: no model is better than another any more."""
    claims = load(CLAIMS, SCHEMA)
    chosen = Claims(0.05, tuple(c for c in claims.claims if c.id in ("A3", "T1", "A2")))
    runs = pd.read_parquet(ROOT / "results/published/synthetic/runs.parquet")
    wide = runs.pivot(index="seed", columns=["model", "task_correlation"], values="train_loss") / 2
    supported = 0
    for seed in range(20):
        random = generator(seed)
        found = {}
        for p in (0.5, 0.9, 1.0):
            values = random.permuted(wide.xs(p, axis=1, level=1).to_numpy(), axis=1)
            for model, column in zip(("shared_bottom", "omoe", "mmoe"), values.T, strict=True):
                found[condition(model, p)] = ev.Sample.known(column)
        judged = judge(chosen, ev.Evidence(found, paired=True), seed, RELABELLED)
        supported += sum(j.verdict == "supported" for j in judged)
    assert supported <= at_most(0.05, 20)


# --- the census -------------------------------------------------------------------------------


def census_runs(n: int = 5) -> pd.DataFrame:
    rows = itertools.product(("income", "education"), METHODS, range(n), range(2))
    frame = pd.DataFrame(rows, columns=["group", "method", "seed", "split"])
    random = generator(9)
    for task in ("main", "auxiliary"):
        frame[f"test_{task}_auc"] = 0.9 + 0.01 * random.random(len(frame))
    return frame


def test_census_samples_are_one_splits_aucs() -> None:
    frame = census_runs()
    samples = from_census(frame, range(5), split=1)
    chosen = frame[
        (frame["group"] == "income") & (frame["method"] == "mmoe") & (frame["split"] == 1)
    ]
    assert samples["mmoe@income"].low.tolist() == chosen["test_main_auc"].tolist()
    assert samples["mmoe@income-auxiliary"].low.tolist() == chosen["test_auxiliary_auc"].tolist()
    frame.loc[chosen.index[2], "test_main_auc"] = np.nan
    worst = from_census(frame, range(5), split=1)["mmoe@income"].low
    assert (
        worst[2] == np.delete(worst, 2).min()
    )  # a diverged run counts as the worst: the lowest AUC
    with pytest.raises(ev.MissingRuns, match="mmoe@income: lacks the seeds 2"):
        from_census(frame.drop(chosen.index[2]), range(5), split=1)
    with pytest.raises(ev.MissingRuns, match=r"@income: lacks the seeds 5; expected are 0-5"):
        from_census(frame, range(6))  # the same range is missing everywhere
    with pytest.raises(ev.MissingRuns, match="has a seed twice"):
        from_census(pd.concat([frame, frame]), range(5))
    without = from_census(frame, range(5), split=1, drop_diverged=True)
    assert {sample.low.size for sample in without.values()} == {4}


def test_a_condition_of_diverged_runs_alone_decides_nothing() -> None:
    frame = census_runs()
    frame.loc[frame["method"] == "mmoe", "test_main_auc"] = np.nan
    claims = load(CLAIMS, SCHEMA).of(["census"])
    evidence = ev.Evidence(from_census(frame, range(5)), paired=True)
    by_name = {j.claim.id: j for j in judge(claims, evidence, 1, 199)}
    assert by_name["C3"].p_supported == 1.0
    assert by_name["C3"].verdict == "undecided"


def test_published_tables_are_the_widest_runs_with_their_means() -> None:
    tables = from_tables()
    mmoe = tables["mmoe@income"].low
    assert mmoe.size == 400
    assert mmoe.mean() == pytest.approx(0.9359)
    assert (mmoe.min(), mmoe.max()) == pytest.approx((0.5, 0.9410))
    assert tables["single_task@education-auxiliary"].low.mean() == pytest.approx(0.9922)


def test_every_census_statement_is_judged_and_words_name_the_group() -> None:
    claims = load(CLAIMS, SCHEMA).of(["census"])
    judged = judge(claims, ev.Evidence(from_census(census_runs(), range(5)), paired=True), 1, 199)
    assert {j.verdict for j in judged} <= {"supported", "contradicted", "undecided"}
    titles = TITLES | METHODS
    assert part_words(claims.claims[0].parts[0], titles) == (
        "L2-Constrained less Shared-Bottom in income"
    )


def test_families_are_those_of_an_experiment() -> None:
    """Statements on the census change nothing about those on synthetic data."""
    claims, evidence = two_claims((0.72,), (0.5,))
    alone = judge(claims, evidence, 0, 999)[0]
    other = replace(claims.claims[1], experiment="census")
    apart = judge(Claims(0.05, (claims.claims[0], other)), evidence, 0, 999)[0]
    assert alone.holm_supported == 2 * apart.holm_supported


@pytest.mark.parametrize(("name", "factor", "digits"), [("C5", 1000, 2), ("A3", 1, 3)])
def test_a_statements_table_has_aucs_in_thousandths(name: str, factor: int, digits: int) -> None:
    of_study = ROOT / "results/published/synthetic"
    made = claim_table(Folders(of_study, {}), name)
    judged = statement(read_json(of_study / "claims/verdicts.json"), name)
    for source in ("published", "reproduced"):
        for e in judged[source]["parts"]:
            assert number(factor * e["low"], digits).removeprefix("-") in made
            assert number(factor * e["detectable"], digits) in made
    assert ("10^{-3}" in made) == (factor == 1000)
    assert made.count("& paper &") == made.count("& ours &") == len(judged["parts"])
