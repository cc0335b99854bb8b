"""Comparisons, tests and power against scipy, statsmodels, worked examples and simulation."""

import numpy as np
import pytest
from scipy import stats

from mmoe_repro.statistics.hypotheses import brown_forsythe, equivalence, holm, page_trend
from mmoe_repro.statistics.paired import (
    difference_interval,
    interquartile_mean,
    interquartile_range,
    permutation_test,
    probability_of_improvement,
    quantile,
    ratio_interval,
    sd,
    variance_of_pairing,
)
from mmoe_repro.statistics.power import minimum_detectable_effect, minimum_tells, runs_needed


def pairs(
    seed: int, n: int = 200, shift: float = 0.0, scale: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated samples, the second shifted and stretched."""
    random = np.random.default_rng(seed)
    shared = random.standard_normal(n)
    a = 5 + shared + random.standard_normal(n)
    b = 5 + shift + scale * (shared + random.standard_normal(n))
    return a, b


def generator() -> np.random.Generator:
    return np.random.default_rng(1)


def test_statistics_are_what_they_are_called() -> None:
    x = np.arange(8.0)
    assert interquartile_mean(x) == np.mean([2, 3, 4, 5])
    assert sd(x) == pytest.approx(np.std(x, ddof=1))
    assert interquartile_range(x) == 3.5
    assert quantile(0.25)(x) == np.quantile(x, 0.25)


def test_the_mean_difference_has_nearly_students_interval() -> None:
    a, b = pairs(3, shift=0.5)
    estimate, low, high = difference_interval(a, b, np.mean, generator())
    assert estimate == pytest.approx(np.mean(b - a))
    student = stats.ttest_1samp(b - a, 0).confidence_interval()
    assert (low, high) == pytest.approx((student.low, student.high), abs=0.03)


def test_pairing_narrows_the_interval() -> None:
    a, b = pairs(3)
    _, low, high = difference_interval(a, b, np.mean, generator())
    shuffled = np.random.default_rng(2).permutation(b)
    _, wide_low, wide_high = difference_interval(a, shuffled, np.mean, generator())
    assert high - low < 0.85 * (wide_high - wide_low)
    assert variance_of_pairing(a, b) == pytest.approx(0.5, abs=0.12)


def test_intervals_of_a_ratio_of_sds_cover() -> None:
    """Nominal 95 %: of 150 intervals at least 132 cover (4 sds below the expectation of 142.5)."""
    covered = 0
    for seed in range(150):
        a, b = pairs(seed, n=60, scale=1.5)
        _, low, high = ratio_interval(a, b, sd, generator(), 0.95)
        covered += low < 1.5 < high
    assert covered >= 132


@pytest.mark.parametrize("statistic", [np.mean, np.median, interquartile_mean, sd, quantile(0.9)])
def test_intervals_of_every_statistic_hold_their_estimate(statistic: object) -> None:
    a, b = pairs(5, shift=1.0)
    estimate, low, high = difference_interval(a, b, statistic, generator())  # type: ignore[arg-type]
    assert low < estimate < high
    assert difference_interval(a, a, statistic, generator())[0] == 0  # type: ignore[arg-type]


def test_permutation_is_near_the_t_test() -> None:
    a, b = pairs(4, n=40, shift=0.4)
    expected = stats.ttest_rel(b, a, alternative="greater").pvalue
    assert permutation_test(a, b, generator()) == pytest.approx(expected, abs=0.02)
    assert permutation_test(b, a, generator()) > 0.9


def test_probability_of_improvement_counts_pairs() -> None:
    assert probability_of_improvement([1, 2], [3, 4]) == 1
    assert probability_of_improvement([3, 4], [1, 2]) == 0
    assert probability_of_improvement([1, 2], [1, 2]) == 0.5
    assert probability_of_improvement([1, 3], [2, 2]) == 0.5


def test_equivalence_is_two_one_sided_tests() -> None:
    a, b = pairs(6)
    d = b - a
    lower = stats.ttest_1samp(d, -0.3, alternative="greater").pvalue
    upper = stats.ttest_1samp(d, 0.3, alternative="less").pvalue
    assert equivalence(a, b, 0.3) == pytest.approx(max(lower, upper))
    with pytest.raises(ValueError, match="positive"):
        equivalence(a, b, 0)


def test_equivalence_errs_as_alpha_says() -> None:
    """At the margin itself 5 % of samples pass; of 400, more than 38 would be 4 sds too many."""
    passed = sum(equivalence(*pairs(seed, n=50, shift=0.5), 0.5) < 0.05 for seed in range(400))
    assert 2 < passed < 38


def test_brown_forsythe_is_an_anova_of_distances_from_medians() -> None:
    a, b = pairs(7, scale=2)
    distances = [np.abs(x - np.median(x)) for x in (a, b)]
    assert brown_forsythe(a, b) == pytest.approx(stats.f_oneway(*distances).pvalue)
    assert brown_forsythe(a, b) < 0.001


def test_page_finds_a_trend_and_its_opposite() -> None:
    random = np.random.default_rng(8)
    rising = random.standard_normal((60, 3)) + np.array([0, 0.4, 0.8])
    assert page_trend(rising) < 0.01
    assert page_trend(rising[:, ::-1]) > 0.99


def test_holm_on_the_textbook_example() -> None:
    """0.01, 0.04, 0.03, 0.005: the smallest times four, the next times three, and never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_power_is_what_simulation_gives() -> None:
    n, spread = 50, 2.0
    effect = minimum_detectable_effect(spread, n)
    random = np.random.default_rng(9)
    samples = effect + spread * random.standard_normal((4_000, n))
    found = stats.ttest_1samp(samples, 0, axis=1, alternative="greater").pvalue < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.03)
    assert runs_needed(effect, spread) == n
    assert runs_needed(100.0, spread) == 2
    assert runs_needed(5.01 * spread, spread) == 3  # two have a power of 0.73
    with pytest.raises(ValueError, match="positive"):
        runs_needed(0, spread)


def test_a_minimum_tells_of_shares_alone() -> None:
    assert minimum_tells(200) == pytest.approx(0.0149, abs=1e-4)
    share, n = minimum_tells(30), 30
    assert (1 - share) ** n == pytest.approx(0.05)


def test_faint_effects_need_the_runs_that_the_normal_says() -> None:
    faint = runs_needed(0.0099, 1.0)
    assert faint == pytest.approx(runs_needed(0.0101, 1.0) * (0.0101 / 0.0099) ** 2, rel=1e-3)
    assert runs_needed(1e-9, 1.0) > 1e18
