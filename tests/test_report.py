"""The report: no number typed by hand, every name defined, and what happens without LaTeX."""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from mmoe_repro import study
from mmoe_repro.census import plan as census
from mmoe_repro.claims.terminal import markdown
from mmoe_repro.files import BadFile, sha256
from mmoe_repro.report.captions import numbered
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.latex import NoLatex, compile_report
from mmoe_repro.report.macros import to_latex
from mmoe_repro.report.publish import publish
from mmoe_repro.report.rooms import draw, part
from mmoe_repro.report.tabular import escape, listed, power, scientific, tabular
from mmoe_repro.synthetic import plan as synthetic
from mmoe_repro.synthetic.plan import SELECTION_FIRST
from mmoe_repro.synthetic.universe import Universe
from tests.conftest import ROOT, run

TEXT = [ROOT / "paper/report.tex", *sorted((ROOT / "paper/sections").glob("*.tex"))]

# Where digits are names and settings, not results.
ALLOWED = [
    r"\\ifcsname val@[^\\]*\\endcsname",
    r"(?<!\\)%.*",  # comments
    r"\\val\{(?:[^{}]|\\val\{[^{}]*\})*\}",  # numbers that the workflow made
    r"\\quoted\{[^{}]*\}",  # what the paper states
    r"\\holds\{[^{}]*\}\{[<>]\}\{[^{}]*\}",  # what a sentence hangs on
    r"\\verdictis(?:\{[^{}]*\}){3}",  # likewise
    r"\\statementpage\{[^{}]*\}",
    r"\\(?:label|ref|cite[tp]?|input|figurefile|source|tablefile)(?:\[[^\]]*\])?\{[^{}]*\}",
    r"\\texttt\{(?:[^{}]|\\\{|\\\}|\{[^{}]*\})*\}",  # commands
    r"Figures?[~\s]+[2-5](?:(?:,|[~\s]+and)[~\s]+[2-5])*",  # the paper's figures by name
    r"Shared-Bottom-16",  # the name of Figure 3's model
    r"L2-Constrained",  # the name of a method
    r"\b[SAT]\d[ab]?\b",  # statements by name
    r"\bR\d\b",  # figures and tables of this report
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


def test_large_and_small_numbers_have_a_power_of_ten() -> None:
    said = [scientific(value, 1) for value in (1e9, 2.5e10, 6.04e-5, 0)]
    assert said == ["$10^{9}$", r"$2.5 \times 10^{10}$", r"$6 \times 10^{-5}$", "0"]
    assert [power(value) for value in (3e-4, 1e-3, 0)] == ["$10^{-3}$", "$10^{-3}$", "0"]


def test_a_tabular_is_booktabs() -> None:
    text = tabular("ll", ["a", "b"], [["1", "2"], [""], ["3", "4"]])
    assert text.count(r"\midrule") == 2
    assert "1 & 2" in text


def test_numbers_below_zero_have_a_minus_sign_in_a_tabular() -> None:
    cells = ["-0.5 [-1.5, -.2]", "$-$1", "$10^{-3}$", "1e-05", "0.1-0.2", "--", "batch-norm"]
    (row,) = [line for line in tabular("l", [""], [cells]).splitlines() if "batch" in line]
    assert row == " & ".join(["$-$0.5 [$-$1.5, $-$.2]", *cells[1:]]) + r" \\"


def test_every_table_in_the_text_has_a_maker() -> None:
    named = re.findall(r"\\tablefile\{([a-z0-9_]+)\}", "".join(p.read_text() for p in TEXT))
    named += re.findall(r"\\input\{tables/([a-z_]+)\}", "".join(p.read_text() for p in TEXT))
    assert set(named) - {"name"} == {
        name for room in study.ROOMS for name in part(room, "plan").TABLES
    }


def test_every_caption_ends_with_the_name_of_its_own_figure_or_table() -> None:
    text = "".join(path.read_text() for path in [*TEXT, ROOT / "paper/macros.tex"])
    floats = re.findall(r"\\begin\{(figure|table)\}(.*?)\\end\{\1\}", text, re.S)
    assert len(floats) > 55
    for kind, of in floats:
        files = re.findall(r"\\(?:figurefile|tablefile|input)\{(?:tables/)?([^{}]+)\}", of)
        named = re.findall(r"\\source\{([^{}]+)\}\}", of)  # the caption's last words
        assert named == [name if kind == "figure" else f"table:{name}" for name in files], of


def test_what_latex_notes_of_captions_is_read() -> None:
    aux = (
        r"\relax\noted{figure4}{figure}{5}{12}\newlabel{x}{{1}{2}}\noted {table:a_b}{table}{3}{iv}"
    )
    assert numbered(aux) == {
        "figure4": {"kind": "figure", "number": "5", "page": "12"},
        "table:a_b": {"kind": "table", "number": "3", "page": "iv"},
    }


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
    (target / "manifest.json").write_text("{}")
    named = {"a.txt": source / "b.txt"}
    with pytest.raises(FileNotFoundError, match=r"b\.txt not there"):
        publish(named, target)
    assert (target / "old").exists()  # nothing was touched
    (source / "b.txt").write_text("records")
    publish(named, target)
    assert sha256(target / "a.txt") in (target / "manifest.json").read_text()
    assert not (target / "old").exists()
    publish({"c.txt": target / "a.txt"}, target)  # what is published already may stay
    assert (target / "c.txt").read_text() == "records"


def test_publishing_replaces_no_folder_that_is_none_of_published_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "b.txt"
    record.write_text("records")
    (tmp_path / "mine/deep").mkdir(parents=True)
    (tmp_path / "mine/deep/thesis.txt").write_text("years")
    monkeypatch.chdir(tmp_path / "mine")
    for target in (Path(), tmp_path / "mine", record):
        with pytest.raises(BadFile, match=r"has no manifest\.json, so it is not replaced; allowed"):
            publish({"a.txt": record}, target)
    assert (tmp_path / "mine/deep/thesis.txt").exists()
    assert record.exists()
    monkeypatch.chdir(ROOT)
    (tmp_path / "empty").mkdir()
    for target in (tmp_path / "empty", tmp_path / "not/there"):
        assert len(publish({"a.txt": record}, target)) == 2


def test_what_is_published_of_the_census_comes_from_two_folders() -> None:
    found = census.published(Folders(Path("results"), {"census": Path("elsewhere")}))
    assert found["runs.parquet"] == Path("results/census/all_runs.parquet")
    assert found["tuned"] == Path("elsewhere/tuned")
    found = synthetic.published(Folders(Path("r")))
    assert found["runs.parquet"] == Path("r/synthetic/runs.parquet")


@pytest.mark.parametrize("folder", sorted((ROOT / "results/published").glob("*/manifest.json")))
def test_published_files_are_those_of_their_manifest(folder: Path) -> None:

    listed = json.loads(folder.read_text())["sha256"]
    there = {
        str(p.relative_to(folder.parent)): sha256(p)
        for p in folder.parent.rglob("*")
        if p.is_file() and p.name != "manifest.json"
    }
    assert there == listed


def test_published_benchmarks_of_the_census_are_within_their_bars() -> None:
    """A run in a population costs at most an eighth (a mixture's a fifth) of the same alone; nothing
    takes 6 GB."""
    folder = ROOT / "results/published/benchmarks"
    frame = pd.read_csv(folder / "census.csv")
    share = frame[frame["way"] == "plain PyTorch"].set_index(["model", "units"])["share"]
    assert share["shared_bottom", 128] <= 0.12
    assert share["mmoe", 128] <= 0.2
    assert frame["largest_relative_difference_of_losses"].max() < 1e-4
    assert pd.read_csv(folder / "census_memory.csv")["peak_megabytes"].max() < 6_000


# --- sentences that hang on results -----------------------------------------------------------

NUMBERS = {
    "a": "0.015",
    "b": "0.020",
    "claim.A3.reproduced": "supported",
    "study.asserted": "yes",
}


def compiled(tmp_path: Path, sentence: str, page: int = 0, **numbers: str) -> str:
    """The text of a page of a document of one sentence; raises NoLatex if the run fails."""
    paper = tmp_path / "paper"
    paper.mkdir()
    (paper / "macros.tex").write_text((ROOT / "paper/macros.tex").read_text())
    (paper / "report.tex").write_text(
        r"\documentclass{article}\usepackage{xcolor,graphicx,array,booktabs,hyperref}"
        r"\input{macros}\input{numbers}\begin{document}"
        + sentence
        + r"\nocite{*}\bibliographystyle{plain}\bibliography{references}\end{document}"
    )
    (paper / "references.bib").write_text("@misc{x, title={X}, author={X}}")
    made = tmp_path / "numbers.tex"
    made.write_text(to_latex(NUMBERS | {k.replace("__", "."): v for k, v in numbers.items()}))
    compile_report(paper, [made], tmp_path / "report.pdf", tmp_path / "captions.json")
    return PdfReader(tmp_path / "report.pdf").pages[page].extract_text()


needs_latex = pytest.mark.skipif(
    not any(map(shutil.which, ("latexmk", "pdflatex", "tectonic"))),
    reason="no LaTeX engine is here",
)


@needs_latex
def test_a_figures_number_and_page_are_noted_where_latex_set_it(tmp_path: Path) -> None:
    sentence = r"Before it.\clearpage\begin{figure}X\caption{Long. \source{table:a_b}}\end{figure}"
    assert "Source: mmoe-repro why table:a_b." in compiled(tmp_path, f"{sentence}.", page=1)
    noted = json.loads((tmp_path / "captions.json").read_text())
    assert noted == {"table:a_b": {"kind": "figure", "number": "1", "page": "2"}}


@needs_latex
def test_a_true_sentence_is_set(tmp_path: Path) -> None:
    sentence = r"\holds{a}{<}{b}{smaller}, \holds{b}{>}{a}{larger}, "
    sentence += r"\verdictis{A3}{reproduced}{supported}{so}"
    assert "smaller, larger, so" in compiled(tmp_path, sentence)


@needs_latex
@pytest.mark.parametrize(
    "sentence",
    [
        r"\holds{a}{>}{b}{its spread is larger}",
        r"\holds{a}{<}{a}{its spread is larger}",
        r"\verdictis{A3}{reproduced}{contradicted}{its spread is larger}",
        r"\holds{a}{<}{unknown}{its spread is larger}",
        r"\val{unknown}",
    ],
)
def test_a_false_sentence_stops_the_run(sentence: str, tmp_path: Path) -> None:
    with pytest.raises(NoLatex, match=r"its spread is larger|No number is called"):
        compiled(tmp_path, sentence)


@needs_latex
def test_another_study_marks_a_sentence_that_does_not_hold_and_has_no_number_of_what_it_lacks(
    tmp_path: Path,
) -> None:
    sentence = (
        r"\holds{a}{>}{b}{larger}, \holds{a}{<}{lacking}{less}, it is \val{lacking} or \val{a}"
    )
    text = " ".join(compiled(tmp_path, sentence, study__asserted="no").split())
    assert "[not in this study: larger], " in text
    assert "[not in this study: less], it is \N{EN DASH} or 0.015" in text


def test_escaping_leaves_words_and_protects_signs() -> None:
    assert (
        escape("5 % of a_b & -0.1, [-0.2, OMoE-16") == r"5 \% of a\_b \& $-$0.1, [$-$0.2, OMoE-16"
    )


def test_the_verdicts_of_the_readme_are_the_published_ones() -> None:
    """`mmoe-repro verdicts --markdown` prints the table."""
    published = json.loads((ROOT / "results/published/synthetic/claims/verdicts.json").read_text())
    assert markdown(published) in (ROOT / "README.md").read_text()
    universe = Universe.from_dict(
        json.loads((ROOT / "results/published/calibration/reference.json").read_text())["universe"]
    )
    assert published["universe"] == universe.key()
    assert (universe.batch_size, universe.n_samples) == (16, None)  # as the README says
    assert (universe.standardise, universe.biases) == (True, False)


def test_what_the_readme_answers_is_so() -> None:
    published = json.loads((ROOT / "results/published/synthetic/claims/verdicts.json").read_text())
    of = {s["id"]: s for s in published["statements"]}
    ours = {name: s["reproduced"]["verdict"] for name, s in of.items()}
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert "both mixtures of experts beat a shared bottom, as the paper says (A3), but" in readme
    assert ours["A3"] == "supported"
    assert "they train no more reliably (T1), and a shared bottom gains less from" in readme
    assert {ours[name] for name in ("S1", "A1", "T1")} == {"contradicted"}
    numbers = json.loads((ROOT / "results/published/synthetic/numbers.json").read_text())
    number = {
        key.removeprefix("multiverse."): text
        for key, text in numbers.items()
        if key.startswith("multiverse.")
    }
    assert number["equals"] == "8"
    assert "eight fit its Figures 2 and 3 equally well" in readme
    chance, fit = (float(numbers[f"figure3.0.001.{key}"]) for key in ("expected_misfit", "misfit"))
    assert chance < min(fit, float(numbers["calibration.memorising.misfit"]))
    keys = ("figure4.ours", "figure4.before", "figure3.ours", "figure3.before", "supports")
    longer = {key: numbers[f"trainability.longer.reference.{key}"] for key in keys}
    assert f"({longer['figure4.ours']} from it in place of {longer['figure4.before']})" in readme
    assert float(longer["figure3.ours"]) > float(longer["figure3.before"])
    assert "T1a" in longer["supports"].split(", ")
    ends = [numbers[f"figure4.mmoe.0.5.{whose}"] for whose in ("ours", "published")]
    assert "({} where it has {})".format(*ends) in readme
    supports = listed(numbers["portraits.memorising.supports"].split(", "))
    assert f"with them {supports} hold" in readme
    assert numbers["census.trials"] == "10"
    counts = re.search(r"A3 is (supported in \d+) of them and (contradicted in \d+);", readme)
    assert counts
    assert number["A3.equals"] == ", ".join(counts.groups())
    assert number["nearest.words"] == "the reference with batch size 256"
    assert number["nearest.supported"] == "A3"
    assert "where A3 is supported (on 200 runs per condition A4 and T1a, too)" in readme
    assert numbers["portraits.nearest.supports"].split(", ") == ["A3", "A4", "T1a"]
    assert numbers["portraits.seeds"] == "200"
    assert "batch size 256; training samples fresh" in numbers["portraits.nearest.words"]
    # The reference is no nearer to Figures 4 and 5 than the median of universes that fit Figure 3 worse
    for figure in ("figure4", "figure5"):
        assert float(number[f"{figure}.reference"]) > float(number[f"{figure}.median"])
    assert float(number["figure3.reference"]) < float(number["figure3.lowest"])
    on_means = [s["published_with_our_spread"] for s in of.values() if s["experiment"] == "census"]
    assert sum(found["verdict"] == "contradicted" for found in on_means) == 4
    said = re.search(
        r"of (\d+) other believable settings, none of which fits Figure 3 as well, (\d+) supports? A3"
        r" and (\d+) contradict it",
        readme,
    )
    assert said
    universes, supporting, contradicting = said.groups()
    words = f"supported in {supporting}, contradicted in {contradicting} of {universes}"
    assert of["A3"]["universes"].startswith(words)
    assert "our runs contradict all 5 statements (C1 to C5)" in readme
    assert [ours[name] for name in ours if name[0] == "C"] == 5 * ["contradicted"]
    of_universes = pd.read_parquet(ROOT / "results/published/multiverse/runs-0000.parquet")
    assert of_universes[of_universes["seed"] < SELECTION_FIRST]["seed"].nunique() == 20
    assert "there are 20 runs per condition" in readme


def test_what_the_readme_says_of_the_census_is_so() -> None:
    folder = ROOT / "results/published/census"
    runs = pd.read_parquet(folder / "runs.parquet")
    trees = pd.read_parquet(folder / "baselines.parquet")
    trees = trees[(trees["method"] == "boosted_trees") & (trees["split"] == 0)].set_index("group")
    for group, of_group in runs[runs["split"] == 0].groupby("group"):
        means = of_group.groupby("method")["test_main_auc"].mean()
        assert len(means) == 7
        assert means.max() - means.min() < 0.003
        assert means.max() < trees["test_main_auc"][group]


def test_the_census_goes_on_from_the_published_repeats() -> None:
    first = yaml.safe_load((ROOT / "config/census.yaml").read_text())["census"]["first"]
    runs = pd.read_parquet(ROOT / "results/published/census/runs.parquet")
    assert (runs.groupby(["group", "method"])["seed"].nunique() == first).all()


def test_figures_have_seaborns_look_without_loading_it() -> None:
    code = """
import matplotlib, sys
from mmoe_repro.report import style
style.apply()
assert "seaborn" not in sys.modules
ours = dict(matplotlib.rcParams)
import seaborn
own = ["font.size", "axes.titlesize", "axes.labelsize", "legend.fontsize", "xtick.labelsize"]
own += ["ytick.labelsize", "pdf.fonttype", "svg.hashsalt", "svg.fonttype"]
own += ["figure.constrained_layout.use"]
matplotlib.rcdefaults()
seaborn.set_theme(context="paper", style="darkgrid", palette="deep", rc={n: ours[n] for n in own})
def same(a, b):
    if isinstance(a, float):
        return abs(a - b) < 1e-9
    if matplotlib.colors.is_color_like(a):
        return matplotlib.colors.to_hex(a) == matplotlib.colors.to_hex(b)
    if "cycler" in type(a).__module__:
        return all(map(same, a.by_key()["color"], b.by_key()["color"]))
    return a == b
theirs = matplotlib.rcParams
skip = {"backend", "backend_fallback", "image.cmap"}
print([n for n in ours if n not in skip and not same(ours[n], theirs[n])])
"""
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


def test_the_published_verdicts_can_still_be_drawn(tmp_path: Path) -> None:
    published = ROOT / "results/published/synthetic"
    draw("claims", "claim_A3", {"verdicts": published / "claims/verdicts.json"}, {}, tmp_path / "a")
    assert (tmp_path / "a.pdf").read_bytes() == (published / "figures/claim_A3.pdf").read_bytes()


def test_nothing_in_the_published_report_is_set_below_seven_points() -> None:
    """But for an exponent or an asterisk, in text, tables and figures."""
    small = []
    for number, page in enumerate(
        PdfReader(ROOT / "results/published/synthetic/report.pdf").pages, 1
    ):

        def visit(
            text: str, cm: Any, tm: Any, font: Any, size: float, number: int = number
        ) -> None:
            x, y = tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]
            set_at = size * float(np.hypot(x, y))
            if len(text.strip()) > 1 and 0 < set_at < 6.9:  # TeX's 7 points are 6.97 of a PDF's
                small.append((number, round(set_at, 1), text.strip()))

        page.extract_text(visitor_text=visit)
    assert not small


def test_page_one_of_the_published_report_holds_the_whole_table_of_verdicts() -> None:
    published = ROOT / "results/published/synthetic"
    first = PdfReader(published / "report.pdf").pages[0].extract_text()
    rows = {line.split(" ")[0] for line in first.splitlines()}
    statements = json.loads((published / "claims/verdicts.json").read_text())["statements"]
    assert {one["id"] for one in statements} <= rows
