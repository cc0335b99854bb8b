"""Records and what was made now, measure by measure; and what a sample says of all records."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from mmoe_repro.statistics.agreement import near
from mmoe_repro.statistics.intervals import clopper_pearson_upper

EQUAL, NEAR, APART = "equal", "near", "apart"
RUN = ["experiment", "condition", "seed"]
COLUMNS = [*RUN, "measure", "recorded", "now", "sd", "is"]


def spreads(
    published: Mapping[str, pd.DataFrame],
    measures: Mapping[str, Sequence[str]],
    without: Collection[str] = (),
) -> pd.DataFrame:
    """Standard deviation of each measure over each condition's published runs: experiment, condition,
    measure, sd (0 for a single run, and of experiments `without` a spread that a run made again may
    have)."""
    frames = []
    for name, runs in published.items():
        sd = runs.groupby("condition")[list(measures[name])].std(ddof=0).astype(float).fillna(0.0)
        if name in without:
            sd[:] = 0.0
        long = sd.reset_index().melt("condition", var_name="measure", value_name="sd")
        frames.append(long.assign(experiment=name))
    return pd.concat(frames, ignore_index=True)


def row(run: Mapping[Any, Any], measure: str, now: float, sd: float) -> dict[str, Any]:
    """One comparison: the values in hexadecimal, which lose no bit, and how it came out.

    `equal`: the same bits (or none in both: the run diverged); `near`: no farther off
    than runs of the condition are from each other, or than rounding takes a run at most
    (`statistics/agreement.py`); else `apart`.
    """
    recorded = float(run[measure])
    apart = NEAR if near(now - recorded, sd) else APART
    return {
        **{key: run[key] for key in RUN}, "measure": measure, "recorded": recorded.hex(),
        "now": now.hex(), "sd": sd, "is": EQUAL if recorded.hex() == now.hex() else apart,
    }  # fmt: skip


def of_runs(comparisons: pd.DataFrame) -> pd.DataFrame:
    """A row a run with the worst that came out of its measures."""
    order = [EQUAL, NEAR, APART]
    worst = (
        comparisons["is"].map(order.index).groupby([comparisons[key] for key in RUN], sort=False)
    )
    return worst.max().map(dict(enumerate(order))).rename("is").reset_index()


def summary(
    comparisons: pd.DataFrame, published: Mapping[str, int], confidence: float
) -> dict[str, Any]:
    """What came out, by experiment and together: runs published, drawn, equal, near, apart, and the
    largest share of records, experiments weighing the same, that may not be equal at this confidence.

    Every experiment has as many draws and each of its runs is as likely, so that the binomial bound
    (Clopper and Pearson 1934) holds: strata of one size make it no larger (Hoeffding 1956).
    """
    runs = of_runs(comparisons)

    def counts(some: pd.DataFrame) -> dict[str, Any]:
        n = {name: int((some["is"] == name).sum()) for name in (EQUAL, NEAR, APART)}
        bound = clopper_pearson_upper(len(some) - n[EQUAL], len(some), confidence)
        return {"drawn": len(some), **n, "at_most": bound}

    return {
        "confidence": confidence,
        "experiments": {
            name: {"published": of, **counts(runs[runs["experiment"] == name])}
            for name, of in published.items()
        },
        "together": {"published": sum(published.values()), **counts(runs)},
        "not_equal": runs[runs["is"] != EQUAL].to_dict("records"),
    }
