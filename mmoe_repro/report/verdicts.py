"""The tables of the verdicts, all from one document, results/claims/verdicts.json."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mmoe_repro.claims.document import decimals
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tables import DASH, number, tabular

Document = Mapping[str, Any]

COLOURS = {"supported": "supported", "contradicted": "contradicted", "undecided": "undecided"}
SIGNS = {"supported": "$+$", "contradicted": "$-$", "undecided": "?", "no values": ""}


def read(folders: Folders) -> Document:
    """The study's verdicts."""
    found: Document = json.loads((folders.results / "claims/verdicts.json").read_text())
    return found


def escape(text: str) -> str:
    """Plain text for LaTeX."""
    for sign in "&%_#$":
        text = text.replace(sign, f"\\{sign}")
    text = text.replace("<", "$<$").replace(">", "$>$")
    return re.sub(r"(?<![\w.])-(?=\d)", "$-$", text)


def coloured(verdict: str, text: str | None = None) -> str:
    """A verdict in its colour (defined in paper/macros.tex)."""
    text = escape(text or verdict)
    return rf"\textcolor{{{COLOURS[verdict]}}}{{{text}}}" if verdict in COLOURS else text


def spaced(text: str) -> str:
    """A tabular with room between rows of several lines."""
    return text.replace(" \\\\\n", " \\\\[3pt]\n")


def sign(verdict: str) -> str:
    """A verdict as one coloured sign."""
    text = SIGNS[verdict]
    return rf"\textcolor{{{COLOURS[verdict]}}}{{{text}}}" if verdict in COLOURS else text


def p_value(value: float | None) -> str:
    """A p-value to three decimals."""
    if value is None:
        return DASH
    return "$<$0.001" if value < 0.001 else f"{value:.3f}"


def verdict_cell(statement: Mapping[str, Any], source: str) -> str:
    """A verdict for the table; the nearest form's where the statement itself cannot be tested."""
    verdict = statement[source]["verdict"]
    if not statement["not_testable"]:
        return coloured(verdict)
    if verdict == "no values":
        return "not testable"
    return rf"not testable; nearest form {coloured(verdict)}"


def verdicts(document: Document) -> str:
    """The table that the report opens with."""
    cell = r">{\raggedright\arraybackslash}p"
    rows = [
        [
            rf"\hyperref[statement:{s['id']}]{{{s['id']}}}",
            escape(s["statement"]),
            verdict_cell(s, "published"),
            verdict_cell(s, "reproduced"),
            escape(s["reproduced"]["hangs_on"]),
        ]
        for s in document["statements"]
    ]
    header = ["", "the paper states", "its own values", "our runs", "what decides on our runs"]
    columns = f"l{cell}{{0.33\\linewidth}}{cell}{{0.13\\linewidth}}{cell}{{0.13\\linewidth}}"
    return spaced(tabular(columns + f"{cell}{{0.28\\linewidth}}", header, rows))


def sensitivity(document: Document) -> str:
    """Rows statements, columns our choices, cells verdicts."""
    choices = document["choices"]
    rows = [
        [s["id"], *(sign(s["choices"][choice["name"]]) for choice in choices)]
        for s in document["statements"]
    ]
    titles = [rf"\rotatebox{{90}}{{{escape(choice['title'])}}}" for choice in choices]
    return tabular("l" + "c" * len(choices), ["", *titles], rows)


def curve_panels(document: Document) -> str:
    """Distances of mean curves from the published ones."""
    rows = [
        [
            c["figure"].removeprefix("figure"),
            _title(c["model"]),
            f"{c['task_correlation']:g}",
            number(c["rms"]),
            number(c["largest"]),
            f"{c['at_step']:,}",
            rf"{100 * c['in_band']:.0f}\%",
        ]
        for c in document["panels"]["curves"]
    ]
    header = ["figure", "model", "correlation", "rms", "largest", "at step", "within chance"]
    return tabular("llrrrrr", header, rows)


def histogram_panels(document: Document) -> str:
    """One plain sentence for each published panel."""
    rows = [[escape(s["panel"]), escape(s["sentence"])] for s in document["panels"]["sentences"]]
    cell = r">{\raggedright\arraybackslash}p"
    columns = f"{cell}{{0.24\\linewidth}}{cell}{{0.70\\linewidth}}"
    return spaced(tabular(columns, ["panel", "ours against it"], rows))


