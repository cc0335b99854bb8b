"""What a person types most, without a group."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from mmoe_repro.audit.plan import DRAWS
from mmoe_repro.cli import options as o
from mmoe_repro.report.rooms import COMMITTED

FROM_PUBLISHED = "snakemake --cores 2 --configfile config/published.yaml --"


def plan(
    configfile: o.ConfigFiles = [o.CONFIG],  # noqa: B006 - typer copies it
    cores: Annotated[int, typer.Option(min=1, help="Cores that snakemake will be given.")] = 2,
) -> None:
    """Print what the study will run, and its cost.

    The cost is measured: some seconds, a minute the first time.
    """
    from mmoe_repro import study
    from mmoe_repro.cost import as_text

    config, left_out = study.possible(study.load(configfile))
    for line in left_out:
        print(line, file=sys.stderr)
    print(f"study {config['study']['name']}, {cores} cores")
    if config["study"]["records"] == study.PUBLISHED:
        print(f"Nothing is trained: the records are those of {COMMITTED}.")
    else:
        print(
            "[plan] measuring: some seconds, a minute the first time", file=sys.stderr, flush=True
        )
    print(as_text(study.costs(config, study.folders(config)), cores))


def verdicts(
    statement: Annotated[
        str | None, typer.Argument(help="S1, A1, ...: all that there is on one statement.")
    ] = None,
    results: o.Results = o.RESULTS,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="README's table, and nothing else.")
    ] = False,
) -> None:
    """Print the verdicts, or all on one statement."""
    from mmoe_repro.claims.terminal import markdown, one, table, turned
    from mmoe_repro.files import read_json

    of_verdicts = "claims/verdicts.json"
    path = o.or_published(
        results / of_verdicts, o.RESULTS / of_verdicts, COMMITTED / "synthetic" / of_verdicts
    )
    found = read_json(path, "statements", "choices", "records")
    if as_markdown:
        print(markdown(found))
        return
    print(one(found, statement) if statement else table(found))
    if COMMITTED in path.parents:
        again = f"; again, from the published records without training: {FROM_PUBLISHED} verdicts"
    else:
        again = ""
        committed = COMMITTED / "synthetic" / of_verdicts
        if not statement and committed.exists():
            print(turned(found, read_json(committed, "statements")))
    print(f"from {path}{again}")


def why(
    thing: Annotated[
        str | None,
        typer.Argument(
            help="figure4, table:power, A3, number:final.runs, or a number as the report has it, "
            "0.310. Nothing: all names."
        ),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Every file and job, with checksums, commands, code.")
    ] = False,
    configfile: Annotated[
        list[Path] | None,
        typer.Option(help="Of the study with this configuration; the published one if none."),
    ] = None,
) -> None:
    """Say where something in a report comes from.

    Its file, what made it, of which records and commit, and the command that makes it again: a summary,
    or with --all the whole chain down to runs and code, and what is not established by it. Read from the
    workflow and the manifests.
    """
    from mmoe_repro.cli import function_of
    from mmoe_repro.provenance import behind, chain, search, things

    of = behind.of_configuration(configfile) if configfile else behind.Study()
    other = "" if configfile else "; of a study of your own: --configfile FILE"
    head = f"Report of {of.report.folder}{other}."
    if thing is None:
        print(head, *search.everything(of.report), sep="\n")
        return
    named = things.named(thing, of.report)
    if named is None:
        names = search.found(thing, of.report)
        if len(names) > 1:
            print(head, *search.listed(names), sep="\n")
            return
        named = things.known(next(iter(names)), of.report)
    print(head, named.said, sep="\n", flush=True)
    print("[why] asking the workflow, some seconds", file=sys.stderr)
    tell = chain.whole if whole else chain.summary
    print(*tell(behind.behind(named, of), of, function_of), sep="\n")
    if not whole:
        options = "".join(f" --configfile {path}" for path in configfile or ())
        print(
            f"  the whole chain, with checksums and commands: mmoe-repro why {thing}{options} --all"
        )


def audit(
    runs: Annotated[Path, o.made("Every comparison, a row a run and measure (.csv).")],
    summary: Annotated[
        Path | None, typer.Option(dir_okay=False, help="What they say together (.json).")
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Runs.")] = DRAWS,
    of: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FOLDER", help="Records to draw from; all published ones if none."
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=PATH", help="What rooms need beside: census=encoded.npz."),
    ] = None,
    configfile: Annotated[
        list[Path] | None,
        typer.Option(help="Configuration that the records were made with, if not the default one."),
    ] = None,
    config: Annotated[str, typer.Option(help="Or what of it differs, as JSON.")] = "{}",
    cores: o.Cores = 1,
    confidence: o.Confidence = 0.95,
    study_seed: Annotated[int, typer.Option(min=0, help="Draws the runs.")] = 2018,
    only_report: Annotated[
        bool, typer.Option("--only-report", help="End well whatever comes out, as rules want it.")
    ] = False,
) -> None:
    """Make published runs again and compare.

    The study seed draws them from all records, spread over experiments and conditions. Every run that is
    not equal bit for bit is named. The exit status is 1 if a run is apart, if a file has not its
    manifest's checksum, or if nothing can be made again here.
    """
    from mmoe_repro import study
    from mmoe_repro.audit import job, plan
    from mmoe_repro.audit.compare import EQUAL
    from mmoe_repro.files import write_csv, write_json

    settings = study.load(configfile) if configfile else study.from_text(config)
    needed = o.pairs(data)
    folders = o.pairs(of) or plan.folders()
    left_out = job.missing(folders, needed)
    for name, why_not in left_out.items():
        print(f"[audit] {name} is left out: {why_not}", file=sys.stderr)
        del folders[name]
    if not only_report:
        job.refuse_nothing(folders, left_out)

    def tell(done: int, total: int, what: str) -> None:
        print(f"[audit] {done} of {total}: {what}", file=sys.stderr)

    for path in (changed := job.changed(folders)):
        print(f"[audit] {path} has not the checksum of its manifest", file=sys.stderr)
    published = job.read(folders)
    found = job.compared(folders, published, n, study_seed, settings, needed, cores, tell)
    write_csv(found, runs)
    said = job.said(found, published, changed, confidence)
    for one in said["not_equal"]:
        print(f"{one['experiment']}, {one['condition']}, run {one['seed']}: {one['is']}")
    together = said["together"]
    print(
        f"{together[EQUAL]} of {together['drawn']} equal: at most {together['at_most']:.1%} of the "
        f"records can be others, at {confidence:.0%}"
    )
    if summary:
        write_json(said, summary)
    if not only_report:
        job.refuse_other(said)


def sample(
    task_correlation: o.Correlation,
    output: o.Output,
    seed: Annotated[int, typer.Option(min=0, help="The run whose data set it is.")] = 0,
    n: Annotated[int, typer.Option(min=1, help="Samples.")] = 1_000,
    stream: Annotated[
        Literal["training", "held-out"],
        typer.Option(help="What a run trains on, in order, or what it is evaluated on."),
    ] = "training",
    universe: Annotated[
        Path, typer.Option(help="A universe; if none is named or made, the published one.")
    ] = o.UNIVERSE,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Write samples of one synthetic run's data.

    Columns x0 ... x99, y1, y2, as Parquet.
    """
    from mmoe_repro.files import write_parquet
    from mmoe_repro.synthetic.export import samples
    from mmoe_repro.synthetic.universes import read_universe

    path = o.or_published(universe, o.UNIVERSE, COMMITTED / "calibration/reference.json")
    frame = samples(read_universe(path), task_correlation, study_seed, seed, n, stream)
    write_parquet(frame, output)
    print(f"{output}: {len(frame)} samples of run {seed}, {stream} stream")


def describe_config() -> None:
    """Print what each configuration key means."""
    import yaml

    from mmoe_repro.config import SCHEMA, describe
    from mmoe_repro.synthetic.universes import read_universe

    reference = asdict(read_universe(COMMITTED / "calibration/reference.json"))
    print(describe(yaml.safe_load(SCHEMA.read_text()), reference), end="")


def add_to(app: typer.Typer) -> None:
    """Make these commands of the program itself."""
    for command in (verdicts, why, audit, plan, sample, describe_config):
        app.command()(command)
