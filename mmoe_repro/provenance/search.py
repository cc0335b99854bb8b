"""What a reader may mean by something that is no name: a number of the report, a beginning, a slip."""

import difflib
import re
import textwrap
from collections import Counter
from collections.abc import Iterator

from mmoe_repro.provenance import prose
from mmoe_repro.provenance.things import WIDE, Report, Unknown

MOST = 20  # names in a list
_OF_REPORT = re.compile(r"(fig|figure|table)\.? *(R?)(\d+)", re.I)
_NUMERAL = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?%?")


def found(text: str, report: Report) -> dict[str, str]:
    """Names that may be meant -> where in the report each stands, in words.

    `text` is a number as the report has it (0.310), a numbering (Figure R5; the paper's Figure 4), or
    how names begin (number:final, table:). Raises Unknown, with the nearest names, if nothing is found.
    """
    for find in (_numbered, _beginning, _with_value):
        names = find(text, report)
        if names:
            return names
    known = _lower(report)
    near = difflib.get_close_matches(text.lower(), known, n=3, cutoff=0.5)
    like = f"; nearest are {', '.join(known[name] for name in near)}" if near else ""
    raise Unknown(
        f"nothing in the report of {report.folder} is called {text!r}{like}; `mmoe-repro why` alone "
        "lists all"
    )


def listed(names: dict[str, str]) -> Iterator[str]:
    """The names with where they stand, in lines."""
    for name, where in list(names.items())[:MOST]:
        short = len(name) + len(where) < WIDE - 2
        yield f"{name}  {where}".rstrip() if short else name
        if not short:
            yield textwrap.fill(where, WIDE, initial_indent="    ", subsequent_indent="    ")
    if len(names) > MOST:
        yield f"and {len(names) - MOST} more"
    yield "One of them in full: mmoe-repro why NAME"


def everything(report: Report) -> Iterator[str]:
    """All names, figures, tables and statements one by one, numbers by how they begin."""

    def block(title: str, names: list[str]) -> Iterator[str]:
        yield f"{title}:"
        yield textwrap.fill(", ".join(names), WIDE, initial_indent="  ", subsequent_indent="  ")

    yield from block("figures", report.figures)
    yield from block("tables (table:NAME)", report.tables)
    yield from block("statements", [str(s["id"]) for s in report.statements])
    kinds = Counter(name.partition(".")[0] for name in report.numbers)
    title = "numbers (number:NAME; number:final lists what begins so; 0.310 finds that value)"
    yield from block(title, [f"{kind} ({n})" for kind, n in kinds.items()])


def _lower(report: Report) -> dict[str, str]:
    """Every name as it may be typed, in lower case -> the name."""
    bare = {name.partition(":")[2].lower(): name for name in report.names if ":" in name}
    return {**bare, **{name.lower(): name for name in report.names}}


def _numbered(text: str, report: Report) -> dict[str, str]:
    """Figure R5 and Table R6, as the report numbers them; Figure 5, Table 1, as the paper does."""
    asked = _OF_REPORT.fullmatch(text)
    if not asked:
        return {}
    kind = "Table" if asked[1].lower() == "table" else "Figure"
    if not asked[2]:
        named = {name: prose.caption(name, report.numbers) for name in report.names}
        start = f"The paper's {kind} {asked[3]}."
        return {name: said for name, said in named.items() if said.startswith(start)}
    if not report.captions:
        raise Unknown(
            f"{text!r}: the report's numbering is not known here; its captions end with their names"
        )
    at = {(of["kind"], of["number"]): name for name, of in report.captions.items()}
    name = at.get((kind.lower(), f"R{asked[3]}"))
    return {name: ""} if name else {}


def _beginning(text: str, report: Report) -> dict[str, str]:
    """Names that begin so; a whole word: final, final., number:final, table:."""
    start = text.lower()
    if start == "figure:":
        return dict.fromkeys(report.figures, "")
    if start == "statement:":
        return {str(s["id"]): str(s["statement"]) for s in report.statements}
    bare = start.removeprefix("number:")
    return {
        name: prose.plain(report.numbers[name.removeprefix("number:")]) if "number" in name else ""
        for name in report.names
        if (start.endswith(":") and name.lower().startswith(start))
        or name.lower().startswith(f"number:{bare.rstrip('.')}.")
    }


def _with_value(text: str, report: Report) -> dict[str, str]:
    """Numbers of the prose that are the value, or have it among others; and tables with it in a cell."""
    asked = text.replace(" ", "")
    if not _NUMERAL.fullmatch(asked):
        return {}
    names = {}
    values = {name: _bare(value) for name, value in report.numbers.items()}
    for name, value in values.items():
        if _equal(value, asked):
            said = prose.sentences(name, report.numbers)
            names[f"number:{name}"] = said[0] if said else "(not in the text itself)"
    names = dict(sorted(names.items(), key=lambda item: item[1].startswith("(not")))
    for name in report.tables:
        for row in (report.folder / f"tables/{name}.tex").read_text().split(r"\\"):
            if any(_equal(value, asked) for value in _NUMERAL.findall(_bare(row))):
                names.setdefault(f"table:{name}", " | ".join(prose.plain(row).split("&")))
    return names


def _equal(value: str, asked: str) -> bool:
    """Whether both are the same number: 1,800 and 1800, 0.31 and 0.310."""

    def number(text: str) -> tuple[float, bool]:
        return float(text.replace(",", "").rstrip("%")), text.endswith("%")

    return bool(_NUMERAL.fullmatch(value)) and number(value) == number(asked)


def _bare(value: str) -> str:
    """A value without LaTeX and without the space before a percent sign."""
    return prose.plain(value).replace(" %", "%")
