"""Names that every rules file uses."""

import json

R = Path(config["study"]["results"])
BLOCKS = R / "synthetic/blocks"
UNIVERSE = R / "synthetic/universe.json"
PLAN_FILE = R / "plan.json"
REFERENCE = Path(config["calibration"]["folder"])
STUDY = config["synthetic"]
SEED = config["study"]["seed"]
FIGURES = ["figure1", "figure2", "figure3", "figure4", "figure5", "calibration"]
CORRELATIONS = [plan.text(p) for p in STUDY["task_correlations"]]


wildcard_constraints:
    p=r"-?[0-9.]+",
    rate=r"[0-9.]+",
    first=r"\d+",
    n=r"\d+",
    model="|".join([*STUDY["models"], plan.FIGURE3_MODEL]),


def block_files(blocks, kind):
    """Files of the given blocks; kind is runs or curves."""
    return [BLOCKS / f"{block.path()}.{kind}.parquet" for block in blocks]


def schedule_options():
    """The configuration's schedule as options of `mmoe-repro train`."""
    return " ".join(
        f"--{key.replace('_', '-')} {value}" for key, value in sorted(STUDY["schedule"].items())
    )
