"""`mmoe-repro report ...`: figures, tables, numbers, the PDF, and publishing."""

from pathlib import Path
from typing import Annotated

import typer

from mmoe_repro.calibration.plan import SPACE
from mmoe_repro.cli import options as o

app = typer.Typer(help="Figures, tables, numbers, the PDF, publishing.", no_args_is_help=True)

Room = Annotated[str, typer.Argument(help="Whose: synthetic, census, calibration, claims, ...")]


@app.command()
def figures(
    room: Room,
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="figure4, gates, claim_A3.")
    ],
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder that they go to.")],
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", metavar="NAME=PATH", help="A file that they show; once for each."),
    ] = None,
    plots: Annotated[str, typer.Option(help="The configuration's plots section, as JSON.")] = "{}",
) -> None:
    """Draw figures of a room as PDF, SVG, PNG."""
    from mmoe_repro import study
    from mmoe_repro.report import rooms

    settings = study.from_text(f'{{"plots": {plots}}}')["plots"]
    for name in names:
        rooms.draw(room, name, o.pairs(inputs), settings, output / name)


@app.command()
def tables(
    room: Room,
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="final_losses, curve_ends, claim_A3.")
    ],
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder that they go to.")],
    results: o.Results = o.RESULTS,
    beside: o.Beside = None,
) -> None:
    """Write tables of a room as LaTeX."""
    from mmoe_repro.files import write_text
    from mmoe_repro.report import rooms

    folders = o.folders(results, beside)
    for name in names:
        write_text(rooms.table(room, name, folders), output / f"{name}.tex")


@app.command()
def numbers(
    output: o.Output,
    config: o.ConfigText = "{}",
    results: o.Results = o.RESULTS,
    beside: o.Beside = None,
) -> None:
    """Write the prose's numbers as LaTeX macros.

    And as JSON beside, for a look; with, in another, the files that each was made from.
    """
    from mmoe_repro import study
    from mmoe_repro.files import write_json, write_text
    from mmoe_repro.report.macros import to_latex

    checked = study.from_text(config)
    found, sources = study.numbers(checked, o.folders(results, beside))
    text = to_latex(found, study.sections(checked))
    write_json(found, output.with_suffix(".json"))
    write_json(sources, output.with_name(f"{output.stem}_from.json"))
    write_text(text, output)


@app.command(name="compile")
def compile_pdf(
    made: Annotated[
        list[Path], typer.Argument(exists=True, help="Folders of figures, tables and numbers.")
    ],
    paper: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="Folder of report.tex.")
    ],
    output: o.Output,
    captions: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Number and page of figures and tables in it (.json)."),
    ] = None,
) -> None:
    """Compile the report to PDF.

    With whichever LaTeX engine is there: latexmk, pdflatex or tectonic.
    """
    from mmoe_repro.report.latex import compile_report

    print(f"{output}: compiled with {compile_report(paper, made, output, captions)}")


@app.command()
def explorer(
    verdicts: Annotated[Path, o.existing("As `mmoe-repro claims collect` writes them.")],
    output: o.Output,
    universes: Annotated[
        Path | None, o.existing("As `mmoe-repro multiverse judge` writes its verdicts.")
    ] = None,
    folder: o.UniverseRecords = o.UNIVERSE_RECORDS,
    census: Annotated[
        Path | None, o.existing("As `mmoe-repro census merge` writes its runs.")
    ] = None,
    space: o.SpaceFile = SPACE,
    label_functions: o.LabelFunctions = o.LABEL_FUNCTIONS,
    plots: Annotated[str, typer.Option(help="The configuration's plots section, as JSON.")] = "{}",
) -> None:
    """Write the page to look into.

    One file for a browser: verdicts, a statement over universes, their runs, the census's runs. What is
    not given is left out.
    """
    from mmoe_repro import study
    from mmoe_repro.explorer.files import read_census, read_universes
    from mmoe_repro.explorer.page import page
    from mmoe_repro.files import read_json, write_text

    settings = study.from_text(f'{{"plots": {plots}}}')["plots"]
    document = read_json(verdicts, "study", "statements", "titles")
    of_universes = read_universes(universes, folder, space, label_functions) if universes else {}
    of_census = read_census(census, document["titles"]) if census else []
    write_text(page(document, settings, of_universes, of_census), output)


@app.command()
def publish(
    room: Room,
    target: Annotated[
        Path, typer.Option(file_okay=False, help="The committed folder, which is replaced.")
    ],
    results: o.Results = o.RESULTS,
    beside: o.Beside = None,
) -> None:
    """Copy finished results to a committed folder.

    With a manifest of commit, constraints, processor and checksums.
    """
    from mmoe_repro.report import publish as published
    from mmoe_repro.report import rooms

    files = rooms.published(room, o.folders(results, beside))
    for path in published.publish(files, target):
        print(path)


@app.command()
def take(results: o.Results = o.RESULTS) -> None:
    """Take the published records for a study's.

    Each only if it has the checksum of its manifest; nothing is trained.
    """
    from mmoe_repro.report import publish as published
    from mmoe_repro.synthetic import plan

    found = plan.taken(results)
    for to, path in found.items():
        published.take(str(path.relative_to(plan.PUBLISHED_FOLDER)), plan.PUBLISHED_FOLDER, to)
    print(
        f"{results}: {len(found)} records taken from {plan.PUBLISHED_FOLDER}, as their manifest has them"
    )


@app.command()
def compare(results: o.Results = o.RESULTS) -> None:
    """Say what of a study differs from what is published.

    Byte by byte; by name.
    """
    from mmoe_repro.report import publish as published
    from mmoe_repro.synthetic import plan

    same, other = published.compare(plan.PUBLISHED_FOLDER, lambda name: plan.place(results, name))
    n = len(same) + len(other)
    print(
        f"{results}: of {n} files that {plan.PUBLISHED_FOLDER} has, too, {len(same)} have its bytes"
    )
    for name in other:
        print(f"  differs: {plan.place(results, name)}")
