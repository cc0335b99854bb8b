"""What is in the data: row counts, label rates, relatedness of tasks, duplicates, overlap, children."""

from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.census.columns import GROUPS, LABELS, WEIGHT
from mmoe_repro.census.table import correlation
from mmoe_repro.seeds import numpy_stream

SAMPLE, SAMPLES = 10_000, 200  # the paper's correlation is "over 10,000 random samples"
CHILD = 15  # the youngest age that the survey asks about work

# Rates of the raw files' labels, train and test; a label that is off by more was parsed wrongly.
KNOWN_RATES = {
    "income above 50K": 0.0621,
    "education at least college": 0.1964,
    "never married": 0.4335,
}


def facts(
    train: pd.DataFrame,
    test: pd.DataFrame,
    labels: pd.DataFrame,
    of_test: pd.DataFrame,
    study_seed: int,
) -> dict[str, Any]:
    """Numbers about both tables; `labels` are those of the training rows, `of_test` of the test rows.

    Raises ValueError if a label's rate is not the known one.
    """
    for name, known in KNOWN_RATES.items():
        for side in (labels, of_test):
            rate = float(side[name].mean())
            if abs(rate - known) > 0.005:
                raise ValueError(f"label {name!r} has the rate {rate:.4f}; expected is {known:.4f}")
    without_weight = [c for c in train.columns if c != WEIGHT]
    distinct = train.drop_duplicates()
    in_train = pd.MultiIndex.from_frame(distinct[without_weight].drop_duplicates())
    overlap = pd.MultiIndex.from_frame(test[without_weight]).isin(in_train)
    found: dict[str, Any] = {
        "rows": {"train": len(train), "test": len(test)},
        "label_rates": {name: float(labels[name].mean()) for name in LABELS},
        "test_label_rates": {name: float(of_test[name].mean()) for name in LABELS},
        "duplicate_rows": {
            "train": len(train) - len(distinct),
            "test": int(test.duplicated().sum()),
        },
        "test_rows_in_train_but_for_the_weight": int(overlap.sum()),
        "children": {
            "age_below": CHILD,
            "train": float((train["age"] < CHILD).mean()),
            "test": float((test["age"] < CHILD).mean()),
        },
        "years": {str(year): int(n) for year, n in train["year"].value_counts().items()},
        "correlations": {},
    }
    for group in GROUPS.values():
        pair = labels[group.main].to_numpy(), labels[group.auxiliary].to_numpy()
        random = numpy_stream(study_seed, "census correlation", group.name)
        drawn = [random.choice(len(labels), SAMPLE, replace=False) for _ in range(SAMPLES)]
        over_samples = np.array([correlation(pair[0][rows], pair[1][rows]) for rows in drawn])
        found["correlations"][group.name] = {
            "all": correlation(*pair),
            "samples_mean": float(over_samples.mean()),
            "samples_sd": float(over_samples.std(ddof=1)),
            "published": group.published_correlation,
            "published_in_sds": float(
                (group.published_correlation - over_samples.mean()) / over_samples.std(ddof=1)
            ),
        }
    return found
