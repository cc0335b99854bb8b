"""A look into one universe of the records, by its name."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from mmoe_repro.files import BadFile
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import Member, named, read_members, table
from mmoe_repro.multiverse.reading import learning_rates, reading_of
from mmoe_repro.trainability import jobs
from mmoe_repro.trainability.kept import pieces

TABLES = ("design", "departures", "members")  # of universes that a folder of records may have


def read(folder: Path, name: str) -> tuple[Member, jobs.Rates]:
    """The universe called `name`, and the learning rates that its records choose.

    Raises BadFile if there is none of this name, or none of its records.
    """
    known = [folder / f"{stem}.parquet" for stem in TABLES]
    one = named([m for path in known if path.exists() for m in read_members(path)], name, folder)
    runs = store.read(folder, "runs")
    of_one = runs[runs["name"] == one.runs]
    if of_one.empty:
        raise BadFile(f"{folder}: has no records of universe {name!r} yet")
    rates = learning_rates(
        of_one,
        str(one.choices["learning_rate_rule"]),
        reading_of(one.choices).run_column,
    ).replace({"model": {one.width: "shared_bottom"}})
    rows = rates.to_dict("records")
    return one, {(r["model"], r["task_correlation"]): r["learning_rate"] for r in rows}


def look(
    kind: str,
    name: str,
    folder: Path,
    study_seed: int,
    keep: Path,
    processes: int = 1,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, pd.DataFrame]:
    """The tables of a kind of look, and `member`, the universe, by the names of their files. Finished
    pieces are kept below `keep`."""
    one, rates = read(folder, name)
    kept = pieces(keep / name, one.universe, rates, study_seed)
    tables = jobs.run(kind, one.universe, rates, study_seed, kept, processes, tell)
    names = ("parts", "gates") if kind == "look" else (kind,)
    return {**dict(zip(names, tables, strict=True)), "member": table([one])}
