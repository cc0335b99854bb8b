"""A room's part of the report, by name: its figures, its tables, its numbers of the prose.

A room with something to show has `figures/NAME.py` with `draw(inputs, plots)`, `tables.py` with a
function a table, and `numbers.py` with `numbers(folders, config)`. A name with a tail, such as
claim_S1, is the figure or table `claim` of S1. Nothing here knows what rooms there are.
"""

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from mmoe_repro.config import Config
from mmoe_repro.report.folders import Folders

PACKAGE = __name__.partition(".")[0]
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Unknown(ValueError):
    """A room, figure or table that is not there; the text names those that are."""


def part(room: str, name: str) -> ModuleType:
    """The module called `name` of a room. Raises Unknown."""
    module = f"{PACKAGE}.{room}.{name}"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            raise Unknown(f"{room!r} has no {name.replace('.', '/')}") from None
        raise


def draw(
    room: str, name: str, inputs: Mapping[str, Path], plots: Mapping[str, Any], stem: Path
) -> None:
    """Draw a room's figure from its input files and save it as `stem`.{pdf,svg,png}.

    `plots` is the configuration's section of that name. Raises Unknown.
    """
    from mmoe_repro.report import style

    folder = Path(str(part(room, "figures").__file__)).parent
    known = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    module, tail = _head(name, known, f"figure {name!r} of {room}")
    style.apply()
    drawn = part(room, f"figures.{module}").draw(inputs, plots, *tail)
    style.save(drawn, stem)


def table(room: str, name: str, folders: Folders) -> str:
    """A room's table as LaTeX. Raises Unknown."""
    module = part(room, "tables")
    known = [k for k, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__]
    known = [k for k in known if IDENTIFIER.fullmatch(k)]
    function, tail = _head(name, known, f"table {name!r} of {room}")
    text: str = getattr(module, function)(folders, *tail)
    return text


def numbers(room: str, folders: Folders, config: Config) -> dict[str, str]:
    """A room's numbers of the prose, as text ready for LaTeX, by name."""
    found: dict[str, str] = part(room, "numbers").numbers(folders, config)
    return found


def _head(name: str, known: list[str], what: str) -> tuple[str, tuple[str, ...]]:
    """The longest known name that `name` is or begins with, and what follows it."""
    if name in known:
        return name, ()
    head, _, tail = name.partition("_")
    if head in known and tail:
        return head, (tail,)
    raise Unknown(f"{what}: there are {', '.join(known)}")
