"""A room's part of the report, by name: its figures, its tables, its numbers of the prose.

A room with something to show has `figures/NAME.py` with `draw(inputs, plots)`, `tables.py` with a
function a table, and `numbers.py` with `numbers(folders, config)`, which yields groups of them, each
after the reading of all that it rests on. A name with a tail, such as claim_S1, is the figure or table
`claim` of S1. Nothing here knows what rooms there are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

from mmoe_repro.config import Config
from mmoe_repro.files import traced
from mmoe_repro.report.folders import Folders

PACKAGE = __name__.partition(".")[0]
ROOT = Path(__file__).parent.parent
COMMITTED = Path("results/published")  # a folder a room; what lies behind training spells it out


class Unknown(ValueError):
    """A room, figure or table that is not there; the text names those that are."""


def having(name: str) -> list[str]:
    """The rooms that have a module called `name`."""
    return sorted(path.parent.name for path in ROOT.glob(f"*/{name}.py"))


def part(room: str, name: str) -> ModuleType:
    """The module called `name` of a room. Raises Unknown."""
    module = f"{PACKAGE}.{room}.{name}"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            there = f"rooms are {', '.join(having('plan'))}"
            raise Unknown(f"{room!r} has no {name.replace('.', '/')}; {there}") from None
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
    draw_it = part(room, f"figures.{module}").draw
    _check_tail(draw_it, 2, tail, f"figure {name!r} of {room}")
    style.apply()
    style.save(draw_it(_Inputs(inputs), plots, *tail), stem)


def table(room: str, name: str, folders: Folders) -> str:
    """A room's table as LaTeX. Raises Unknown."""
    plan = part(room, "plan")
    known = [*plan.TABLES, *([plan.STATEMENT] if hasattr(plan, "STATEMENT") else [])]
    function, tail = _head(name, known, f"table {name!r} of {room}")
    make = getattr(part(room, "tables"), function)
    _check_tail(make, 1, tail, f"table {name!r} of {room}")
    text: str = make(folders, *tail)
    return text


def numbers(
    room: str, folders: Folders, config: Config
) -> Iterator[tuple[dict[str, str], list[Path]]]:
    """A room's numbers of the prose, as text ready for LaTeX, by name, in groups, each with the files
    that were read for it since the group before."""
    with traced() as read:
        for group in part(room, "numbers").numbers(folders, config):
            yield group, list(dict.fromkeys(read))
            read.clear()


def published(room: str, folders: Folders) -> dict[str, Path]:
    """Name in a room's committed folder -> file or folder that is copied there. Raises Unknown."""
    plan = part(room, "plan")
    if not hasattr(plan, "published"):
        raise Unknown(f"{room!r} has nothing of its own to publish")
    found: dict[str, Path] = plan.published(folders)
    return found


class _Inputs(dict[str, Path]):
    """The files that a figure shows, by name."""

    def __missing__(self, name: str) -> Path:
        raise Unknown(f"the figure shows a file called {name!r}: give {name}=PATH")


def _check_tail(
    function: Callable[..., object], given: int, tail: Sequence[str], what: str
) -> None:
    """Raise Unknown if a name has a tail that its maker does not take, or lacks one that it does."""
    wanted = len(signature(function).parameters) - given
    if wanted != len(tail):
        said = "needs more after it, as in claim_A3" if wanted else "has something after it"
        raise Unknown(f"{what}: the name {said}")


def _head(name: str, known: Sequence[str], what: str) -> tuple[str, tuple[str, ...]]:
    """The longest known name that `name` is or begins with, and what follows it."""
    if name in known:
        return name, ()
    head, _, tail = name.partition("_")
    if head in known and tail:
        return head, (tail,)
    raise Unknown(f"{what}: there are {', '.join(known)}")
