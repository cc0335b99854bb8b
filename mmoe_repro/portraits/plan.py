"""Whose portraits there are: 200 runs a condition of single universes, and what is shown of them."""

from pathlib import Path

from mmoe_repro.files import read_json, read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED

TABLES = ("portraits", "portrait_distances")
SEEDS, SELECTION_SEEDS = 200, 20  # as the study of the reference has
FOLDER = COMMITTED / "portraits"
NEAREST = "nearest"
TRIALS = 24  # of the search for it
LARGEST_BATCH = 256  # of its trials: with more the reference is farther, and costs more
FIRST = 10_000  # the number of its first trial; smaller ones are of the design


def universes(folder: Path = FOLDER) -> list[str]:
    """The universes that have a portrait, the nearest one last."""
    members = folder / "members.parquet"
    if not members.exists():
        return []
    return sorted(read_table(members, "name")["name"], key=lambda name: (name == NEAREST, name))


def available() -> bool:
    """Whether there is anything to show."""
    return bool(universes())


def waiting(blocks: Path, reference: Path, known: Path) -> list[Path]:
    """The record files of the reference's companions and the nearest universe that `known` lacks."""
    wanted = [*read_json(reference, "companions")["companions"], NEAREST]
    there = universes(known)
    return [blocks / f"{name}.runs.parquet" for name in wanted if name not in there]


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file: universes, their runs and curves, the search's trials."""
    folder = folders.results / "portraits"
    some = [*sorted(folder.glob("records/*.parquet")), *folder.glob("nearest_trials.csv")]
    return {path.name: path for path in some}
