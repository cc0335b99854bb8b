"""What is shown of the speed: its tables."""

from pathlib import Path

from mmoe_repro.report.folders import Folders

TABLES = ("speed", "against_one", "census_speed", "census_parts", "many_runs", "many_assumptions")

# Of benchmarks/, one a table
PUBLISHED = tuple(
    f"{name}.csv"
    for name in (
        "share_of_floor",
        "share_of_floor_fresh",
        "against_one",
        "populations",
        "shapes",
        "cores",
        "memory",
        "census",
        "census_memory",
        "census_parts",
        "recommender_scale",
        "recommender_growth",
        "dag",
        "storage",
    )
)


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file."""
    return {name: folders.results / "benchmarks" / name for name in PUBLISHED}
