"""What ten times the steps change: mean losses by step, beside the paper's, and verdicts.

Losses are as in the records of universes: the loss that a universe reads, scaled so that a constant
prediction loses 0.5, as in the paper's figures.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mmoe_repro.claims.statements import Claims
from mmoe_repro.files import BadFile, read_table
from mmoe_repro.multiverse.design import Member, read_members
from mmoe_repro.multiverse.plan import statements
from mmoe_repro.multiverse.reading import CONSTANT, evidence, reading_of
from mmoe_repro.paper.published import published
from mmoe_repro.statistics.intervals import curve_interval
from mmoe_repro.synthetic.plan import FIGURE3_MODEL
from mmoe_repro.synthetic.summaries import published_final_losses
from mmoe_repro.trainability.plan import COMPARED, LONGER, with_longer

KEYS = ["model", "task_correlation"]
COLUMNS = (*KEYS, "learning_rate", "seed", "step", "loss", "train_loss")


def read(member: Path, runs: Path) -> tuple[Member, pd.DataFrame]:
    """A universe, and its runs of ten times the steps with `value`, the loss. Raises BadFile."""
    one = read_members(member)[0]
    found = read_table(runs, *COLUMNS)
    column = reading_of(one.choices).curve_column
    scale = CONSTANT / one.universe.constant_loss()
    return one, found.assign(value=found[column].astype(float) * scale)


def means(values: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """A row a model, task correlation and step: learning_rate, the mean `value` of runs with its Student
    interval (`low`, `high`), their `sd`, and how many had `diverged`, which are in none of these."""
    rows = []
    for (model, p, rate), of in values.groupby([*KEYS, "learning_rate"], sort=True):
        wide = of.pivot(index="seed", columns="step", values="value").sort_index()
        losses = wide.to_numpy(dtype=float)
        mean, low, high = curve_interval(losses, confidence)
        rows.append(
            pd.DataFrame(
                {
                    "model": model, "task_correlation": p, "learning_rate": rate,
                    "step": wide.columns, "mean": mean, "low": low, "high": high,
                    "sd": np.nanstd(losses, axis=0, ddof=1),
                    "diverged": np.isnan(losses).sum(axis=0),
                }
            )
        )  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def of_paper() -> pd.DataFrame:
    """The paper's last mean loss (`published`; Figures 4 and 3) and, in Figure 5, the sd of final losses
    (`published_sd`), by model and task correlation."""
    names = {"curve_end": "published", "sd": "published_sd"}
    curves = published("figure3").sort_values("step").groupby("task_correlation", as_index=False)
    figure3 = curves.last().assign(model=FIGURE3_MODEL).rename(columns={"loss": "published"})
    found = pd.concat([published_final_losses().rename(columns=names), figure3], ignore_index=True)
    return found[[*KEYS, *names.values()]]


def by_step(folder: Path, confidence: float) -> pd.DataFrame:
    """`means` of every universe in `folder` that has runs of ten times the steps, with its name as
    `universe`, and `of_paper` beside. Raises BadFile, also if none has."""
    found = [
        means(read(*_files(folder, name))[1], confidence).assign(universe=name)
        for name in _those_of(folder)
    ]
    return pd.concat(found, ignore_index=True).merge(of_paper(), on=KEYS, how="left")


def apart(rows: pd.DataFrame, times: int, figure: str = "figure4") -> float:
    """The root mean square distance of one universe's means, rows of `by_step`, from Figure 3 or 4, with
    so many steps to one of the paper's: over its points at the steps of `COMPARED`, the same for any
    number of `times`."""
    paper = published(figure)
    paper = paper if "model" in paper else paper.assign(model=FIGURE3_MODEL)
    paper = paper[paper["step"].isin(COMPARED)].assign(step=lambda of: of["step"] * times)
    both = paper.merge(rows[[*KEYS, "step", "mean"]], on=[*KEYS, "step"])
    return float(np.sqrt(np.mean((both["mean"] - both["loss"]).fillna(np.inf) ** 2)))


def verdicts(folder: Path, claims: Claims, study_seed: int, steps: Sequence[int]) -> pd.DataFrame:
    """A row a universe, step of `steps` and statement that universes are judged by: universe, step,
    claim, statement (its words), verdict, manner. Judged as universes are, on the runs of that step.

    Raises BadFile, also if no universe has runs of ten times the steps.
    """
    from mmoe_repro.claims.verdicts import judge
    from mmoe_repro.multiverse.verdicts import RESAMPLES

    rows = []
    for name in _those_of(folder):
        one, values = read(*_files(folder, name))
        for step in steps:
            shown = evidence(values[values["step"] == step], one.universe)
            rows += [
                {
                    "universe": name, "step": step, "claim": judged.claim.id,
                    "statement": judged.claim.statement, "verdict": judged.verdict,
                    "manner": judged.manner,
                }
                for judged in judge(statements(claims), shown, study_seed, RESAMPLES)
            ]  # fmt: skip
    return pd.DataFrame(rows)


def _those_of(folder: Path) -> list[str]:
    found = with_longer(folder)
    if not found:
        raise BadFile(f"{folder}: has no universe with runs of ten times the steps")
    return found


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / name / "member.parquet", folder / name / f"{LONGER}.parquet"
