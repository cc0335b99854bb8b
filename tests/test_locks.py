"""Locks that a killed snakemake left are cleared, and none of one that is alive."""

from pathlib import Path

import pytest

from mmoe_repro.locks import clear_stale


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Snakemake's lock, as a killed one leaves it."""
    path = tmp_path / "locks/0.input.lock"
    path.parent.mkdir()
    path.touch()
    return path


def test_what_a_killed_one_left_is_cleared_by_the_next(files: Path, tmp_path: Path) -> None:
    lock = clear_stale(tmp_path)
    assert lock
    lock.close()
    assert not files.exists()


def test_a_study_that_began_beside_a_dry_run_keeps_its_locks_when_that_ends(
    files: Path, tmp_path: Path
) -> None:
    looks = clear_stale(tmp_path)  # a dry run, or `mmoe-repro why`
    trains = clear_stale(tmp_path)
    assert looks
    assert trains
    files.touch()  # the study's own lock
    looks.close()
    third = clear_stale(tmp_path)
    assert third
    assert files.exists()  # so that snakemake refuses the third
    trains.close()
    third.close()
    last = clear_stale(tmp_path)
    assert last
    last.close()
    assert not files.exists()
