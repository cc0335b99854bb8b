"""`mmoe-repro synthetic ...`: data, training and summaries of the synthetic experiment."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mmoe_repro.cli import options as o

app = typer.Typer(help="The synthetic experiment: data, training, summaries.", no_args_is_help=True)


@app.command()
def universe(
    reference: Annotated[Path, o.existing("The calibrated reference universe.")],
    output: o.Output,
    changes: Annotated[str, typer.Option(help="Choices to change, as JSON.")] = "{}",
) -> None:
    """Write this study's universe.

    It is the calibrated reference with the changes asked for.
    """
    from mmoe_repro.files import read_json, write_json
    from mmoe_repro.synthetic.universes import REFERENCE, changes_from, resolve

    write_json(resolve(read_json(reference, *REFERENCE), changes_from(changes)), output)


@app.command()
def data(
    task_correlation: o.Correlation,
    output: o.Output,
    about: Annotated[Path, o.made("What is in the data, in words and numbers (.json).")],
    universe: o.UniverseFile = o.UNIVERSE,
    n: o.Count = 200,
    points: Annotated[int, typer.Option(min=2, help="Samples a measured correlation.")] = 10_000,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Write the numbers that define data sets.

    A row a run, at one task correlation: weights, streams' seeds, measured label correlation.
    """
    from mmoe_repro.files import write_json, write_parquet
    from mmoe_repro.synthetic.export import defining_numbers, describe
    from mmoe_repro.synthetic.universes import read_universe

    u = read_universe(universe)
    frame = defining_numbers(u, task_correlation, study_seed, range(n), points)
    write_parquet(frame, output)
    write_json(describe(frame, u, task_correlation, study_seed), about)


