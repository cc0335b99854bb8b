"""What a reader may point at in a report: a figure, a table, a number, a statement."""

import textwrap
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mmoe_repro.files import read_json
from mmoe_repro.provenance import prose
from mmoe_repro.synthetic.plan import PUBLISHED_FOLDER

KINDS = ("figure", "table", "number", "statement")
FIGURE_FILES = (".pdf", ".svg", ".png")
WIDE = 100  # of a terminal


class Unknown(ValueError):
    """Nothing is called so; the text says what is."""


@dataclass(frozen=True)
class Report:
    """A report: the published one, or that in a study's results, as far as it is made."""

    folder: Path = PUBLISHED_FOLDER

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Every number, as it stands there."""
        path = self.folder / "numbers.json"
        found: dict[str, str] = read_json(path) if path.exists() else {}
        return found

    @cached_property
    def sources(self) -> dict[str, list[str]]:
        """The files behind each number."""
        found: dict[str, list[str]] = read_json(self.folder / "numbers_from.json")
        return found

    @cached_property
    def captions(self) -> dict[str, dict[str, str]]:
        """Number and page of figures and tables; empty where no LaTeX has set it."""
        path = self.folder / "captions.json"
        found: dict[str, dict[str, str]] = read_json(path) if path.exists() else {}
        return found

    @cached_property
    def statements(self) -> list[dict[str, Any]]:
        """The statements with their verdicts."""
        path = self.folder / "claims/verdicts.json"
        found: list[dict[str, Any]] = (
            read_json(path, "statements")["statements"] if path.exists() else []
        )
        return found

    @property
    def figures(self) -> list[str]:
        """Their names."""
        return sorted(path.stem for path in (self.folder / "figures").glob("*.pdf"))

    @property
    def tables(self) -> list[str]:
        """Their names."""
        return sorted(path.stem for path in (self.folder / "tables").glob("*.tex"))

    @property
    def names(self) -> list[str]:
        """All that may be asked after; what is no figure and no statement begins with its kind."""
        return [
            *self.figures,
            *[str(s["id"]) for s in self.statements],
            *[f"table:{name}" for name in self.tables],
            *[f"number:{name}" for name in self.numbers],
        ]


@dataclass(frozen=True)
class Thing:
    """What is asked after: what it is called, what is said of it first, and its files, below a study's
    results or, if of `beside`, below the repository's root."""

    name: str
    said: str
    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def named(name: str, report: Report) -> Thing | None:
    """The thing that a reader means: figure4, table:verdicts, number:final.runs, A3, or the path of a
    figure's or table's file; None if nothing is called so. Raises Unknown for another kind."""
    kind, _, rest = _without_path(name).rpartition(":")
    if kind and kind not in KINDS:
        raise Unknown(f"{name!r}: allowed are {', '.join(f'{k}:NAME' for k in KINDS)}")
    for of_kind, find in zip(KINDS, (_figure, _table, _number, _statement), strict=True):
        if kind in ("", of_kind):
            found = find(rest, report)
            if found is not None:
                return found
    return None


def known(name: str, report: Report) -> Thing:
    """The thing of a name of `report.names`. Raises Unknown."""
    found = named(name, report)
    if found is None:
        raise Unknown(f"nothing in the report of {report.folder} is called {name!r}")
    return found


def _without_path(name: str) -> str:
    path = Path(name)
    kind = {".tex": "table", **dict.fromkeys(FIGURE_FILES, "figure")}.get(path.suffix)
    return f"{kind}:{path.stem}" if kind else name


def _indented(text: str) -> str:
    return textwrap.fill(text, WIDE, initial_indent="  ", subsequent_indent="  ")


def _same(name: str, known: list[str]) -> str | None:
    """The one that is called so, in whatever case."""
    return next((one for one in known if one.lower() == name.lower()), None)


def _floating(name: str, file: str, report: Report) -> Thing:
    """A figure or table with what number and page it has, and its caption."""
    at = report.captions.get(name)
    place = (
        f"{at['kind'].capitalize()} {at['number']} of the report, page {at['page']}" if at else ""
    )
    caption = prose.caption(name, report.numbers)
    said = ". ".join(part for part in (place, caption) if part)
    said = f"{name}: {said or 'in the report without a caption'}"
    return Thing(name, textwrap.fill(said, WIDE, subsequent_indent="  "), (file,))


def _figure(name: str, report: Report) -> Thing | None:
    known = _same(name, report.figures)
    return _floating(known, f"figures/{known}.pdf", report) if known else None


def _table(name: str, report: Report) -> Thing | None:
    known = _same(name, report.tables)
    return _floating(f"table:{known}", f"tables/{known}.tex", report) if known else None


def _number(name: str, report: Report) -> Thing | None:
    value = report.numbers.get(name)
    if value is None:
        return None
    sources = report.sources[name]
    below = tuple(path for path in sources if not Path(path).exists())
    beside = tuple(path for path in sources if path not in below)
    said = [f"{name}, in the report: {prose.plain(value)}"]
    said += [_indented(sentence) for sentence in prose.sentences(name, report.numbers)[:1]]
    said += [] if sources else ["  A setting: no file of results is behind it."]
    return Thing(f"number:{name}", "\n".join(said), below, beside)


def _statement(name: str, report: Report) -> Thing | None:
    for s in report.statements:
        if s["id"].lower() == name.lower():
            theirs, ours = (s[source]["verdict"] for source in ("published", "reproduced"))
            verdict = f"  {theirs} on the paper's own values, {ours} on our runs"
            said = f"{s['id']}: {s['statement']}\n{verdict}; more: mmoe-repro verdicts {s['id']}"
            return Thing(s["id"], said, ("claims/verdicts.json",))
    return None
