"""Equations 2-4 as data: directions, streams, and who sees what."""

import numpy as np
import pytest

from mmoe_repro.synthetic.export import defining_numbers, samples
from mmoe_repro.synthetic.figure2 import figure2_trials
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.task_pair import draw_task_pair
from mmoe_repro.synthetic.universe import Universe


@pytest.mark.parametrize("p", [-1.0, 0.0, 0.5, 0.9, 1.0])
def test_weights_have_norm_c_and_cosine_p(p: float) -> None:
    for run in range(5):
        pair = draw_task_pair(7, run, c=0.6, task_correlation=p)
        assert np.linalg.norm(pair.weights, axis=1) == pytest.approx([0.6, 0.6], abs=1e-12)
        assert pair.cosine() == pytest.approx(p, abs=1e-9)


def test_directions_are_orthogonal_and_shared_over_correlations() -> None:
    half = draw_task_pair(7, 3, c=1, task_correlation=0.5).weights
    zero = draw_task_pair(7, 3, c=1, task_correlation=0.0).weights
    assert half[0] == pytest.approx(zero[0])
    assert zero[0] @ zero[1] == pytest.approx(0, abs=1e-12)


def test_directions_are_uniform_on_the_sphere() -> None:
    first = np.stack([draw_task_pair(0, r, c=1, task_correlation=0).weights[0] for r in range(400)])
    assert np.abs(first.mean(axis=0)).max() < 5 * 0.1 / np.sqrt(400)
    assert first.var(axis=0).mean() == pytest.approx(0.01, rel=0.05)


def test_labels_are_equation_four(fresh: Universe) -> None:
    source = SyntheticSource(fresh, 0.9, 7, [0, 1])
    x, y = source.held_out(500)
    f = fresh.label_function
    for run in range(2):
        w = draw_task_pair(7, run, c=f.c, task_correlation=0.9).weights
        z = w @ x[run].astype(np.float64).T
        clean = z + sum(np.sin(a * z + b) for a, b in zip(f.alpha, f.beta, strict=True))
        shift, scale = fresh.label_shift_and_scale()
        noise = y[run].astype(np.float64) * scale + shift - clean
        assert noise.var() == pytest.approx(0.01, rel=0.15)
        assert abs(noise.mean()) < 0.02


def test_standardised_labels_have_mean_zero_and_variance_one(fresh: Universe) -> None:
    _, y = SyntheticSource(fresh, 0.5, 7, range(10)).held_out(20_000)
    assert float(y.mean()) == pytest.approx(0, abs=0.01)
    assert float(y.var()) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("kind", ["fresh", "finite"])
def test_a_batch_does_not_depend_on_the_runs_beside_it(
    kind: str, request: pytest.FixtureRequest
) -> None:
    universe = request.getfixturevalue(kind)
    together = SyntheticSource(universe, 0.5, 7, [4, 9, 2])
    alone = SyntheticSource(universe, 0.5, 7, [9])
    x, y = together.batches(0, 3)
    x1, y1 = alone.batches(0, 3)
    assert np.array_equal(x[1], x1[0])
    assert np.array_equal(y[1], y1[0])
    x1, y1 = together.members(slice(1, 2)).batches(0, 3)
    assert np.array_equal(x[1], x1[0])
    assert np.array_equal(y[1], y1[0])


@pytest.mark.parametrize("kind", ["fresh", "finite"])
def test_any_step_can_be_made_alone(kind: str, request: pytest.FixtureRequest) -> None:
    universe = request.getfixturevalue(kind)
    source = SyntheticSource(universe, 0.5, 7, [1])
    x, y = source.batches(0, 20)
    for step in (13, 2):
        alone_x, alone_y = source.batches(step, 1)
        assert np.array_equal(x[:, step], alone_x[:, 0])
        assert np.array_equal(y[:, step], alone_y[:, 0])


def test_few_held_out_samples_are_the_first_of_many(fresh: Universe) -> None:
    source = SyntheticSource(fresh, 0.5, 7, [1])
    x, y = source.held_out(2_300)
    few_x, few_y = source.held_out(700)
    assert np.array_equal(x[:, :700], few_x)
    assert np.array_equal(y[:, :, :700], few_y)


def test_fresh_samples_never_repeat_and_finite_ones_do(fresh: Universe, finite: Universe) -> None:
    def rows(universe: Universe) -> int:
        source = SyntheticSource(universe, 0.5, 7, [0])
        x, _ = source.batches(0, 60)
        return len(np.unique(x.reshape(-1, 100), axis=0))

    assert rows(fresh) == 60 * 16
    assert rows(finite) <= 300


