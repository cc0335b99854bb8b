"""Runs of the records made again, up to their first look, and compared.

On one kind of processor the bits are the same. Elsewhere PyTorch's matrix products may round otherwise,
and losses part by far less than a thousandth.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from mmoe_repro.pools import side_by_side
from mmoe_repro.recommender.job import Job, from_text
from mmoe_repro.recommender.names import MEASURED, TASKS
from mmoe_repro.seeds import numpy_stream

KEYS = ["variant", "method", "seed"]


def sample(runs: pd.DataFrame, n: int, study_seed: int) -> pd.DataFrame:
    """`n` of the runs that did not diverge, a row each: `KEYS` and `job`; the study seed draws them."""
    whole = runs[runs["status"] == "converged"].drop_duplicates(KEYS)
    order = numpy_stream(study_seed, "recommender remade").permutation(len(whole))
    return whole.iloc[np.sort(order[:n])][[*KEYS, "job"]].reset_index(drop=True)


def shortened(text: str) -> Job:
    """The job of a record as far as its first look."""
    job = from_text(text)
    first = min(job.looks)
    return replace(job, steps=first, looks=(first,))


def _again(job: Job) -> tuple[pd.DataFrame, pd.DataFrame]:
    from mmoe_repro.recommender.checkpoints import Checkpoints
    from mmoe_repro.recommender.processes import joined
    from mmoe_repro.recommender.training import train

    with joined("cpu") as processes:
        found, _, _ = train(job, processes, Checkpoints(None, "", 1))
    return pd.DataFrame(found.looks), pd.DataFrame(found.curve, columns=["step", *TASKS])


def remade(
    chosen: pd.DataFrame,
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    processes: int = 1,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> pd.DataFrame:
    """The rows of `sample` with `step`, the look that they were made again to; `equal`, whether every
    loss of the curve, and every measure at the look, has the same bits; and the largest differences,
    `apart_curve` and `apart_measures`."""
    jobs = [shortened(text) for text in chosen["job"]]
    rows = []
    with side_by_side(processes) as pool:
        for i, (looks, curve) in enumerate(pool.map(_again, jobs)):
            key = {name: chosen[name].iloc[i] for name in KEYS}
            step = jobs[i].steps
            of_look, of_curve = (_of(frame, key) for frame in (runs, curves))
            of_look, of_curve = of_look[of_look["step"] == step], of_curve[of_curve["step"] <= step]
            apart = [
                _apart(of_curve, curve, TASKS),
                _apart(of_look, looks, MEASURED),
            ]
            rows.append(
                {**key, "step": step, "equal": max(apart) == 0,
                 "apart_curve": apart[0], "apart_measures": apart[1]}
            )  # fmt: skip
            tell(i + 1, len(jobs))
    columns = [*KEYS, "step", "equal", "apart_curve", "apart_measures"]
    return pd.DataFrame(rows, columns=columns)


def _of(frame: pd.DataFrame, key: dict[str, object]) -> pd.DataFrame:
    wanted = np.logical_and.reduce([frame[name] == value for name, value in key.items()])
    return frame[wanted]


def _apart(ours: pd.DataFrame, theirs: pd.DataFrame, columns: Sequence[str]) -> float:
    """The largest difference; infinite if there are not as many rows."""
    a, b = (frame[list(columns)].to_numpy(float) for frame in (ours, theirs))
    if a.shape != b.shape:
        return float("inf")
    return float(np.abs(a - b).max(initial=0.0))
