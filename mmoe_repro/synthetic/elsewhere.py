"""A study whose runs were not made with the published arithmetic: how far it is from the published one.

On another kind of processor, or with the libraries' own choice of code, a run's roundings are others:
runs leave or keep a plateau by them, and a verdict near an edge may turn.
"""

from pathlib import Path

import pandas as pd

from mmoe_repro.files import read_table
from mmoe_repro.report.publish import processor
from mmoe_repro.report.tabular import escape
from mmoe_repro.synthetic.plan import PUBLISHED_FOLDER

NATIVE = "native"  # what `trained_by` then says
CONDITION = ["model", "task_correlation", "learning_rate"]
SAME = ["universe", "steps"]  # of runs that can be compared
LOSSES = ["final_loss", "train_loss"]


def far(ours: pd.DataFrame, published: pd.DataFrame, column: str) -> dict[str, float]:
    """Runs that both have, and by how much they differ: `runs`, `equal` (all losses, bit for bit), and
    the largest difference of a condition's means of `column`, as it is and in standard errors of the
    published mean. A run that diverged on either side is in no mean."""
    both = ours.merge(published, on=[*CONDITION, "seed"], suffixes=("", "_published"))
    pairs = [(both[name], both[f"{name}_published"]) for name in LOSSES]
    equal = pd.concat([(a == b) | (a.isna() & b.isna()) for a, b in pairs], axis=1).all(axis=1)
    known = both.dropna(subset=[column, f"{column}_published"])
    groups = known.groupby(CONDITION)
    means = groups[[column, f"{column}_published"]].mean()
    apart = (means[column] - means[f"{column}_published"]).abs()
    errors = groups[f"{column}_published"].sem()
    return {
        "runs": len(both), "equal": int(equal.sum()), "apart": float(apart.max()),
        "errors": float((apart / errors.where(errors > 0)).max()),
    }  # fmt: skip


def said(runs: Path, column: str, factor: float, published: Path = PUBLISHED_FOLDER) -> str:
    """Empty if a study's runs were made with the published arithmetic, else a sentence on who made them
    and, where they are of the published universe, how far they are from the published ones."""
    ours = read_table(runs, *CONDITION, *SAME, "seed", *LOSSES, "trained_by")
    by = sorted(set(ours["trained_by"]))
    if not any(NATIVE in one for one in by):
        return ""
    who = (
        "Its runs were made on another kind of processor, or with its own arithmetic "
        f"({escape(processor())}; {escape(', '.join(by))})"
    )
    theirs = read_table(published / "runs.parquet", *CONDITION, *SAME, "seed", *LOSSES)
    if not (set(ours[SAME].itertuples(index=False)) <= set(theirs[SAME].itertuples(index=False))):
        return f"{who}."
    found = far(ours, theirs, column)
    return (
        f"{who}: {found['equal']:,} of {found['runs']:,} runs of "
        f"Figures 4 and 5 have the published losses, and no condition's mean is farther than "
        f"{factor * found['apart']:.4f} ({found['errors']:.1f} standard errors) from the published one."
    )
