"""Tables of the recommender's runs: Table 3, what depends on the traffic, Table 4, Figure 6."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mmoe_repro.paper.published import published
from mmoe_repro.recommender.choosing import in_worlds
from mmoe_repro.recommender.measures import share
from mmoe_repro.recommender.names import MEASURES, METHODS, REFERENCE, TASKS
from mmoe_repro.statistics.intervals import curve_interval

BASE = "shared_bottom"  # that others are compared with
OVER_SINGLE, OVER_SHARED = "shared_bottom_over_single_task", "mmoe_over_shared_bottom"  # in Table 4


def _interval(values: ArrayLike, confidence: float) -> dict[str, float]:
    """Mean, standard deviation and Student's interval of the values that are numbers."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    if not len(known):
        return dict.fromkeys(("mean", "sd", "low", "high"), np.nan)
    if len(known) == 1:
        return {"mean": float(known[0]), "sd": np.nan, "low": np.nan, "high": np.nan}
    mean, low, high = (float(x[0]) for x in curve_interval(known[:, None], confidence))
    return {"mean": mean, "sd": float(known.std(ddof=1)), "low": low, "high": high}


def _named(name: str, found: Mapping[str, float]) -> dict[str, float]:
    """What `_interval` gives as columns: name, name_sd, name_low, name_high."""
    return {name: found["mean"], **{f"{name}_{end}": found[end] for end in ("sd", "low", "high")}}


def offline(runs: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """A row a variant, method, task, step and measure: over runs `mean`, with `_sd`, `_low`, `_high`;
    `share`, the mean share of what the true probabilities reach on the same examples; `against`,
    likewise, the difference from Shared-Bottom on the same seeds; and the `published` value."""
    rows = []
    paper = published("table3").set_index("model")
    keys = ["variant", "task", "step"]
    for key, of_step in runs.groupby(keys, sort=False):
        looks = sorted(runs[runs["variant"] == key[0]]["step"].unique())
        at = looks.index(key[2])
        for measure, nothing in MEASURES.items():
            wide = of_step.pivot(index="seed", columns="method", values=measure)
            best = of_step.pivot(index="seed", columns="method", values=f"bayes_{measure}")
            for method in [m for m in METHODS if m in wide]:
                reached = share(wide[method], best[method], nothing)  # type: ignore[arg-type]
                row: dict[str, Any] = {
                    **dict(zip(keys, key, strict=True)), "method": method, "measure": measure,
                    "runs": int(wide[method].notna().sum()),
                    **_named("mean", _interval(wide[method].to_numpy(), confidence)),
                    "share": float(np.nanmean(reached)) if wide[method].notna().any() else np.nan,
                    "best": float(best[method].mean()),
                }  # fmt: skip
                apart = _interval((wide[method] - wide[BASE]).to_numpy(), confidence)
                row |= _named("against", apart)
                is_table3 = key[0] == REFERENCE and key[1] == TASKS[0] and len(looks) == 3
                if is_table3 and method in paper.index:
                    row["published"] = float(paper.loc[method, f"{measure}_{2 * (at + 1)}m"])  # type: ignore[arg-type]
                rows.append(row)
    return pd.DataFrame(rows)


def live(of: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """A row a variant, comparison and weight of satisfaction: the change, in per cent, of engagements
    and satisfactions, drawn and expected, with its interval over seeds. Both had the same requests."""
    rows = []
    paper = published("table4").set_index("comparison")
    pairs = {OVER_SINGLE: ("shared_bottom", "single_task")}
    pairs |= {f"{m}_over_{BASE}": (m, BASE) for m in METHODS if m not in ("single_task", BASE)}
    for (variant, weight), some in of.groupby(["variant", "weight"], sort=False):
        for name, (ours, base) in pairs.items():
            row: dict[str, Any] = {"variant": variant, "weight": weight, "comparison": name}
            for what in ("engaged", "satisfied"):
                for kind in ("", "expected_"):
                    wide = some.pivot(index="seed", columns="method", values=f"{kind}{what}")
                    if ours not in wide or base not in wide:
                        continue
                    change = 100 * (wide[ours] / wide[base] - 1)
                    row |= _named(f"{kind}{what}", _interval(change.to_numpy(), confidence))
                    row["runs"] = int(change.notna().sum())
            if name in paper.index and variant == REFERENCE:
                for what in ("engagement", "satisfaction"):
                    row[f"published_{what}"] = float(paper.loc[name, f"{what}_change_percent"])  # type: ignore[arg-type]
            if "engaged" in row:
                rows.append(row)
    return pd.DataFrame(rows)


def of_finalists(tried: pd.DataFrame) -> dict[str, float]:
    """How far one method's finalists are apart, of the rows of its trials, and what another world moves.

    `apart`: the largest of their mean losses less the smallest. `level`: the standard deviation over
    worlds of all finalists' mean loss, which no choice hangs on. `moved`: that of a finalist's loss
    beyond its own mean and the world's (residuals of an additive table, by their degrees of freedom):
    what a choice in one world alone takes for a difference. NaN with one finalist or one world.
    """
    losses = in_worlds(tried).to_numpy()
    trials, worlds = losses.shape
    own, of_worlds = losses.mean(axis=1, keepdims=True), losses.mean(axis=0)
    found = dict.fromkeys(("apart", "level", "moved"), np.nan)
    if trials > 1:
        found["apart"] = float(np.ptp(own))
    if worlds > 1:
        found["level"] = float(of_worlds.std(ddof=1))
    if min(trials, worlds) > 1:
        beyond = np.square(losses - own - of_worlds + losses.mean()).sum()
        found["moved"] = float(np.sqrt(beyond / ((trials - 1) * (worlds - 1))))
    return found


def gates_in_order(gates: pd.DataFrame) -> pd.DataFrame:
    """Mean gates after the last look, a row a run and expert: a column a task, and `rank`, the expert's
    place in the order of satisfaction's use, since experts have no order of their own."""
    last = gates[gates["step"] == gates["step"].max()]
    keys = ["variant", "method", "seed"]
    wide = last.pivot(index=[*keys, "expert"], columns="task", values="weight").reset_index()
    wide["rank"] = wide.groupby(keys)[TASKS[1]].rank(ascending=False, method="first").astype(int)
    return wide.sort_values([*keys, "rank"], ignore_index=True)


def largest(gates: pd.DataFrame, task: str) -> pd.DataFrame:
    """The largest mean gate of a task, a row a seed: seed, weight; of one variant's, method's and look's
    rows."""
    of_task = gates[gates["task"] == task]
    return of_task.groupby("seed")["weight"].max().reset_index()
