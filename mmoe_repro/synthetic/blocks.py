"""Train one block, the runs of one job, and describe them as run records and curves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmoe_repro.compiled import ARITHMETIC, one_thread
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.population import n_parameters
from mmoe_repro.synthetic.models import build
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.checkpoint import NO_CHECKPOINT, Checkpoint
from mmoe_repro.training.side_by_side import Starter, train_side_by_side
from mmoe_repro.training.trainer import Schedule, Trained, train


@dataclass(frozen=True)
class Condition:
    """What all runs of a block have in common."""

    universe: Universe
    model: str
    task_correlation: float
    learning_rate: float


def train_block(
    condition: Condition,
    runs: Sequence[int],
    study_seed: int,
    schedule: Schedule,
    learner: str = "compiled",
    device: str = "cpu",
    checkpoint: Checkpoint = NO_CHECKPOINT,
    progress: Callable[[int, int], None] = lambda runs, step: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run records (one row a run) and curves (one row a run and evaluated step) of one block.

    Columns are those of `schema.RUNS` and `schema.CURVES`.
    """
    one_thread()
    universe = condition.universe
    code = fingerprint(__name__)
    training = repr((condition, runs, study_seed, schedule, learner, device, code))
    architecture = build(condition.model, universe.n_features, universe.biases)
    source = SyntheticSource(universe, condition.task_correlation, study_seed, runs)
    trained = train(
        architecture,
        initialise(architecture, universe.initialisation, study_seed, runs),
        source,
        condition.learning_rate,
        schedule,
        learner,
        device,
        checkpoint.of(training),
        progress,
        universe.adam_epsilon,
    )
    correlation = measured_label_correlation(source, schedule.final_samples)
    by = trained_by(learner, device)
    return describe(condition, runs, schedule, trained, correlation, by, code)


def train_conditions(
    universe: Universe,
    p: float,
    models: Sequence[tuple[str, float]],
    runs: Sequence[int],
    study_seed: int,
    schedule: Schedule,
) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """`train_block` of every (model, learning rate) of `models` at task correlation `p`, with each run's
    data drawn once for all: the same records, in less time."""
    one_thread()
    code = fingerprint(__name__)
    built = {model: build(model, universe.n_features, universe.biases) for model, _ in models}
    values = {
        model: initialise(architecture, universe.initialisation, study_seed, runs)
        for model, architecture in built.items()
    }
    source = SyntheticSource(universe, p, study_seed, runs)
    trained = train_side_by_side(
        [Starter(built[model], values[model], rate) for model, rate in models],
        source,
        schedule,
        epsilon=universe.adam_epsilon,
    )
    correlation = measured_label_correlation(source, schedule.final_samples)
    by = trained_by("compiled", "cpu")
    return [
        describe(Condition(universe, model, p, rate), runs, schedule, of, correlation, by, code)
        for (model, rate), of in zip(models, trained, strict=True)
    ]


def describe(
    condition: Condition,
    runs: Sequence[int],
    schedule: Schedule,
    trained: Trained,
    label_correlation: Sequence[float],
    by: str,
    code: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run records and curves of trained runs; `label_correlation` is each run's, `by` and `code` say
    what trained them."""
    universe = condition.universe
    architecture = build(condition.model, universe.n_features, universe.biases)
    keys = {
        "universe": universe.key(),
        "model": condition.model,
        "task_correlation": float(condition.task_correlation),
        "learning_rate": float(condition.learning_rate),
    }
    records = pd.DataFrame(
        {
            **keys,
            "seed": np.array(runs, dtype=np.int64),
            "steps": np.int64(schedule.steps),
            "batch_size": np.int64(universe.batch_size),
            "n_parameters": np.int64(n_parameters(architecture)),
            "label_correlation": list(label_correlation),
            **_losses(trained),
            "trained_by": by,
            "code_fingerprint": code,
        }
    )
    return records, _curves(trained, keys, runs)


def trained_by(learner: str, device: str) -> str:
    """Whose bits these are: the learner, and that its arithmetic was this processor's own if it was."""
    who = learner if learner == "compiled" else f"{learner} on {device}"
    return who if ARITHMETIC == "pinned" else f"{who}, {ARITHMETIC}"


def measured_label_correlation(source: SyntheticSource, n: int) -> list[float]:
    """Pearson correlation of the two tasks' labels over `n` held-out samples of each run."""
    found = []
    for i in range(len(source.runs)):  # one at a time: inputs of 10,000 samples are 4 MB a run
        _, y = source.members(slice(i, i + 1)).held_out(n)
        found.append(float(np.corrcoef(y[0].astype(np.float64))[0, 1]))
    return found


def _losses(trained: Trained) -> dict[str, object]:
    """Final losses; a run that was ever not finite is marked, and has no final loss."""
    finite = np.isfinite(np.concatenate([trained.held_out, trained.final[None]]))
    diverged = np.logical_not(finite.all(axis=(0, 2)))
    final = np.where(diverged[:, None], np.nan, trained.final)
    last = np.where(diverged[:, None], np.nan, trained.training[-1])
    return {
        "final_loss_task1": final[:, 0],
        "final_loss_task2": final[:, 1],
        "final_loss": final.mean(axis=1),
        "train_loss": last.mean(axis=1),
        "status": np.where(diverged, "diverged", "converged"),
    }


def _curves(trained: Trained, keys: dict[str, object], runs: Sequence[int]) -> pd.DataFrame:
    n_evaluations = len(trained.steps)

    def finite(values: np.ndarray) -> np.ndarray:
        mean: np.ndarray = values.mean(axis=2).T.reshape(-1).astype(np.float32)
        mean[~np.isfinite(mean)] = np.nan
        return mean

    return pd.DataFrame(
        {
            **keys,
            "seed": np.repeat(np.array(runs, dtype=np.int64), n_evaluations),
            "step": np.tile(trained.steps.astype(np.int64), len(runs)),
            "loss": finite(trained.held_out),
            "train_loss": finite(trained.training),
        }
    )
