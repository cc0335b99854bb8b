"""Finished conditions of universes that are not finished, among the records.

With them a long universe goes on where it was, also on another machine.
"""

import shutil
from collections.abc import Collection
from pathlib import Path

UNFINISHED = "unfinished"  # a folder of the records, with one of each such universe


def put(sources: Collection[Path], names: Collection[str], folder: Path) -> None:
    """Copy the conditions of the universes `names` below `sources`, folders of a folder a universe, into
    records, in the place of what is there.

    A single condition, which says whether a universe is learnt, is not worth it.
    """
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
    for source in sources:
        for name in names:
            if len(list((source / name).glob("*.runs.parquet"))) > 1:
                _copy(source / name, folder / UNFINISHED / name)


def take(records: Path | None, name: str, keep: Path) -> None:
    """Copy what records have of an unfinished universe to the folder in which it is kept."""
    if records:
        _copy(records / UNFINISHED / name, keep)


def _copy(source: Path, target: Path) -> None:
    """Every finished condition: two files, of which the runs are written last."""
    for runs in sorted(source.glob("*.runs.parquet")):
        curves = runs.with_name(runs.name.replace(".runs.", ".curves."))
        target.mkdir(parents=True, exist_ok=True)
        for path in (curves, runs):
            if not (target / path.name).exists():
                shutil.copyfile(path, target / path.name)
