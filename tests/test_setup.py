"""The set-up, and what people look at first: Pythons, README, the citation, Snakemake's catalog."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from mmoe_repro import __version__
from mmoe_repro.cli import app
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
VERSIONS = [name.rpartition(" ")[2] for name in PROJECT["classifiers"]]
SETS_UP = (
    "Makefile", "pyproject.toml", "constraints.txt", "workflow/fbgemm-gpu/pyproject.toml",
)  # fmt: skip
MAKE = shutil.which("make") or pytest.skip("no make here", allow_module_level=True)


def python(path: Path, version: str) -> None:
    """A program that answers as a Python of `version` does, and runs what it is given."""
    version_info = (*map(int, version.split(".")), 0, "final", 0)
    told = f"import sys; sys.version_info = {version_info}; exec(sys.argv[1])"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{told}" "$2"\n')
    path.chmod(0o755)


def chosen(folder: Path, *settings: str) -> str:
    """The Python that make would take if `folder` held all programs."""
    show = ("--no-print-directory", "--eval", 'chosen:; @echo "$(PYTHON)"', "chosen")
    done = subprocess.run(
        [MAKE, *show, *settings], cwd=ROOT, env={"PATH": str(folder)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_make_takes_the_first_python_that_fits(tmp_path: Path) -> None:
    assert chosen(tmp_path) == ""
    python(tmp_path / "python3", "3.10")
    assert chosen(tmp_path) == ""
    python(tmp_path / "python3", "3.13")
    assert chosen(tmp_path) == "python3"
    python(tmp_path / "python3.12", "3.12")
    assert chosen(tmp_path) == "python3.12"
    (tmp_path / "python3.11").write_text("#!/bin/sh\nexit 127\n")  # as pyenv's, if another is set
    (tmp_path / "python3.11").chmod(0o755)
    assert chosen(tmp_path) == "python3.12"
    python(tmp_path / "python3.11", "3.11")
    assert chosen(tmp_path) == "python3.11"
    assert chosen(tmp_path, "PYTHON=/elsewhere/python") == "/elsewhere/python"


@pytest.mark.parametrize("version", ["3.10", "3.14", None])
def test_make_refuses_another_python_in_one_line(tmp_path: Path, version: str | None) -> None:
    for name in SETS_UP:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    if version:
        python(tmp_path / "python3", version)
    given = [f"PYTHON={tmp_path}/python3"] if version else []
    done = subprocess.run(
        [MAKE, "plan", *given], cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode != 0
    told, *rest = done.stderr.strip().splitlines()
    assert told.startswith("make needs Python 3.11, 3.12 or 3.13: ")
    assert told.endswith("install one, or name it: make plan PYTHON=/path/to/python")
    assert (f"{tmp_path}/python3 is none" if version else "there is none called python3.11") in told
    assert len(rest) == 1  # make's own
    assert not (tmp_path / ".venv").exists()


def checkout_to_set_up(folder: Path, failing: str) -> Path:
    """A folder to set up in, and a Python for it whose pip only says what it was asked, in `asked`; what
    has a word of the pattern `failing` in it fails."""
    for name in SETS_UP:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    program = folder / "python"
    program.write_text(
        f"""#!/bin/sh
case "$1 $2" in
"-m venv") echo "$*" >> asked; mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
"-m pip")
    echo "$*" >> asked
    case "$*" in {failing}) echo "Looking"; echo "ERROR: no network" >&2; exit 1 ;; esac ;;
