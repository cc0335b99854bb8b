"""The command line: what it refuses, what it leaves behind, and how fast its commands start."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmoe_repro import __version__
from mmoe_repro.cli import app, main
from mmoe_repro.cli.options import Numbers
from tests.conftest import ROOT


def commands() -> dict[str, Any]:
    """Every command by its words, such as 'synthetic train'."""
    found: dict[str, Any] = {}

    def walk(command: Any, words: str) -> None:
        for name, sub in getattr(command, "commands", {}).items():
            walk(sub, f"{words} {name}".strip())
        if not hasattr(command, "commands"):
            found[words] = command

    walk(typer.main.get_command(app), "")
    return found


COMMANDS = commands()
REFERENCE = ROOT / "results/published/calibration/reference.json"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and standard error of a call."""
    try:
        main(list(arguments))
        code = 0
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 1
        if isinstance(stopped.code, str):
            print(stopped.code, file=sys.stderr)
    return code, capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("sample --task-correlation 0.5 --n -3 -o a.parquet", "'--n'"),
        ("sample --task-correlation 2 -o a.parquet", "2 is not from -1 to 1"),
        ("sample --task-correlation nan -o a.parquet", "'nan' is not a finite number"),
        ("sample --task-correlation 0.5 --stream test -o a.parquet", "'--stream'"),
        ("plan --cores 0", "'--cores'"),
        ("synthetic train --model mmoe --task-correlation 0.5 --n 0", "'--n'"),
        ("synthetic train --model mmoe --task-correlation 0.5 --n 1 --learning-rate 0", "above 0"),
        ("synthetic train --model mmoe --task-correlation 0.5 --n 1 --learning-rate inf", "finite"),
        ("synthetic figure2-trials --task-correlations 0.5,x -o a", "'x' is not a number"),
        (
            f"synthetic universe --reference {REFERENCE} -o a --changes '{{batch_siz: 32}}'",
            "changes are '{batch_siz: 32}'; allowed is an object in JSON, such as",
        ),
        (
            f"synthetic universe --reference {REFERENCE} -o a --changes '{{\"batch_siz\": 32}}'",
            "batch_siz is not one of its choices, nearest is batch_size; allowed are like, label_",
        ),
        (
            f"synthetic train --model mmoe --task-correlation 0.5 --n 1 --learning-rate 0.1 --runs a "
            f"--curves b --universe {REFERENCE} --learner torch --device xpu:7",
            "device xpu:7: torch cannot use it here (",
        ),
        ("synthetic summarise --confidence 1", "1 is not above 0 and below 1"),
        ("claims judge reference --claims no.yaml -o a", "no.yaml"),
        ("report tables census x --output a --beside census", "'census' is not NAME=PATH"),
        ("report figures nowhere figure4 --output a", "'nowhere' has no figures; rooms are audit"),
        ("report figures synthetic figure9 --output a", "there are figure1, figure2"),
        ("report figures synthetic figure4_x --output a", "has something after it"),
        ("report figures claims claim --output a", "needs more after it"),
        ("report figures synthetic figure4 --output a", "give curves=PATH"),
        ("report figures synthetic figure4 --plots x --output a", "'{\"plots\": x}' is not JSON"),
        (
            "report tables claims coloured --output a",
            "there are verdicts, sensitivity, power, sizes, claim",
        ),
        ("report publish claims --target a", "nothing of its own to publish"),
        ("tran", "No such command 'tran'"),
        (
            "sample --task-correlation 0.5 --universe no.json -o a.parquet",
            "there is no file no.json",
        ),
        ("verdicts --results no --markdown", "there is no file no/claims/verdicts.json"),
    ],
)
def test_a_value_out_of_range_is_refused_in_one_line(
    arguments: str, words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workflow").symlink_to(ROOT / "workflow")
    code, text = said(capsys, *shlex.split(arguments))
    assert code != 0
    assert len(text.splitlines()) == 1, text
    assert words in text
    assert [path.name for path in tmp_path.iterdir()] == ["workflow"]


def test_what_was_asked_for_by_no_name_is_the_published_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "results/published").symlink_to(ROOT / "results/published")
    monkeypatch.setattr("mmoe_repro.claims.terminal.table", lambda document: "")
    main(["verdicts"])
    assert "from results/published/synthetic/claims/verdicts.json" in capsys.readouterr().out
    (tmp_path / "mine/claims").mkdir(parents=True)
    shutil.copy(ROOT / "results/published/synthetic/claims/verdicts.json", tmp_path / "mine/claims")
    main(["verdicts", "--results", "mine"])
    assert "from mine/claims/verdicts.json" in capsys.readouterr().out


