"""What the paper should have shown: logistic regression and boosted trees, tuned the same way.

Both are scikit-learn's, on the same training rows, validation half and search as the methods. One
model a task; what is searched is chosen on the main task, as for the methods.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from mmoe_repro.census.encode import Encoded, Rows
from mmoe_repro.census.methods import Choice, Dimension
from mmoe_repro.census.split import halve
from mmoe_repro.census.train import auc, group_labels
from mmoe_repro.census.tuning import search

Scores = NDArray[np.float64]
TREES = 300  # at most; every tenth number of trees is a candidate, as steps are for the methods
EVERY = 10


@dataclass(frozen=True)
class Baseline:
    """A classical method: what is searched, and how it is fitted.

    `fit` takes a choice, training rows and one task's labels, and gives the scores of other rows at
    each stage, in order: name of the stage -> scores.
    """

    name: str
    title: str
    dimensions: tuple[Dimension, ...]
    fit: Callable[[Choice, Encoded, NDArray[np.float32]], Callable[[Rows], dict[int, Scores]]]


def one_hot(rows: Rows, n_one_hot: int) -> sparse.csr_array:
    """One-hot columns and numbers as a sparse matrix."""
    n, columns = rows.codes.shape
    at = np.repeat(np.arange(n), columns)
    there = rows.codes.ravel() >= 0
    ones = sparse.csr_array(
        (np.ones(there.sum()), (at[there], rows.codes.ravel()[there])), shape=(n, n_one_hot)
    )
    return sparse.hstack([ones, sparse.csr_array(rows.numbers)], format="csr")


def _logistic(
    choice: Choice, data: Encoded, labels: NDArray[np.float32]
) -> Callable[[Rows], dict[int, Scores]]:
    model = LogisticRegression(C=choice["C"], max_iter=500, tol=1e-4)
    model.fit(one_hot(data.train, data.n_one_hot), labels)
    return lambda rows: {0: model.decision_function(one_hot(rows, data.n_one_hot))}


def _columns(rows: Rows, data: Encoded) -> NDArray[np.float64]:
    """One column a variable: its category's number, or the number itself."""
    within = np.where(rows.codes < 0, np.nan, rows.codes - data.offsets[:-1])
    return np.concatenate([within, rows.numbers], axis=1)


def _boosted(
    choice: Choice, data: Encoded, labels: NDArray[np.float32]
) -> Callable[[Rows], dict[int, Scores]]:
    categorical = [True] * data.train.codes.shape[1] + [False] * data.train.numbers.shape[1]
    model = HistGradientBoostingClassifier(
        learning_rate=choice["learning_rate"],
        max_leaf_nodes=int(choice["max_leaf_nodes"]),
        min_samples_leaf=int(choice["min_samples_leaf"]),
        max_iter=TREES,
        early_stopping=False,
        categorical_features=categorical,
        random_state=0,
    )
    model.fit(_columns(data.train, data), labels)

    def scores(rows: Rows) -> dict[int, Scores]:
        stages = enumerate(model.staged_predict_proba(_columns(rows, data)), start=1)
        return {trees: p[:, 1] for trees, p in stages if trees % EVERY == 0}

    return scores


BASELINES = {
    b.name: b
    for b in (
        Baseline("logistic", "Logistic regression", (Dimension("C", 1e-3, 1e2, False),), _logistic),
        Baseline(
            "boosted_trees",
            "Boosted trees",
            (
                Dimension("learning_rate", 0.02, 0.5, False),
                Dimension("max_leaf_nodes", 8, 128),
                Dimension("min_samples_leaf", 5, 200),
            ),
            _boosted,
        ),
    )
}


def tune_and_test(
    name: str, data: Encoded, group: str, trials: int, study_seed: int, splits: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Search on the validation half of split 0, then AUCs of both tasks on every split's halves.

    Returns trials (a row a trial and stage) and records as those of the methods' repeats, with seed
    0: neither method draws anything. Raises ValueError for an unknown name.
    """
    if name not in BASELINES:
        raise ValueError(f"baseline {name!r}: allowed are {', '.join(BASELINES)}")
    baseline = BASELINES[name]
    labels, of_test = group_labels(data.train, group), group_labels(data.test, group)
    chosen_on = halve(data.test.labels, study_seed, 0).validation
    validation = data.test.take(chosen_on)
    tried: list[dict[str, Any]] = []

    def choice_at(point: NDArray[np.float64]) -> Choice:
        return {d.name: d.at(float(u)) for d, u in zip(baseline.dimensions, point, strict=True)}

    def value(number: int, point: NDArray[np.float64]) -> float:
        choice = choice_at(point)
        stages = baseline.fit(choice, data, labels[0])(validation)
        for stage, scores in stages.items():
            found = auc(of_test[0, chosen_on], scores)
            row = {"group": group, "method": name, "trial": number, "stage": stage}
            row |= {f"choice_{k}": v for k, v in choice.items()}
            tried.append(row | {"main_auc": found})
        return max(row["main_auc"] for row in tried if row["trial"] == number)

    with threadpool_limits(1):
        search(len(baseline.dimensions), trials, value, study_seed, name, group)
        best = max(tried, key=lambda row: row["main_auc"])
        choice = {k.removeprefix("choice_"): v for k, v in best.items() if k.startswith("choice_")}
        scores = [baseline.fit(choice, data, labels[k])(data.test)[best["stage"]] for k in range(2)]
    records = []
    for split in range(splits):
        half = halve(data.test.labels, study_seed, split)
        record: dict[str, Any] = {"group": group, "method": name, "seed": 0, "split": split}
        for side, part in (("validation", half.validation), ("test", half.test)):
            for k, task in enumerate(("main", "auxiliary")):
                record[f"{side}_{task}_auc"] = auc(of_test[k, part], scores[k][part])
        records.append(record)
    return pd.DataFrame(tried), pd.DataFrame(records)
