"""`mmoe-repro claims ...`: the paper's statements judged."""

from pathlib import Path
from typing import Annotated

import typer

from mmoe_repro.claims.plan import CLAIMS
from mmoe_repro.cli import options as o

app = typer.Typer(
    help="The paper's statements: judge them, collect verdicts.", no_args_is_help=True
)


@app.command()
def judge(
    choices: Annotated[
        list[str],
        typer.Argument(
            metavar="CHOICE...",
            help="published, reference, or another choice: held_out, split_1, ...",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, help="Folder that CHOICE.json go to.")
    ],
    claims: o.Claims = CLAIMS,
    results: o.Results = o.RESULTS,
    config: o.ConfigText = "{}",
    cores: o.Cores = 1,
    study_seed: o.StudySeed = 2018,
) -> None:
    """Judge every statement under each choice.

    On the paper's values (published), or on our runs as judged (reference) or otherwise.
    """
    from mmoe_repro import study
    from mmoe_repro.claims.judgement import judgements
    from mmoe_repro.claims.statements import load
    from mmoe_repro.files import write_json

    checked = study.from_text(config)
    of = load(claims).of(study.experiments(checked))
    folders = study.folders(checked, results)
    shown = {choice: study.evidence(choice, checked, folders, of.whose()) for choice in choices}
    for choice, found in judgements(of, shown, study_seed, cores).items():
        write_json(found, output / f"{choice}.json")


@app.command()
def sizes(
    output: o.Output,
    claims: o.Claims = CLAIMS,
    results: o.Results = o.RESULTS,
    config: o.ConfigText = "{}",
    study_seed: o.StudySeed = 2018,
) -> None:
    """Say how often the bootstrap's tests err.

    Of populations made of our runs and of the paper's, moved until an effect is the smallest that
    counts.
    """
    from mmoe_repro import study
    from mmoe_repro.claims.choices import PUBLISHED, REFERENCE
    from mmoe_repro.claims.sizes import sizes as found_in
    from mmoe_repro.claims.statements import load
    from mmoe_repro.files import write_csv

    checked = study.from_text(config)
    of = load(claims).of(study.experiments(checked))
    folders = study.folders(checked, results)
    bodies = {
        words: study.evidence(choice, checked, folders, of.whose())
        for words, choice in (("ours", REFERENCE), ("paper", PUBLISHED))
    }
    write_csv(found_in(of, bodies, study_seed), output)


@app.command()
def collect(
    judged: Annotated[
        list[Path], o.files("As `claims judge` writes them, named for their choice.")
    ],
    output: o.Output,
    claims: o.Claims = CLAIMS,
    results: o.Results = o.RESULTS,
    config: o.ConfigText = "{}",
    universes: Annotated[
        Path | None, o.existing("As `mmoe-repro multiverse summarise` writes it: a column more.")
    ] = None,
) -> None:
    """Put all judgements into verdicts.json."""
    from mmoe_repro import study
    from mmoe_repro.claims.document import checked, document
    from mmoe_repro.claims.statements import load
    from mmoe_repro.files import read_json, write_json

    settings = study.from_text(config)
    found = document(
        load(claims).of(study.experiments(settings)),
        {path.stem: read_json(path) for path in judged},
        study.about(settings, study.folders(settings, results)),
        study.titles(settings),
        study.choices(settings),
        {
            name: of["words"]
            for name, of in (
                read_json(universes, "statements")["statements"].items() if universes else ()
            )
        },
    )
    write_json(checked(found), output)
