"""A million runs on a thousand cores, on paper: jobs, core-hours, hours and bytes, by plain arithmetic.

Steps, planning and bytes are the published benchmarks'; all else stands in `config/many_runs.yaml`.
"""

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from mmoe_repro.files import read_table
from mmoe_repro.report.assumptions import values

FILE = Path("config/many_runs.yaml")
MODEL = "mmoe"  # the slowest of the three
HOUR = 3_600


def many_runs(benchmarks: Path) -> tuple[pd.DataFrame, dict[str, float]]:
    """What `on_paper` says by the tables of a folder of benchmarks."""
    return on_paper(
        values(FILE),
        read_table(benchmarks / "share_of_floor_fresh.csv", "model", "step_microseconds_per_run"),
        read_table(benchmarks / "dag.csv", "blocks", "grouped", "seconds"),
        read_table(benchmarks / "storage.csv", "kind", "runs_a_file", "bytes_a_run"),
    )


def on_paper(
    of: Mapping[str, float], steps: pd.DataFrame, dag: pd.DataFrame, storage: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, float]]:
    """A row a batch size that was measured: `seconds` a run, `blocks` a job, `jobs`, `core_hours` of
    training and of what jobs pay before it, and `hours` from the first command to the last record. And
    what hangs on no batch size: `blocks` of the study, seconds of `planning` (those measured for the
    nearest number of blocks, in proportion) and of a job's `start`, `gigabytes`, `files`.
    """
    n_blocks = math.ceil(of["runs"] / of["block"])
    grouped = dag[dag["grouped"]].set_index("blocks")["seconds"].sort_index()
    nearest = int(min(grouped.index, key=lambda n: abs(math.log(n / n_blocks))))
    planning = float(grouped[nearest]) * max(1.0, n_blocks / nearest)
    start = of["parsed"] * float(grouped.iloc[0])
    rows = []
    for row in steps[steps["model"] == MODEL].to_dict("records"):
        a_run = of["steps"] * row["step_microseconds_per_run"] / 1e6
        a_job = max(1, math.ceil(of["job"] / (of["block"] * a_run)))
        jobs = math.ceil(n_blocks / a_job)
        each = a_job * of["block"] * a_run + start
        rounds = math.ceil(jobs / of["cores"])
        rows.append(
            {
                "batch_size": int(row["batch_size"]),
                "seconds": a_run,
                "blocks": a_job,
                "jobs": jobs,
                "core_hours": (of["runs"] * a_run + jobs * start) / HOUR,
                "hours": (planning + jobs * of["submitted"] + rounds * each) / HOUR,
            }
        )
    of_blocks, of_all = (
        storage.loc[
            storage.groupby("kind")["runs_a_file"].transform(which) == storage["runs_a_file"]
        ]
        for which in ("min", "max")
    )
    a_run = of_blocks["bytes_a_run"].sum() + (of["copies"] - 1) * of_all["bytes_a_run"].sum()
    whole = {
        "blocks": n_blocks,
        "planning": planning,
        "start": start,
        "gigabytes": of["runs"] * a_run / 1e9,
        "files": n_blocks * of["files"],
    }
    return pd.DataFrame(rows), whole
