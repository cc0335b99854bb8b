"""Our own choices, varied: the evidence that each other choice would have given.

The table of them says which verdicts hang on a choice of ours; universes are not varied here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mmoe_repro.claims import choices as shared
from mmoe_repro.claims.evidence import Evidence, MissingRuns
from mmoe_repro.synthetic import plan
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, RATE
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.samples import final_values, from_values

LAST_STEPS = 1_000
KEYS = ["model", "task_correlation", "learning_rate", "seed"]
FULL_COUNT = "shared_bottom_full_count"


@dataclass(frozen=True)
class Records:
    """Records of a study: the reported runs and their curves, Figure 3's, and the variants'.

    `rate` is the universe's learning rate, at which Figure 3 is judged, `edge` its plateau's in the
    reading's units; `models`, `correlations` and `figure3_rates` are what the study should have, with
    the seeds 0 ... `seeds` - 1.
    """

    runs: pd.DataFrame
    curves: pd.DataFrame
    figure3_runs: pd.DataFrame
    figure3_curves: pd.DataFrame
    variants_runs: pd.DataFrame
    variants_curves: pd.DataFrame
    selection_runs: pd.DataFrame
    reading: Reading
    rate: float
    edge: float
    models: Sequence[str]
    correlations: Sequence[float]
    figure3_rates: Sequence[float]
    seeds: int

    def all_runs(self) -> pd.DataFrame:
        """Every run that is not of the selection, once."""
        frames = [self.runs, self.figure3_runs, self.variants_runs]
        return pd.concat([f for f in frames if len(f)]).drop_duplicates(KEYS)

    def all_curves(self) -> pd.DataFrame:
        """Their curves."""
        frames = [self.curves, self.figure3_curves, self.variants_curves]
        return pd.concat([f for f in frames if len(f)]).drop_duplicates([*KEYS, "step"])

    def chosen(self) -> pd.DataFrame:
        """The model, correlation and learning rate of each condition that is judged."""
        fixed = self.variants_runs["model"].isin(self.models)  # those of the fixed rates
        frames = [
            self.runs,
            self.variants_runs[~fixed],
            self.figure3_runs[self.figure3_runs["learning_rate"] == self.rate],
        ]
        return pd.concat(frames)[KEYS[:3]].drop_duplicates()

    def at_rate(self, rate: float) -> pd.DataFrame:
        """The conditions that were run at one learning rate, whatever was chosen for them."""
        known = self.all_runs()[KEYS[:3]].drop_duplicates()
        return known[known["learning_rate"] == rate]

    def check(self) -> None:
        """Raise MissingRuns, with the names, if a model or a correlation is not there at all."""
        for p in self.correlations:
            for model in self.models:
                of = self.runs[(self.runs["model"] == model) & (self.runs["task_correlation"] == p)]
                if of.empty:
                    raise MissingRuns(f"records have no runs of {model}@{p:g}")
            of = self.figure3_runs[self.figure3_runs["task_correlation"] == p]
            if self.rate in self.figure3_rates and of[of["learning_rate"] == self.rate].empty:
                raise MissingRuns(
                    f"records have no runs of {FIGURE3_MODEL}@{p:g}, lr {self.rate:g}"
                )


def _evidence(
    records: Records, values: pd.DataFrame, conditions: pd.DataFrame, **more: bool
) -> Evidence:
    chosen = values.merge(conditions, on=KEYS[:3])
    return from_values(chosen, range(records.seeds), edge=records.edge, **more)


def _final(records: Records) -> pd.DataFrame:
    return final_values(records.all_runs(), records.reading)


def _of_curves(
    records: Records, statistic: str, after: float, until: float = math.inf
) -> pd.DataFrame:
    curves = records.all_curves()
    curves = curves[(curves["step"] > after) & (curves["step"] <= until)]
    column = records.reading.curve_column
    # A null, of a diverged run, stays null
    summary = curves.groupby(KEYS)[column].agg([statistic, "size", "count"])
    values = summary[statistic].where(summary["size"] == summary["count"])
    return (values.astype(float) * records.reading.factor).rename("value").reset_index()


def reference(records: Records) -> Evidence:
    """Final loss in the paper's reading, all seeds, the learning rate chosen for each condition."""
    return _evidence(records, _final(records), records.chosen())


def best_loss(records: Records) -> Evidence:
    """The lowest loss on a run's curve instead of the last."""
    return _evidence(records, _of_curves(records, "min", 0), records.chosen())


