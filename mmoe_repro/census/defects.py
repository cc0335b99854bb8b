"""What gives Tensor-Factorization AUCs like the paper's: deliberate defects, and what each leaves.

None of it is a result. The paper's row lies far below every other method's (Tables 1 and 2); whoever
doubts that it was the method finds here what it might have been.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.census.encode import Encoded
from mmoe_repro.census.labels import auc, group_labels
from mmoe_repro.census.methods import METHODS
from mmoe_repro.census.source import reference_row, table
from mmoe_repro.census.split import halve
from mmoe_repro.census.train import (
    FEW,
    INITIALISATION,
    logits_by_run,
    selection,
    train_from,
)
from mmoe_repro.compiled import one_thread
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.population import Values
from mmoe_repro.models.rows import SparseRows
from mmoe_repro.models.tensor_factorization import TensorFactorization
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.training.trainer import Schedule

METHOD = "tensor_factorization"
FACTORS = ("core", "factor_inputs", "factor_units", "factor_tasks")
NEARLY = (
    1e-4  # of a value, by which factors that start alike differ: of equal ones no unit is another
)


@dataclass(frozen=True)
class Defect:
    """What is done wrong; where a value is None it is the tuned one."""

    ranks: tuple[int, int, int] | None = None
    learning_rate: float | None = None
    steps: int | None = None
    alike: bool = False
    unscaled: bool = False
    swapped: bool = False


DEFECTS = {  # in words: `plan.DEFECTS`
    "none": Defect(),
    "ranks_of_one": Defect(ranks=(1, 1, 1)),
    "alike": Defect(alike=True),
    "stopped_early": Defect(learning_rate=1e-4, steps=100),
    "too_fast": Defect(learning_rate=0.1),
    "unscaled": Defect(unscaled=True),
    "unscaled_of_one": Defect(ranks=(1, 1, 1), unscaled=True),
    "swapped": Defect(swapped=True),
}


def _alike(values: Values, study_seed: int, runs: Sequence[int]) -> Values:
    """Every factor's entries at their mean size, but for a random ten-thousandth."""
    found = {name: value.copy() for name, value in values.items()}
    for name in FACTORS:
        for run, of_run in zip(runs, found[name], strict=True):
            random = numpy_stream(study_seed, "census defect", name, run)
            noise = random.standard_normal(of_run.shape)
            of_run[:] = np.abs(of_run).mean() * (1 + NEARLY * noise)
    return found


def runs_of(
    defect: Defect,
    tuned: dict[str, Any],
    data: Encoded,
    group: str,
    batch_size: int,
    study_seed: int,
    runs: Sequence[int],
) -> list[dict[str, Any]]:
    """Test AUCs of both tasks on split 0, a row a run."""
    on = selection(data, group, study_seed, 0)
    model = METHODS[METHOD].build(tuned["choice"], on.train.n_features)
    assert isinstance(model, TensorFactorization)
    if defect.ranks:
        model = replace(model, ranks=defect.ranks)
    values = initialise(model, INITIALISATION, study_seed, runs)
    if defect.alike:
        values = _alike(values, study_seed, runs)
    steps = defect.steps or int(tuned["steps"])
    rate = defect.learning_rate or float(tuned["learning_rate"])
    schedule = Schedule(steps, steps, FEW, FEW)
    trained = train_from(model, values, rate, on, schedule, batch_size, study_seed, runs)
    rows = halve(data.test.labels, study_seed, 0).test
    x = table(data.test, data.offsets, reference_row(data.train))
    labels = group_labels(data.test, group)[:, rows]
    found = []
    of_runs = logits_by_run(model, trained.parameters, SparseRows(x, rows[None]))
    for run, (_, logits) in zip(runs, of_runs, strict=True):
        finite = bool(np.isfinite(logits).all())
        outputs = logits[::-1] if defect.swapped else logits
        aucs = [auc(y, z) if finite else np.nan for y, z in zip(labels, outputs, strict=True)]
        found.append({"seed": int(run), "test_main_auc": aucs[0], "test_auxiliary_auc": aucs[1]})
    return found


def train_all(
    tuned: dict[str, Any],
    data: Encoded,
    unscaled: Encoded,
    batch_size: int,
    study_seed: int,
    runs: Sequence[int],
) -> pd.DataFrame:
    """Every defect's runs at Tensor-Factorization's choice on a group: a row a defect and run.

    `unscaled` are the data with numbers as they are in the file.
    """
    one_thread()
    rows = [
        {"group": tuned["group"], "defect": name, **row}
        for name, defect in DEFECTS.items()
        for row in runs_of(
            defect, tuned, unscaled if defect.unscaled else data, tuned["group"], batch_size,
            study_seed, runs,
        )
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(study_seed=study_seed, code_fingerprint=fingerprint(__name__))
