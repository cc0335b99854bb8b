"""The types of options that several commands have, and the values that they refuse."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from mmoe_repro.multiverse import plan as multiverse
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number") from None
    if not math.isfinite(value):
        raise typer.BadParameter(f"{text!r} is not a finite number")
    return value


def _between(low: float, high: float, ends: bool) -> Callable[[str], float]:
    def parse(text: str | float) -> float:
        value = _number(str(text))
        inside = low <= value <= high if ends else low < value < high
        if not inside and high == math.inf:
            raise typer.BadParameter(
                f"{text} is not {low} or more" if ends else f"{text} is not above {low}"
            )
        if not inside:
            words = "from {} to {}" if ends else "above {} and below {}"
            raise typer.BadParameter(f"{text} is not {words.format(low, high)}")
        return value

    return parse


class Numbers(list[float]):
    """Numbers with commas between them: 0.001,0.01."""


def _many(one: Callable[[str], float]) -> Callable[[str], Numbers]:
    def parse(text: str | Numbers) -> Numbers:
        if isinstance(text, Numbers):
            return text
        return Numbers(one(part.strip()) for part in str(text).split(","))

    return parse


def _whole(text: str) -> float:
    value = _number(text)
    if value < 1 or value != int(value):
        raise typer.BadParameter(f"{text} is not a whole number from 1")
    return value


_correlation = _between(-1, 1, ends=True)
positive = _between(0, math.inf, ends=False)

whole_numbers = _many(_whole)


def low_and_high(text: str | Numbers) -> Numbers:
    """Two numbers above 0, the smaller first."""
    found = _many(positive)(text)  # type: ignore[arg-type]
    if len(found) != 2 or not found[0] < found[1]:
        raise typer.BadParameter(f"{text} is not two numbers, the smaller first: 0.001,0.01")
    return found


StudySeed = Annotated[int, typer.Option(min=0, help="Names every random stream.")]
Count = Annotated[int, typer.Option("--n", min=1, help="Runs.")]
First = Annotated[int, typer.Option(min=0, help="First seed.")]
Correlation = Annotated[
    float,
    typer.Option(parser=_correlation, metavar="P", help="Cosine of the tasks' weights, -1 to 1."),
]
Correlations = Annotated[
    Numbers,
    typer.Option(parser=_many(_correlation), metavar="P,P,...", help="Task correlations."),
]
Rate = Annotated[
    float | None,
    typer.Option(parser=positive, metavar="RATE", help="Adam's learning rate, above 0."),
]
Rates = Annotated[
    Numbers, typer.Option(parser=_many(positive), metavar="RATE,RATE,...", help="Learning rates.")
]
Seconds = Annotated[
    float,
    typer.Option(
        parser=_between(0, math.inf, ends=True), metavar="SECONDS", help="Between checkpoints."
    ),
]
Confidence = Annotated[
    float,
    typer.Option(
        parser=_between(0, 1, ends=False), metavar="SHARE", help="Of the intervals, such as 0.95."
    ),
]


def existing(help: str) -> Any:
    """An option that is a file which is there."""
    return typer.Option(exists=True, dir_okay=False, readable=True, help=help)


def made(help: str) -> Any:
    """An option that is a file to write."""
    return typer.Option(dir_okay=False, help=help)


def files(help: str) -> Any:
    """Arguments that are files which are there."""
    return typer.Argument(exists=True, dir_okay=False, readable=True, metavar="FILE", help=help)


Blocks = Annotated[list[Path], files("Block files.")]
Output = Annotated[Path, typer.Option("--output", "-o", dir_okay=False, help="File to write.")]
UniverseFile = Annotated[
    Path, existing("The study's universe, as `mmoe-repro synthetic universe` writes it.")
]
UNIVERSE = Path("results/synthetic/universe.json")

SpaceFile = Annotated[Path, existing("The space of universes.")]
LabelFunctions = Annotated[Path, existing("As `mmoe-repro calibration figure2` writes it.")]
LABEL_FUNCTIONS = COMMITTED / "calibration/label_functions.json"
UniverseRecords = Annotated[
    Path, typer.Option(file_okay=False, exists=True, help="Records of universes.")
]
UNIVERSE_RECORDS = multiverse.FOLDER
Claims = Annotated[Path, existing("The statements.")]
Cores = Annotated[int, typer.Option(min=1, help="Processes.")]

Results = Annotated[Path, typer.Option(help="The study's results folder.")]
RESULTS = Path("results")
Beside = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=FOLDER",
        help="A folder beside the results, such as census=results/census; else the published one.",
    ),
]
ConfigText = Annotated[
    str,
    typer.Option("--config", help="The study's configuration, as JSON; defaults are filled in."),
]
ConfigFiles = Annotated[
    list[Path],
    typer.Option("--configfile", help="Configuration files, later ones over earlier ones."),
]
CONFIG = Path("config/config.yaml")


def or_published(path: Path, default: Path, published: Path) -> Path:
    """A file; where there is none and nobody asked for another than the default, the published one.

    Raises BadParameter.
    """
    if path.is_file():
        return path
    if path != default:
        raise typer.BadParameter(f"there is no file {path}")
    return published


def usable(device: str) -> str:
    """The device, if torch can compute there. Raises BadParameter."""
    if device != "cpu":
        import torch

        try:
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError) as error:
            why = str(error).strip().splitlines()[0].rstrip(".")
            raise typer.BadParameter(f"device {device}: torch cannot use it here ({why})") from None
    return device


def pairs(texts: list[str] | None) -> dict[str, Path]:
    """NAME=PATH, many of them, as a dictionary. Raises BadParameter."""
    found = {}
    for text in texts or []:
        name, sign, path = text.partition("=")
        if not (name and sign and path):
            raise typer.BadParameter(f"{text!r} is not NAME=PATH")
        found[name] = Path(path)
    return found


def folders(results: Path, beside: list[str] | None) -> Folders:
    """The folders of a report."""
    return Folders(results, pairs(beside))
