"""The recommender's published runs, and how one is made again, up to its first look.

On one kind of processor the bits are the same. On another, matrix products still are, since they are the
package's own (`learners/products.py`), and so should be PyTorch's sums and elementwise functions, like
softmax, whose instructions `processor.py` names. Nobody names those of FBGEMM's kernels, which look
rows up and add the gradients of a row that a batch has several times: they go by the processor. On more
processes, or on a GPU, sums are in another order in any case.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.recommender.job import Job, from_text
from mmoe_repro.recommender.launch import Missing, needed
from mmoe_repro.recommender.names import MEASURED, METHODS, TASKS

SPREAD = False  # runs of a condition are of a world each, and lie apart by that: not by rounding
KEYS = ["variant", "method", "seed"]
MEASURES = tuple(f"{task}_{measure}" for task in TASKS for measure in MEASURED)


def missing(data: Mapping[str, Path]) -> str | None:
    """Why no run can be made again here, or None."""
    try:
        needed()
    except Missing as error:
        return str(error)
    return None


def runs(folder: Path) -> pd.DataFrame:
    """A row a run that did not diverge, at its first look: `condition`, `seed`, `MEASURES`, and what
    makes it again. Raises BadFile."""
    found = read_table(folder / "runs.parquet", *KEYS, "status", "step", "task", "job", *MEASURED)
    whole = found[found["status"] == "converged"]
    return _at(whole, whole.groupby(KEYS)["step"].transform("min"))


def _at(looks: pd.DataFrame, steps: "pd.Series[int]") -> pd.DataFrame:
    """A row a run of what its looks after `steps` have found."""
    wide = looks[looks["step"] == steps].pivot(index=[*KEYS, "job"], columns="task")
    measures = pd.DataFrame(
        {name: wide[tuple(reversed(name.split("_", 1)))] for name in MEASURES}, index=wide.index
    ).reset_index()
    titles = measures["method"].map(METHODS)
    return measures.assign(condition=titles + ", traffic " + measures["variant"])


def shortened(text: str) -> Job:
    """The job of a record as far as its first look."""
    job = from_text(text)
    first = min(job.looks)
    return replace(job, steps=first, looks=(first,))


def again(
    run: Mapping[str, Any], folder: Path, config: Config, data: Mapping[str, Path]
) -> dict[str, float]:
    """`MEASURES` of a row of `runs`, trained now by one process."""
    from mmoe_repro.recommender.checkpoints import Checkpoints
    from mmoe_repro.recommender.processes import joined
    from mmoe_repro.recommender.training import train

    with joined("cpu") as processes:
        found, _, _ = train(shortened(run["job"]), processes, Checkpoints(None, "", 1))
    return {f"{look['task']}_{m}": float(look[m]) for look in found.looks for m in MEASURED}
