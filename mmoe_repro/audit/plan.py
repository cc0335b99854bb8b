"""What is audited, what the report shows of it, and what is committed."""

from pathlib import Path

from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED

TABLES = ("audit",)
AUDITED = (
    "synthetic",
    "multiverse",
    "portraits",
    "trainability",
    "census",
    "recommender",
)  # that have an again.py
DRAWS = 60
FOLDER = COMMITTED / "audit"
FILES = ("runs.csv", "summary.json")


def available() -> bool:
    """Whether there is anything to show."""
    return all((FOLDER / name).exists() for name in FILES)


def folders(names: tuple[str, ...] = AUDITED) -> dict[str, Path]:
    """Experiment -> its committed records, of those that have any."""
    return {name: COMMITTED / name for name in names if (COMMITTED / name).is_dir()}


def published(of: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file of a finished audit."""
    return {name: of.results / "audit" / name for name in FILES}
