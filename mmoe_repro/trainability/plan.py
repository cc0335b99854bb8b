"""What the look into trainability runs and shows."""

from pathlib import Path

from mmoe_repro.report.folders import Folders

LONGER_TABLES = ("longer", "longer_verdicts")  # where some universe has that look
TABLES = ("best_cells", "crossed", "parts", "mixture_gates", *LONGER_TABLES)
MODELS = ("shared_bottom", "omoe", "mmoe")
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
PAPER_RATES = (0.0001, 0.001, 0.01)  # of them those of the paper's grid
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
MAP_CORRELATION = 0.5
SEEDS = 20  # runs a cell of the map, data sets and starts of the crossed design
LOOKED_AT = 50  # runs a condition that are looked into
CORRELATIONS = (0.5, 0.9, 1.0)
LINEAR = "linear"  # the part of a label function that a line is
FILES = ("member", "map", "crossed", "parts", "gates")  # of each universe
LONGER = "longer"  # of those that have it: ten times the steps

# Of runs of ten times the steps: the last step, the study's, and one between; the paper's steps at which
# they are compared with Figure 4, with one of ours to each and with TIMES; and all steps that are kept.
LAST, OF_STUDY, BETWEEN, TIMES = 100_000, 10_000, 30_000, 10
COMPARED = (500, *range(1_000, 10_000, 1_000), 9_900)
KEPT = (
    *(0, *COMPARED, OF_STUDY),
    *(step * TIMES for step in COMPARED if step * TIMES > OF_STUDY),
    LAST,
)
FOLDER = Path("results/published/trainability")


def universes(folder: Path = FOLDER) -> list[str]:
    """The universes that were looked into, the reference first."""
    names = [path.name for path in folder.glob("*") if path.is_dir()]
    return sorted(names, key=lambda name: (name != "reference", name))


def with_longer(folder: Path = FOLDER) -> list[str]:
    """Those of `universes` that have runs of ten times the steps, too."""
    return [name for name in universes(folder) if (folder / name / f"{LONGER}.parquet").exists()]


def tables(folder: Path = FOLDER) -> list[str]:
    """The tables of a report on these universes."""
    return [name for name in TABLES if name not in LONGER_TABLES or with_longer(folder)]


def available() -> bool:
    """Whether there is anything to show."""
    return bool(universes())


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file: the tables of each universe.

    What is published stays beside what was made, but for looks into what is another universe now.
    """
    folder = folders.results / "trainability"
    there = [name for name in universes(FOLDER) if not _is_another(FOLDER / name, folder / name)]
    kept = [path for name in there for path in sorted((FOLDER / name).glob("*.parquet"))]
    made = sorted(folder.glob("*/*.parquet"))
    return {f"{path.parent.name}/{path.name}": path for path in [*kept, *made]}


def _is_another(published: Path, made: Path) -> bool:
    """Whether there are looks in `made`, and not into the universe of those in `published`."""
    from mmoe_repro.multiverse.design import read_members

    members = [of / "member.parquet" for of in (published, made)]
    return members[1].exists() and read_members(members[0]) != read_members(members[1])
