"""What an earlier call has kept of a universe: taken up only by a call that would train the same.

A kept file's name has its condition and nothing else. Its records have universe, steps and seeds; and
by which study seed its data were drawn is told by their label correlations, measured again. The code is
not compared: here records of several codes stand side by side, each with its own (see `store`).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro import records
from mmoe_repro.multiverse.train import LEARNS, SCHEDULE, _paths
from mmoe_repro.synthetic.blocks import measured_label_correlation
from mmoe_repro.synthetic.plan import SELECTION_FIRST
from mmoe_repro.synthetic.schema import RUNS
from mmoe_repro.synthetic.source import SyntheticSource
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule

ROUNDING = 1e-6  # of a label correlation, on another processor; that of other data is farther off


def check(
    universe: Universe,
    seeds: int,
    selection_seeds: int,
    study_seed: int,
    folder: Path,
    schedule: Schedule = SCHEDULE,
) -> None:
    """Raise BadRecordFile if `folder` has a condition of another universe, steps, seeds or study seed
    than these: the text names the file and what to delete."""
    _check(folder.glob("*.runs.parquet"), universe, seeds, selection_seeds, study_seed, schedule)


def check_screened(
    universe: Universe, seeds: int, selection_seeds: int, study_seed: int, folder: Path
) -> None:
    """The same of the one condition that `train.screen` takes up."""
    path = _paths(folder, LEARNS)[1]
    paths = [path] if path.exists() else []
    _check(paths, universe, seeds, selection_seeds, study_seed, SCHEDULE)


def _check(
    paths: Iterable[Path],
    universe: Universe,
    seeds: int,
    selection_seeds: int,
    study_seed: int,
    schedule: Schedule,
) -> None:
    wanted = {"universe": universe.key(), "steps": schedule.steps, "seeds": seeds}
    wanted |= {"selection_seeds": selection_seeds}
    drawn: dict[tuple[float, int], float] = {}  # task correlation and seed -> label correlation
    for path in sorted(paths):
        runs = records.read(path, RUNS)
        for name, value in _made_with(runs).items():
            if value != wanted[name]:
                raise _other(path, f"{name} is {value}, here {wanted[name]}")
        one = runs.iloc[0]
        key = float(one["task_correlation"]), int(one["seed"])
        if key not in drawn:
            source = SyntheticSource(universe, key[0], study_seed, [key[1]])
            (drawn[key],) = measured_label_correlation(source, schedule.final_samples)
        if not abs(one["label_correlation"] - drawn[key]) <= ROUNDING:
            raise _other(path, f"its data are not those of study seed {study_seed}")


def _made_with(runs: pd.DataFrame) -> dict[str, Any]:
    """The settings that a condition's records tell; a universe or number of steps that is not one only
    as what it is not."""
    ours = runs["seed"] < SELECTION_FIRST
    found = {name: runs[name].unique().tolist() for name in ("universe", "steps")}
    return {
        **{name: values[0] if len(values) == 1 else values for name, values in found.items()},
        "seeds": int(ours.sum()),
        "selection_seeds": int((~ours).sum()),
    }


def _other(path: Path, what: str) -> records.BadRecordFile:
    return records.BadRecordFile(
        f"{path}: kept by a call with other settings, {what}; delete {path.parent}, or keep in another "
        "folder (--keep)"
    )
