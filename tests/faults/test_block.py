"""What goes wrong, and what then happens: the rows of ARCHITECTURE.md's table."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from mmoe_repro.synthetic.universe import Universe
from tests.conftest import run

OPTIONS = ["--model", "mmoe", "--task-correlation", "0.5", "--learning-rate", "0.01", "--n", "4"]
OPTIONS += ["--steps", "40000", "--checkpoint-seconds", "0", "--curve-samples", "50"]
OPTIONS += ["--final-samples", "100"]


@pytest.fixture
def universe_file(fresh: Universe, tmp_path: Path) -> Path:
    path = tmp_path / "universe.json"
    path.write_text(json.dumps({"universe": fresh.as_dict(), "key": fresh.key()}))
    return path


def train(universe: Path, folder: Path) -> list[str]:
    files = ["--runs", str(folder / "b.runs.parquet"), "--curves", str(folder / "b.curves.parquet")]
    return ["mmoe-repro", "synthetic", "train", "--universe", str(universe), *OPTIONS, *files]


def test_killed_at_any_moment_it_resumes_to_the_same_bytes(
    universe_file: Path, tmp_path: Path
) -> None:
    quiet, killed = tmp_path / "quiet", tmp_path / "killed"
    assert run(*train(universe_file, quiet)).returncode == 0
    process = subprocess.Popen(train(universe_file, killed), start_new_session=True)
    checkpoint = killed / "b.runs.checkpoint"
    for _ in range(600):  # kill it once it is under way
        if checkpoint.exists():
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert checkpoint.exists()
    assert not (killed / "b.runs.parquet").exists()
    assert run(*train(universe_file, killed)).returncode == 0
    for name in ("b.runs.parquet", "b.curves.parquet"):
        assert (quiet / name).read_bytes() == (killed / name).read_bytes()
    assert not checkpoint.exists()


def test_a_disk_that_is_full_fails_the_job_and_leaves_nothing_that_looks_finished(
    universe_file: Path, tmp_path: Path
) -> None:
    # A file size limit stops writes as a full disk does, at the first checkpoint or record.
    command = " ".join(train(universe_file, tmp_path / "full"))
    done = run("bash", "-c", f"ulimit -f 8; exec {command}")
    assert done.returncode != 0
    assert not list((tmp_path / "full").glob("*.parquet"))


def test_a_foreign_block_file_stops_the_study_with_its_name(
    universe_file: Path, tmp_path: Path
) -> None:
    assert run(*train(universe_file, tmp_path)).returncode == 0
    values = json.loads(universe_file.read_text())
    universe_file.write_text(json.dumps(values | {"key": "another"}))
    gather = ["mmoe-repro", "synthetic", "gather", "--universe", str(universe_file)]
    gather += ["--output", str(tmp_path / "all.parquet"), str(tmp_path / "b.runs.parquet")]
    done = run(*gather)
    assert done.returncode == 1
    assert "b.runs.parquet: records of universe" in done.stderr
    assert "expected another" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "all.parquet").exists()


def test_errors_are_one_line(tmp_path: Path) -> None:
    done = run("mmoe-repro", "synthetic", "train", "--universe", str(tmp_path / "no.json"), *OPTIONS,
               "--runs", str(tmp_path / "a"), "--curves", str(tmp_path / "b"))  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_help_teaches() -> None:
    text = run("mmoe-repro", "--help").stdout
    assert "what will it cost?" in text
    assert "mmoe-repro sample" in text
