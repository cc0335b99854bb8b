"""Comparisons, tests and power against scipy, statsmodels, worked examples and simulation."""

import numpy as np
import pytest
from scipy import stats

from mmoe_repro.statistics.hypotheses import brown_forsythe, holm, page_trend
from mmoe_repro.statistics.paired import (
    interquartile_mean,
    interquartile_range,
    probability_of_improvement,
    variance_of_pairing,
)
from mmoe_repro.statistics.power import minimum_detectable_effect, minimum_tells, runs_needed


def pairs(seed: int, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated samples of 200 runs, the second stretched."""
    n = 200
    random = np.random.default_rng(seed)
    shared = random.standard_normal(n)
    a = 5 + shared + random.standard_normal(n)
    b = 5 + scale * (shared + random.standard_normal(n))
    return a, b


def test_statistics_are_what_they_are_called() -> None:
    x = np.arange(8.0)
    assert interquartile_mean(x) == np.mean([2, 3, 4, 5])
    assert interquartile_range(x) == 3.5


def test_pairing_buys_the_variance_that_runs_share() -> None:
    a, b = pairs(3)
    assert variance_of_pairing(a, b) == pytest.approx(0.5, abs=0.12)
    assert variance_of_pairing(a, np.random.default_rng(2).permutation(b)) > 0.85


def test_probability_of_improvement_counts_pairs() -> None:
    assert probability_of_improvement([1, 2], [3, 4]) == 1
    assert probability_of_improvement([3, 4], [1, 2]) == 0
    assert probability_of_improvement([1, 2], [1, 2]) == 0.5
    assert probability_of_improvement([1, 3], [2, 2]) == 0.5


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