def pairing(document: Document) -> str:
    """What is left of a difference's variance when models of one seed are compared."""
    rows, seen = [], set()
    for s in (s for s in document["statements"] if s["experiment"] == "synthetic"):
        for part, e in zip(s["parts"], s["reproduced"].get("parts", []), strict=False):
            left = e["beside"].get("variance_left_by_pairing")
            if left is None or tuple(part["conditions"]) in seen:
                continue
            seen.add(tuple(part["conditions"]))
            runs = f"{e['runs'] / left:,.0f}" if left > 0 else DASH
            rows.append([escape(part["words"]), number(left, 2), runs])
    header = ["difference", "variance left", f"{document['seeds']} pairs are worth"]
    return tabular("lrr", header, rows)


def power(document: Document) -> str:
    """What could have been found, and how many runs would have decided."""
    rows = []
    for s in document["statements"]:
        row = [s["id"]]
        for source in ("published", "reproduced"):
            parts = s[source].get("parts")
            if not parts:
                row += [DASH, DASH]
                continue
            detectable = max(e["detectable"] or 0 for e in parts)
            ratio = s["parts"][0]["ratio"]
            digits = 2 if ratio else 4 if s["experiment"] == "census" else 3
            row.append((r"$\times$" if ratio else "") + number(detectable, digits))
            needed = [e["runs_to_decide"] for e in parts]
            row.append(_runs(max(needed)) if all(needed) else "none would")
        rows.append(row)
    header = ["", "detectable (paper)", "runs (paper)", "detectable (ours)", "runs (ours)"]
    return tabular("lrrrr", header, rows)


def statement_table(document: Document, name: str) -> str:
    """The numbers behind one statement's verdicts, one row a part and source."""
    s = next(s for s in document["statements"] if s["id"] == name)
    rows: list[list[str]] = []
    for i, part in enumerate(s["parts"]):
        for source, words in (("published", "paper"), ("reproduced", "ours")):
            if "parts" not in s[source]:
                continue
            e = s[source]["parts"][i]
            first = not rows or rows[-1] == [""] or rows[-1][0] != escape(part["words"])
            needed = e["runs_to_decide"]
            digits = 4 if part["smallest"] < 0.005 else 3
            rows.append(
                [
                    escape(part["words"]) if source == "published" or first else "",
                    words,
                    rf"{number(e['estimate'], digits)} {{\scriptsize[{number(e['low'], digits)}, "
                    rf"{number(e['high'], digits)}]}}",
                    p_value(e["p_supported"]),
                    p_value(e["p_contradicted"]),
                    number(e["detectable"], digits),
                    _runs(needed) if needed else DASH,
                ]
            )
            if source == "reproduced" and "parts" in s["published"]:
                rows[-1][0] = ""
    header = ["", "", "effect", "$p$ holds", "$p$ fails", "detectable", "runs to decide"]
    small = SMALL if len(s["parts"]) > MANY_PARTS else ""
    return small + tabular("llrrrrr", header, rows)


def _runs(needed: int) -> str:
    return f"{needed:,}" if needed <= MOST_RUNS else f"over {MOST_RUNS:,}"


def _title(model: str) -> str:
    from mmoe_repro.census.methods import METHODS
    from mmoe_repro.models.zoo import TITLES

    return TITLES.get(model) or METHODS[model].title


TABLES: dict[str, Callable[[Document], str]] = {
    "verdicts": verdicts,
    "sensitivity": sensitivity,
    "curve_panels": curve_panels,
    "histogram_panels": histogram_panels,
    "pairing": pairing,
    "power": power,
}
CLAIM = "claim_"
MANY_PARTS = 5  # from more on a statement's table is set smaller, so that its page is one
SMALL = "\\scriptsize\\renewcommand{\\arraystretch}{0.85}%\n"
MOST_RUNS = 1_000_000  # what nobody trains


def is_verdict_table(name: str) -> bool:
    """Whether `name` is a table of this module."""
    return name in TABLES or name.startswith(CLAIM)


def verdict_table(name: str, folders: Folders) -> str:
    """The table called `name` as LaTeX."""
    document = read(folders)
    if name.startswith(CLAIM):
        return statement_table(document, name.removeprefix(CLAIM))
    return TABLES[name](document)


