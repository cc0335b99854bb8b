"""`mmoe-repro multiverse ...`: the study's conditions in many universes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mmoe_repro.cli import options as o

app = typer.Typer(help="The study in many universes.", no_args_is_help=True)

Space = Annotated[Path, o.existing("The space of universes.")]
SPACE = Path("config/multiverse.yaml")
Functions = Annotated[Path, o.existing("As `mmoe-repro calibration figure2` writes it.")]
FUNCTIONS = Path("results/published/calibration/label_functions.json")
Keep = Annotated[Path, typer.Option(file_okay=False, help="Folder of finished conditions.")]
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
    space: Space = SPACE,
    label_functions: Functions = FUNCTIONS,
    cores: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Write the universes of the design.

    Those that fill the space, in order. Figure 3's model is trained in each with a believable batch:
    where it learns nothing, the universe is not believable.
    """
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.files import write_parquet
    from mmoe_repro.multiverse.design import Member, fill, members, table
    from mmoe_repro.multiverse.train import screen
    from mmoe_repro.synthetic.space import load

    whole = load(space, read_fits(label_functions))

    def learns(some: list[Member]) -> list[bool]:
        print(f"[multiverse] universes up to {some[-1].name}: looking", file=sys.stderr)
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
    task_correlations: o.Correlations = o.Numbers([0.5, 0.9, 1.0]),  # noqa: B008 - never changed
    learning_rates: o.Rates = o.Numbers([0.0001, 0.001, 0.01]),  # noqa: B008 - never changed
    seeds: Seeds = 20,
    selection_seeds: SelectionSeeds = 5,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Train every condition in one universe.

    Conditions that are done are kept if it is interrupted.
    """
    from mmoe_repro import records
    from mmoe_repro.files import write_parquet
    from mmoe_repro.multiverse.design import named, read_members
    from mmoe_repro.multiverse.train import train_universe
    from mmoe_repro.synthetic.schema import RUNS

    def tell(done: int, of: int) -> None:
        print(f"[multiverse] universe {name}: {done} of {of} conditions", file=sys.stderr)

    one = named(read_members(members), name, members)
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