def test_finite_batches_are_rows_of_the_set(finite: Universe) -> None:
    source = SyntheticSource(finite, 0.5, 7, [5])
    x, y = source.finite_set
    assert x.shape == (1, 300, 100)
    of_row = {tuple(row): y[0, :, i] for i, row in enumerate(x[0].tolist())}
    batch_x, batch_y = source.batches(4, 1)
    for i, row in enumerate(batch_x[0, 0].tolist()):
        assert np.array_equal(batch_y[0, 0, :, i], of_row[tuple(row)])


def test_batches_draw_every_row_of_the_set_alike(finite: Universe) -> None:
    source = SyntheticSource(finite, 0.5, 7, [5])
    x, _ = source.batches(0, 600)  # 9,600 draws of 300 rows
    _, counts = np.unique(x[..., 0], return_counts=True)
    assert len(counts) == 300
    assert ((counts - 32) ** 2 / 32).sum() == pytest.approx(299, abs=5 * np.sqrt(2 * 299))


def test_a_fresh_universe_has_no_finite_set(fresh: Universe) -> None:
    with pytest.raises(ValueError, match="fresh samples"):
        _ = SyntheticSource(fresh, 0.5, 7, [0]).finite_set


def test_held_out_samples_are_not_training_samples(finite: Universe) -> None:
    source = SyntheticSource(finite, 0.5, 7, [0])
    seen = {tuple(row) for row in source.finite_set[0][0].tolist()}
    assert not seen & {tuple(row) for row in source.held_out(300)[0][0].tolist()}


def test_inputs_are_standard_normal(fresh: Universe) -> None:
    x, _ = SyntheticSource(fresh, 0.5, 7, [0, 1]).held_out(5_000)
    assert float(x.mean()) == pytest.approx(0, abs=0.005)
    assert float(x.var()) == pytest.approx(1, abs=0.01)
    assert abs(float((x[0] * x[1]).mean())) < 0.01  # runs have data of their own


def test_runs_and_correlations_can_be_mixed_in_one_population(fresh: Universe) -> None:
    mixed = SyntheticSource(fresh, [0.5, 1.0], 7, [3, 3])
    for i, p in enumerate((0.5, 1.0)):
        _, alone = SyntheticSource(fresh, p, 7, [3]).batches(0, 1)
        assert np.array_equal(mixed.batches(0, 1)[1][i], alone[0])


def test_defining_numbers_reproduce_the_data(fresh: Universe) -> None:
    frame = defining_numbers(fresh, 0.9, 7, range(3), points=2_000)
    assert list(frame["seed"]) == [0, 1, 2]
    assert frame["cosine"].to_numpy() == pytest.approx(0.9)
    expected = float(fresh.label_function.label_correlation(0.9))
    assert frame["label_correlation"].mean() == pytest.approx(expected, abs=0.06)


def test_exported_samples_are_those_that_training_sees(fresh: Universe) -> None:
    frame = samples(fresh, 0.9, 7, 3, 40, "training")
    source = SyntheticSource(fresh, 0.9, 7, [3])
    x, y = source.batches(0, 2)
    assert frame.shape == (40, 102)
    assert np.array_equal(frame.iloc[16:32, :100].to_numpy(), x[0, 1])
    assert np.array_equal(frame["y2"].to_numpy()[16:32], y[0, 1, 1])
    with pytest.raises(ValueError, match="held-out"):
        samples(fresh, 0.9, 7, 3, 40, "test")


def test_more_samples_than_a_finite_set_has_are_refused(finite: Universe) -> None:
    n = finite.n_samples
    assert n is not None
    assert len(samples(finite, 0.9, 7, 3, n, "training")) == n
    assert len(samples(finite, 0.9, 7, 3, n + 1, "held-out")) == n + 1
    with pytest.raises(ValueError, match=f"trains on {n} samples"):
        samples(finite, 0.9, 7, 3, n + 1, "training")


def test_figure2_trials_agree_with_the_closed_form(fresh: Universe) -> None:
    trials = figure2_trials(fresh, [0.5, 0.98], 20, 2_000, 7)
    means = trials.groupby("task_correlation")["label_correlation"].agg(["mean", "sem"])
    for p, row in means.iterrows():
        expected = float(fresh.label_function.label_correlation(p))
        assert abs(row["mean"] - expected) < 4 * row["sem"]
