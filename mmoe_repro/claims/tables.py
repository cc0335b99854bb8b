"""The tables of the verdicts, all from one document, results/claims/verdicts.json."""

from collections.abc import Mapping
from typing import Any

from mmoe_repro.claims.choices import OUR_SPREAD
from mmoe_repro.claims.document import THOUSANDTHS, digits_of, in_words, with_our_spread
from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.outcomes import NO_VALUES
from mmoe_repro.files import read_json, read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, escape, number, spaced, tabular

Document = Mapping[str, Any]

COLOURS = {"supported": "supported", "contradicted": "contradicted", "undecided": "undecided"}
MANY_PARTS = 5  # from more on a statement's table is set smaller, so that its page is one
SMALL = "\\footnotesize\\renewcommand{\\arraystretch}{0.95}%\n"
MOST_RUNS = 1_000_000  # what nobody trains
SIGNS = {"supported": "$+$", "contradicted": "$-$", "undecided": "?", "no values": ""}


def read(folders: Folders) -> Document:
    """The study's verdicts."""
    found: Document = read_json(folders.results / "claims/verdicts.json", "statements")
    return found


def statement(document: Document, name: str) -> Mapping[str, Any]:
    """The statement called `name`. Raises ValueError for an unknown one."""
    for found in document["statements"]:
        if found["id"] == name:
            return dict(found)
    raise ValueError(
        f"statement {name!r}: there are {', '.join(s['id'] for s in document['statements'])}"
    )


def coloured(verdict: str, text: str | None = None) -> str:
    """A verdict in its colour (defined in paper/macros.tex)."""
    text = escape(text or verdict)
    return rf"\textcolor{{{COLOURS[verdict]}}}{{{text}}}" if verdict in COLOURS else text


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
    """A verdict for the table, and how a contradiction is one; the nearest form's where the statement
    itself cannot be tested."""
    judgement = statement[source]
    said = coloured(judgement["verdict"], in_words(judgement))
    if not statement["not_testable"]:
        return said
    if judgement["verdict"] == NO_VALUES:
        return "not testable"
    return f"nearest form {said}"


def verdicts(folders: Folders) -> str:
    """The table that the report opens with."""
    cell = r">{\raggedright\arraybackslash}p"
    rows = [
        [
            rf"\hyperref[statement:{s['id']}]{{{s['id']}}}",
            escape(s["statement"]),
            verdict_cell(s, "published") + _with_our_spread(s),
            verdict_cell(s, "reproduced"),
            escape(s["universes"].replace(" in ", " ")) or DASH,
            escape(s["reproduced"]["in_short"]).replace(f"AUC{THOUSANDTHS}", "$10^3$ AUC")
            + _sureness(s["reproduced"]),
        ]
        for s in read(folders)["statements"]
    ]
    header = ["", "the paper states", "its values", "our runs", "believable universes"]
    widths = (0.28, 0.098, 0.098, 0.242, 0.178)
    columns = "l" + "".join(f"{cell}{{{width}\\linewidth}}" for width in widths)
    return spaced(tabular(columns, [*header, "deciding effect"], rows))


def _with_our_spread(s: Mapping[str, Any]) -> str:
    """The sign of the verdict on the paper's means with our runs' spread, where it is another one."""
    return f" ({sign(s[OUR_SPREAD]['verdict'])})" if with_our_spread(s) else ""


def _sureness(judgement: Mapping[str, Any]) -> str:
    """The adjusted p-value that a verdict stands on, behind its effect."""
    adjusted = judgement.get(f"holm_{judgement['verdict']}")
    return "" if adjusted is None else rf", $p$~{p_value(adjusted)}"


def sensitivity(folders: Folders) -> str:
    """Rows statements, columns our choices, cells verdicts."""
    document = read(folders)
    choices = document["choices"]
    rows = [
        [s["id"], *(sign(s["choices"][choice["name"]]) for choice in choices)]
        for s in document["statements"]
    ]
    titles = [rf"\rotatebox{{90}}{{{escape(choice['title'])}}}" for choice in choices]
    return tabular("l" + "c" * len(choices), ["", *titles], rows)


def power(folders: Folders) -> str:
    """What could have been found, and how many runs would have decided."""
    rows = []
    for s in read(folders)["statements"]:
        row = [s["id"]]
        for source in ("published", "reproduced"):
            parts = s[source].get("parts")
            if not parts:
                row += [DASH, DASH]
                continue
            detectable = max(e["detectable"] or 0 for e in parts)
            ratio = s["parts"][0]["ratio"]
            digits = 2 if ratio else digits_of(s["parts"][0]["smallest"])
            row.append((r"$\times$" if ratio else "") + number(detectable, digits))
            needed = [e["runs_to_decide"] for e in parts]
            row.append(_runs(max(needed)) if all(needed) else "none would")
        rows.append(row)
    header = [
        "",
        "detectable (paper)",
        "all parts (paper)",
        "detectable (ours)",
        "all parts (ours)",
    ]
    return tabular("lrrrr", header, rows)


def sizes(folders: Folders) -> str:
    """How often each of the bootstrap's tests errs, of an effect at its edge."""
    found = read_table(folders.results / "claims/sizes.csv", "estimand", "population", "runs")
    rows = []
    for (estimand, whose), of in found.groupby(["estimand", "population"], sort=False):
        at = of.set_index("runs")
        cells = [number(100 * at.loc[n, side], 1) for n in at.index for side in ("above", "below")]
        rows.append(
            [
                escape(ESTIMANDS[str(estimand)].words),
                {"ours": "our runs"}.get(str(whose), "the paper's"),
                *cells,
            ]
        )
    runs = list(dict.fromkeys(found["runs"]))
    header = ["", "drawn from", *(["too much", "too little"] * len(runs))]
    over = " & ".join(["", "", *(rf"\multicolumn{{2}}{{c}}{{{n} runs}}" for n in runs)]) + r" \\"
    return tabular("ll" + "rr" * len(runs), header, rows, over)


def claim(folders: Folders, name: str) -> str:
    """The numbers behind the verdicts on the statement called `name`, one row a part and source.

    Where effects that count are thousandths, as of AUCs, all are in thousandths. How many runs would
    decide is in `power`.
    """
    s = statement(read(folders), name)
    fine = all(digits_of(part["smallest"]) > 3 for part in s["parts"])
    rows: list[list[str]] = []
    for i, part in enumerate(s["parts"]):
        for source, words in (("published", "paper"), ("reproduced", "ours")):
            if "parts" not in s[source]:
                continue
            e = s[source]["parts"][i]
            estimate, low, high, detectable = (
                number(e[key] and e[key] * 1000, 2)
                if fine
                else number(e[key], digits_of(part["smallest"]))
                for key in ("estimate", "low", "high", "detectable")
            )
            first = source == "published" or "parts" not in s["published"]
            rows.append(
                [
                    escape(part["words"]) if first else "",
                    words,
                    rf"{estimate} {{\scriptsize[{low}, {high}]}}",
                    p_value(e["p_supported"]),
                    p_value(e["p_contradicted"]),
                    detectable,
                ]
            )
    unit = "effects in $10^{-3}$" if fine else ""  # in the column that has room
    header = [unit, "", "effect", "$p$ holds", "$p$ fails", "detectable"]
    small = SMALL if len(s["parts"]) > MANY_PARTS else ""
    return small + tabular("@{}llrrrr@{}", header, rows)


def _runs(needed: int) -> str:
    return f"{needed:,}" if needed <= MOST_RUNS else f"over {MOST_RUNS:,}"
