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


@app.command()
def design(
    wide: Annotated[int, typer.Option(min=1, help="With a batch that is believable.")] = 256,
    narrow: Annotated[int, typer.Option(min=0, help="Others.")] = 64,
    space: Space = SPACE,
    label_functions: Functions = FUNCTIONS,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Print the design's universes."""
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.multiverse.design import member, numbers
    from mmoe_repro.synthetic.space import load

    whole = load(space, read_fits(label_functions))
    for number in numbers(whole, study_seed, wide, narrow):
        one = member(whole, study_seed, number)
        print(number, *(f"{name}={value}" for name, value in one.choices.items()))


@app.command()
def train(
    number: Annotated[int, typer.Option(min=0, help="Which universe of the design.")],
    runs: Annotated[Path, typer.Option(dir_okay=False, help="Run records to write.")],
    curves: Annotated[Path, typer.Option(dir_okay=False, help="Mean curves to write.")],
    keep: Annotated[Path, typer.Option(file_okay=False, help="Folder of finished conditions.")],
    task_correlations: o.Correlations = o.Numbers([0.5, 0.9, 1.0]),  # noqa: B008 - never changed
    learning_rates: o.Rates = o.Numbers([0.0001, 0.001, 0.01]),  # noqa: B008 - never changed
    seeds: Annotated[int, typer.Option(min=2, help="Runs for the verdicts.")] = 20,
    selection_seeds: Annotated[int, typer.Option(min=1, help="Others, for the rate.")] = 5,
    space: Space = SPACE,
    label_functions: Functions = FUNCTIONS,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Train every condition in one universe.

    Conditions that are done are kept if it is interrupted.
    """
    from mmoe_repro import records
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.files import write_parquet
    from mmoe_repro.multiverse.design import member
    from mmoe_repro.multiverse.train import train_universe
    from mmoe_repro.synthetic.schema import RUNS
    from mmoe_repro.synthetic.space import load

    def tell(done: int, of: int) -> None:
        print(f"[multiverse] universe {number}: {done} of {of} conditions", file=sys.stderr)

    one = member(load(space, read_fits(label_functions)), study_seed, number)
    found, of_curves = train_universe(
        one, task_correlations, learning_rates, seeds, selection_seeds, study_seed, keep, tell=tell
    )
    write_parquet(of_curves, curves)
    records.write(found, runs, RUNS)
