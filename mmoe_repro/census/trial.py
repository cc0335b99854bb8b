"""A trial of the search: one training at one choice, up to where validation no longer rises.

No test row is seen. Nothing hangs on how long a training may be, then, but what rises until it ends.
"""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmoe_repro.census.methods import Choice, Method
from mmoe_repro.census.source import CensusSource
from mmoe_repro.census.train import INITIALISATION, Selection
from mmoe_repro.learners.classifier import ClassifierLearner
from mmoe_repro.models.initialise import initialise
from mmoe_repro.models.population import n_parameters

FIRST = 10_000  # a trial's seed, apart from those of the repeats
AT_ONCE = 10  # steps whose rows are drawn together


@dataclass(frozen=True)
class Budget:
    """What every trial of every method gets.

    At most so many `steps` of `batch_size` rows, looked at every so many; it ends when `patience` looks
    in a row have not been better than the best before them.
    """

    steps: int
    evaluate_every: int
    patience: int
    batch_size: int


def trial(
    method: Method,
    choice: Choice,
    rate: float,
    number: int,
    on: Selection,
    budget: Budget,
    study_seed: int,
) -> pd.DataFrame:
    """Train one run: a row for each look.

    The row of a run that has diverged has null AUCs and the status 'diverged', and is its last.
    """
    run = FIRST + number
    architecture = method.build(choice, on.train.n_features)
    learner = ClassifierLearner(
        architecture, initialise(architecture, INITIALISATION, study_seed, [run])
    )
    source = CensusSource(
        on.train, on.train_labels, on.validation, on.validation_labels, budget.batch_size,
        study_seed, [run],
    )  # fmt: skip
    validation = source.held_out(len(on.validation))
    rows, aucs = [], []
    for begun in range(0, budget.steps, budget.evaluate_every):
        look = begun + budget.evaluate_every
        for step in range(begun, look, AT_ONCE):
            learner.steps(*source.batches(step, min(AT_ONCE, look - step)), rate, step)
        main, auxiliary = (float(auc) for auc in learner.evaluate(*validation)[0])
        finite = bool(np.isfinite([main, auxiliary]).all())
        rows.append({"step": look, "main_auc": main, "auxiliary_auc": auxiliary,
                     "status": "converged" if finite else "diverged"})  # fmt: skip
        aucs.append(main)
        if not finite or len(aucs) - 1 - int(np.argmax(aucs)) >= budget.patience:
            break
    return pd.DataFrame(rows).assign(
        method=method.name,
        trial=number,
        choice=json.dumps(choice, sort_keys=True),
        batch_size=budget.batch_size,
        study_seed=study_seed,
        n_parameters=n_parameters(architecture),
        learning_rate=float(rate),
    )
