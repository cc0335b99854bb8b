"""Simulated traffic: any example alone, the laws it states, and what the truth can reach."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from mmoe_repro.recommender.drawing import HOURS
from mmoe_repro.recommender.measures import auc, bayes_auc, bayes_r2, divergence, popular, r2, share
from mmoe_repro.recommender.names import FEATURES
from mmoe_repro.recommender.traffic import (
    BLOCKS,
    STREAMS,
    Traffic,
    World,
    directions,
    draw_world,
)

SMALL = Traffic(users=20_000, items=2_000, segments=50, categories=40)
N = 200_000


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(SMALL, 2018, 0)


def test_any_example_can_be_made_alone(world: World) -> None:
    many = world.examples("training", 1_000, 500)
    for at in (0, 17, 499):
        one = world.examples("training", 1_000 + at, 1)
        assert np.array_equal(one.ids[:, 0], many.ids[:, at])
        assert np.array_equal(one.dense[0], many.dense[at])
        assert np.array_equal(one.logits[:, 0], many.logits[:, at])
        assert np.array_equal(one.labels[:, 0], many.labels[:, at])
    far = world.examples("training", 5_000_000_000, 3)  # beyond 32 bits
    assert not np.array_equal(far.ids, world.examples("training", 5_000_000_000 - 2**32, 3).ids)


def test_streams_and_seeds_are_others(world: World) -> None:
    drawn = [world.examples(stream, 0, 100).ids.tobytes() for stream in STREAMS]
    assert len(set(drawn)) == len(STREAMS)
    other = draw_world(SMALL, 2018, 1)
    assert other.examples("training", 0, 100).ids.tobytes() != drawn[0]
    with pytest.raises(KeyError, match="allowed are training"):
        world.examples("test", 0, 1)
    with pytest.raises(ValueError, match="numbered from 0"):
        world.examples("training", -1, 1)


def test_ids_are_in_their_tables_and_features_between_0_and_1(world: World) -> None:
    of = world.examples("training", 0, N)
    for feature, ids in zip(FEATURES, of.ids, strict=True):
        assert ids.min() >= 0
        assert ids.max() < SMALL.rows()[feature]
    assert set(of.ids[4]) == set(range(HOURS))
    assert of.dense.min() >= 0
    assert of.dense.max() < 1
    assert of.dense.mean() == pytest.approx(0.5, abs=0.002)
    assert np.cov(of.dense.T) == pytest.approx(np.eye(8) / 12, abs=0.002)
    # a user has one segment, an item one category, and all of them occur
    for whose, group, n in ((0, 2, SMALL.segments), (1, 3, SMALL.categories)):
        pairs = {tuple(pair) for pair in of.ids[[whose, group]].T}
        assert len(pairs) == len(set(of.ids[whose]))
        assert set(of.ids[group]) == set(range(n))


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.3])
def test_popularity_is_zipfs_law(exponent: float) -> None:
    """Users are drawn as they come: the most popular ranks' shares, against the bounded power law's."""
    of = draw_world(replace(SMALL, user_exponent=exponent), 2018, 0).examples("training", 0, N)
    counts = np.sort(np.bincount(of.ids[0], minlength=SMALL.users))[::-1]
    edges = np.array([1, 2, 3, 11, 101, SMALL.users + 1], float)
    whole = np.log(edges) if exponent == 1 else edges ** (1 - exponent)
    wanted = (np.diff(whole) / (whole[-1] - whole[0]))[:4] * N
    found = [counts[int(a) - 1 : int(b) - 1].sum() for a, b in pairwise(edges[:5])]
    assert np.abs(np.array(found) - wanted).max() < 5 * np.sqrt(wanted.max())


@pytest.mark.parametrize("cosine", [-0.5, 0.0, 0.7, 1.0])
def test_the_tasks_directions_have_the_cosine(cosine: float) -> None:
    w = directions(cosine, np.random.default_rng(1)).astype(float)
    assert np.linalg.norm(w, axis=1) == pytest.approx([1, 1], abs=1e-6)
    assert w[0] @ w[1] == pytest.approx(cosine, abs=1e-6)
    at = 0
    for n, share_of in BLOCKS.values():  # and so in every block
        part = w[:, at : at + n]
        assert part[0] @ part[0] == pytest.approx(share_of, abs=1e-6)
        assert part[0] @ part[1] == pytest.approx(share_of * cosine, abs=1e-6)
        at += n
    # of traffic without a preference, the log odds are as related as the directions
    plain = replace(SMALL, cosine=cosine, affinity=0.0, user_exponent=0.0, item_exponent=0.0)
    of = draw_world(plain, 2018, 3).examples("training", 0, N)
    assert np.corrcoef(of.logits)[0, 1] == pytest.approx(cosine, abs=0.08)
    assert of.logits.std(axis=1) == pytest.approx(plain.strength, rel=0.08)


def test_labels_follow_their_probabilities(world: World) -> None:
    of = world.examples("held_out", 0, N)
    p = of.probabilities()
    assert p.mean(axis=1) == pytest.approx([0.2, 0.03], rel=0.03)
    for k in range(2):
        order = np.argsort(p[k]).reshape(20, -1)  # twenty equal parts
        expected, seen = p[k][order].sum(axis=1), of.labels[k][order].sum(axis=1)
        variance = (p[k] * (1 - p[k]))[order].sum(axis=1)
        z = (seen - expected) / np.sqrt(variance)
        assert np.abs(z).max() < norm.isf(0.001 / 20)
    # given what is known of the example, the two labels are drawn apart
    residual = of.labels - p
    assert np.corrcoef(residual)[0, 1] == pytest.approx(0, abs=4 / np.sqrt(N))


def test_satisfaction_may_be_observed_only_after_engagement() -> None:
    of = draw_world(replace(SMALL, observed="engaged", satisfaction_rate=0.1), 2018, 0)
    drawn = of.examples("training", 0, N)
    assert np.array_equal(drawn.observed[1], drawn.labels[0])
    assert drawn.observed[0].min() == 1
    seen = drawn.observed[1] > 0
    assert drawn.labels[1][seen].mean() == pytest.approx(0.1, abs=0.005)


def test_what_is_shown_is_what_is_liked() -> None:
    means = []
    for affinity in (0.0, 1.0):
        w = draw_world(SMALL, 2018, 0)
        of = World(replace(SMALL, affinity=affinity), 2018, 0, w.key, w.weights, w.intercepts)
        means.append(of.examples("training", 0, N).logits[0].mean())
    assert means[1] > means[0] + 0.3


def test_requests_have_different_candidates_and_one_response_each(world: World) -> None:
    of = world.requests(10, 50, 20)
    assert of.ids.shape == (5, 50, 20)
    assert all(len(set(items)) == 20 for items in of.ids[1])
    assert (of.ids[0] == of.ids[0][:, :1]).all()
    again = world.requests(12, 1, 20)
    assert np.array_equal(again.ids[:, 0], of.ids[:, 2])
    assert np.array_equal(again.labels[:, 0], of.labels[:, 2])
    expected = of.probabilities().sum()
    assert of.labels.sum() == pytest.approx(expected, abs=5 * np.sqrt(expected))
    with pytest.raises(ValueError, match="at most half"):
        world.requests(0, 1, 1_001)


def test_the_truth_cannot_be_beaten_and_is_what_the_formulas_say(world: World) -> None:
    of = world.examples("held_out", 0, N)
    p = of.probabilities()
    for k in range(2):
        best, best_r2 = bayes_auc(p[k]), bayes_r2(p[k])
        assert auc(of.logits[k], of.labels[k]) == pytest.approx(best, abs=0.006)
        assert r2(of.logits[k], of.labels[k]) == pytest.approx(best_r2, abs=0.006)
        worse = of.logits[k] + np.random.default_rng(0).normal(0, 0.5, N)
        assert auc(worse, of.labels[k]) < best - 0.005
        assert r2(worse, of.labels[k]) < best_r2 - 0.005


def test_measures_against_definitions() -> None:
    random = np.random.default_rng(5)
    p = np.round(random.uniform(0, 1, 60), 1)  # with ties
    wins = total = 0.0
    for a in p:
        for b in p:
            weight = a * (1 - b)
            total += weight
            wins += weight * ((a > b) + 0.5 * (a == b))
    assert bayes_auc(p) == pytest.approx(wins / total)
    y, logits = (random.uniform(size=60) < p).astype(float), random.normal(size=60)
    ours = 1 / (1 + np.exp(-logits))
    assert r2(logits, y) == pytest.approx(1 - ((y - ours) ** 2).mean() / y.var())
    assert r2(np.full(60, np.log(y.mean() / (1 - y.mean()))), y) == pytest.approx(0, abs=1e-12)
    assert np.isnan(auc(logits, np.ones(60)))
    assert np.isnan(auc(np.full(60, np.nan), y))
    assert share(0.65, 0.8, 0.5) == pytest.approx(0.5)


def test_divergence_is_what_noise_free_labels_would_leave_of_a_loss() -> None:
    random = np.random.default_rng(6)
    p, q = random.uniform(0.1, 0.9, (2, 200))
    true, ours = np.log(p / (1 - p)), np.log(q / (1 - q))
    expected = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    assert divergence(ours, true) == pytest.approx(expected.mean())
    assert divergence(true, true) == 0


def test_popular_items_make_half_of_what_is_shown() -> None:
    items = np.array([7] * 4 + [3] * 3 + [9] * 2 + [1, 2, 4])
    assert set(items[popular(items)]) == {7, 3}  # of twelve, four are not half
    assert set(items[~popular(items)]) == {9, 1, 2, 4}
