"""What is audited, what the report shows of it, and what is committed."""

from pathlib import Path

from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED, having

TABLES = ("audit",)
DRAWS = 60
FOLDER = COMMITTED / "audit"
FILES = ("runs.csv", "summary.json")


def available() -> bool:
    """Whether there is anything to show."""
    return all((FOLDER / name).exists() for name in FILES)


def folders() -> dict[str, Path]:
    """Room -> its committed records, of those whose runs can be made again."""
    return {name: COMMITTED / name for name in having("again") if (COMMITTED / name).is_dir()}


def published(of: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file of a finished audit."""
    return {name: of.results / "audit" / name for name in FILES}
