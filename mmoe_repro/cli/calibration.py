"""`mmoe-repro calibration ...`: the reference universe, chosen on Figures 2 and 3."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from mmoe_repro.calibration.plan import SPACE
from mmoe_repro.cli import options as o

app = typer.Typer(help="The calibration on Figures 2 and 3.", no_args_is_help=True)


@app.command()
def figure2(
    output: o.Output,
    starts: Annotated[int, typer.Option(min=1, help="Random starts of a fit.")] = 40,
    runner_ups: Annotated[int, typer.Option(min=0, help="At most, with equally many sines.")] = 3,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Fit label functions to Figure 2.

    Lists those that Figure 3 shall choose among.
    """
    from mmoe_repro.calibration import targets
    from mmoe_repro.calibration.figure2 import label_functions
    from mmoe_repro.files import write_json

    frame = label_functions(targets.figure2(), study_seed, starts, runner_ups)
    write_json(frame.to_dict("records"), output)


@app.command()
def search(
    family: Annotated[
        Literal["one_function", "own"],
        typer.Option(help="One label function for Figures 2 and 3, or each figure its own."),
    ],
    label_functions: o.LabelFunctions,
    cache: Annotated[Path, typer.Option(help="Folder of finished trials.")],
    output: o.Output,
    space: o.SpaceFile = SPACE,
    start: Annotated[int, typer.Option(min=4, help="Trials that fill the space.")] = 128,
    trials: Annotated[int, typer.Option(min=4, help="All trials.")] = 400,
    seeds: Annotated[int, typer.Option(min=1, help="Runs a correlation of a trial.")] = 5,
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Search a family for what gives Figure 3.

    A space-filling start, then a Gaussian process, over believable universes.
    """
    from mmoe_repro.calibration import search as of_figure3
    from mmoe_repro.calibration import targets
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.files import write_parquet
    from mmoe_repro.synthetic.space import load

    def tell(done: int, of: int, best: float) -> None:
        print(f"[calibration] {family}: {done} of {of}, best misfit {best:.4f}", file=sys.stderr)

    whole = load(space, read_fits(label_functions))
    found = of_figure3.search(
        whole, family, targets.figure3(), start, trials, seeds, study_seed, cache, cores, tell
    )
    write_parquet(found, output)


@app.command()
def finalists(
    trials: Annotated[Path, o.existing("As `mmoe-repro calibration search` writes them.")],
    label_functions: o.LabelFunctions,
    cache: Annotated[Path, typer.Option(help="Folder of finished trials.")],
    output: o.Output,
    choice: Annotated[Path, o.made("The choice to write (.json).")],
    curves: Annotated[Path, o.made("Mean curves of the best reading to write (.parquet).")],
    space: o.SpaceFile = SPACE,
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Choose among the best of a search.

    They are trained again, twice; within the noise of that they are equal.
    """
    from mmoe_repro.calibration import finalists as final
    from mmoe_repro.calibration import targets
    from mmoe_repro.calibration.figure2 import read_fits
    from mmoe_repro.files import read_table, write_csv, write_json, write_parquet
    from mmoe_repro.synthetic.space import load

    whole = load(space, read_fits(label_functions))
    best = final.best_of(
        read_table(trials, "number", "misfit", "learns", "universe", "point"),
        whole.reference["finalists"],
    )
    found = final.finals(
        best, whole.reference["seeds"], study_seed, targets.figure3(), cache, cores
    )
    rows = final.ranking(found, whole)
    write_csv(rows, output)
    write_json(final.chosen(rows), choice)
    write_parquet(final.curves(best, whole.reference["seeds"], cache), curves)


@app.command()
def reference(
    choices: Annotated[
        list[Path], o.files("Choices of `mmoe-repro calibration finalists`, FAMILY.json each.")
    ],
    output: o.Output,
    memorising: Annotated[
        Path, o.existing("The by-heart universe of the first calibration, a companion.")
    ] = Path("config/memorising.json"),
) -> None:
    """Write the reference universe.

    The better of the families' choices; the other is its companion, and so is the by-heart universe.
    """
    from mmoe_repro.calibration import finalists as final
    from mmoe_repro.files import read_json, write_json

    of = {
        path.stem: read_json(path, "universe", "learning_rate", "reading", "misfit", "noise")
        for path in choices
    }
    write_json(final.with_companions(of, read_json(memorising, "universe", "reading")), output)
