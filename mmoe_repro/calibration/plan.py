"""What the calibration shows and keeps, and the rule that takes a finalist."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmoe_repro.report.folders import Folders

if TYPE_CHECKING:
    import pandas as pd

SPACE = Path("config/multiverse.yaml")  # of universes
TABLES = ("figure2_fits", "label_functions", "finalists")
FAMILIES = ("one_function", "own")
SCHEDULE = (10_000, 100, 1_000, 1_000)  # of a trial, as `Schedule` takes it

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


def trials(folder: Path, code: str, study_seed: int) -> Path:
    """Where trials of this code are kept below `folder`: apart by what their own names do not say."""
    return folder / f"{code}-seed{study_seed}-{'-'.join(map(str, SCHEDULE))}"


def taken(finalists: "pd.DataFrame") -> "pd.Series[Any]":
    """The rule: of the finalists equal to the best that with the fewest departures, and of equally many
    the lowest misfit."""
    equal = finalists[finalists["equal"]].sort_values(["departures", "misfit"])
    return equal.iloc[0]
