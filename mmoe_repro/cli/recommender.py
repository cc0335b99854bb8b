"""`mmoe-repro recommender ...`: the large-scale recommender, simulated."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from mmoe_repro.cli import options as o

app = typer.Typer(help="The large-scale recommender, simulated.", no_args_is_help=True)

Method = Annotated[
    Literal["single_task", "shared_bottom", "l2_constrained", "cross_stitch", "omoe", "mmoe"],
    typer.Option(help="Which."),
]
Settings = Annotated[
    str,
    typer.Option(
        help="What differs from the defaults of a job, as JSON: "
        '{"steps": 3000, "traffic": {"cosine": 0.0}}.'
    ),
]
Device = Annotated[Literal["cpu", "cuda"], typer.Option(help="cpu, or a GPU for each process.")]
Process = Annotated[int, typer.Option(min=1, help="Processes on this machine.")]


@app.command()
def train(
    method: Method,
    runs: Annotated[Path, o.made("Measures of the runs to write (.parquet).")],
    curves: Annotated[Path, o.made("Training losses to write (.parquet).")],
    gates: Annotated[Path, o.made("Mean gates to write (.parquet).")],
    live: Annotated[Path, o.made("The simulated live experiment to write (.parquet).")],
    learning_rate: Annotated[float | None, typer.Option(parser=o.positive, help="SGD's.")] = None,
    tuned: Annotated[
        Path | None, o.existing("Or what `mmoe-repro recommender tune` has chosen.")
    ] = None,
    first: o.First = 0,
    n: o.Count = 1,
    variant: Annotated[str, typer.Option(help="What the traffic is called in the tables.")] = (
        "reference"
    ),
    settings: Settings = "{}",
    live_settings: Annotated[
        str, typer.Option(help='Likewise, of the live experiment; {"requests": 0} for none.')
    ] = "{}",
    processes: Process = 1,
    nodes: Annotated[str, typer.Option(help="Machines that train together.")] = "1",
    endpoint: Annotated[
        str, typer.Option(help="With more than one: host:port of one of them.")
    ] = "",
    device: Device = "cpu",
    checkpoint_every: Annotated[int, typer.Option(min=1, help="Steps, hundreds.")] = 3_000,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Train a block of runs of a method.

    With several processes the embedding tables are sharded over them, by torchrun. An interrupted call
    goes on from its last checkpoint, if the code is as it was.
    """
    from mmoe_repro.recommender.launch import launch, needed, started

    needed()
    if (processes > 1 or nodes != "1") and not started():
        launch(sys.argv[1:], processes, nodes, endpoint)
        return
    from mmoe_repro.files import read_json, write_parquet
    from mmoe_repro.fingerprint import fingerprint
    from mmoe_repro.recommender.block import Live, train_block
    from mmoe_repro.recommender.job import from_text
    from mmoe_repro.recommender.processes import joined

    names = ("learning_rate", "table_factor", "penalty")
    chosen = read_json(tuned, *names) if tuned else {}
    if learning_rate is not None:
        chosen["learning_rate"] = learning_rate
    if "learning_rate" not in chosen:
        raise ValueError("recommender train: give --learning-rate or --tuned")
    of_rate = {name: chosen[name] for name in names if name in chosen}
    job = from_text(settings, method=method, study_seed=study_seed, **of_rate)

    def tell(seed: int, step: int, loss: float) -> None:
        if of.first and step % 500 == 0:
            said = f"seed {seed}, step {step} of {job.steps}, loss {loss:.4f}"
            print(f"[recommender] {variant}, {method}: {said}", file=sys.stderr)

    with joined(device) as of:
        keep = runs.with_suffix(".unfinished")
        of_code = keep / fingerprint("mmoe_repro.recommender.block")
        found = train_block(
            job, range(first, first + n), of, Live.from_text(live_settings), variant, of_code,
            checkpoint_every, tell,
        )  # fmt: skip
        if of.first:
            paths = {"curves": curves, "gates": gates, "live": live, "runs": runs}
            for kind, path in paths.items():  # runs last
                write_parquet(found[kind], path)
            _forget(keep)