*) exec {sys.executable} "$@" ;;
esac
"""
    )
    program.chmod(0o755)
    return program


def set_up(folder: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    command = [MAKE, "--no-print-directory", ".venv/ready", *settings]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_without_torchrec_all_else_is_set_up_and_pip_says_why(tmp_path: Path) -> None:
    program = checkout_to_set_up(tmp_path, "*recommender*")
    done = set_up(tmp_path, f"PYTHON={program}")
    assert done.returncode == 0
    assert done.stderr == (
        "torchrec cannot be installed here, so the recommender is left out: ERROR: no network\n"
    )
    assert "[test]" in (tmp_path / "asked").read_text()
    assert (tmp_path / ".venv/ready").exists()


def test_any_other_failure_of_pip_stops_the_set_up_and_is_pips_own(tmp_path: Path) -> None:
    program = checkout_to_set_up(tmp_path, "*test*")
    done = set_up(tmp_path, f"PYTHON={program}")
    assert done.returncode != 0
    assert "ERROR: no network" in done.stderr
    assert "torchrec" not in done.stderr
    assert not (tmp_path / ".venv/ready").exists()


def test_another_python_that_is_asked_for_makes_the_environment_anew(tmp_path: Path) -> None:
    program = checkout_to_set_up(tmp_path, "nothing")
    assert set_up(tmp_path, f"PYTHON={program}").returncode == 0
    for settings in ([f"PYTHON={program}"], []):  # the same, and none
        assert "Setting up" not in set_up(tmp_path, *settings).stdout
    (tmp_path / ".venv/ready").unlink()
    assert set_up(tmp_path, f"PYTHON={program}").returncode == 0
    assert "--clear" not in (tmp_path / "asked").read_text()  # what is there stays
    other = tmp_path / "other"
    other.write_text(
        program.read_text().replace(f"exec {sys.executable}", "echo another; exit 0 #")
    )
    other.chmod(0o755)
    done = set_up(tmp_path, f"PYTHON={other}")
    assert f"Setting up .venv with {other}" in done.stdout
    assert "-m venv --clear .venv" in (tmp_path / "asked").read_text()


def test_make_alone_names_the_targets_and_does_nothing() -> None:
    done = subprocess.run(
        [MAKE, "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0].startswith("make report ")
    assert "make clean-results" in done.stdout
    assert "snakemake" not in done.stdout


@pytest.mark.parametrize(("answer", "stays"), [("n", True), ("", True), ("y", False)])
def test_results_are_deleted_after_a_yes_alone(answer: str, stays: bool, tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("published/synthetic/runs.parquet", "multiverse/runs.parquet", "report.pdf"):
        (tmp_path / "results" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "results" / name).write_text("days of work")
    command = [MAKE, "clean-results"]
    done = subprocess.run(
        command, cwd=tmp_path, input=f"{answer}\n", capture_output=True, text=True
    )
    assert "total" in done.stdout
    assert "results/multiverse" in done.stdout
    left = {path.name for path in (tmp_path / "results").iterdir()}
    assert left == ({"published", "multiverse", "report.pdf"} if stays else {"published"})


def test_every_place_names_the_same_pythons() -> None:
    first, last = VERSIONS[0], VERSIONS[-1]
    minor = int(last.partition(".")[2])
    assert PROJECT["requires-python"] == f">={first},<3.{minor + 1}"
    makefile = (ROOT / "Makefile").read_text()
    assert f"PYTHONS = {' '.join(f'python{v}' for v in VERSIONS)} python3\n" in makefile
    assert f"{tuple(map(int, first.split('.')))} <= " in makefile
    assert f" <= {tuple(map(int, last.split('.')))}" in makefile
    words = f"Python {', '.join(VERSIONS[:-1])} or {last}"
    assert words in makefile
    assert words in (ROOT / "README.md").read_text()


def test_the_citation_is_of_this_version() -> None:
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == __version__


def test_snakemakes_catalog_finds_what_it_asks_for() -> None:
    """The catalog's page "Adding workflows": a file of its own, and four places in the repository."""
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage.keys() == {"mandatory-flags", "software-stack-deployment"}
    assert usage["mandatory-flags"].keys() == {"desc", "flags"}
    deployment = usage["software-stack-deployment"]
    assert deployment.keys() == {"conda", "apptainer", "apptainer+conda", "report"}
    assert all(isinstance(value, bool) for value in deployment.values())
    for name in ("workflow/Snakefile", "config/README.md", "config/config.yaml", "workflow/rules"):
        assert (ROOT / name).exists()
    readme = (ROOT / "README.md").read_text().lower()
    assert "snakemake" in readme
    assert "workflow" in readme


def readme_commands() -> Iterator[list[str]]:
    """Every command line in README.md and ARCHITECTURE.md, in blocks and in running text, as words."""
    text = "".join((ROOT / name).read_text() for name in ("README.md", "ARCHITECTURE.md"))
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    lines = "\n".join(blocks).splitlines() + re.findall(r"`([^`\n]+)`", text)
    for line in lines:
        if line.startswith(("make ", "snakemake ", "mmoe-repro ")):
            yield shlex.split(line, comments=True)


COMMANDS = list(readme_commands())


def test_readme_names_make_targets_that_there_are() -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M)
    named = [
        word for make, *words in COMMANDS if make == "make" for word in words if "=" not in word
    ]
    assert {"report", "test", "pdf"} <= set(named) <= set(targets)


def test_readme_names_commands_and_options_that_there_are() -> None:
    seen = 0
    for program, *words in COMMANDS:
        if program == "mmoe-repro":
            command: Any = typer.main.get_command(app)
            while words and hasattr(command, "commands") and not words[0].startswith("-"):
                command = command.commands[words.pop(0)]
            with command.make_context(command.name, [], resilient_parsing=True) as context:
                known = {option for param in command.get_params(context) for option in param.opts}
            assert {word for word in words if re.match("--?[a-z]", word)} <= known, words
            seen += 1
    assert seen > 8


OPTIONS = ("--cores", "--configfile", "--profile", "--report")  # of snakemake, with a value


def test_readme_names_configurations_and_targets_that_there_are() -> None:
    rules = "".join(path.read_text() for path in (ROOT / "workflow").rglob("*.smk"))
    rules += (ROOT / "workflow/Snakefile").read_text()
    known = set(re.findall(r"^ *(?:use rule \w+ as|rule) (\w+)", rules, re.M))
    written = re.findall(r"> (\w+\.yaml)$", (ROOT / "README.md").read_text(), re.M)
    seen = set()
    for program, *words in COMMANDS:
        if program == "snakemake":
            while words:
                word = words.pop(0)
                value = words.pop(0) if word in OPTIONS else ""
                if word == "--configfile":
                    assert (ROOT / value).is_file() or value in written
                elif word == "--profile":
                    assert (ROOT / value / "profile.yaml").is_file()
                elif not word.startswith("-"):
                    seen.add(word)
    assert {"figure4", "census"} <= seen <= known
