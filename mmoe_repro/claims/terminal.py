"""Verdicts as a person reads them in a terminal."""

import shutil
import textwrap
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from mmoe_repro.claims.choices import OUR_SPREAD
from mmoe_repro.claims.document import SOURCES, in_words, with_our_spread
from mmoe_repro.claims.outcomes import CONTRADICTED, NO_VALUES, SUPPORTED, UNDECIDED
from mmoe_repro.report.tabular import decimals

MARK = {SUPPORTED: "+", CONTRADICTED: "-", UNDECIDED: "?"}
MANY = 1_000_000  # runs that nobody would make


def table(document: Mapping[str, Any]) -> str:
    """A row a statement: its verdict on the paper's values and on our runs, and over universes."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    cell = 14
    room = max(width - 5 - 2 * cell - 2, 30)
    lines = [f"{'':<5}{'statement':<{room}}  {'published':<{cell}}{'reproduced':<{cell}}"]
    lines.append("-" * (5 + room + 2 + 2 * cell))
    for s in document["statements"]:
        text = s["statement"]
        if s["not_testable"]:
            text += f" Not testable as stated; judged: {s['nearest']}"
        columns = [
            [s["id"], ""],
            textwrap.wrap(text, room),
            *([s[source]["verdict"], s[source]["manner"]] for source in SOURCES),
        ]
        for name, line, *verdicts in zip_longest(*columns, fillvalue=""):
            cells = "".join(f"{verdict:<{cell}}" for verdict in verdicts)
            if name or line or cells.strip():
                lines.append(f"{name:<5}{line:<{room}}  {cells}".rstrip())
        if s["universes"]:
            words = f"Believable universes: {s['universes']}"
            lines += [f"{'':<5}{line}" for line in textwrap.wrap(words, width - 5)]
    lines.append("")
    said = [f"study {document['study']}"]
    said += [f"{key} {document[key]}" for key in ("universe", "seeds") if key in document]
    level = f"level {document['alpha']:g} over all statements of an experiment"
    lines.append(f"{', '.join(said)}; {level}")
    return "\n".join(lines)


def turned(document: Mapping[str, Any], published: Mapping[str, Any]) -> str:
    """Which verdicts on a study's runs are others than in the published study."""
    known = {s["id"]: s["reproduced"]["verdict"] for s in published["statements"]}
    found = [
        f"{s['id']} {s['reproduced']['verdict']} (there {known[s['id']]})"
        for s in document["statements"]
        if known.get(s["id"], s["reproduced"]["verdict"]) != s["reproduced"]["verdict"]
    ]
    text = f"On our runs, other than in the published study: {', '.join(found) or 'nothing'}."
    return textwrap.fill(text, shutil.get_terminal_size((100, 24)).columns)


def markdown(document: Mapping[str, Any]) -> str:
    """The same as README's table."""

    def on_its_own_values(s: Mapping[str, Any]) -> str:
        said = with_our_spread(s)
        return in_words(s[SOURCES[0]]) + (f"; {said}" if said else "")

    header = ["", "the paper states", "its own values", "our runs", "believable universes"]
    rows = [
        [
            s["id"],
            s["statement"],
            on_its_own_values(s),
            in_words(s[SOURCES[1]]),
            s["universes"] or "not judged there",
        ]
        for s in document["statements"]
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])


def one(document: Mapping[str, Any], name: str) -> str:
    """Everything on one statement. Raises ValueError for an unknown one."""
    found = [s for s in document["statements"] if s["id"].lower() == name.lower()]
    if not found:
        known = ", ".join(s["id"] for s in document["statements"])
        raise ValueError(f"statement {name!r}: there are {known}")
    s = found[0]
    lines = [f"{s['id']} (section {s['section']}): {s['statement']}"]
    if s["not_testable"]:
        lines.append(f"Not testable as stated: {s['not_testable']}")
        lines.append(f"Nearest form: {s['nearest']}")
    lines.append(f"Estimand: {s['estimand']}")
    for source in (SOURCES[0], OUR_SPREAD, SOURCES[1]):
        judgement = s[source]
        if judgement is None:
            continue
        lines += ["", f"{source.replace('_', ' ')}: {judgement['as_stated']}"]
        if "reason" in judgement:
            lines.append(f"  {judgement['reason']}")
            continue
        lines.append(
            f"  Holm-adjusted p: {_p(judgement['holm_supported'])} to support, "
            f"{_p(judgement['holm_contradicted'])} to contradict"
        )
        for part, e in zip(s["parts"], judgement["parts"], strict=True):
            lines.append(
                f"  {part['words']}: {_number(e['estimate'])} [{_number(e['low'])}, "
                f"{_number(e['high'])}], to be {part['region']}"
            )
            lines.append(
                f"      p {_p(e['p_supported'])} / {_p(e['p_contradicted'])}; found with power 0.8: "
                f"{_number(e['detectable'])} from the edge; runs to decide: {_runs(e['runs_to_decide'])}"
            )
        for model, of in judgement.get("trends", {}).items():
            lines.append(
                f"  over all correlations, {model}: {_number(of['rise'])} [{_number(of['low'])}, "
                f"{_number(of['high'])}]; Page's trend: p {_p(of['p'])}"
            )
    if s["disagreement"]:
        lines += ["", s["disagreement"]]
    if s["universes"]:
        lines += ["", f"In believable universes: {s['universes']}"]
    lines += ["", "Under our other choices:"]
    for choice in document["choices"]:
        verdict = s["choices"][choice["name"]]
        if verdict != NO_VALUES:  # a choice of another experiment, or not run
            lines.append(f"  {MARK[verdict]} {choice['title']}: {verdict}")
    lines += ["", "Records (sha256):"]
    lines += [f"  {path}  {digest[:16]}" for path, digest in document["records"].items()]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "--" if value is None else decimals(value, 4)


def _p(value: float) -> str:
    return "<0.0001" if value < 0.0001 else f"{value:.4f}"


def _runs(number: int | None) -> str:
    """How many runs would decide a part."""
    if number is None:
        return "no number would"
    return f"{number:,}" if number <= MANY else f"more than {MANY:,}"
