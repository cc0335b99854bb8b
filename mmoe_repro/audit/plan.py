"""What is audited, what the report shows of it, and what is committed."""

from pathlib import Path

from mmoe_repro.report.folders import Folders

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
PUBLISHED = Path("results/published")
FOLDER = PUBLISHED / "audit"
FILES = ("runs.csv", "summary.json")


def available() -> bool:
    """Whether there is anything to show."""
    return all((FOLDER / name).exists() for name in FILES)


def folders(names: tuple[str, ...] = AUDITED) -> dict[str, Path]:
    """Experiment -> its committed records, of those that have any."""
    return {name: PUBLISHED / name for name in names if (PUBLISHED / name).is_dir()}


def published(of: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file of a finished audit."""
    return {name: of.results / "audit" / name for name in FILES}
