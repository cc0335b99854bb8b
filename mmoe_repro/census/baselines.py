"""What the paper should have shown: logistic regression and boosted trees, tuned the same way.

Both are scikit-learn's, on the same training rows, validation half and search as the methods. One
model a task; what is searched is chosen on the main task, as for the methods.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from mmoe_repro.census.encode import Encoded, Rows
from mmoe_repro.census.labels import auc, group_labels
from mmoe_repro.census.methods import Choice, Dimension
from mmoe_repro.census.split import halve
from mmoe_repro.census.tuning import search
from mmoe_repro.fingerprint import fingerprint

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
        Baseline("logistic", (Dimension("C", 1e-3, 1e2, False),), _logistic),
        Baseline(
            "boosted_trees",
            (
                Dimension("learning_rate", 0.02, 0.5, False),
                Dimension("max_leaf_nodes", 8, 128),
                Dimension("min_samples_leaf", 5, 200),
            ),
            _boosted,
        ),
    )
}


def choose(
    baseline: Baseline, seen: Encoded, group: str, trials: int, study_seed: int
) -> tuple[Choice, int, pd.DataFrame]:
    """The choice and stage with the best main-task AUC, and all trials (a row a trial and stage).

    `seen` has the validation rows of one split where a whole table has the test file's: a search is
    given no test row.
    """
    labels, of_validation = group_labels(seen.train, group), group_labels(seen.test, group)
    tried: list[dict[str, Any]] = []

    def value(number: int, point: NDArray[np.float64]) -> float:
        choice = {d.name: d.at(float(u)) for d, u in zip(baseline.dimensions, point, strict=True)}
        stages = baseline.fit(choice, seen, labels[0])(seen.test)
        for stage, scores in stages.items():
            row = {"group": group, "method": baseline.name, "trial": number, "stage": stage}
            row |= {f"choice_{k}": v for k, v in choice.items()}
            tried.append(row | {"main_auc": auc(of_validation[0], scores)})
        return max(row["main_auc"] for row in tried if row["trial"] == number)

    search(len(baseline.dimensions), trials, value, study_seed, baseline.name, group)
    best = max(tried, key=lambda row: row["main_auc"])
    choice = {k.removeprefix("choice_"): v for k, v in best.items() if k.startswith("choice_")}
    return choice, best["stage"], pd.DataFrame(tried)


def tune_and_test(
    name: str, data: Encoded, group: str, trials: int, study_seed: int, splits: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Search on the validation half of split 0, then AUCs of both tasks on every split's halves.

    Returns trials and records as those of the methods' repeats, with seed 0: neither method draws
    anything. Raises ValueError for an unknown name.
    """
    if name not in BASELINES:
        raise ValueError(f"baseline {name!r}: allowed are {', '.join(BASELINES)}")
    baseline = BASELINES[name]
    labels, of_test = group_labels(data.train, group), group_labels(data.test, group)
    halves = [halve(data.test.labels, study_seed, split) for split in range(splits)]
    with threadpool_limits(1):
        seen = replace(data, test=data.test.take(halves[0].validation))
        choice, stage, tried = choose(baseline, seen, group, trials, study_seed)
        scores = [baseline.fit(choice, data, labels[k])(data.test)[stage] for k in range(2)]
    records = []
    for split, half in enumerate(halves):
        record: dict[str, Any] = {"group": group, "method": name, "seed": 0, "split": split}
        for side, part in (("validation", half.validation), ("test", half.test)):
            for k, task in enumerate(("main", "auxiliary")):
                record[f"{side}_{task}_auc"] = auc(of_test[k, part], scores[k][part])
        records.append(record)
    code = fingerprint(__name__)
    tested = pd.DataFrame(records)
    for frame in (tried, tested):
        frame["study_seed"], frame["code_fingerprint"] = study_seed, code
    return tried, tested
