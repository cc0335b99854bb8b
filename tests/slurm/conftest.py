"""A cluster for all tests of this folder, a tiny study on it, and what its files are."""

import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import run
from tests.slurm.cluster import lacking, one_node

PLUGIN = "snakemake_executor_plugin_slurm"
# What a person of this cluster would fill in: two cores or so, no accounting. And, for a test, jobs are
# looked after sooner, and one that fails stays so.
FILLED_IN = [
    *[
        "--profile",
        "profiles/slurm",
        "--max-threads",
        "2",
        "--latency-wait",
        "10",
        "--retries",
        "0",
    ],
    *["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "5"],
]
STUDY = "results/smoke"
# Of a study's files, what says how and when it was made, or is only of a moment
NOT_COMPARED = ("logs", "benchmarks", "plan.json")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A SLURM of one node for as long as the tests go on."""
    why = lacking()
    if why is None and find_spec(PLUGIN) is None:
        why = f"{PLUGIN} is not installed: pip install -c constraints.txt -e '.[cluster]'"
    if why is not None:
        pytest.skip(why)
    with one_node(tmp_path_factory.mktemp("cluster")):
        yield


def on_slurm(*files: str, targets: tuple[str, ...] = ()) -> list[str]:
    """The command that makes a study's targets on the cluster."""
    return ["snakemake", *FILLED_IN, "--configfile", *files, "--", *targets]


def queue(state: str) -> dict[str, str]:
    """Number -> comment of the jobs of a state: the rule or the group, and its wildcards."""
    done = run("squeue", "--noheader", f"--states={state}", "--format=%i %k")
    assert done.returncode == 0, done.stderr
    return dict(line.split(maxsplit=1) for line in done.stdout.splitlines())


def files(study: Path) -> dict[str, Path]:
    """The files of a study that two of its kind have with the same bytes, by name."""
    return {
        name: path
        for path in sorted(study.rglob("*"))
        if path.is_file()
        and (name := str(path.relative_to(study))).partition("/")[0] not in NOT_COMPARED
    }


def kill(process: subprocess.Popen[str]) -> None:
    """End a snakemake that a test has left."""
    if process.poll() is None:
        process.kill()
    process.wait()
