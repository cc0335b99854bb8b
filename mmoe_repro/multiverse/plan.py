"""What the multiverse shows and keeps: its tables, and the files that are committed."""

from pathlib import Path

from mmoe_repro.report.folders import Folders

TABLES = ("multiverse",)
STATEMENT = "universes"  # universes_A3, ...: a table a statement
MODELS = ("shared_bottom", "shared_bottom_16", "omoe", "mmoe")  # that the universes have


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file: the universes, their runs and mean curves."""
    folder = folders.results / "multiverse"
    names = [path.name for path in sorted(folder.glob("*-*.parquet"))]
    return {name: folder / name for name in ("design.parquet", "departures.parquet", *names)}