@app.command()
def tune(
    method: Method,
    trials: Annotated[Path, o.made("What was tried to write (.parquet).")],
    tuned: Annotated[Path, o.made("The choice to write (.json).")],
    n_trials: Annotated[int, typer.Option(min=1, help="Trainings in a first world.")] = 16,
    n_near: Annotated[int, typer.Option(min=0, help="More of them, near the best.")] = 8,
    n_finalists: Annotated[int, typer.Option(min=1, help="The best, trained in others.")] = 3,
    n_worlds: Annotated[int, typer.Option(min=1, help="Worlds, with the first.")] = 3,
    settings: Settings = "{}",
    device: Device = "cpu",
    study_seed: o.StudySeed = 2018,
) -> None:
    """Choose a method's learning rates.

    On streams and worlds of their own. Finished trials are kept if it is interrupted.
    """
    from mmoe_repro.recommender.launch import needed

    needed()
    from mmoe_repro.files import write_json, write_parquet
    from mmoe_repro.fingerprint import fingerprint
    from mmoe_repro.recommender.choosing import best
    from mmoe_repro.recommender.job import from_text
    from mmoe_repro.recommender.processes import joined
    from mmoe_repro.recommender.tuning import tune as tune_it

    def tell(trial: int, world: int, loss: float | None) -> None:
        said = "diverged" if loss is None else f"held-out loss {loss:.4f}"
        where = f"trial {trial + 1} of {n_trials + n_near}, world {world + 1} of {n_worlds}"
        print(f"[recommender] {method}: {where}, {said}", file=sys.stderr)

    job = from_text(settings, method=method, learning_rate=1.0, study_seed=study_seed)
    keep = trials.with_suffix(".unfinished")
    with joined(device) as of:
        of_code = keep / fingerprint("mmoe_repro.recommender.tuning")
        found = tune_it(job, n_trials, n_near, n_finalists, n_worlds, of, of_code, tell)
    write_parquet(found, trials)
    write_json(best(found), tuned)
    _forget(keep)


@app.command()
def traffic(
    output: o.Output,
    popularity: Annotated[Path, o.made("Shares of exposures by rank to write (.csv).")],
    size: Annotated[
        list[str], typer.Option(metavar="USERS,ITEMS", help="Tables; once for each size.")
    ],
    seeds: o.Count = 5,
    examples: Annotated[int, typer.Option(min=1_000, help="A seed and size.")] = 1_000_000,
    settings: Annotated[str, typer.Option(help="What differs from the defaults, as JSON.")] = "{}",
    study_seed: o.StudySeed = 2018,
) -> None:
    """Say what the traffic is like.

    Rates, how related the tasks are, what can be predicted of them, and what is popular.
    """
    from mmoe_repro.files import write_csv
    from mmoe_repro.recommender import statistics
    from mmoe_repro.recommender.job import read_object
    from mmoe_repro.recommender.traffic import Traffic

    of = Traffic(**read_object(settings, Traffic, "traffic"))
    sizes = [[int(n) for n in o.whole_numbers(text)] for text in size]
    write_csv(statistics.popularity(of, 0, examples, study_seed), popularity)
    write_csv(statistics.statistics(of, sizes, range(seeds), examples, study_seed), output)


@app.command()
def gather(
    blocks: o.Blocks,
    output: o.Output,
    kind: Annotated[
        Literal["runs", "curves", "gates", "live", "trials"],
        typer.Option(help="What is in them."),
    ],
) -> None:
    """Put block files of a kind together into one.

    Foreign ones are refused, and so are a row that is there twice and rows made by different code.
    """
    from mmoe_repro.files import write_parquet
    from mmoe_repro.recommender.gather import gather as put_together

    write_parquet(put_together(blocks, kind), output)


@app.command()
def summarise(
    runs: Annotated[Path, o.existing("Measures of the runs.")],
    live: Annotated[Path, o.existing("The simulated live experiment.")],
    output: Annotated[Path, o.made("Table 3 and its like to write (.csv).")],
    table4: Annotated[Path, o.made("Table 4 and its like to write (.csv).")],
    confidence: o.Confidence = 0.95,
) -> None:
    """Make Tables 3 and 4, for every traffic."""
    from mmoe_repro.files import read_table, write_csv
    from mmoe_repro.recommender import summary

    of_runs = read_table(runs, "variant", "method", "seed", "task", "step", "auc", "r2")
    of_live = read_table(live, "variant", "method", "seed", "weight", "engaged", "satisfied")
    write_csv(summary.offline(of_runs, confidence), output)
    write_csv(summary.live(of_live, confidence), table4)


def _forget(folder: Path) -> None:
    """Delete what was kept of unfinished work."""
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
