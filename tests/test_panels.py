"""Bands, binned tests, and the comparison of our panels with the published ones."""

import numpy as np
import pytest
from scipy import stats

from mmoe_repro.paper.published import published
from mmoe_repro.statistics.bands import simultaneous_factor
from mmoe_repro.statistics.binned import bin_counts, binned_test
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.panels import compare_curve, compare_histogram, panels


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_one_point_needs_students_factor_and_many_need_more() -> None:
    one = generator(2).standard_normal((200, 1))
    assert simultaneous_factor(one, generator()) == pytest.approx(1.96, abs=0.12)
    many = generator(2).standard_normal((200, 50))
    bonferroni = stats.norm.ppf(1 - 0.025 / 50)
    assert simultaneous_factor(many, generator()) == pytest.approx(bonferroni, abs=0.2)
    with pytest.raises(ValueError, match="two runs"):
        simultaneous_factor(many[:1], generator())


def test_a_band_holds_whole_curves_as_often_as_it_says() -> None:
    """200 random walks' means around zero: of 200 bands at 90 %, 180 hold; 4 sds are 17."""
    held = 0
    for seed in range(200):
        curves = generator(seed).standard_normal((60, 20)).cumsum(axis=1)
        factor = simultaneous_factor(curves, generator(seed), 0.9)
        error = curves.std(axis=0, ddof=1) / 60**0.5
        held += bool((np.abs(curves.mean(axis=0)) <= factor * error).all())
    assert 163 <= held <= 197


def test_bins_count_what_is_beyond_in_the_last() -> None:
    assert bin_counts([0.0, 0.05, 9, np.nan], [0, 0.03, 0.06]).tolist() == [1, 1, 2]
    with pytest.raises(ValueError, match="below the first bin"):
        bin_counts([-1.0], [0, 1])


def test_the_binned_test_is_chi_square_where_that_is_valid() -> None:
    a, b = [60, 80, 60], [75, 75, 50]
    expected = stats.chi2_contingency([a, b], correction=False).pvalue
    assert binned_test(a, b, generator()) == pytest.approx(expected, abs=0.02)
    assert binned_test([5, 0], [9, 0], generator()) == 1
    assert binned_test([0, 50], [50, 0], generator()) < 0.001


def test_the_binned_test_errs_as_it_says_with_few_runs_a_bin() -> None:
    """Two samples of 40 of one skewed distribution; of 200 at 5 %, 10 reject; 22 are 4 sds more."""
    rejected = 0
    for seed in range(200):
        random = generator(seed)
        counts = [bin_counts(random.gamma(1, 1, 40), np.arange(8)) for _ in range(2)]
        rejected += binned_test(*counts, random) < 0.05
    assert rejected <= 22


def test_the_published_histogram_itself_does_not_differ() -> None:
    theirs = published("figure5")
    theirs = theirs[(theirs["model"] == "omoe") & (theirs["task_correlation"] == 0.9)]
    runs = np.repeat(
        theirs["bin_low"] + 1 / 60, (theirs["fraction_of_runs"] * 200).round().astype(int)
    )
    same = compare_histogram("omoe", 0.9, runs.to_numpy(), generator())
    assert same is not None
    assert same.distance == pytest.approx(0, abs=1e-12)
    assert same.p_value > 0.9
    moved = compare_histogram("omoe", 0.9, runs.to_numpy() + 0.1, generator())
    assert moved is not None
    assert moved.p_value < 0.001
    assert moved.distance == pytest.approx(0.1, abs=0.005)
    assert compare_histogram("omoe", 0.3, runs.to_numpy(), generator()) is None


def test_curves_around_the_published_one_are_within_chance() -> None:
    theirs = published("figure4")
    theirs = theirs[(theirs["model"] == "mmoe") & (theirs["task_correlation"] == 0.5)]
    steps = theirs["step"].to_numpy(dtype=float)
    noise = 0.05 * generator(3).standard_normal((200, 1))
    ours = theirs["loss"].to_numpy() + noise
    close = compare_curve("figure4", "mmoe", 0.5, steps, ours, generator(), 0.95)
    assert close is not None
    assert close.in_band == 1
    far = compare_curve("figure4", "mmoe", 0.5, steps, ours + 0.1, generator(), 0.95)
    assert far is not None
    assert far.in_band == 0
    assert far.rms == pytest.approx(0.1, abs=0.01)
    assert compare_curve("figure4", "mmoe", 0.5, steps + 1e6, ours, generator(), 0.95) is None


def test_each_published_panel_has_a_sentence() -> None:
    random = generator(4)
    curves, losses = {}, {}
    steps = np.arange(0.0, 10_001, 100)
    for p in (0.5, 0.9, 1.0):
        curves["figure3", "shared_bottom_16", p] = (steps, random.random((5, steps.size)))
        for model in ("shared_bottom", "omoe", "mmoe"):
            curves["figure4", model, p] = (steps, random.random((5, steps.size)))
            losses[model, p] = random.random(5)
    found = panels(curves, losses, TITLES, generator(), 0.95)
    assert len(found["sentences"]) == 1 + 3 + 9
    assert all(s["sentence"].endswith(".") for s in found["sentences"])
    narrow = panels(curves, losses, TITLES, generator(), 0.2)
    shares = [sum(c["in_band"] for c in of["curves"]) for of in (found, narrow)]
    assert shares[0] > shares[1]
