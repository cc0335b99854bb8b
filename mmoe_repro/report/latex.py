"""Compile the report with whichever LaTeX engine is there."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from mmoe_repro.files import write_aside, write_json
from mmoe_repro.report.captions import numbered

INSTALL = (
    "no LaTeX engine (latexmk, pdflatex or tectonic) was found, so everything but the PDF is made. "
    "On Debian or Ubuntu: apt-get install texlive-latex-recommended texlive-fonts-recommended "
    "lmodern; then run snakemake again."
)

# A fixed date makes the PDF's bytes depend on its content alone.
ENVIRONMENT = {"SOURCE_DATE_EPOCH": "1534723200", "FORCE_SOURCE_DATE": "1"}


class NoLatex(ValueError):
    """No engine is there, or the one that is there failed."""


def _commands(name: str) -> list[list[str]]:
    options = ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    if shutil.which("latexmk"):
        return [["latexmk", "-pdf", *options, name]]
    if shutil.which("pdflatex"):
        latex = ["pdflatex", *options, name]
        return [latex, ["bibtex", name], latex, latex]
    if shutil.which("tectonic"):
        return [["tectonic", "--keep-intermediates", f"{name}.tex"]]
    raise NoLatex(INSTALL)


def compile_report(
    paper: Path, made: list[Path], output: Path, captions: Path | None = None
) -> str:
    """Compile `paper`/report.tex, with the folders `made` beside it, into `output`; `captions` (.json)
    is told what number and page every figure and table has in it.

    Works in a temporary folder, so that nothing half-made is left. Returns the engine's name; raises
    NoLatex if there is none, or with the end of its log if it fails.
    """
    commands = _commands("report")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(paper, folder, dirs_exist_ok=True)
        for source in made:
            if source.is_dir():
                shutil.copytree(source, folder / source.name)
            else:
                shutil.copy(source, folder / source.name)
        for command in commands:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, **ENVIRONMENT},
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
            if done.returncode:
                tail = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
                raise NoLatex(f"{' '.join(command)} failed in the report:\n{tail}")
        write_aside(output, lambda aside: shutil.copy(folder / "report.pdf", aside))
        if captions:
            write_json(numbered((folder / "report.aux").read_text()), captions)
    return commands[0][0]
