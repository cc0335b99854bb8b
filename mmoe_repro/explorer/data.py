"""What the page shows, as rows: statements, universes, verdicts in them, their runs, the census."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from mmoe_repro.multiverse.design import Member
from mmoe_repro.multiverse.fit import KEYS, read_off
from mmoe_repro.multiverse.words import CHOICES, EQUAL, OTHERS, REFERENCE, value
from mmoe_repro.paper.published import published

Rows = list[dict[str, Any]]
DESIGN, DEPARTURE, COMPANION = "design", "departure", "companion"
DIGITS = 5  # that a reader's eye can tell on a screen, and then some


def statements(document: Mapping[str, Any]) -> Rows:
    """The verdicts' table: a row a statement of the document that `mmoe-repro verdicts` prints."""
    return [
        {
            "id": s["id"],
            "says": s["statement"],
            "nearest": s["nearest"] if s["not_testable"] else "",
            "published": s["published"]["verdict"],
            "reproduced": s["reproduced"]["verdict"],
            "manner": s["reproduced"]["manner"],
            "hangs_on": s["reproduced"]["hangs_on"],
            "universes": s["universes"],
        }
        for s in document["statements"]
    ]


def title(one: Member, kind: str) -> str:
    """A universe's name for a list: its place in the design, or what it changes of the reference."""
    if kind == DESIGN:
        return f"universe {one.name}"
    if one.name.startswith(EQUAL):
        return f"fits Figure 3 as well as the reference, number {one.name.removeprefix(EQUAL)}"
    if kind == COMPANION:
        return OTHERS[one.name] if one.name == "own" else f"the {one.name} universe"
    changed = next(name for name in CHOICES if one.name.startswith(f"{name}-"))
    draw = one.name.rpartition("-")[2]
    which = f" ({draw})" if changed == "label_function" and draw.isdigit() else ""
    return f"reference, but {CHOICES[changed]}: {value(changed, one.choices[changed])}{which}"


def universes(design: Sequence[Member], around: Sequence[Member]) -> Rows:
    """A row a universe: name, kind, title, and every choice in words by its key.

    The reference is first, then its companions and departures, then the design, in order.
    """
    rows = []
    for one in [*around, *design]:
        of_design = one.name.isdigit()
        changes = any(one.name.startswith(f"{name}-") for name in CHOICES)
        kind = DESIGN if of_design else DEPARTURE if changes else COMPANION
        words = {name: value(name, one.choices[name]) for name in CHOICES}
        rows.append({"name": one.name, "kind": kind, "title": title(one, kind), **words})
    return rows


def sources(dimensions: Mapping[str, Any]) -> Rows:
    """A row a choice of the space: what the paper lacks, and its values in words with their sources."""
    return [
        {
            "choice": CHOICES[name],
            "missing": of["missing"],
            "values": [
                {"words": value(name, one["value"]), "source": one["source"]}
                for one in of["values"]
            ],
        }
        for name, of in dimensions.items()
    ]


def verdicts(frame: pd.DataFrame) -> Rows:
    """A row a universe of the design, and the reference, and statement, from `multiverse.verdicts`."""
    shown = frame[frame["name"].str.isdigit() | (frame["name"] == REFERENCE)]
    columns = ["name", "claim", "verdict", "margin", "low", "high", "ratio", "believable"]
    return _rows(
        shown[columns].assign(believable=shown["believable"].map({True: "yes", False: "no"}))
    )


def runs(members: Sequence[Member], of_runs: pd.DataFrame, curves: pd.DataFrame) -> Rows:
    """A row a universe, model and correlation: its runs' `losses` in the units of Figure 5."""
    records = dict(iter(of_runs.groupby("name")))
    of_curves = dict(iter(curves.groupby("name")))
    models = set(published("figure5")["model"])
    rows: Rows = []
    for one in members:
        if one.runs not in records:
            continue
        final, _ = read_off(records[one.runs], of_curves[one.runs], one.choices)
        for (model, p), of in final[final["model"].isin(models)].groupby(KEYS):
            losses = [round(float(v), 4) for v in of["value"].dropna()]
            rows.append(
                {
                    "name": one.name, "model": model, "task_correlation": p, "losses": losses,
                    "diverged": int(of["value"].isna().sum()),
                }
            )  # fmt: skip
    return rows


def paper_histograms() -> Rows:
    """The paper's Figure 5: a row a bar."""
    return _rows(published("figure5"))


def census(frame: pd.DataFrame, titles: Mapping[str, str], split: int) -> Rows:
    """A row a run on one split of the data: group, method, seed, AUC of the main and the other task."""
    of = frame[frame["split"] == split].dropna(subset=["test_main_auc", "test_auxiliary_auc"])
    named = of.assign(method=of["method"].map(titles))
    columns = {"test_main_auc": "main", "test_auxiliary_auc": "auxiliary"}
    return _rows(named.rename(columns=columns)[["group", "method", "seed", "main", "auxiliary"]])


def _rows(frame: pd.DataFrame) -> Rows:
    """Records with numbers of `DIGITS` significant digits, None for what is not finite."""
    found = []
    for row in frame.to_dict("records"):
        found.append({str(k): _short(v) for k, v in row.items()})
    return found


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if abs(value) < float("inf") else None
    return value
