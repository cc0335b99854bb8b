"""`mmoe-repro multiverse ...`: the study's conditions in many universes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mmoe_repro.calibration.plan import SPACE
from mmoe_repro.claims.plan import CLAIMS
from mmoe_repro.cli import options as o
from mmoe_repro.multiverse.plan import CORRELATIONS, RATES
from mmoe_repro.report.rooms import COMMITTED

app = typer.Typer(help="The study in many universes.", no_args_is_help=True)

Keep = Annotated[Path, typer.Option(file_okay=False, help="Folder of finished conditions.")]
Known = Annotated[
    Path | None, typer.Option(file_okay=False, help="Records of universes that are there.")
]
Seeds = Annotated[int, typer.Option(min=2, help="Runs for the verdicts.")]
SelectionSeeds = Annotated[int, typer.Option(min=1, help="Others, for the rate.")]
Members = Annotated[Path, o.existing("As `mmoe-repro multiverse design` writes it.")]


@app.command()
def design(
    keep: Keep,
    output: o.Output,
    believable: Annotated[int, typer.Option(min=1, help="So many that are believable.")] = 256,
    others: Annotated[int, typer.Option(min=0, help="So many that are not.")] = 64,
    seeds: Seeds = 20,
    selection_seeds: SelectionSeeds = 5,
    space: o.SpaceFile = SPACE,
    label_functions: o.LabelFunctions = o.LABEL_FUNCTIONS,
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Write the universes of the design.

    Those that fill the space, in order. Figure 3's model is trained in each with a believable batch:
    where it learns nothing, the universe is not believable.
    """
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.files import write_parquet
    from mmoe_repro.multiverse import kept
    from mmoe_repro.multiverse.design import Member, fill, members, table
    from mmoe_repro.multiverse.train import screen
    from mmoe_repro.synthetic.space import load

    whole = load(space, read_fits(label_functions))

    def learns(some: list[Member]) -> list[bool]:
        print(f"[multiverse] universes up to {some[-1].name}: looking", file=sys.stderr)
        for one in some:
            kept.check_screened(one.universe, seeds, selection_seeds, study_seed, keep / one.name)
        return screen(some, seeds, selection_seeds, study_seed, keep, cores)

    found = fill(members(whole, study_seed), learns, believable, others)  # type: ignore[arg-type]
    write_parquet(table(found), output)


@app.command()
def train(
    members: Members,
    name: Annotated[str, typer.Option(help="Which universe of them.")],
    runs: Annotated[Path, typer.Option(dir_okay=False, help="Run records to write.")],
    curves: Annotated[Path, typer.Option(dir_okay=False, help="Mean curves to write.")],
    keep: Keep,
    task_correlations: o.Correlations = o.Numbers(CORRELATIONS),  # noqa: B008 - never changed
    learning_rates: o.Rates = o.Numbers(RATES),  # noqa: B008 - never changed
    seeds: Seeds = 20,
    selection_seeds: SelectionSeeds = 5,
    study_seed: o.StudySeed = 2018,
    known: Known = None,
) -> None:
    """Train every condition in one universe.

    Conditions that are done are kept if it is interrupted.
    """
    from mmoe_repro import records
    from mmoe_repro.files import write_parquet
    from mmoe_repro.multiverse import kept, pieces
    from mmoe_repro.multiverse.design import named, read_members
    from mmoe_repro.multiverse.train import train_universe
    from mmoe_repro.synthetic.schema import RUNS

    def tell(done: int, of: int) -> None:
        print(f"[multiverse] universe {name}: {done} of {of} correlations", file=sys.stderr)

    one = named(read_members(members), name, members)
    pieces.take(known, name, keep / name)
    kept.check(one.universe, seeds, selection_seeds, study_seed, keep / name)
    found, of_curves = train_universe(
        one,
        task_correlations,
        learning_rates,
        seeds,
        selection_seeds,
        study_seed,
        keep / name,
        tell=tell,
    )
    write_parquet(of_curves, curves)
    records.write(found, runs, RUNS)


