"""Train methods on Census-Income at what was chosen for them: repeats, and what they are tested on.

Records are rows of plain values; a diverged run has null AUCs and the status 'diverged'.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from mmoe_repro.census.encode import Encoded
from mmoe_repro.census.labels import Labels, auc, group_labels
from mmoe_repro.census.methods import Method, method
from mmoe_repro.census.source import CensusSource, reference_row, table
from mmoe_repro.census.split import halve, seen
from mmoe_repro.compiled import one_thread
from mmoe_repro.files import read_json
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.learners.classifier import ClassifierLearner
from mmoe_repro.models.experts import gates as gates_of
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.population import Architecture, Values, n_parameters
from mmoe_repro.models.rows import SparseRows, Table
from mmoe_repro.training.checkpoint import NO_CHECKPOINT, Checkpoint
from mmoe_repro.training.trainer import Schedule, Trained, train

INITIALISATION = "glorot"
FEW = 2_000  # rows looked at where the trainer's own evaluation is not used


@dataclass(frozen=True)
class Selection:
    """What a search may see: the training rows and the validation half of one split."""

    train: Table
    train_labels: Labels
    validation: Table
    validation_labels: Labels


def selection(data: Encoded, group: str, study_seed: int, split: int) -> Selection:
    """The training rows and the validation half; the test half is not in it."""
    reference = reference_row(data.train)
    rows = data.test.take(halve(data.test.labels, study_seed, split).validation)
    return Selection(
        table(data.train, data.offsets, reference),
        group_labels(data.train, group),
        table(rows, data.offsets, reference),
        group_labels(rows, group),
    )


def train_from(
    architecture: Architecture,
    values: Values,
    rates: float | NDArray[np.float64],
    on: Selection,
    schedule: Schedule,
    batch_size: int,
    study_seed: int,
    runs: Sequence[int],
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> Trained:
    """Train runs that start from `values` on a selection's training rows."""
    source = CensusSource(
        on.train, on.train_labels, on.validation, on.validation_labels, batch_size, study_seed, runs
    )
    return train(
        architecture, values, source, rates, schedule, learner="classifier", checkpoint=checkpoint
    )


def logits_by_run(
    architecture: Architecture, parameters: Values, x: SparseRows
) -> Iterator[tuple[Values, NDArray[np.float32]]]:
    """Each run's own parameters, and its logits (task, row) of the rows x (1, row)."""
    for r in range(len(next(iter(parameters.values())))):
        of_run = {name: value[r : r + 1] for name, value in parameters.items()}
        yield of_run, ClassifierLearner(architecture, of_run).logits(x)[0]


def repeats(
    method: Method,
    tuned: dict[str, object],
    data: Encoded,
    group: str,
    batch_size: int,
    study_seed: int,
    runs: Sequence[int],
    splits: int,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Trainings at the tuned choice with fresh initialisation and order.

    Returns run records, a row a run and split (AUCs of both tasks on both halves of the test rows, and
    on those rows of the test half that training has not, too; training is the same for all splits, the
    choice was made on split 0), and mean gates, a row a
    run, gate and expert (empty for methods without gates). Raises ValueError if the choice was made
    under another study seed: rows it was made on would be among those it is tested on.
    """
    if int(str(tuned.get("study_seed", study_seed))) != study_seed:
        raise ValueError(
            f"{method.name}, {group}: the choice was made on the validation rows of study seed "
            f"{tuned['study_seed']}, some of which are test rows of seed {study_seed}; search anew "
            "(census: {tuned: own, published: false})"
        )
    choice, steps = tuned["choice"], int(str(tuned["steps"]))
    assert isinstance(choice, dict)
    on = selection(data, group, study_seed, 0)
    schedule = Schedule(steps, steps, FEW, FEW)
    architecture = method.build(choice, on.train.n_features)
    values = initialise(architecture, INITIALISATION, study_seed, runs)
    trained = train_from(
        architecture, values, float(str(tuned["learning_rate"])), on, schedule, batch_size,
        study_seed, runs, checkpoint,
    )  # fmt: skip
    rows, labels = (
        table(data.test, data.offsets, reference_row(data.train)),
        group_labels(data.test, group),
    )
    halves = [halve(data.test.labels, study_seed, split) for split in range(splits)]
    new = ~seen(data.train, data.test)
    records, gates = [], []
    everything = SparseRows(rows, np.arange(len(rows))[None])
    of_runs = logits_by_run(architecture, trained.parameters, everything)
    for run, (of_run, logits) in zip(runs, of_runs, strict=True):
        finite = bool(np.isfinite(logits).all())
        for split, half in enumerate(halves):
            record = {
                "group": group,
                "method": method.name,
                "seed": int(run),
                "split": split,
                "choice": json.dumps(choice, sort_keys=True),
                "batch_size": batch_size,
                "study_seed": study_seed,
                "steps": steps,
                "learning_rate": float(str(tuned["learning_rate"])),
                "n_parameters": n_parameters(architecture),
            }
            parts = {"validation": half.validation, "test": half.test}
            parts["unseen"] = half.test[new[half.test]]
            for name, part in parts.items():
                for k, task in enumerate(("main", "auxiliary")):
                    record[f"{name}_{task}_auc"] = (
                        auc(labels[k, part], logits[k, part]) if finite else np.nan
                    )
            record["status"] = "converged" if finite else "diverged"
            records.append(record)
        gates += _mean_gates(architecture, of_run, everything, run, group)
    return pd.DataFrame(records), pd.DataFrame(gates, columns=GATE_COLUMNS)


def read_tuned(path: Path, most_steps: int | None = None) -> dict[str, Any]:
    """A method's choice on a group, with its learning rate and steps: at most `most_steps`.

    Raises BadFile.
    """
    tuned: dict[str, Any] = read_json(path, "method", "group", "choice", "learning_rate", "steps")
    if most_steps:
        tuned["steps"] = min(tuned["steps"], most_steps)
    return tuned


def train_block(
    tuned: dict[str, Any],
    data: Encoded,
    batch_size: int,
    study_seed: int,
    seeds: range,
    splits: int,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`repeats` of a method and group at its tuned choice, with the code that made them."""
    one_thread()
    code = fingerprint(__name__)
    training = repr((tuned, seeds, study_seed, batch_size, code))
    runs, gates = repeats(
        method(tuned["method"]), tuned, data, tuned["group"], batch_size, study_seed, seeds,
        splits, checkpoint.of(training),
    )  # fmt: skip
    runs["code_fingerprint"] = code
    return runs, gates


GATE_COLUMNS = ["group", "method", "seed", "gate", "expert", "mean_gate"]


def _mean_gates(
    architecture: object,
    values: dict[str, NDArray[np.float32]],
    rows: SparseRows,
    run: int,
    group: str,
) -> list[dict[str, object]]:
    """The mean of each gate over the rows, of a model with gates."""
    if "gate_weight" not in values:
        return []
    theta = {name: torch.from_numpy(value) for name, value in values.items()}
    n_experts: int = architecture.n_experts  # type: ignore[attr-defined]
    with torch.no_grad():
        mean = gates_of(theta, rows, n_experts).mean(dim=3)[0].numpy()
    return [
        {
            "group": group,
            "method": architecture.name,  # type: ignore[attr-defined]
            "seed": int(run),
            "gate": k,
            "expert": i,
            "mean_gate": float(mean[k, i]),
        }
        for k, i in np.ndindex(*mean.shape)
    ]
