"""The compiled learners against the models as they are defined, and their gradients against autograd."""

import numpy as np
import pytest
import torch

from mmoe_repro.learners.compiled import CompiledLearner
from mmoe_repro.learners.learner import begin
from mmoe_repro.learners.torch import TorchLearner
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.models.population import Architecture, Values
from mmoe_repro.models.shared_bottom import SharedBottom

ARCHITECTURES: list[Architecture] = [
    SharedBottom(113),
    SharedBottom(13, n_features=6, n_tasks=3),
    OMoE(),
    OMoE(3, 5, n_features=6, n_tasks=3, tower_units=4),
    MMoE(),
    MMoE(3, 5, n_features=6, n_tasks=3, tower_units=4),
    MMoE(3, 5, n_features=6, n_tasks=1),
]
NAMES = [repr(a) for a in ARCHITECTURES]


def start(architecture: Architecture, runs: int) -> Values:
    """Initial values with biases that are not zero."""
    random = np.random.default_rng(3)
    values = initialise(architecture, "glorot", 7, range(runs))
    return {
        name: value + 0.1 * random.standard_normal(value.shape).astype(np.float32)
        for name, value in values.items()
    }


def data(
    architecture: Architecture, runs: int, steps: int, samples: int
) -> tuple[np.ndarray, np.ndarray]:
    a: object = architecture
    assert isinstance(a, SharedBottom | OMoE | MMoE)
    random = np.random.default_rng(4)
    x = random.standard_normal((runs, steps, samples, a.n_features)).astype(np.float32)
    y = random.standard_normal((runs, steps, a.n_tasks, samples)).astype(np.float32)
    return x, y


@pytest.mark.parametrize("samples", [1, 2, 13, 64])
@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=NAMES)
def test_gradients_are_autograds(architecture: Architecture, samples: int) -> None:
    """With a tiny rate the parameters stand still, and the gradient can be read."""
    values = start(architecture, 2)
    x, y = data(architecture, 2, 1, samples)
    learner = CompiledLearner(architecture, values)
    losses = learner.steps(x, y, 0.0, 0)
    theta = {k: torch.from_numpy(v.astype(np.float64)).requires_grad_() for k, v in values.items()}
    difference = architecture.forward(theta, torch.from_numpy(x[:, 0]).double()) - torch.from_numpy(
        y[:, 0]
    )
    expected = difference.square().mean(dim=2)
    expected.mean(dim=1).sum().backward()
    assert losses[0] == pytest.approx(expected.detach().numpy(), rel=1e-4)
    flat = np.concatenate(
        [theta[name].grad.reshape(2, -1).numpy() for name in learner._shapes],  # type: ignore[union-attr]
        axis=1,
    )
    assert np.abs(learner._gradient - flat).max() < 1e-5 * np.abs(flat).max()


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=NAMES)
def test_compiled_and_torch_train_the_same(architecture: Architecture) -> None:
    x, y = data(architecture, 3, 20, 16)
    learners = [f(architecture, start(architecture, 3)) for f in (CompiledLearner, TorchLearner)]
    losses = [learner.steps(x, y, 0.003, 0) for learner in learners]
    # Float32 in two orders of summation: measured 4e-7 on losses and 2e-7 on parameters at worst.
    # Over many more steps a sum that is zero in one order only may flip a ReLU, and they part.
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    errors = [learner.evaluate(x[:, 0], y[:, 0]) for learner in learners]
    assert errors[0] == pytest.approx(errors[1], rel=1e-5)
    ours, theirs = (learner.values() for learner in learners)
    for name in theirs:
        # Adam divides a gradient that all but cancels by itself: one in 10,000 parameters may part by
        # up to a step (1e-4 was seen on one processor, of 38,400; each is as far from double).
        difference = np.abs(ours[name].astype(np.float64) - theirs[name])
        assert (difference > 1e-5).mean() <= 1e-4, name
        assert difference.max() < 0.003, name


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=NAMES)
@pytest.mark.parametrize("kind", ["compiled", "torch"])
def test_a_state_restored_goes_on_as_if_nothing_had_been(
    architecture: Architecture, kind: str
) -> None:
    x, y = data(architecture, 2, 20, 8)
    through = begin(kind, architecture, start(architecture, 2), "cpu")
    losses = through.steps(x, y, 0.01, 0)
    first = begin(kind, architecture, start(architecture, 2), "cpu")
    first.steps(x[:, :10].copy(), y[:, :10].copy(), 0.01, 0)
    second = begin(kind, architecture, start(architecture, 2), "cpu")
    second.restore({name: np.array(value) for name, value in first.state().items()})
    assert np.array_equal(losses[10:], second.steps(x[:, 10:].copy(), y[:, 10:].copy(), 0.01, 10))


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=NAMES)
def test_a_weight_that_is_not_a_number_is_seen_in_the_loss(architecture: Architecture) -> None:
    """Nothing on the way, such as the larger of NaN and zero, may hide it."""
    x, y = data(architecture, 2, 1, 8)
    for name in start(architecture, 2):
        values = start(architecture, 2)
        values[name][1, ...] = np.nan
        losses = CompiledLearner(architecture, values).steps(x, y, 0.01, 0)
        assert np.isfinite(losses[0, 0]).all()
        assert np.isnan(losses[0, 1]).all(), name


def test_an_unknown_learner_and_a_wrong_device_are_refused() -> None:
    a = SharedBottom(3)
    with pytest.raises(ValueError, match="allowed are compiled, torch"):
        begin("numpy", a, start(a, 1), "cpu")
    with pytest.raises(ValueError, match="use torch"):
        begin("compiled", a, start(a, 1), "cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_a_gpu_trains_the_same_within_float32() -> None:
    a = MMoE()
    x, y = data(a, 3, 30, 16)
    on_cpu, on_gpu = (TorchLearner(a, start(a, 3), device) for device in ("cpu", "cuda"))
    assert on_gpu.steps(x, y, 0.003, 0) == pytest.approx(on_cpu.steps(x, y, 0.003, 0), rel=1e-3)


@pytest.mark.parametrize("epsilon", [1e-8, 1e-4])
@pytest.mark.parametrize("bare", [SharedBottom(13, 6, biases=False), OMoE(3, 5, 6, biases=False),
                                  MMoE(3, 5, 6, biases=False)], ids=lambda a: a.name)  # fmt: skip
def test_models_without_biases_and_other_epsilons_train_the_same(
    bare: SharedBottom | OMoE | MMoE, epsilon: float
) -> None:
    """The compiled learner has their biases at zero; the torch learner has none."""
    x, y = data(bare, 3, 20, 16)
    values = start(bare, 3)
    assert not any("bias" in name for name in values)
    learners = [
        CompiledLearner(bare, values, epsilon),
        TorchLearner(bare, values, epsilon=epsilon),
    ]
    losses = [learner.steps(x, y, 0.003, 0) for learner in learners]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert set(learners[0].values()) == set(values)
    other = CompiledLearner(bare, values, 10 * epsilon).steps(x, y, 0.003, 0)
    assert (other != losses[0]).any()  # it is not left out