@app.command()
def figure2_trials(
    task_correlations: o.Correlations,
    output: o.Output,
    universe: o.UniverseFile = o.UNIVERSE,
    trials: Annotated[int, typer.Option(min=1, help="Trials a task correlation.")] = 100,
    points: Annotated[int, typer.Option(min=2, help="Samples a trial.")] = 10_000,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Simulate Figure 2's trials.

    A row a trial: the label correlation of fresh samples.
    """
    from mmoe_repro.files import write_parquet
    from mmoe_repro.synthetic.figure2 import figure2_trials as simulate
    from mmoe_repro.synthetic.universes import read_universe

    u = read_universe(universe)
    write_parquet(simulate(u, task_correlations, trials, points, study_seed), output)


@app.command()
def train(
    model: Annotated[str, typer.Option(help="A name from mmoe_repro/synthetic/models.py.")],
    task_correlation: o.Correlation,
    n: o.Count,
    runs: Annotated[Path, typer.Option(dir_okay=False, help="Run records to write.")],
    curves: Annotated[Path, typer.Option(dir_okay=False, help="Curves to write.")],
    learning_rate: o.Rate = None,
    learning_rate_file: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="As `mmoe-repro synthetic select` writes it."
        ),
    ] = None,
    first: o.First = 0,
    universe: o.UniverseFile = o.UNIVERSE,
    steps: Annotated[int, typer.Option(min=1, help="Training steps.")] = 10_000,
    evaluate_every: Annotated[int, typer.Option(min=1, help="Steps between evaluations.")] = 100,
    curve_samples: Annotated[int, typer.Option(min=1, help="Held-out samples a point.")] = 1_000,
    final_samples: Annotated[
        int, typer.Option(min=2, help="Held-out samples at the end.")
    ] = 10_000,
    learner: Annotated[
        Literal["compiled", "torch"], typer.Option(help="What trains; compiled is for cpu.")
    ] = "compiled",
    device: Annotated[str, typer.Option(help="cpu, or what torch calls another (cuda).")] = "cpu",
    checkpoint_seconds: o.Seconds = 20.0,
    study_seed: o.StudySeed = 2018,
    plan: Annotated[Path | None, typer.Option(help="Plan file of the progress line.")] = None,
) -> None:
    """Train a block of runs of one condition.

    Writes run records and curves; goes on from a checkpoint if it was interrupted.
    """
    if (learning_rate is None) == (learning_rate_file is None):
        raise typer.BadParameter("give either --learning-rate or --learning-rate-file")
    from mmoe_repro import progress, records
    from mmoe_repro.synthetic.blocks import Condition, train_block
    from mmoe_repro.synthetic.schema import CURVES, RUNS
    from mmoe_repro.synthetic.selection import read_learning_rate
    from mmoe_repro.synthetic.universes import read_universe
    from mmoe_repro.training.checkpoint import Checkpoint
    from mmoe_repro.training.trainer import Schedule

    rate = learning_rate
    if learning_rate_file:
        rate = read_learning_rate(learning_rate_file)
    assert rate is not None  # one of both is given
    condition = Condition(read_universe(universe), model, task_correlation, rate)
    schedule = Schedule(steps, evaluate_every, curve_samples, final_samples)
    checkpoint = Checkpoint(runs.with_suffix(".checkpoint"), seconds=checkpoint_seconds)
    of_runs, of_curves = train_block(
        condition,
        range(first, first + n),
        study_seed,
        schedule,
        learner,
        o.usable(device),
        checkpoint,
    )
    records.write(of_curves, curves, CURVES)
    records.write(of_runs, runs, RUNS)
    checkpoint.remove()
    progress.tell(plan)


@app.command()
def gather(
    blocks: o.Blocks,
    output: o.Output,
    universe: o.UniverseFile = o.UNIVERSE,
    curves: Annotated[
        bool, typer.Option("--curves", help="The files are curves, not run records.")
    ] = False,
    mixed: Annotated[
        bool,
        typer.Option("--mixed", help="Records may be of several codes, as published ones are."),
    ] = False,
) -> None:
    """Put block files together into one.

    Damaged and foreign files are refused by name.
    """
    from mmoe_repro import records
    from mmoe_repro.files import read_json
    from mmoe_repro.synthetic.schema import CURVES, RUNS

    schema = CURVES if curves else RUNS
    key = read_json(universe, "key")["key"]
    records.write(records.gather(blocks, schema, mixed, universe=key), output, schema)


@app.command()
def select(blocks: o.Blocks, output: o.Output, universe: o.UniverseFile = o.UNIVERSE) -> None:
    """Choose a condition's learning rate.

    From the selection runs of one model and task correlation.
    """
    from mmoe_repro import records
    from mmoe_repro.files import read_json, write_json
    from mmoe_repro.synthetic.reading import Reading
    from mmoe_repro.synthetic.schema import RUNS
    from mmoe_repro.synthetic.selection import choose_learning_rate

    resolved = read_json(universe, "key", "reading")
    runs = records.gather(blocks, RUNS, universe=resolved["key"])
    column = Reading.from_dict(resolved["reading"]).run_column
    write_json(choose_learning_rate(runs, column), output)


@app.command()
def summarise(
    runs: Annotated[Path, o.existing("Run records.")],
    output: o.Output,
    universe: o.UniverseFile = o.UNIVERSE,
    confidence: o.Confidence = 0.95,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Summarise final losses beside the paper's."""
    from mmoe_repro import records
    from mmoe_repro.files import write_csv
    from mmoe_repro.synthetic.reading import read_reading
    from mmoe_repro.synthetic.schema import RUNS
    from mmoe_repro.synthetic.summaries import final_losses

    frame = final_losses(records.read(runs, RUNS), read_reading(universe), study_seed, confidence)
    write_csv(frame, output)


@app.command()
def curve_ends(
    curves: Annotated[Path, o.existing("Curves.")],
    output: o.Output,
    universe: o.UniverseFile = o.UNIVERSE,
    confidence: o.Confidence = 0.95,
) -> None:
    """Write Figure 4's end points beside the published ones."""
    from mmoe_repro import records
    from mmoe_repro.files import write_csv
    from mmoe_repro.synthetic.reading import read_reading
    from mmoe_repro.synthetic.schema import CURVES
    from mmoe_repro.synthetic.summaries import curve_ends as ends

    write_csv(ends(records.read(curves, CURVES), read_reading(universe), confidence), output)


@app.command()
def panels(
    output: o.Output,
    results: o.Results = o.RESULTS,
    config: o.ConfigText = "{}",
    study_seed: o.StudySeed = 2018,
) -> None:
    """Compare us with the paper's panels.

    Mean curves and final losses with each panel of Figures 3, 4 and 5.
    """
    from mmoe_repro import study
    from mmoe_repro.files import write_json
    from mmoe_repro.seeds import numpy_stream
    from mmoe_repro.synthetic.evidence import read_records
    from mmoe_repro.synthetic.panels import of_records

    checked = study.from_text(config)
    records = read_records(checked, o.folders(results, None))
    confidence = checked["plots"]["confidence"]
    write_json(of_records(records, numpy_stream(study_seed, "panels"), confidence), output)
