"""`mmoe-repro trainability ...`: why runs of a universe end where they do."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from mmoe_repro.claims.plan import CLAIMS
from mmoe_repro.cli import options as o
from mmoe_repro.trainability.plan import FOLDER

app = typer.Typer(help="Why runs end where they do.", no_args_is_help=True)
Looks = Annotated[Path, typer.Option(file_okay=False, exists=True, help="Finished looks.")]


@app.command()
def look(
    kind: Annotated[
        Literal["map", "crossed", "look", "longer"],
        typer.Option(
            help="Learning rate by scale; data by start; into trained runs; ten times the steps."
        ),
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
    folder: Looks = FOLDER,
    confidence: o.Confidence = 0.95,
) -> None:
    """Say how much of the spread is the data's, and how much the start's.

    Of every universe looked into, shares of the variance of final losses with their intervals.
    """
    from mmoe_repro.files import write_csv
    from mmoe_repro.trainability.summary import variance

    write_csv(variance(folder, confidence), output)


@app.command()
def longer(
    means: Annotated[Path, o.made("Mean losses by step, beside the paper's, to write (.parquet).")],
    verdicts: Annotated[
        Path, o.made("Verdicts at the study's last step and at ten times it (.parquet).")
    ],
    folder: Looks = FOLDER,
    claims: o.Claims = CLAIMS,
    confidence: o.Confidence = 0.95,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Say what ten times the steps change.

    Of every universe that has runs of ten times the steps, mean losses, and the statements judged anew.
    """
    from mmoe_repro.claims.statements import load
    from mmoe_repro.files import write_parquet
    from mmoe_repro.trainability import ends
    from mmoe_repro.trainability.plan import LAST, OF_STUDY

    judged = ends.verdicts(folder, load(claims), study_seed, (OF_STUDY, LAST))
    write_parquet(ends.by_step(folder, confidence), means)
    write_parquet(judged, verdicts)
