"""Which code a command runs, and whether it has changed since a commit."""

import ast
import inspect
import shlex
import subprocess
import textwrap
from collections.abc import Callable
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

from mmoe_repro import study
from mmoe_repro.fingerprint import PACKAGE, modules_behind

Find = Callable[[list[str]], Any]  # the words of a command -> the function that it is
ROOT = Path(__file__).parents[2]


# What of a study's rooms a command runs besides what it imports itself
PARTS = {"claims judge": "evidence", "claims collect": "evidence", "report numbers": "numbers"}


def modules_of(command: str, find: Find) -> list[str]:
    """The modules of the package that a `mmoe-repro` command starts from, and the parts of rooms that
    it names: as in `report figures synthetic figure4`, by its configuration, or as records."""
    words = shlex.split(command)
    group, alone = (find(words[1:n]) if words[:1] == ["mmoe-repro"] else None for n in (3, 2))
    function = group or alone
    if function is None:
        return []
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = [
        f"{node.module}.{alias.name}"
        if modules_behind(f"{node.module}.{alias.name}")
        else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    ]
    found += _parts(words)
    return [name for name in dict.fromkeys(found) if name != PACKAGE and modules_behind(name)]


def _parts(words: list[str]) -> list[str]:
    """The modules that a command finds by a room's name."""
    called = " ".join(words[1:3])
    if called == "report figures":
        names = takewhile(lambda word: not word.startswith("-"), words[4:])
        return [f"{PACKAGE}.{words[3]}.figures.{name.partition('_')[0]}" for name in names]
    if called == "report tables":
        return [f"{PACKAGE}.{words[3]}.tables"]
    if called in PARTS:
        config = study.from_text(next(iter(_given(words, "--config")), "{}"))
        of = study.experiments if PARTS[called] == "evidence" else study.rooms
        return [f"{PACKAGE}.{room}.{PARTS[called]}" for room in of(config)]
    if words[1] == "audit":
        return [f"{PACKAGE}.{pair.partition('=')[0]}.again" for pair in _given(words, "--of")]
    return []


def _given(words: list[str], option: str) -> list[str]:
    """The values of an option, each time that it is given."""
    return [value for name, value in pairwise(words) if name == option]


def files_of(modules: list[str]) -> list[str]:
    """The files of the package behind modules, from the repository's root."""
    behind = {name for module in modules for name in modules_behind(module)}
    found = []
    for name in sorted(behind):
        base = ROOT.joinpath(*name.split("."))
        path = next(p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file())
        found.append(str(path.relative_to(ROOT)))
    return found


def changed_since(commit: str, files: list[str]) -> list[str] | None:
    """Those of the files that are not as they were at a commit; None where git does not know it."""
    command = ["git", "diff", "--name-only", commit, "--", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split() if done.returncode == 0 else None
