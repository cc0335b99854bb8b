"""The report: no number typed by hand, every name defined, and what happens without LaTeX."""

import re
from pathlib import Path

import pytest

from mmoe_repro.records import sha256
from mmoe_repro.report.latex import NoLatex, compile_report
from mmoe_repro.report.numbers import to_latex
from mmoe_repro.report.publish import publish
from mmoe_repro.report.tables import TABLES, tabular
from tests.conftest import ROOT

TEXT = [ROOT / "paper/report.tex", *sorted((ROOT / "paper/sections").glob("*.tex"))]

# Where digits are names and settings, not results.
ALLOWED = [
    r"(?<!\\)%.*",  # comments
    r"\\val\{(?:[^{}]|\\val\{[^{}]*\})*\}",  # numbers that the workflow made
    r"\\quoted\{[^{}]*\}",  # what the paper states
    r"\\(?:label|ref|cite[tp]?|input|includegraphics|remake|tablefile)(?:\[[^\]]*\])?\{[^{}]*\}",
    r"\\texttt\{(?:[^{}]|\\\{|\\\}|\{[^{}]*\})*\}",  # commands
    r"Figures?[~\s]+[2-5](?:(?:,|[~\s]+and)[~\s]+[2-5])*",  # the paper's figures by name
    r"Shared-Bottom-16",  # the name of Figure 3's model
    r"[_^]\{?\d\}?",  # indices and powers
    r"\\(?:documentclass|usepackage|hypersetup|fcolorbox|parbox|textcolor|setlength)\b.*",
    r"p\{[\d.]+\\linewidth\}",
    r"[\d.]+\\(?:linewidth|textwidth)",
    r"\\newcommand.*",
    r"\\ifsmoke\{\\begin\{center\}.*",
]


def prose(path: Path) -> str:
    text = path.read_text()
    if path.name == "report.tex":
        text = text[text.index(r"\begin{document}") :]
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text)
    return text


@pytest.mark.parametrize("path", TEXT, ids=lambda path: path.stem)
def test_no_number_in_the_prose_is_typed_by_hand(path: Path) -> None:
    found = re.findall(r".{0,30}\d.{0,30}", prose(path))
    assert not found, found


def test_the_search_for_typed_numbers_finds_one(tmp_path: Path) -> None:
    typed = tmp_path / "typed.tex"
    typed.write_text(r"MMoE ends at 0.081, see Figure 4 and \val{figure4.mmoe.0.5.ours}.")
    assert re.findall(r"\d+\.\d+", prose(typed)) == ["0.081"]


def test_latex_numbers_are_definitions_and_refuse_a_bare_percent() -> None:
    assert r"\csname val@a.b\endcsname{1}" in to_latex({"a.b": "1"})
    with pytest.raises(ValueError, match="bare %"):
        to_latex({"a": "5%"})


def test_a_tabular_is_booktabs() -> None:
    text = tabular("ll", ["a", "b"], [["1", "2"], [""], ["3", "4"]])
    assert text.count(r"\midrule") == 2
    assert "1 & 2" in text


def test_every_table_in_the_text_has_a_maker() -> None:
    named = re.findall(r"\\tablefile\{([a-z0-9_]+)\}", "".join(p.read_text() for p in TEXT))
    assert set(named) - {"name"} == set(TABLES)


def test_without_latex_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoLatex, match="apt-get install texlive-latex-recommended"):
        compile_report(ROOT / "paper", [], tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()


def test_publishing_needs_a_finished_study_and_writes_a_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    source, target = tmp_path / "results", tmp_path / "published"
    source.mkdir()
    (target).mkdir()
    (target / "old").write_text("kept")
    with pytest.raises(FileNotFoundError, match=r"a\.txt not there"):
        publish(source, ["a.txt"], target)
    assert (target / "old").exists()  # nothing was touched
    (source / "a.txt").write_text("records")
    publish(source, ["a.txt"], target)
    manifest = (target / "manifest.json").read_text()
    assert sha256(target / "a.txt") in manifest
    assert not (target / "old").exists()


@pytest.mark.parametrize("folder", sorted((ROOT / "results/published").glob("*/manifest.json")))
def test_published_files_are_those_of_their_manifest(folder: Path) -> None:
    import json

    listed = json.loads(folder.read_text())["sha256"]
    there = {
        str(p.relative_to(folder.parent)): sha256(p)
        for p in folder.parent.rglob("*")
        if p.is_file() and p.name != "manifest.json"
    }
    assert there == listed
