"""What the calibration shows: its tables."""

from pathlib import Path

from mmoe_repro.report.folders import Folders

TABLES = ("figure2_fits", "label_functions", "finalists")
FAMILIES = ("one_function", "own")

PUBLISHED = (
    "label_functions.json",
    "reference.json",
    *(
        f"{family}{kind}"
        for family in FAMILIES
        for kind in (".parquet", ".json", "_finalists.csv", "_curves.parquet")
    ),
)


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file."""
    return {name: folders.results / "calibration" / name for name in PUBLISHED}
