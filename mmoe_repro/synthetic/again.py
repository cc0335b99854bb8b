"""The study's published runs, and how one is made again, alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_table
from mmoe_repro.synthetic.plan import text

MEASURES = ("final_loss", "train_loss")
FILES = {
    "reported": "runs.parquet", "figure3": "figure3_runs.parquet",
    "selection": "selection_runs.parquet", "variants": "variants_runs.parquet",
}  # fmt: skip


def runs(folder: Path) -> pd.DataFrame:
    """A row a run: `condition`, `seed`, `MEASURES`, and what makes it again. Raises BadFile."""
    keys = ["model", "task_correlation", "learning_rate", "seed"]
    frames = []
    for purpose, name in FILES.items():
        if (folder / name).exists():
            frame = read_table(folder / name, *keys, *MEASURES)[[*keys, *MEASURES]]
            conditions = [named(purpose, r) for r in frame.to_dict("records")]
            frames.append(frame.assign(condition=conditions))
    return pd.concat(frames, ignore_index=True)


def named(of: str, run: Mapping[Any, Any]) -> str:
    """A condition in words: 'reported: mmoe at 0.5, learning rate 0.01'."""
    rate = text(run["learning_rate"])
    return f"{of}: {run['model']} at {text(run['task_correlation'])}, learning rate {rate}"


def again(
    run: Mapping[str, Any], folder: Path, config: Config, data: Mapping[str, Path]
) -> dict[str, float]:
    """`MEASURES` of a row of `runs`, trained now."""
    from mmoe_repro.synthetic.blocks import Condition, train_block
    from mmoe_repro.synthetic.universe import Universe
    from mmoe_repro.training.trainer import Schedule

    universe = Universe.from_dict(read_json(folder / "universe.json", "universe")["universe"])
    of = config["synthetic"]["schedule"]
    schedule = Schedule(of["steps"], of["evaluate_every"], of["curve_samples"], of["final_samples"])
    condition = Condition(universe, run["model"], run["task_correlation"], run["learning_rate"])
    training = config["training"]
    found, _ = train_block(
        condition, [int(run["seed"])], config["study"]["seed"], schedule,
        training["learner"], training["device"],
    )  # fmt: skip
    return {name: float(found[name].iloc[0]) for name in MEASURES}
