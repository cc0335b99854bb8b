"""The tiny study, undisturbed, and how to compare another with it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, copy_checkout

RECORDS = ("runs", "curves", "figure3_runs", "figure3_curves", "selection_runs")
Bytes = dict[str, bytes]


def tiny(folder: Path, *more: str, cores: int = 2) -> list[str]:
    """The command that makes the tiny study's records in a checkout; `more` configurations on top."""
    files = ["config/smoke.yaml", "tiny.yaml", *more]
    return ["snakemake", "--cores", str(cores), "--configfile", *files, "--", "records"]


def study(folder: Path) -> Path:
    """A checkout with the tiny configuration."""
    copy_checkout(folder)
    (folder / "tiny.yaml").write_text((ROOT / "tests/faults/tiny.yaml").read_text())
    return folder


def go(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run to the end."""
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def records(folder: Path) -> Bytes:
    """The bytes of every record file of a finished study."""
    made = folder / "results/smoke/synthetic"
    return {name: (made / f"{name}.parquet").read_bytes() for name in RECORDS}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny study after a run that nothing disturbed."""
    folder = study(tmp_path_factory.mktemp("undisturbed") / "study")
    done = go(tiny(folder), folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder
