"""`mmoe-repro trainability ...`: why runs of a universe end where they do."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from mmoe_repro.cli import options as o
from mmoe_repro.trainability.plan import FOLDER

app = typer.Typer(help="Why runs end where they do.", no_args_is_help=True)


@app.command()
def look(
    kind: Annotated[
        Literal["map", "crossed", "look"],
        typer.Option(help="Learning rate by scale; data by start; into trained runs."),
    ],
    name: Annotated[str, typer.Option(help="A universe of the records: reference, 0017, ...")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", file_okay=False, help="Folder to write NAME's tables to."),
    ],
    keep: Annotated[Path, typer.Option(file_okay=False, help="Folder of finished pieces.")],
    folder: o.UniverseRecords = o.UNIVERSE_RECORDS,  # or portraits, for the nearest one
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Train and look at runs of one universe.

    Learning rates are those that its records choose. Finished pieces are kept if it is interrupted.
    """
    from mmoe_repro.files import write_parquet
    from mmoe_repro.trainability.one_universe import look as look_into

    def tell(done: int, total: int) -> None:
        print(f"[trainability] {name}, {kind}: {done} of {total}", file=sys.stderr)

    found = look_into(kind, name, folder, study_seed, keep, cores, tell)
    for file, frame in found.items():
        write_parquet(frame, output / name / f"{file}.parquet")


@app.command()
def summarise(
    output: o.Output,
    folder: Annotated[Path, typer.Option(file_okay=False, exists=True, help="Finished looks.")] = (
        FOLDER
    ),
    confidence: o.Confidence = 0.95,
) -> None:
    """Say how much of the spread is the data's, and how much the start's.

    Of every universe looked into, shares of the variance of final losses with their intervals.
    """
    from mmoe_repro.files import write_csv
    from mmoe_repro.trainability.summary import variance

    write_csv(variance(folder, confidence), output)
