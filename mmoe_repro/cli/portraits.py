"""`mmoe-repro portraits ...`: single universes in full, and the search for the nearest one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mmoe_repro.calibration.plan import SPACE
from mmoe_repro.claims.plan import CLAIMS
from mmoe_repro.cli import options as o
from mmoe_repro.portraits.plan import FOLDER, TRIALS

app = typer.Typer(help="Single universes in full.", no_args_is_help=True)


@app.command()
def nearest(
    output: o.Output,
    trials_file: Annotated[
        Path,
        typer.Option("--trials-file", dir_okay=False, help="Every universe's distances (.csv)."),
    ],
    keep: Annotated[Path, typer.Option(file_okay=False, help="Folder of finished conditions.")],
    folder: o.UniverseRecords = o.UNIVERSE_RECORDS,
    trials: Annotated[
        int, typer.Option(min=0, help="Universes beside those that were run.")
    ] = TRIALS,
    seeds: Annotated[int, typer.Option(min=2, help="Runs a condition.")] = 20,
    selection_seeds: Annotated[int, typer.Option(min=1, help="Others, for the rate.")] = 5,
    space: o.SpaceFile = SPACE,
    label_functions: o.LabelFunctions = o.LABEL_FUNCTIONS,
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Search for the nearest universe.

    To Figures 3, 4 and 5 together: from the universes of the design and around the reference on, by a
    Gaussian process.
    """
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.files import write_csv, write_parquet
    from mmoe_repro.multiverse import store
    from mmoe_repro.multiverse.design import read_members, table
    from mmoe_repro.portraits.nearest import search, with_found_points, with_points
    from mmoe_repro.synthetic.space import load

    def tell(done: int, of: int, best: float) -> None:
        print(f"[portraits] nearest: {done} of {of}, at {best:.4f}", file=sys.stderr)

    whole = load(space, read_fits(label_functions))
    design, around = (read_members(folder / f"{name}.parquet") for name in ("design", "departures"))
    known = with_points(whole, design, study_seed)
    found, rows = search(
        whole,
        [*known, *with_found_points(whole, around, study_seed)],
        store.read(folder, "runs"),
        store.read(folder, "curves"),
        trials,
        seeds,
        selection_seeds,
        study_seed,
        keep,
        cores,
        tell,
    )
    write_csv(rows, trials_file)
    write_parquet(table([found]), output)


@app.command()
def gather(
    members: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="Tables of universes."),
    ],
    blocks: Annotated[Path, typer.Option(file_okay=False, help="Where they were trained.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, help="Folder to write.")
    ],
    known: Annotated[
        Path | None, typer.Option(file_okay=False, help="Portraits that are there.")
    ] = None,
) -> None:
    """Put finished portraits' records together.

    Of the universes of the tables those that `mmoe-repro multiverse train` has trained below BLOCKS,
    and those that are known.
    """
    from mmoe_repro.files import write_parquet
    from mmoe_repro.multiverse import store
    from mmoe_repro.multiverse.design import read_members, table

    some = [one for path in members for one in read_members(path)]
    finished = store.put_together(some, blocks, known, output, gaps=False)
    write_parquet(table(finished), output / "members.parquet")


@app.command()
def judge(
    verdicts: Annotated[Path, o.made("Verdicts to write (.parquet).")],
    fits: Annotated[Path, o.made("Distances to Figures 3 to 5 to write (.csv).")],
    folder: Annotated[
        Path, typer.Option(file_okay=False, exists=True, help="Portraits' records.")
    ] = FOLDER,
    study: Annotated[
        Path | None, typer.Option(file_okay=False, help="Results of a study, to stand beside them.")
    ] = None,
    claims: o.Claims = CLAIMS,
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Judge every statement in each of them.

    With a study beside, its own distances to the figures are told like theirs.
    """
    import pandas as pd

    from mmoe_repro.claims.statements import load as load_claims
    from mmoe_repro.files import write_csv, write_parquet
    from mmoe_repro.multiverse import store
    from mmoe_repro.multiverse.design import read_members
    from mmoe_repro.multiverse.judged import judged
    from mmoe_repro.portraits.of_study import STUDY, distances_of_study

    members = read_members(folder / "members.parquet")
    found, distances = judged(folder, members, load_claims(claims), study_seed, cores)
    if study:
        steps = store.steps(store.read(folder, "curves"))
        beside = pd.DataFrame([{"name": STUDY, **distances_of_study(study, steps)}])
        distances = pd.concat([beside, distances], ignore_index=True)
    write_parquet(found, verdicts)
    write_csv(distances, fits)