def last_thousand(records: Records) -> Evidence:
    """The mean loss of the last 1,000 steps instead of the last."""
    last = int(records.all_curves()["step"].max())
    return _evidence(records, _of_curves(records, "mean", last - LAST_STEPS), records.chosen())


def half_way(records: Records) -> Evidence:
    """The loss half way, at the last step that was looked at up to there, instead of the last."""
    steps = np.unique(records.all_curves()["step"])
    there = steps[steps <= steps.max() / 2].max()
    return _evidence(records, _of_curves(records, "mean", there - 1, there), records.chosen())


def _seeds(records: Records, seeds: range) -> Evidence:
    values = _final(records)
    chosen = values[values["seed"].isin(seeds)].merge(records.chosen(), on=KEYS[:3])
    return from_values(chosen, seeds, edge=records.edge)


def first_half(records: Records) -> Evidence:
    """The first half of the seeds alone."""
    return _seeds(records, range(records.seeds // 2))


def second_half(records: Records) -> Evidence:
    """The second half of the seeds alone."""
    return _seeds(records, range(records.seeds // 2, records.seeds))


def diverged_left_out(records: Records) -> Evidence:
    """Seeds with a diverged run left out, instead of counted as their condition's worst."""
    return _evidence(records, _final(records), records.chosen(), drop_diverged=True)


def held_out(records: Records) -> Evidence:
    """The held-out loss, or, where that is the reading, the training loss."""
    other = "training" if records.reading.loss == "held_out" else "held_out"
    reading = Reading(other, records.reading.error, records.reading.steps_a_unit)
    return _evidence(records, final_values(records.all_runs(), reading), records.chosen())


def best_rate_overall(records: Records) -> float:
    """The learning rate with the lowest mean loss over all the study's models and correlations."""
    runs = records.selection_runs
    runs = runs[runs["model"].isin(records.models)]
    means = runs.fillna({records.reading.run_column: float("inf")})
    by_rate = means.groupby("learning_rate")[records.reading.run_column].mean()
    return float(by_rate.index[int(by_rate.to_numpy().argmin())])


def one_rate(records: Records) -> Evidence:
    """One learning rate for all models and correlations: the best over all of them."""
    return at_rate(records, best_rate_overall(records))


def at_rate(records: Records, rate: float) -> Evidence:
    """Every model at one given learning rate."""
    found = _evidence(records, _final(records), records.at_rate(rate))
    return replace(found, absent=f"not run at learning rate {rate:g}")


def full_count(records: Records) -> Evidence:
    """Shared-Bottom with as many parameters as MMoE, all counted, in the place of the paper's.

    Of it no wider bottoms were run: those of the paper's width are left out.
    """
    wider = set(records.variants_runs["model"]) - {*records.models, FULL_COUNT}
    as_judged = reference(records)
    found = {
        name: sample
        for name, sample in as_judged.samples.items()
        if name.partition("@")[0] not in wider
    }
    for p in records.correlations:
        found.pop(f"shared_bottom@{p:g}", None)
        if f"{FULL_COUNT}@{p:g}" in found:
            found[f"shared_bottom@{p:g}"] = found[f"{FULL_COUNT}@{p:g}"]
    return replace(as_judged, samples=found, absent="not run at the fully counted width")


CHOICES: dict[str, Callable[[Records], Evidence]] = {
    shared.REFERENCE: reference,
    plan.BEST_LOSS: best_loss,
    plan.LAST_THOUSAND: last_thousand,
    plan.HALF_WAY: half_way,
    plan.HELD_OUT: held_out,
    shared.FIRST_HALF: first_half,
    shared.SECOND_HALF: second_half,
    shared.DIVERGED_LEFT_OUT: diverged_left_out,
    plan.ONE_RATE: one_rate,
    plan.FULL_COUNT: full_count,
    shared.HALF_EFFECT: reference,
    shared.DOUBLE_EFFECT: reference,
    shared.OTHER_NUMBERS: reference,
}


def evidence(name: str, records: Records) -> Evidence:
    """The evidence of the choice called `name`. Raises ValueError for an unknown one, MissingRuns."""
    if name not in CHOICES and not name.startswith(RATE):
        raise ValueError(f"choice {name!r}: allowed are {', '.join(CHOICES)}, {RATE}0.01, ...")
    records.check()
    if name.startswith(RATE):
        return at_rate(records, float(name.removeprefix(RATE)))
    return CHOICES[name](records)
