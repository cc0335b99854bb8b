"""The methods and their training on rows of a sparse table: equations, gradients, bits, learning."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from mmoe_repro.census import baselines
from mmoe_repro.census import train as census_train
from mmoe_repro.census.encode import Encoded
from mmoe_repro.census.methods import METHODS, Space, method
from mmoe_repro.census.source import CensusSource
from mmoe_repro.census.split import halve
from mmoe_repro.census.trial import FIRST, Budget, trial
from mmoe_repro.census.tuning import search, suggest
from mmoe_repro.learners.classifier import ClassifierLearner
from mmoe_repro.learners.products import FixedOrder
from mmoe_repro.models.cross_stitch import CrossStitch
from mmoe_repro.models.experts import mix
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.inputs import linear, rectified
from mmoe_repro.models.l2_constrained import L2Constrained
from mmoe_repro.models.population import Architecture, n_parameters
from mmoe_repro.models.rows import SparseRows, Table
from mmoe_repro.models.single_task import SingleTask
from mmoe_repro.models.tensor_factorization import TensorFactorization
from mmoe_repro.training.trainer import Schedule, train

D = 9
NARROW = Space(most_units=256, penalties=(1e-7, 1e-2))
SMALL: dict[str, Architecture] = {
    "single_task": SingleTask(5, D, 4),
    "l2_constrained": L2Constrained(5, D, 0.01, 4),
    "cross_stitch": CrossStitch(5, D, 4),
    "tensor_factorization": TensorFactorization((3, 4, 2), 5, D, 4),
}


def doubles(model: Architecture, runs: int = 1) -> dict[str, torch.Tensor]:
    theta = initialise(model, "glorot", 1, range(runs))
    random = torch.Generator().manual_seed(1)
    noise = {k: 0.1 * torch.randn(v.shape, generator=random) for k, v in theta.items()}
    return {k: (torch.from_numpy(v) + noise[k]).double() for k, v in theta.items()}


def tower(t: dict[str, np.ndarray], k: int, h: np.ndarray) -> float:
    hidden = np.maximum(t["tower_weight"][k] @ h + t["tower_bias"][k, :, 0], 0)
    return float(t["head_weight"][k, 0] @ hidden + t["head_bias"][k, 0, 0])


def formula(name: str, t: dict[str, np.ndarray], x: np.ndarray, k: int) -> float:
    """One sample, one task, written out."""
    if name == "tensor_factorization":
        w = np.einsum("abc,ai,ub,kc->kui", t["core"], t["factor_inputs"], t["factor_units"],
                      t["factor_tasks"])  # fmt: skip
        return tower(t, k, np.maximum(w[k] @ x + t["bottom_bias"][k, :, 0], 0))
    weight, bias = t["bottom_weight"].reshape(2, 5, D), t["bottom_bias"].reshape(2, 5)
    f = [np.maximum(weight[j] @ x + bias[j], 0) for j in range(2)]
    if name == "cross_stitch":
        return tower(t, k, t["stitch"][k, 0] * f[0] + t["stitch"][k, 1] * f[1])
    return tower(t, k, f[k])


@pytest.mark.parametrize("name", list(SMALL))
def test_forward_is_the_equation(name: str) -> None:
    theta = doubles(SMALL[name], 2)
    x = torch.randn(2, 6, D, dtype=torch.float64)
    y = SMALL[name].forward(theta, x)
    for r, k, s in np.ndindex(2, 2, 6):
        of_run = {key: value[r].numpy() for key, value in theta.items()}
        assert float(y[r, k, s]) == pytest.approx(formula(name, of_run, x[r, s].numpy(), k))


@pytest.mark.parametrize("name", list(SMALL))
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    model, x = SMALL[name], torch.randn(1, 4, D, dtype=torch.float64)
    theta = doubles(model)
    names = list(theta)

    def f(*values: torch.Tensor) -> torch.Tensor:
        by_name = dict(zip(names, values, strict=True))
        penalty = model.penalty(by_name) if isinstance(model, L2Constrained) else torch.zeros(1)
        return model.forward(by_name, x) + penalty[:, None, None]

    assert torch.autograd.gradcheck(f, [value.requires_grad_() for value in theta.values()])


def test_parameter_counts_by_formula() -> None:
    towers = 2 * (4 * 5 + 4 + 4 + 1)
    assert n_parameters(SMALL["single_task"]) == 2 * (5 * D + 5) + towers
    assert n_parameters(SMALL["l2_constrained"]) == 2 * (5 * D + 5) + towers
    assert n_parameters(SMALL["cross_stitch"]) == 2 * (5 * D + 5) + 4 + towers
    factors = 3 * 4 * 2 + 3 * D + 5 * 4 + 2 * 2
    assert n_parameters(SMALL["tensor_factorization"]) == factors + 2 * 5 + towers


def test_the_penalty_is_the_squared_distance_of_the_two_networks() -> None:
    model = SMALL["l2_constrained"]
    assert isinstance(model, L2Constrained)
    theta = doubles(model)
    halves = {k: v.reshape(1, 2, -1).numpy() for k, v in theta.items()}
    distance = sum(((v[:, 0] - v[:, 1]) ** 2).sum() for v in halves.values())
    assert float(model.penalty(theta)[0]) == pytest.approx(0.01 * distance)
    same = {
        k: torch.cat([v[:, : v.shape[1] // 2]] * 2, dim=1)  # the second network is the first
        for k, v in theta.items()
    }
    assert float(model.penalty(same)[0]) == 0


# --- sparse rows ------------------------------------------------------------------------------


@pytest.mark.parametrize(("units", "samples"), [(1, 1), (5, 130), (20, 37), (32, 64), (45, 70)])
def test_the_gathered_product_and_its_gradient_are_those_of_rows_written_out(
    encoded: Encoded, units: int, samples: int
) -> None:
    """Where units and samples fill whole vectors, squares and blocks, and where they do not."""
    t = selection(encoded).train
    index = np.random.default_rng(1).integers(0, len(t), (3, samples))
    weight = torch.randn(3, units, t.n_features, requires_grad=True)
    dense = torch.from_numpy(np.stack([t.dense(rows) for rows in index]))
    downstream = torch.randn(3, units, samples)
    found = linear(weight, SparseRows(t, index))
    (sparse_gradient,) = torch.autograd.grad((found * downstream).sum(), weight)
    expected = linear(weight, dense)
    (gradient,) = torch.autograd.grad((expected * downstream).sum(), weight)
    assert torch.allclose(found, expected, atol=2e-5)  # float32, some forty terms a sum
    assert torch.allclose(sparse_gradient, gradient, atol=1e-4)


@pytest.mark.parametrize(("units", "samples"), [(5, 130), (45, 70)])
def test_a_rectified_layer_and_its_gradients_are_those_of_rows_written_out(
    encoded: Encoded, units: int, samples: int
) -> None:
    t = selection(encoded).train
    index = np.random.default_rng(1).integers(0, len(t), (2, samples))
    weight = torch.randn(2, units, t.n_features, requires_grad=True)
    bias = torch.randn(2, units, 1, requires_grad=True)
    dense = torch.from_numpy(np.stack([t.dense(rows) for rows in index]))
    downstream = torch.randn(2, units, samples)
    found = rectified(weight, bias, SparseRows(t, index))
    expected = rectified(weight, bias, dense)
    assert 0.2 < float((found == 0).float().mean()) < 0.8
    assert torch.allclose(found, expected, atol=2e-5)
    ours, theirs = (
        torch.autograd.grad((of * downstream).sum(), [weight, bias]) for of in (found, expected)
    )
    for a, b in zip(ours, theirs, strict=True):
        assert torch.allclose(a, b, atol=1e-4)


def test_what_is_no_number_stays_so(encoded: Encoded) -> None:
    """So that a run that diverged is seen."""
    t = selection(encoded).train
    weight = torch.full((1, 3, t.n_features), torch.nan)
    assert rectified(weight, None, SparseRows(t, np.array([[0, 1]]))).isnan().all()


def test_a_row_that_is_the_reference_has_no_entries() -> None:
    reference, replaced = np.array([1, 0, 2], np.float32), np.array([-1, 0, -1], np.int32)
    t = Table(
        np.array([0, 0, 1]), np.array([1], np.int32), np.ones(1, np.float32), reference, replaced
    )
    weight = torch.tensor([[[1.0, 10.0, 100.0]]])
    assert linear(weight, SparseRows(t, np.array([[0, 0]]))).tolist() == [[[201, 201]]]
    assert linear(weight, SparseRows(t, np.array([[0, 1]]))).tolist() == [[[201, 210]]]


# --- products in a fixed order ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"), [((3, 16, 40), (3, 40, 70)), ((2, 2, 5, 7), (2, 2, 7, 9)), ((2, 2, 5, 7), (2, 1, 7, 9)),
                 ((2, 2, 1, 16), (2, 2, 16, 33)), ((2, 2, 2), (2, 2, 100))]
)  # fmt: skip
def test_products_and_their_gradients_are_those_in_doubles(a: tuple, b: tuple) -> None:
    values = [torch.randn(shape, requires_grad=True) for shape in (a, b)]
    doubled = [value.detach().double().requires_grad_() for value in values]
    expected = doubled[0] @ doubled[1]
    with FixedOrder():
        found = values[0] @ values[1]
    close(found, expected, values, doubled)


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_layer_and_its_gradients_are_those_in_doubles(bias: bool) -> None:
    layer = torch.nn.Linear(37, 21, bias=bias)
    values = [torch.randn(50, 37, requires_grad=True), *layer.parameters()]
    doubled = [value.detach().double().requires_grad_() for value in values]
    expected = torch.nn.functional.linear(*doubled)
    with FixedOrder():
        found = layer(values[0])
    close(found, expected, values, doubled)


@pytest.mark.parametrize("gates", [1, 2, 3])
def test_mixed_experts_and_their_gradients_are_those_in_doubles(gates: int) -> None:
    values = [torch.rand(2, gates, 4, 50), torch.randn(2, 4, 6, 50)]
    values = [value.requires_grad_() for value in values]
    doubled = [value.detach().double().requires_grad_() for value in values]
    expected = mix(*doubled)
    with FixedOrder():
        found = mix(*values)
    close(found, expected, values, doubled)


def close(found: torch.Tensor, expected: torch.Tensor, values: list, doubled: list) -> None:
    """Product and gradients are compiled ones, and those in doubles up to what float32 rounds."""
    assert type(found.grad_fn).__name__ != type(expected.grad_fn).__name__
    downstream = torch.randn(found.shape)
    gradients = torch.autograd.grad((found * downstream).sum(), values)
    of_doubles = torch.autograd.grad((expected * downstream).sum(), doubled)
    for ours, exact in zip((found, *gradients), (expected, *of_doubles), strict=True):
        assert torch.allclose(ours.double(), exact, atol=1e-4)


def selection(encoded: Encoded) -> census_train.Selection:
    return census_train.selection(encoded, "income", 2018, 0)


def census_run(encoded: Encoded, name: str, runs: list[int], steps: int = 40) -> dict:
    on = selection(encoded)
    choice = method(name).choice(np.full(len(method(name).searched), 0.3), NARROW)
    model = method(name).build(choice, on.train.n_features)
    source = CensusSource(
        on.train, on.train_labels, on.validation, on.validation_labels, 32, 2018, runs
    )
    trained = train(
        model, initialise(model, "glorot", 2018, runs), source, 0.01,
        Schedule(steps, steps // 2, 100, 100), learner="classifier",
    )  # fmt: skip
    return {"parameters": trained.parameters, "auc": trained.held_out, "loss": trained.training}


@pytest.mark.parametrize("name", list(METHODS))
def test_a_run_is_the_same_bits_alone_and_in_a_population(encoded: Encoded, name: str) -> None:
    together = census_run(encoded, name, list(range(10)))  # more than are trained side by side
    alone = census_run(encoded, name, [9])
    for key, value in alone["parameters"].items():
        assert np.array_equal(value[0], together["parameters"][key][9]), key
    assert np.array_equal(alone["auc"][:, 0], together["auc"][:, 9])


@pytest.mark.parametrize("name", list(METHODS))
def test_every_method_learns_what_the_inputs_tell(encoded: Encoded, name: str) -> None:
    found = census_run(encoded, name, [0, 1], 200)
    assert found["auc"][-1].mean(axis=0).min() > 0.85, found["auc"][-1]
    assert found["auc"][0].mean() < found["auc"][-1].mean() - 0.2


@pytest.mark.parametrize("name", list(METHODS))
def test_a_symmetric_start_is_refused(encoded: Encoded, name: str) -> None:
    model = method(name).build(
        method(name).choice(np.full(len(method(name).searched), 0.3), NARROW), encoded.n_features
    )
    values = initialise(model, "glorot", 1, [0])
    first = next(key for key in values if key.endswith("weight"))
    values[first][0, 1] = values[first][0, 0]
    with pytest.raises(
        ValueError, match=f"symmetric initialisation: run 0 has equal rows in '{first}'"
    ):
        ClassifierLearner(model, values)


def test_experts_differ_after_training(encoded: Encoded) -> None:
    trained = census_run(encoded, "mmoe", [0], 100)["parameters"]["expert_weight"][0]
    rows = trained.reshape(-1, trained.shape[-1])
    assert len(np.unique(rows.round(4), axis=0)) == len(rows)


def tried(encoded: Encoded, rate: float, budget: Budget) -> pd.DataFrame:
    """A trial of a narrow Shared-Bottom."""
    choice = {"hidden_units": 8.0}
    return trial(method("shared_bottom"), choice, rate, 3, selection(encoded), budget, 2018)


def test_a_trial_is_the_trainers_run(encoded: Encoded) -> None:
    on, run = selection(encoded), [FIRST + 3, FIRST + 3]
    model = method("shared_bottom").build({"hidden_units": 8.0}, on.train.n_features)
    trained = census_train.train_from(
        model, initialise(model, "glorot", 2018, run), np.array([0.001, 0.01]), on,
        Schedule(60, 20, len(on.validation), 100), 32, 2018, run,
    )  # fmt: skip
    for r, rate in enumerate((0.001, 0.01)):  # each run's rate is its own
        rows = tried(encoded, rate, Budget(60, 20, 5, 32))
        assert list(rows["step"]) == [20, 40, 60]
        assert np.array_equal(rows["main_auc"], trained.held_out[1:, r, 0])
        assert np.array_equal(rows["auxiliary_auc"], trained.held_out[1:, r, 1])


def test_a_trial_ends_where_validation_no_longer_rises(encoded: Encoded) -> None:
    whole = tried(encoded, 0.03, Budget(600, 20, 100, 32))
    assert len(whole) == 30
    aucs = whole["main_auc"].to_numpy()
    for patience in (1, 2, 4):
        ended = tried(encoded, 0.03, Budget(600, 20, patience, 32))
        pd.testing.assert_frame_equal(ended, whole.head(len(ended)))
        assert len(ended) < len(whole)
        last = len(ended) - 1
        assert aucs[: last + 1].argmax() == last - patience
        assert all(aucs[:k].argmax() > k - 1 - patience for k in range(1, last + 1))


def test_a_trial_that_diverges_ends_there(encoded: Encoded) -> None:
    rows = tried(encoded, 1e30, Budget(100, 20, 5, 32))
    assert list(rows["status"]) == ["diverged"]
    assert rows[["main_auc", "auxiliary_auc"]].isna().any(axis=None)


def test_orders_are_shuffles_and_each_runs_own(encoded: Encoded) -> None:
    on = selection(encoded)
    source = CensusSource(
        on.train, on.train_labels, on.validation, on.validation_labels, 32, 2018, [0, 1]
    )
    rows, y = source.batches(0, 12)  # an epoch of 400 rows
    assert len(np.unique(rows.index[0])) == 12 * 32
    assert not np.array_equal(rows.index[0], rows.index[1])
    assert np.array_equal(y[1, 3], on.train_labels[:, rows.index[1, 3]])
    later, _ = source.batches(12, 1)
    assert not np.array_equal(later.index[:, 0], rows.index[:, 0])


def test_selection_never_has_a_test_row(encoded: Encoded) -> None:
    on = selection(encoded)
    half = halve(encoded.test.labels, 2018, 0)
    assert len(on.validation) == len(half.validation)
    dense = encoded.test.dense(encoded.n_one_hot)
    seen = on.validation.dense(np.arange(len(on.validation)))
    assert np.abs(seen - dense[half.validation]).max() < 1e-5
    assert not hasattr(on, "test")


def test_repeats_have_a_record_a_run_and_split(encoded: Encoded) -> None:
    tuned = {"method": "mmoe", "choice": {"experts": 3.0, "hidden_units": 14.0},
             "learning_rate": 0.01, "steps": 30}  # fmt: skip
    runs, gates = census_train.repeats(
        method("mmoe"), tuned, encoded, "income", 32, 2018, [4, 5], 3
    )
    assert runs.groupby("seed")["split"].apply(list).tolist() == [[0, 1, 2]] * 2
    assert runs["test_main_auc"].nunique() > 2
    assert (runs["unseen_main_auc"] - runs["test_main_auc"]).abs().between(0, 0.05).all()
    assert runs.groupby("seed")["n_parameters"].nunique().eq(1).all()
    sums = gates.groupby(["seed", "gate"])["mean_gate"].sum()
    assert sums.to_numpy() == pytest.approx(np.ones(4), abs=1e-5)
    again, _ = census_train.repeats(method("mmoe"), tuned, encoded, "income", 32, 2018, [5], 3)
    pd.testing.assert_frame_equal(runs[runs["seed"] == 5].reset_index(drop=True), again)


# --- the search -------------------------------------------------------------------------------


def test_a_dimension_is_logarithmic_from_end_to_end() -> None:
    space = Space(most_units=512, penalties=(1e-4, 1e2))
    penalty = METHODS["l2_constrained"].dimensions(space)[1]
    assert [penalty.at(u) for u in (0, 0.5, 1)] == pytest.approx([1e-4, 0.1, 1e2])
    assert METHODS["l2_constrained"].choice(np.array([0.5, 0.5]), space) == pytest.approx(
        {"hidden_units": 64, "penalty": 0.1}
    )
    widest = METHODS["mmoe"].choice(np.array([1.0, 1.0]), space)
    assert widest == {"experts": 16, "hidden_units": 512}
    assert space.rate().at(0.5) == pytest.approx(3e-6**0.5)


def test_every_method_has_the_same_bound_on_a_hidden_layer() -> None:
    space = Space(most_units=512)
    for m in METHODS.values():
        widest = m.choice(np.ones(len(m.searched)), space)
        assert widest["hidden_units"] == space.most_units
    for name in ("omoe", "mmoe"):  # all experts together
        for corner in ([1.0, 1.0], [0.0, 1.0], [0.9, 1.0]):
            built = METHODS[name].build(METHODS[name].choice(np.array(corner), space), 50)
            units = built.parameters()["expert_weight"].shape[0]
            assert space.most_units - 16 < units <= space.most_units


def test_a_choice_of_another_split_is_refused(encoded: Encoded) -> None:
    tuned = {"choice": {"hidden_units": 4.0}, "learning_rate": 0.01, "steps": 2, "study_seed": 1}
    with pytest.raises(ValueError, match="validation rows of study seed 1"):
        census_train.repeats(method("shared_bottom"), tuned, encoded, "income", 32, 2018, [0], 1)


def test_a_baseline_is_chosen_without_a_test_row(
    encoded: Encoded, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = baselines.choose

    def spy(baseline: baselines.Baseline, data: Encoded, *rest: Any) -> Any:
        seen.append(data.test)
        return real(baseline, data, *rest)

    monkeypatch.setattr(baselines, "choose", spy)
    trials, _ = baselines.tune_and_test("logistic", encoded, "income", 2, 2018, 2)
    half = halve(encoded.test.labels, 2018, 0).validation
    assert np.array_equal(seen[0].codes, encoded.test.codes[half])
    assert trials["trial"].nunique() == 2


def test_the_search_finds_a_peak_and_is_the_same_again() -> None:
    def peak(_: int, point: np.ndarray) -> float:
        return float(-((point - np.array([0.3, 0.7])) ** 2).sum())

    points = search(2, 12, peak, 1, "a")
    values = [peak(0, point) for point in points]
    assert max(values) > -0.01
    assert np.array_equal(points, search(2, 12, peak, 1, "a"))
    assert not np.array_equal(points, search(2, 12, peak, 1, "b"))


def test_a_failed_trial_counts_as_the_worst() -> None:
    found = search(1, 6, lambda i, p: np.nan if i == 1 else float(p[0]), 1, "c")
    assert np.isfinite(found).all()
    assert suggest(np.array([[0.1], [0.9]]), np.array([0.1, 0.9]), 1).shape == (1,)


def test_how_bad_a_bad_trial_is_hides_no_difference_of_good_ones() -> None:
    points = np.linspace(0.05, 0.95, 12)[:, None]
    values = 0.946 + 0.001 * points[:, 0]  # the best is at the end, by a few ten-thousandths
    values[3] = 0.5
    first = suggest(points, values, 1)
    values[3] = 0.05
    assert (suggest(points, values, 1) == first).all()
    assert first[0] > 0.9
