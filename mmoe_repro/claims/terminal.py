"""Verdicts as a person reads them in a terminal."""

import shutil
import textwrap
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from mmoe_repro.claims.choices import OUR_SPREAD
from mmoe_repro.claims.document import SOURCES, in_words

MARK = {"supported": "+", "contradicted": "-", "undecided": "?", "no values": " "}


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


def markdown(document: Mapping[str, Any]) -> str:
    """The same as README's table."""
    header = ["", "the paper states", "its own values", "our runs", "believable universes"]
    rows = [
        [
            s["id"],
            s["statement"],
            *(in_words(s[source]) for source in SOURCES),
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
            f"  Holm-adjusted p: {judgement['holm_supported']:.4f} to support, "
            f"{judgement['holm_contradicted']:.4f} to contradict"
        )
        for part, e in zip(s["parts"], judgement["parts"], strict=True):
            lines.append(
                f"  {part['words']}: {_number(e['estimate'])} [{_number(e['low'])}, "
                f"{_number(e['high'])}], to be {part['region']}"
            )
            lines.append(
                f"      p {e['p_supported']:.4f} / {e['p_contradicted']:.4f}; found with power 0.8: "
                f"{_number(e['detectable'])} from the edge; runs to decide: "
                f"{e['runs_to_decide'] or 'no number would'}"
            )
        for model, p in judgement.get("trends", {}).items():
            lines.append(f"  Page's trend over correlations, {model}: p {p:.4f}")
    if s["disagreement"]:
        lines += ["", s["disagreement"]]
    if s["universes"]:
        lines += ["", f"In believable universes: {s['universes']}"]
    lines += ["", "Under our other choices:"]
    for choice in document["choices"]:
        verdict = s["choices"][choice["name"]]
        lines.append(f"  {MARK[verdict]} {choice['title']}: {verdict}")
    lines += ["", "Records (sha256):"]
    lines += [f"  {path}  {digest[:16]}" for path, digest in document["records"].items()]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "--" if value is None else f"{value:.4f}"
