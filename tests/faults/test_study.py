"""Faults, injected into a study: a clear message or a resumed run, and an undisturbed one's records."""

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.conftest import go, records, study, tiny

ALL = os.environ.get("MMOE_FAULTS") == "all"
KILLS = 30 if ALL else 3
pytestmark = pytest.mark.slow
only_in_all = pytest.mark.skipif(not ALL, reason="a minute each: `make test-faults` has them")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return study(tmp_path / "study")


def test_killed_again_and_again_it_ends_with_the_same_records(
    folder: Path, undisturbed: Path
) -> None:
    moments = random.Random(2018)
    killed = 0
    while killed < KILLS:
        process = subprocess.Popen(
            tiny(folder), cwd=folder, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            process.wait(timeout=moments.uniform(3, 15))
            shutil.rmtree(folder / "results/smoke")  # it was done before: once more from nothing
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
    done = go(tiny(folder), folder)
    assert done.returncode == 0, done.stderr[-3000:]
    assert records(folder) == records(undisturbed)
    assert not list((folder / "results").rglob("*.checkpoint"))


@pytest.mark.parametrize(
    ("cores", "more"),
    [
        (1, "synthetic: {block_size: 3}"),
        pytest.param(2, "synthetic: {block_size: 1}", marks=only_in_all),
        pytest.param(1, "synthetic: {block_size: 4}", marks=only_in_all),
    ],
)
def test_cores_and_block_sizes_change_no_byte(
    cores: int, more: str, folder: Path, undisturbed: Path
) -> None:
    (folder / "more.yaml").write_text(more)
    done = go(tiny(folder, "more.yaml", cores=cores), folder)
    assert done.returncode == 0, done.stderr[-3000:]
    assert records(folder) == records(undisturbed)


@only_in_all
def test_the_order_of_jobs_changes_no_byte(folder: Path, undisturbed: Path) -> None:
    made = undisturbed / "results/smoke/synthetic/blocks"
    blocks = [str(path.relative_to(undisturbed)) for path in sorted(made.rglob("*.runs.parquet"))]
    random.Random(7).shuffle(blocks)
    command = tiny(folder, cores=1)[:-1]
    for part in (blocks[:3], blocks[3:]):
        assert go([*command, *part], folder).returncode == 0
    done = go(tiny(folder), folder)
    assert done.returncode == 0, done.stderr[-3000:]
    assert records(folder) == records(undisturbed)


@only_in_all
def test_language_time_zone_and_threads_change_no_byte(folder: Path, undisturbed: Path) -> None:
    strange = {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Chatham"}
    threads = {"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "3", "MKL_NUM_THREADS": "2"}
    done = go(tiny(folder), folder, **strange, **threads)
    assert done.returncode == 0, done.stderr[-3000:]
    assert records(folder) == records(undisturbed)


@only_in_all
def test_a_clock_that_was_wrong_changes_no_byte(folder: Path, undisturbed: Path) -> None:
    """Half the blocks are of tomorrow, as if the clock had been put back in between."""
    shutil.copytree(undisturbed / "results/smoke", folder / "results/smoke")
    shutil.copytree(undisturbed / ".snakemake", folder / ".snakemake", dirs_exist_ok=True)
    tomorrow = time.time() + 86_400
    for path in sorted((folder / "results/smoke/synthetic/blocks").rglob("*.parquet"))[::2]:
        os.utime(path, (tomorrow, tomorrow))
    done = go(tiny(folder), folder)
    assert done.returncode == 0, done.stderr[-3000:]
    assert records(folder) == records(undisturbed)


def test_two_at_once_the_second_says_so_and_the_first_goes_on(
    folder: Path, undisturbed: Path
) -> None:
    first = subprocess.Popen(
        tiny(folder), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    locks = folder / ".snakemake/locks"
    for _ in range(400):
        if locks.is_dir() and any(locks.iterdir()):
            break
        time.sleep(0.05)
    second = go(tiny(folder), folder)
    assert second.returncode != 0
    assert "cannot be locked" in second.stderr
    assert first.wait() == 0
    assert records(folder) == records(undisturbed)


@pytest.mark.parametrize(
    "damage",
    [
        "truncated",
        pytest.param("flipped", marks=only_in_all),
        pytest.param("foreign", marks=only_in_all),
    ],
)
def test_a_damaged_block_is_refused_by_name_and_made_again(
    damage: str, folder: Path, undisturbed: Path
) -> None:
    shutil.copytree(undisturbed / "results/smoke", folder / "results/smoke")
    shutil.copytree(undisturbed / ".snakemake", folder / ".snakemake", dirs_exist_ok=True)
    blocks = sorted((folder / "results/smoke/synthetic/blocks/reported").rglob("*.runs.parquet"))
    whole = blocks[0].read_bytes()
    if damage == "truncated":
        blocks[0].write_bytes(whole[: len(whole) // 2])
    elif damage == "flipped":
        blocks[0].write_bytes(whole[:-20] + bytes(b ^ 0xFF for b in whole[-20:]))
    else:
        shutil.copy(
            next((folder / "results/smoke/synthetic/blocks").rglob("*.curves.parquet")), blocks[0]
        )
    (folder / "results/smoke/synthetic/runs.parquet").unlink()
    refused = go(tiny(folder), folder)
    assert refused.returncode != 0
    assert blocks[0].name in refused.stderr + refused.stdout
    assert not (folder / "results/smoke/synthetic/runs.parquet").exists()
    blocks[0].unlink()  # as the message says
    assert go(tiny(folder), folder).returncode == 0
    assert records(folder) == records(undisturbed)


@pytest.fixture
def mount(tmp_path: Path) -> object:
    """A function that mounts a small file system in memory; unmounted at the end."""
    mounted: list[Path] = []

    def at(target: Path, options: str) -> None:
        target.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(target)]
        if shutil.which("mount") is None or os.geteuid() != 0:
            pytest.skip("mounting a file system needs root")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        mounted.append(target)

    yield at
    for target in mounted:
        subprocess.run(["umount", str(target)], check=False)


@only_in_all
def test_a_full_disk_fails_and_leaves_nothing_that_looks_finished(
    folder: Path, undisturbed: Path, mount: object
) -> None:
    blocks = folder / "results/smoke/synthetic/blocks"
    mount(blocks, "size=48k")  # type: ignore[operator]
    done = go(tiny(folder), folder)
    assert done.returncode != 0
    assert "No space left on device" in done.stderr + done.stdout
    from mmoe_repro import records as of_study
    from mmoe_repro.synthetic.schema import CURVES, RUNS

    for path in blocks.rglob("*.parquet"):
        schema = RUNS if path.name.endswith("runs.parquet") else CURVES
        of_study.read(path, schema)  # what is there is whole
    subprocess.run(["mount", "-o", "remount,size=64m", str(blocks)], check=True)
    assert go(tiny(folder), folder).returncode == 0
    assert records(folder) == records(undisturbed)


def test_a_folder_that_cannot_be_written_is_named(folder: Path, mount: object) -> None:
    mount(folder / "results/smoke", "size=1m")  # type: ignore[operator]
    subprocess.run(["mount", "-o", "remount,ro", str(folder / "results/smoke")], check=True)
    done = go(tiny(folder), folder)
    assert done.returncode != 0
    assert "Read-only file system" in done.stderr + done.stdout
    assert "results/smoke" in done.stderr + done.stdout