def test_an_error_without_a_name_says_how_to_see_where_it_was_raised(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> None:
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr("mmoe_repro.claims.terminal.table", wrong)
    monkeypatch.chdir(ROOT)
    code, text = said(capsys, "verdicts")
    assert code == 1
    assert text.endswith("operands could not be broadcast together (MMOE_TRACEBACK=1 says where)")
    (tmp_path / "verdicts.json").write_text("[")
    _, text = said(
        capsys, "report", "explorer", "--verdicts", str(tmp_path / "verdicts.json"), "-o", "a"
    )
    assert "not a JSON file" in text  # the package's own
    assert "MMOE_TRACEBACK" not in text
    monkeypatch.setenv("MMOE_TRACEBACK", "1")
    with pytest.raises(ValueError, match="broadcast"):
        main(["verdicts"])


def test_the_version_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--version"])
    assert capsys.readouterr().out == f"mmoe-repro {__version__}\n"


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_command_and_option_is_described(words: str) -> None:
    command = COMMANDS[words]
    assert len(command.help or "") > 20
    for parameter in command.params:
        assert parameter.help or parameter.name == "help", f"{words}: {parameter.name}"


def test_shell_completion_works() -> None:
    environment = {
        **os.environ, "_MMOE_REPRO_COMPLETE": "complete_bash",
        "COMP_WORDS": "mmoe-repro synthetic sum", "COMP_CWORD": "2",
    }  # fmt: skip
    done = subprocess.run(["mmoe-repro"], capture_output=True, text=True, env=environment)
    assert "summarise" in done.stdout, done.stderr


# --- drawn values: never a traceback, never a file that looks finished --------------------------

GARBAGE = {
    "empty": b"", "words": b"not a record", "object.json": b"{}", "list.json": b"[1, 2]",
    "other.json": json.dumps({"universe": {}, "key": 1, "reading": []}).encode(),
}  # fmt: skip
# Files that are right for some commands and foreign to the others
REAL = ["synthetic/universe.json", "calibration/own_finalists.csv", "census/tuned/income/omoe.json"]
REAL += ["census/runs.parquet", "synthetic/selection_runs.parquet", "census/facts.json"]
FILES = [*GARBAGE, "cut.parquet", *(Path(name).name for name in REAL)]
TEXTS = ["", "-1", "0", "1", "2", "nan", "inf", "1e400", "x", "mmoe", "reference", "income", "{}"]
TEXTS += [
    "[]",
    "a=b",
    "figure4",
    "figure4_x",
    "claim_ZZ",
    "claim",
    "census",
    "claims",
    "verdicts",
    "synthetic",
    "0.5,0.9",
    "logistic",
    "--",
    "é",
]
BOUNDED = {"steps", "final_samples", "points"}  # always drawn, so that what is allowed is short
# One would ask the network, the others need no input but published ones, and would work for minutes.
SLOW = {
    "census fetch", "calibration figure2", "multiverse design", "multiverse judge", "audit",
    "trainability look", "portraits nearest", "recommender train", "recommender tune",
    "recommender traffic",
}  # fmt: skip


@pytest.fixture(scope="module")
def garbage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with files that are not what any command wants."""
    folder = tmp_path_factory.mktemp("garbage")
    for name, content in GARBAGE.items():
        (folder / name).write_bytes(content)
    published = ROOT / "results/published"
    for name in REAL:
        shutil.copy(published / name, folder / Path(name).name)
    cut = (published / "synthetic/runs.parquet").read_bytes()[:5_000]
    (folder / "cut.parquet").write_bytes(cut)
    (folder / "workflow").symlink_to(ROOT / "workflow")
    before = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


def likely(kind: Any) -> st.SearchStrategy[str]:
    """Values that the type of a parameter may allow."""
    if get_origin(kind) in (Union, UnionType, list):
        inner = [part for part in get_args(kind) if part is not NoneType]
        return likely(inner[0])
    if get_origin(kind) is Literal:
        return st.sampled_from(list(map(str, get_args(kind))))
    if kind is Path:
        return st.sampled_from([*FILES, ".", "made", "made.parquet", "no/where/made.json"])
    if kind is int:
        return st.integers(1, 3).map(str)
    if kind in (float, Numbers):
        return st.sampled_from(["0.5", "0.9", "0.01", "1"])
    return st.sampled_from(TEXTS)


@st.composite
def calls(draw: st.DrawFn) -> list[str]:
    """A command with drawn values: of its parameters' types, and now and then of any other."""
    words = draw(st.sampled_from(sorted(set(COMMANDS) - SLOW)))
    types = get_type_hints(COMMANDS[words].callback)
    arguments = words.split()
    for parameter in COMMANDS[words].params:
        wanted = parameter.required or parameter.name in BOUNDED
        if parameter.name == "help" or not (wanted or draw(st.booleans())):
            continue
        if types[parameter.name] is bool:
            drawn = []
        elif draw(st.integers(0, 9)) == 0:
            drawn = [draw(st.one_of(st.sampled_from([*FILES, *TEXTS]), st.floats().map(str)))]
        else:
            drawn = [draw(likely(types[parameter.name]))]
        arguments += [*[o for o in parameter.opts if o.startswith("--")][:1], *drawn]
    return arguments


@settings(
    max_examples=400, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(arguments=calls())
def test_no_call_ends_in_a_traceback_or_leaves_half_a_file(
    arguments: list[str], garbage: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in garbage.rglob("*") if path.is_file()}
    try:
        main(arguments)
        code: Any = 0
    except SystemExit as stopped:
        code = stopped.code
    after = {path: path.stat().st_mtime_ns for path in garbage.rglob("*") if path.is_file()}
    if code:
        changed = [p for p, t in after.items() if before.get(p) != t and "workflow" not in p.parts]
        assert not changed, (arguments, changed)
    for path in set(after) - set(before):  # what succeeded is put away for the next call
        path.unlink()
