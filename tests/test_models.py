"""Architectures: the paper's equations, written again for one sample at a time, and counts."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from mmoe_repro.models.initialise import initialise, uniform
from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.models.population import Architecture, n_parameters
from mmoe_repro.models.shared_bottom import SharedBottom
from mmoe_repro.synthetic.models import MODELS, build, width_by_full_count, width_by_paper_count

Array = NDArray[np.float64]
Theta = dict[str, Array]


def relu(v: Array) -> Array:
    return np.maximum(v, 0)


def tower(theta: Theta, k: int, h: Array) -> float:
    hidden = relu(theta["tower_weight"][k] @ h + theta["tower_bias"][k, :, 0])
    return float(theta["head_weight"][k, 0] @ hidden + theta["head_bias"][k, 0, 0])


def shared_bottom(theta: Theta, x: Array, k: int) -> float:
    return tower(theta, k, relu(theta["bottom_weight"] @ x + theta["bottom_bias"][:, 0]))


def mixture(theta: Theta, x: Array, k: int, gate: int, n: int) -> float:
    units = len(theta["expert_weight"]) // n
    logits = theta["gate_weight"][gate * n : (gate + 1) * n] @ x
    g = np.exp(logits - logits.max())
    g /= g.sum()
    mixed = np.zeros(units)
    for i in range(n):
        rows = slice(i * units, (i + 1) * units)
        mixed += g[i] * relu(theta["expert_weight"][rows] @ x + theta["expert_bias"][rows, 0])
    return tower(theta, k, mixed)


CASES: list[tuple[Architecture, Callable[[Theta, Array, int], float]]] = [
    (SharedBottom(13, n_features=6), shared_bottom),
    (OMoE(3, 5, n_features=6), lambda t, x, k: mixture(t, x, k, 0, 3)),
    (MMoE(3, 5, n_features=6), lambda t, x, k: mixture(t, x, k, k, 3)),
]


@pytest.mark.parametrize(("model", "formula"), CASES, ids=[m.name for m, _ in CASES])
def test_forward_is_the_papers_equation(
    model: Architecture, formula: Callable[[Theta, Array, int], float]
) -> None:
    runs = [0, 5]
    theta = {
        k: torch.from_numpy(v).double() for k, v in initialise(model, "glorot", 1, runs).items()
    }
    for value in theta.values():
        value += 0.1 * torch.randn(value.shape, dtype=torch.float64)  # biases too
    x = torch.randn(2, 7, 6, dtype=torch.float64)
    y = model.forward(theta, x)
    assert y.shape == (2, 2, 7)
    for r in range(2):
        of_run = {k: v[r].numpy() for k, v in theta.items()}
        for k in range(2):
            for s in range(7):
                expected = formula(of_run, x[r, s].numpy(), k)
                assert float(y[r, k, s]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("model", "_"), CASES, ids=[m.name for m, _ in CASES])
def test_gradients_are_those_of_finite_differences(model: Architecture, _: object) -> None:
    theta = {
        k: torch.from_numpy(v).double() for k, v in initialise(model, "glorot", 1, [0]).items()
    }
    names = list(theta)
    x = torch.randn(1, 4, 6, dtype=torch.float64)

    def f(*values: torch.Tensor) -> torch.Tensor:
        return model.forward(dict(zip(names, values, strict=True)), x)

    leaves = [theta[name].requires_grad_() for name in names]
    assert torch.autograd.gradcheck(f, leaves)


def test_parameter_counts_by_formula() -> None:
    towers = 2 * (16 * 8 + 8 + 8 + 1)
    experts = 8 * (100 * 16 + 16)
    assert n_parameters(build("mmoe")) == experts + 2 * 8 * 100 + towers
    assert n_parameters(build("omoe")) == experts + 8 * 100 + towers
    assert n_parameters(build("shared_bottom")) == 113 * 101 + 2 * (113 * 8 + 8 + 8 + 1)


def test_shared_bottom_widths_follow_from_counts() -> None:
    assert width_by_paper_count() == 113
    assert pytest.approx(112.6, abs=0.05) == (100 * 16 * 8 + 16 * 8 * 2) / (100 + 8 * 2)
    width = width_by_full_count()
    target = n_parameters(MMoE())
    gaps = {w: abs(n_parameters(SharedBottom(w)) - target) for w in (width - 1, width, width + 1)}
    assert min(gaps, key=lambda w: gaps[w]) == width
    assert getattr(build("shared_bottom_full_count"), "bottom_units") == width  # noqa: B009


def test_gates_have_no_bias_and_sum_to_one() -> None:
    from mmoe_repro.models.experts import gates

    model = MMoE()
    assert not any("gate_bias" in name for name in model.parameters())
    theta = {k: torch.from_numpy(v) for k, v in initialise(model, "glorot", 1, [0]).items()}
    g = gates(theta, torch.randn(1, 9, 100), 8)
    assert g.shape == (1, 2, 8, 9)
    assert torch.allclose(g.sum(dim=2), torch.ones(1, 2, 9))


@pytest.mark.parametrize("scheme", ["glorot", "he", "lecun", "torch"])
@pytest.mark.parametrize("name", list(MODELS))
def test_no_two_experts_runs_or_towers_start_equal(name: str, scheme: str) -> None:
    model = build(name)
    theta = initialise(model, scheme, 1, [0, 1])
    for key, value in theta.items():
        if model.parameters()[key].fan_in == 0:
            assert not value.any()  # biases start at zero
            continue
        assert not np.array_equal(value[0], value[1])
        rows = value[0].reshape(-1, value.shape[-1])
        assert len(np.unique(rows, axis=0)) == len(rows)


def test_initial_variance_is_the_schemes() -> None:
    model = SharedBottom(400)
    variances = {"glorot": 2 / 500, "he": 2 / 100, "lecun": 1 / 100, "torch": 1 / 300}
    for scheme, variance in variances.items():
        weights = initialise(model, scheme, 1, [0])["bottom_weight"]
        assert float(weights.var()) == pytest.approx(variance, rel=0.03)
    with pytest.raises(ValueError, match="glorot, he, lecun, truncated"):
        initialise(model, "zeros", 1, [0])


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, 2**32, 2**63 - 1])
def test_uniform_numbers_are_pytorchs(seed: int) -> None:
    """Bit for bit; sizes at which PyTorch would take another way for normal ones, too."""
    for shape in ((1,), (15,), (8, 16), (113, 100)):
        for bound in (1.0, (6 / 116) ** 0.5, 1 / 3):
            theirs = torch.empty(shape).uniform_(
                -bound, bound, generator=torch.Generator().manual_seed(seed)
            )
            assert uniform(shape, bound, seed).tobytes() == theirs.numpy().tobytes()


def test_a_run_starts_the_same_whatever_runs_are_beside_it() -> None:
    model = build("mmoe")
    together, alone = (initialise(model, "glorot", 1, runs) for runs in ([3, 8], [8]))
    assert all(np.array_equal(together[k][1], alone[k][0]) for k in together)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed are shared_bottom"):
        build("transformer")


def test_truncated_and_torchs_own_starts_have_their_moments() -> None:
    model = SharedBottom(200, 400)

    def drawn(scheme: str, name: str) -> np.ndarray:
        return initialise(model, scheme, 1, [0])[name]

    weight = drawn("truncated", "bottom_weight")
    assert np.abs(weight).max() <= 2 / 400**0.5
    assert weight.std() == pytest.approx(0.8796 / 400**0.5, rel=0.01)  # of a normal cut at two sds
    assert drawn("truncated_tenth", "tower_weight").std() == pytest.approx(0.08796, rel=0.05)
    assert (drawn("truncated_tenth", "bottom_bias") == np.float32(0.1)).all()
    assert (drawn("torch", "bottom_bias") == 0).all()
    bias = drawn("torch_biases", "bottom_bias")
    assert np.abs(bias).max() <= 1 / 400**0.5
    assert bias.std() == pytest.approx(1 / (3 * 400) ** 0.5, rel=0.1)
    assert (drawn("torch", "bottom_weight") == drawn("torch_biases", "bottom_weight")).all()


def test_without_biases_the_count_is_the_papers_and_the_gates_and_heads() -> None:
    for name, paper in (("shared_bottom", 113 * (100 + 16)), ("mmoe", 13_056 + 1_600)):
        assert n_parameters(build(name, biases=False)) == paper + 16
