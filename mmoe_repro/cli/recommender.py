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
    context: typer.Context,
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
    checkpoint_every: Annotated[int, typer.Option(min=1, help="Steps.")] = 1_000,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Train a block of runs of a method.

    With several processes the embedding tables are sharded over them, by torchrun. An interrupted call
    goes on from its last checkpoint.
    """
    from mmoe_repro.recommender.launch import launch, needed, started

    needed()
    if (processes > 1 or nodes != "1") and not started():
        launch(context.meta.get("arguments", sys.argv[1:]), processes, nodes, endpoint)
        return
    from mmoe_repro.files import read_json, write_parquet
    from mmoe_repro.recommender.block import Live, train_block
    from mmoe_repro.recommender.job import from_text
    from mmoe_repro.recommender.processes import joined

    chosen = read_json(tuned, "learning_rate", "penalty") if tuned else {}
    if learning_rate is not None:
        chosen["learning_rate"] = learning_rate
    if "learning_rate" not in chosen:
        raise ValueError("recommender train: give --learning-rate or --tuned")
    of_rate = {name: chosen[name] for name in ("learning_rate", "penalty") if name in chosen}
    job = from_text(settings, method=method, study_seed=study_seed, **of_rate)

    def tell(seed: int, step: int, loss: float) -> None:
        if of.first and step % 500 == 0:
            said = f"seed {seed}, step {step} of {job.steps}, loss {loss:.4f}"
            print(f"[recommender] {variant}, {method}: {said}", file=sys.stderr)

    with joined(device) as of:
        keep = runs.with_suffix(".unfinished")
        found = train_block(
            job, range(first, first + n), of, Live.from_text(live_settings), variant, keep,
            checkpoint_every, tell,
        )  # fmt: skip
        if of.first:
            paths = {"curves": curves, "gates": gates, "live": live, "runs": runs}
            for kind, path in paths.items():  # runs last
                write_parquet(found[kind], path)
            forget(keep)


def forget(folder: Path) -> None:
    """Delete what was kept of unfinished work."""
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