@app.command()
def departures(
    reference: Annotated[Path, o.existing("As `mmoe-repro calibration reference` writes it.")],
    output: o.Output,
    calibration: Annotated[
        Path, typer.Option(file_okay=False, help="Folder of the calibration's finalists.")
    ] = COMMITTED / "calibration",
    space: o.SpaceFile = SPACE,
    label_functions: o.LabelFunctions = o.LABEL_FUNCTIONS,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Write the reference and its departures.

    The reference universe, its companions, every universe with one other choice that must be run, and
    those that the calibration found to fit as well.
    """
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.files import read_json, write_parquet
    from mmoe_repro.multiverse.departures import calibrated
    from mmoe_repro.multiverse.design import table
    from mmoe_repro.synthetic.space import load

    whole = load(space, read_fits(label_functions))
    chosen = read_json(reference, "universe", "reading", "label_function", "companions", "family")
    write_parquet(table(calibrated(chosen, calibration, whole, study_seed)), output)


@app.command()
def gather(
    design: Annotated[Path, o.existing("As `mmoe-repro multiverse design` writes it.")],
    departures: Annotated[Path, o.existing("As `mmoe-repro multiverse departures` writes it.")],
    blocks: Annotated[Path, typer.Option(file_okay=False, help="Where universes were trained.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, help="Folder to write.")
    ],
    known: Known = None,
    keep: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder of finished conditions.")
    ] = None,
) -> None:
    """Put the finished universes' records together.

    In small files, which stay as they are once they are full; and the finished conditions of those that
    are not.
    """
    from mmoe_repro.files import read_table, write_parquet
    from mmoe_repro.multiverse import pieces, store
    from mmoe_repro.multiverse.design import read_members

    waiting: list[str] = []
    for table, path in (("design", design), ("departures", departures)):
        members = read_members(path)
        done = {one.name for one in store.put_together(members, blocks / table, known, output)}
        waiting += [one.name for one in members if one.name not in done]
        write_parquet(read_table(path), output / f"{table}.parquet")
    sources = [*([keep] if keep else []), *([known / pieces.UNFINISHED] if known else [])]
    pieces.put(sources, waiting, output)


@app.command()
def judge(
    verdicts: Annotated[
        Path, o.made("Verdicts to write, a row a universe and statement (.parquet).")
    ],
    fits: Annotated[Path, o.made("Distances to Figures 3 to 5 to write, a row a universe (.csv).")],
    folder: o.UniverseRecords = o.UNIVERSE_RECORDS,
    claims: o.Claims = CLAIMS,
    space: o.SpaceFile = SPACE,
    label_functions: o.LabelFunctions = o.LABEL_FUNCTIONS,
    at_most: Annotated[int | None, typer.Option(min=2, help="No more of the design.")] = None,
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Judge every statement in every universe."""
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.claims.statements import load as load_claims
    from mmoe_repro.files import write_csv, write_parquet
    from mmoe_repro.multiverse.departures import read
    from mmoe_repro.multiverse.judged import judged
    from mmoe_repro.synthetic.space import load

    def tell(done: int, of: int) -> None:
        if done % 20 == 0 or done == of:
            print(f"[multiverse] {done} of {of} universes judged", file=sys.stderr)

    of_design, around = read(folder, load(space, read_fits(label_functions)))
    members = [*of_design[:at_most], *around]
    found, distances = judged(folder, members, load_claims(claims), study_seed, cores, tell)
    write_parquet(found, verdicts)
    write_csv(distances, fits)


@app.command()
def summarise(
    verdicts: Annotated[Path, o.existing("As `mmoe-repro multiverse judge` writes them.")],
    fits: Annotated[Path, o.existing("Likewise.")],
    output: o.Output,
    shares: Annotated[Path, o.made("Shares of verdicts to write (.csv).")],
    decomposition: Annotated[Path, o.made("Shares of variance to write (.csv).")],
    folder: o.UniverseRecords = o.UNIVERSE_RECORDS,
    space: o.SpaceFile = SPACE,
    claims: o.Claims = CLAIMS,
    label_functions: o.LabelFunctions = o.LABEL_FUNCTIONS,
    confidence: o.Confidence = 0.95,
) -> None:
    """Say what the universes say together.

    In what share of them a statement holds, and what decides it.
    """
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.claims.statements import load as load_claims
    from mmoe_repro.files import read_table, write_csv, write_json
    from mmoe_repro.multiverse import store
    from mmoe_repro.multiverse.departures import read
    from mmoe_repro.multiverse.plan import statements
    from mmoe_repro.multiverse.summary import summarise as summary_of
    from mmoe_repro.multiverse.verdicts import out_of_reach
    from mmoe_repro.synthetic.space import load

    whole = load(space, read_fits(label_functions))
    seeds = store.seeds(folder)
    found, of_shares, of_choices = summary_of(
        *read(folder, whole),
        read_table(verdicts, "name", "claim", "verdict", "manner", "margin", "even", "odd"),
        read_table(fits, "name", "figure3", "together", "constant").astype({"name": str}),
        whole.reading["fit_sd"],
        confidence,
        out_of_reach(statements(load_claims(claims)), seeds["seeds"]),
    )
    write_json(found | seeds, output)
    write_csv(of_shares, shares)
    write_csv(of_choices, decomposition)
