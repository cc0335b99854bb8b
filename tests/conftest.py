"""What several tests share: a small universe, and the smoke study, run once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch  # noqa: F401 - before one_thread, which limits it, too

from mmoe_repro.compiled import one_thread
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.universe import Universe

ROOT = Path(__file__).parent.parent

one_thread()


@pytest.fixture
def label_function() -> LabelFunction:
    return LabelFunction(0.6, (3.0, 7.5, 11.0), (0.4, 2.0, 5.1))


@pytest.fixture
def fresh(label_function: LabelFunction) -> Universe:
    return Universe(label_function, batch_size=16)


@pytest.fixture
def finite(label_function: LabelFunction) -> Universe:
    return Universe(label_function, batch_size=16, n_samples=300)


def run(
    *command: str, cwd: Path = ROOT, first_on_path: Path | None = None, **more: object
) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository and return what it printed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    if first_on_path is not None:
        environment["PATH"] = f"{first_on_path}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=environment, check=False, **more
    )


def planned(told: str) -> dict[str, int]:
    """Rule -> its number of jobs, of what a dry run tells."""
    words = [line.split() for line in told.splitlines()]
    return {of[0]: int(of[1]) for of in words if len(of) == 2 and of[1].isdigit()}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the workflow reads, to run snakemake in without touching the repository."""
    return copy_checkout(tmp_path / "study")


def copy_checkout(target: Path) -> Path:
    for name in ("Snakefile", "workflow", "config", "profiles", "paper", "environment.yml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)
    shutil.copy(ROOT / "constraints.txt", target)
    for published in ("calibration", "benchmarks", "census", "multiverse"):
        shutil.copytree(
            ROOT / "results/published" / published, target / "results/published" / published
        )
    return target


# Of every call of the smoke study: its command, a tab, the packages that it had loaded at its end.
LOADED = "loaded.txt"
WATCHED = f"""#!{sys.executable}
import atexit, itertools, os, sys
from mmoe_repro.cli import main
path = os.path.join(os.path.dirname(__file__), "{LOADED}")
def tell():
    packages = {{name.split(".")[0] for name in sys.modules}}
    words = itertools.takewhile(lambda word: not word.startswith("-"), sys.argv[1:3])
    line = " ".join(words) + "\\t" + " ".join(packages) + "\\n"
    at = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(at, line.encode())  # at once: calls run side by side
if __name__ == "__main__":  # workers of a pool import this file again
    atexit.register(tell)
    main()
"""


@pytest.fixture(scope="session")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smoke study, run end to end; the folder that it ran in. Its calls tell what they load."""
    folder = copy_checkout(tmp_path_factory.mktemp("smoke") / "study")
    watched = folder.parent / "watched"
    watched.mkdir()
    (watched / "mmoe-repro").write_text(WATCHED)
    (watched / "mmoe-repro").chmod(0o755)
    options = ("--cores", "2", "--configfile", "config/smoke.yaml")
    done = run("snakemake", *options, cwd=folder, first_on_path=watched)
    assert done.returncode == 0, done.stderr[-5000:]
    shutil.move(watched / LOADED, folder / LOADED)
    return folder
