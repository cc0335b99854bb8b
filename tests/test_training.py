"""The population trainer: against one plain network, and against itself in other company."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from mmoe_repro.models.initialise import initialise
from mmoe_repro.synthetic.blocks import Condition, train_block, train_conditions
from mmoe_repro.synthetic.models import build
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.checkpoint import Checkpoint
from mmoe_repro.training.trainer import Schedule, Trained, train

SHORT = Schedule(steps=200, evaluate_every=100, curve_samples=50, final_samples=100)


def trained(
    universe: Universe, model: str, runs: list[int], rate: float = 0.01, learner: str = "compiled"
) -> Trained:
    architecture = build(model)
    start = initialise(architecture, universe.initialisation, 7, runs)
    source = SyntheticSource(universe, 0.9, 7, runs)
    return train(architecture, start, source, rate, SHORT, learner)


@pytest.mark.parametrize("learner", ["compiled", "torch"])
@pytest.mark.parametrize("kind", ["fresh", "finite"])
@pytest.mark.parametrize("model", ["shared_bottom_16", "shared_bottom", "omoe", "mmoe"])
def test_a_run_in_a_population_equals_the_run_alone_to_the_last_bit(
    kind: str, model: str, learner: str, request: pytest.FixtureRequest
) -> None:
    universe = request.getfixturevalue(kind)
    alone = trained(universe, model, [3], learner=learner)
    for company in ([3, 1], list(range(7)), list(range(64))):
        beside = trained(universe, model, company, learner=learner)
        i = company.index(3)
        assert np.array_equal(alone.held_out[:, 0], beside.held_out[:, i])
        assert np.array_equal(alone.training[:, 0], beside.training[:, i])
        assert np.array_equal(alone.final[0], beside.final[i])
        for name, value in alone.parameters.items():
            assert np.array_equal(value[0], beside.parameters[name][i])


def test_a_population_equals_a_plain_module_trained_by_itself(fresh: Universe) -> None:
    """The same run as torch.nn layers, their own Adam and loss, from the same start."""
    population = trained(fresh, "shared_bottom_16", [3, 4])
    start = {k: v[0] for k, v in initialise(build("shared_bottom_16"), "glorot", 7, [3]).items()}

    class Plain(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bottom = torch.nn.Linear(100, 16)
            self.towers = torch.nn.ModuleList(torch.nn.Linear(16, 8) for _ in range(2))
            self.heads = torch.nn.ModuleList(torch.nn.Linear(8, 1) for _ in range(2))
            with torch.no_grad():
                self.bottom.weight.copy_(torch.from_numpy(start["bottom_weight"]))
                for k in range(2):
                    self.towers[k].weight.copy_(torch.from_numpy(start["tower_weight"][k]))
                    self.heads[k].weight.copy_(torch.from_numpy(start["head_weight"][k]))
                for name, value in self.named_parameters():
                    if name.endswith("bias"):
                        value.zero_()

        def forward(self, x: Tensor) -> Tensor:
            f = torch.relu(self.bottom(x))
            pairs = zip(self.towers, self.heads, strict=True)
            return torch.stack([head(torch.relu(tower(f)))[:, 0] for tower, head in pairs])

    plain = Plain()
    adam = torch.optim.Adam(plain.parameters(), lr=0.01)
    source = SyntheticSource(fresh, 0.9, 7, [3])
    x, y = (torch.from_numpy(a) for a in source.batches(0, SHORT.steps))
    for step in range(SHORT.steps):
        adam.zero_grad()
        torch.nn.functional.mse_loss(plain(x[0, step]), y[0, step]).backward()
        adam.step()
    x, y = (torch.from_numpy(a) for a in source.held_out(SHORT.final_samples))
    final = (plain(x[0]) - y[0]).square().mean(dim=1)
    # Two orders of summation in float32 over 200 steps of Adam: measured 2e-6; ten times that.
    assert population.final[0] == pytest.approx(final.detach().numpy(), rel=2e-5)


def test_a_run_that_diverges_is_recorded_and_disturbs_no_other(fresh: Universe) -> None:
    model = build("mmoe")
    runs = [0, 1, 2]
    whole = trained(fresh, "mmoe", runs)
    theta = initialise(model, "glorot", 7, runs)
    theta["expert_weight"][1, 0, 0] = float("nan")
    broken = train(model, theta, SyntheticSource(fresh, 0.9, 7, runs), 0.01, SHORT)
    assert np.isnan(broken.final[1]).all()
    for i in (0, 2):
        assert np.array_equal(broken.held_out[:, i], whole.held_out[:, i])


def test_a_diverged_run_has_a_record(fresh: Universe) -> None:
    records, curves = train_block(Condition(fresh, "mmoe", 0.5, 1e18), [0, 1], 7, SHORT)
    assert set(records["status"]) == {"diverged"}
    assert records["final_loss"].isna().all()
    assert len(curves) == 2 * 3


class Killed(Exception):
    pass


@pytest.mark.parametrize("learner", ["compiled", "torch"])
def test_training_resumes_from_its_checkpoint_to_the_same_bits(
    learner: str, finite: Universe, tmp_path: Path
) -> None:
    path = tmp_path / "block.checkpoint"
    model = build("omoe")
    start = initialise(model, "glorot", 7, [0, 1, 2])
    seen: list[tuple[int, int]] = []

    def go(kill_at: tuple[int, int] | None = None, name: str = "this") -> Trained:
        def progress(runs: int, step: int) -> None:
            seen.append((runs, step))
            if (runs, step) == kill_at:
                raise Killed

        return train(
            model,
            start,
            SyntheticSource(finite, 0.5, 7, [0, 1, 2]),
            0.01,
            Schedule(400, 100, 50, 100),
            learner,
            checkpoint=Checkpoint(path, name, seconds=0),
            progress=progress,
        )

    undisturbed = go()
    path.unlink()
    with pytest.raises(Killed):
        go(kill_at=(1 if learner == "compiled" else 0, 300))
    assert path.exists()
    seen.clear()
    resumed = go()
    assert seen[0] == (1 if learner == "compiled" else 0, 400)  # it did not start again
    path.write_bytes(path.read_bytes()[:1000])  # a damaged checkpoint is not resumed from
    seen.clear()
    go()
    assert seen[0] == (0, 100)
    seen.clear()
    go(name="another")  # nor is one of another training
    assert seen[0] == (0, 100)
    assert np.array_equal(resumed.held_out, undisturbed.held_out)
    assert np.array_equal(resumed.training, undisturbed.training)
    assert np.array_equal(resumed.final, undisturbed.final)


@pytest.mark.parametrize("model", ["shared_bottom", "omoe", "mmoe"])
def test_every_model_learns_a_task_that_it_must_be_able_to_learn(
    model: str, fresh: Universe
) -> None:
    from dataclasses import replace

    from mmoe_repro.synthetic.label_function import LabelFunction

    linear = replace(fresh, label_function=LabelFunction(1.0, (), ()), batch_size=64)
    source = SyntheticSource(linear, 0.9, 7, [0])
    start = initialise(build(model), "glorot", 7, [0])
    result = train(build(model), start, source, 0.003, Schedule(1500, 100, 200, 1000))
    assert result.final.max() < 0.1  # the variance of the labels is 1


def test_experts_differ_after_training(fresh: Universe) -> None:
    experts = trained(fresh, "mmoe", [0]).parameters["expert_weight"][0].reshape(8, -1)
    likeness = np.abs(np.corrcoef(experts)) - np.eye(8)
    assert likeness.max() < 0.5


def test_losses_are_what_they_are_called(fresh: Universe) -> None:
    result = trained(fresh, "shared_bottom_16", [0])
    source = SyntheticSource(fresh, 0.9, 7, [0])
    x, y = source.held_out(SHORT.final_samples)
    theta = {name: torch.from_numpy(value) for name, value in result.parameters.items()}
    y_hat = build("shared_bottom_16").forward(theta, torch.from_numpy(x)).numpy()
    assert result.final[0] == pytest.approx(((y_hat - y)[0] ** 2).mean(axis=1), rel=1e-5)
    assert list(result.steps) == [0, 100, 200]
    assert result.held_out.shape == result.training.shape == (3, 1, 2)


def test_a_schedule_must_be_whole() -> None:
    with pytest.raises(ValueError, match="multiple"):
        Schedule(steps=250, evaluate_every=100)


def test_models_side_by_side_are_each_alone_bit_for_bit(fresh: Universe, finite: Universe) -> None:
    schedule = Schedule(300, 100, 50, 100)
    models = [("shared_bottom_16", 0.001), ("mmoe", 0.001), ("omoe", 0.01), ("mmoe", 0.01)]
    for universe in (fresh, finite):
        found = train_conditions(universe, 0.5, models, [3, 10_001], 2018, schedule)
        for (model, rate), (runs, curves) in zip(models, found, strict=True):
            condition = Condition(universe, model, 0.5, rate)
            alone, of_alone = train_block(condition, [3, 10_001], 2018, schedule)
            pd.testing.assert_frame_equal(runs, alone, check_exact=True)
            pd.testing.assert_frame_equal(curves, of_alone, check_exact=True)
