"""What many runs cost beside their training: planning their jobs, and the room of their records."""

import re
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from benchmarks.measure import seconds
from mmoe_repro import records, study
from mmoe_repro.config import Config
from mmoe_repro.synthetic.plan import PUBLISHED_FOLDER, blocks
from mmoe_repro.synthetic.schema import CURVES, RUNS

CONFIG = Path("config/config.yaml")
PROFILE = Path("profiles/slurm/profile.yaml")
BLOCKS = (100, 1_000, 10_000)
SMALL = 10  # runs a block, since seeds of a condition end before 10,000


def _study(seeds: int) -> dict[str, Any]:
    """The default study with so many runs a condition, and without the other experiments."""
    return {
        "study": {"results": "results/many", "experiments": ["synthetic"]},
        "synthetic": {"seeds": seeds, "block_size": SMALL},
        "figure3": {"seeds": seeds},
    }


def _checked(values: Mapping[str, Any], folder: Path) -> tuple[Config, Path]:
    path = folder / f"{values['synthetic']['seeds']}.yaml"
    path.write_text(yaml.safe_dump(dict(values)))
    return study.load([CONFIG, path]), path


def _of_size(wanted: int, folder: Path) -> tuple[int, Path]:
    """The study that has nearly so many blocks: how many, and its configuration over the default."""
    one, two = (len(blocks(_checked(_study(n * SMALL), folder)[0])) for n in (1, 2))
    more = round((wanted - one) / (two - one))
    config, path = _checked(_study(SMALL * (1 + more)), folder)
    return len(blocks(config)), path


def _together() -> list[str]:
    """Options that put blocks together as a cluster's profile does."""
    profile = yaml.safe_load(PROFILE.read_text())
    words = []
    for name in ("groups", "group-components"):
        words += [f"--{name}", *[f"{key}={value}" for key, value in profile[name].items()]]
    return words


def _planned(path: Path, options: list[str]) -> float:
    """Plan a study's records; megabytes of Snakemake's peak.

    Linux's own account of a child (wait4) begins with what this process holds; its status does not.
    """
    command = ["snakemake", "-n", "--quiet", "all", "--configfile", str(path), *options]
    process = subprocess.Popen(
        [*command, "--", "records"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    held = 0
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        held = max([held, *map(int, re.findall(r"^VmHWM:\s*(\d+) kB", status, re.M))])
        time.sleep(0.05)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed; it says why")
    return held / 1024


def dag(rounds: int = 3) -> pd.DataFrame:
    """Columns: blocks; grouped, as on a cluster, or not; seconds until Snakemake has planned all jobs
    of a study of which nothing is done, median of rounds in turn; megabytes, the most."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        sizes = [_of_size(wanted, Path(name)) for wanted in BLOCKS]
        cases = [(*size, options) for size in sizes for options in ([], _together())]
        took: list[list[float]] = [[] for _ in cases]
        held = [0.0] * len(cases)
        for _ in range(rounds):
            for i, (_, path, options) in enumerate(cases):

                def plan(i: int = i, path: Path = path, options: list[str] = options) -> None:
                    held[i] = max(held[i], _planned(path, options))

                took[i].append(seconds(plan))
        for i, (n, _, options) in enumerate(cases):
            rows.append((n, bool(options), float(np.median(took[i])), held[i]))
    return pd.DataFrame(rows, columns=["blocks", "grouped", "seconds", "megabytes"])


def storage() -> pd.DataFrame:
    """Columns: kind of record; runs_a_file, of a block and of all that are published; bytes_a_run."""
    size: int = study.load([CONFIG])["synthetic"]["block_size"]
    rows = []
    for kind, schema in (("runs", RUNS), ("curves", CURVES)):
        path = PUBLISHED_FOLDER / f"{kind}.parquet"
        frame = records.read(path, schema)
        keys = ["model", "task_correlation"]
        of_one = frame.loc[
            (frame[keys] == frame[keys].iloc[0]).all(axis=1) & (frame["seed"] < size)
        ]
        with tempfile.TemporaryDirectory() as folder:
            block = Path(folder) / "block.parquet"
            records.write(of_one, block, schema)
            rows.append((kind, size, block.stat().st_size / size))
        runs = len(frame[[*keys, "seed"]].drop_duplicates())
        rows.append((kind, runs, path.stat().st_size / runs))
    return pd.DataFrame(rows, columns=["kind", "runs_a_file", "bytes_a_run"])
