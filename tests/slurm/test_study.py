"""The smoke study on a cluster, to the PDF: killed in between, and with a local run's bytes."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import copy_checkout, run
from tests.slurm.conftest import STUDY, files, kill, on_slurm, queue

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(7200),  # the smoke study twice, once through the cluster
    pytest.mark.usefixtures("cluster"),
]
SMOKE = "config/smoke.yaml"
SECONDS = 3600  # that something may take to come about


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Return when a condition holds of what a snakemake does."""
    for _ in range(SECONDS * 2):
        if condition():
            return
        assert process.poll() is None, "snakemake ended before"
        time.sleep(0.5)
    pytest.fail(f"not within {SECONDS} s")


def start(command: list[str], folder: Path) -> subprocess.Popen[str]:
    with (folder / "out").open("w") as out:
        return subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, text=True)


def running(rule: str) -> list[str]:
    """Numbers of the running jobs of a rule or a group."""
    return [number for number, said in queue("RUNNING").items() if said.startswith(f"rule_{rule}")]


LONG = """
synthetic: {selection_seeds: 40, block_size: 40, schedule: {steps: 40000, evaluate_every: 1000}}
"""
BLOCK = f"{STUDY}/synthetic/blocks/selection/mmoe/p0.5/lr0.01/10000-40"
OF_BLOCK = tuple(f"{BLOCK}.{kind}.parquet" for kind in ("runs", "curves"))


def test_a_block_killed_in_the_middle_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    folder, quiet = (copy_checkout(tmp_path / name) for name in ("study", "quiet"))
    for study in (folder, quiet):
        (study / "long.yaml").write_text(LONG)
    local = ["snakemake", "--cores", "2", "--configfile", SMOKE, "long.yaml", "--"]
    done = run(*local, *OF_BLOCK, cwd=quiet)
    assert done.returncode == 0, done.stderr[-3000:]

    command = on_slurm(SMOKE, "long.yaml", targets=OF_BLOCK)
    checkpoint = folder / f"{BLOCK}.runs.checkpoint"
    process = start(command, folder)
    try:
        wait_for(checkpoint.exists, process)
        (number,) = running("blocks")
        assert run("scancel", number).returncode == 0
        assert process.wait(SECONDS) != 0
    finally:
        kill(process)
    assert checkpoint.exists()
    assert not (folder / OF_BLOCK[0]).exists()
    done = run(*command, cwd=folder)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    assert not checkpoint.exists()
    for name in OF_BLOCK:
        assert (folder / name).read_bytes() == (quiet / name).read_bytes()


def test_the_smoke_study_killed_and_gone_on_with_has_the_bytes_of_a_local_run(
    tmp_path: Path, smoke: Path
) -> None:
    folder = copy_checkout(tmp_path / "study")
    command = on_slurm(SMOKE)
    blocks = folder / STUDY / "synthetic/blocks"

    def finished() -> list[Path]:
        return sorted(blocks.rglob("*.runs.parquet"))

    process = start(command, folder)
    try:
        wait_for(lambda: len(finished()) >= 3 and running("blocks"), process)
        (number,) = running("blocks")
        before = {path: path.stat().st_mtime_ns for path in finished()}
        assert run("scancel", "--signal=KILL", "--full", number).returncode == 0
        assert process.wait(SECONDS) != 0
    finally:
        kill(process)
    assert "Error in group" in (folder / "out").read_text()
    assert not (folder / STUDY / "report.pdf").exists()

    done = run(*command, cwd=folder)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    kept = {path: path.stat().st_mtime_ns for path in before}
    assert kept == before  # what the killed job had finished was not made again
    assert files(folder / STUDY).keys() == files(smoke / STUDY).keys()
    of_smoke = files(smoke / STUDY)
    others = [
        name
        for name, path in files(folder / STUDY).items()
        if path.read_bytes() != of_smoke[name].read_bytes()
    ]
    assert others == []