def numbers(path: Path) -> dict[str, str]:
    """The texts and verdicts of the prose, by name, ready for LaTeX."""
    document = json.loads(path.read_text())
    found = {
        "verdicts.alpha": f"{document['alpha']:g}",
        "verdicts.one_rate": f"{document['one_rate']:g}",
        "verdicts.statements": str(len(document["statements"])),
    }
    for name, reason in document["smallest_effects"].items():
        found[f"smallest.{name}.reason"] = escape(reason)
    for experiment in ("synthetic", "census"):
        about = [s for s in document["statements"] if s["experiment"] == experiment]
        found[f"verdicts.{experiment}"] = str(len(about))
        for source in ("published", "reproduced"):
            for verdict in ("supported", "contradicted", "undecided"):
                names = [s["id"] for s in about if s[source]["verdict"] == verdict]
                key = f"verdicts.{experiment}.{source}.{verdict}"
                found[key], found[f"{key}.names"] = str(len(names)), ", ".join(names) or "none"
    left = [
        e["beside"]["variance_left_by_pairing"]
        for s in document["statements"]
        if s["experiment"] == "synthetic"
        for e in s["reproduced"].get("parts", [])
        if e["beside"].get("variance_left_by_pairing") is not None
    ]
    if left:
        middle = sorted(left)[len(left) // 2]
        found["pairing.left"] = f"{middle:.2f}"
        found["pairing.worth"] = f"{document['seeds'] / middle:,.0f}"
    steady = [
        s["id"]
        for s in document["statements"]
        if len(set(s["choices"].values()) - {"no values"}) == 1
    ]
    found["verdicts.steady"] = ", ".join(steady) or "none"
    for s in document["statements"]:
        name = f"claim.{s['id']}"
        for key in ("section", "statement", "estimand"):
            found[f"{name}.{key}"] = escape(s[key])
        found[f"{name}.regions"] = "; ".join(
            dict.fromkeys(escape(part["region"]) for part in s["parts"])
        )
        found[f"{name}.tests"] = ", ".join(dict.fromkeys(part["test"] for part in s["parts"]))
        for key in ("not_testable", "nearest", "disagreement"):
            if s[key]:
                found[f"{name}.{key}"] = escape(s[key])
        for source in ("published", "reproduced"):
            judgement = s[source]
            # The bare word is what \verdictis compares with
            found[f"{name}.{source}"] = judgement["verdict"]
            found[f"{name}.{source}.as_stated"] = coloured(
                judgement["verdict"], judgement["as_stated"]
            )
            found[f"{name}.{source}.hangs_on"] = escape(judgement["hangs_on"])
            found[f"{name}.{source}.p"] = (
                f"{p_value(judgement['holm_supported'])} to support, "
                f"{p_value(judgement['holm_contradicted'])} to contradict"
                if "parts" in judgement
                else DASH
            )
        flips = [
            f"{choice['title']} ({s['choices'][choice['name']]})"
            for choice in document["choices"]
            if s["choices"][choice["name"]] not in (s["reproduced"]["verdict"], "no values")
        ]
        found[f"{name}.flips"] = escape("; ".join(flips)) or "none of those tried"
        found[f"{name}.beside"] = escape(_beside(s))
    return found


def _beside(s: Mapping[str, Any]) -> str:
    """Other measures of the part that our verdict hangs on, in words."""
    judgement = s["reproduced"]
    said = []
    if "parts" in judgement:
        spans: dict[str, list[float]] = {}
        for e in judgement["parts"]:
            for key, value in e["beside"].items():
                if value is not None:
                    spans.setdefault(key, []).append(value)
        of_aucs = s["experiment"] == "census"
        digits, higher = (4, "AUC") if of_aucs else (3, "loss")

        def text(x: float) -> str:
            least = 10.0**-digits
            return f"below {least:.{digits}f}" if 0 <= x < least / 2 else decimals(x, digits)

        for key, words in BESIDE.items():
            if key in spans:
                low, high = min(spans[key]), max(spans[key])
                value = text(low) if low == high else f"{text(low)} to {text(high)}"
                said.append(f"{words.format(higher)} {value}")
    for model, p in judgement.get("trends", {}).items():
        said.append(f"Page's trend over correlations for {_title(model)}: p {p_text(p)}")
    return "; ".join(said) or "nothing"


def p_text(p: float) -> str:
    """A p-value in running text."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


BESIDE = {
    "probability_first_is_higher": "probability that a run of the first has the higher {}",
    "difference_of_medians": "difference of medians",
    "difference_of_interquartile_means": "of interquartile means",
    "variance_left_by_pairing": "variance left by pairing",
    "brown_forsythe_p": "Brown-Forsythe p-values",
    "ratio_of_interquartile_ranges": "ratio of interquartile ranges",
    "first_minimum": "lowest loss of the first",
    "second_minimum": "of the second",
    "share_that_a_minimum_misses": "share of runs that such a minimum can miss",
}
