"""Which code a command runs, and whether it has changed since a commit."""

import ast
import inspect
import shlex
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mmoe_repro.fingerprint import PACKAGE, modules_behind

Find = Callable[[list[str]], Any]  # the words of a command -> the function that it is
ROOT = Path(__file__).parents[2]


def modules_of(command: str, find: Find) -> list[str]:
    """The modules of the package that a `mmoe-repro` command starts from, and the part of a room that
    it names, as in `report figures synthetic figure4`."""
    words = shlex.split(command)
    function = find(words[1:3]) if words[:1] == ["mmoe-repro"] else None
    if function is None:
        return []
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = [str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    if words[1:3] in (["report", "figures"], ["report", "tables"]):
        part = f"figures.{words[4].partition('_')[0]}" if words[2] == "figures" else words[2]
        found.append(f"{PACKAGE}.{words[3]}.{part}")
    return [name for name in dict.fromkeys(found) if name != PACKAGE and modules_behind(name)]


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
