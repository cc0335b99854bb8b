"""What the page's charts have in common: sizes for two widths of the window, words of Vega-Lite, look.

A chart is a specification in Vega-Lite's grammar (Satyanarayan et al. 2017), which the browser draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # the grammar's name; nothing is fetched
BACKGROUND = "#f3f3f7"
LOOK: Spec = {
    "background": "white",
    "font": "DejaVu Sans, Verdana, sans-serif",
    "view": {"stroke": None, "fill": BACKGROUND},
    "axis": {
        "gridColor": "white", "domain": False, "ticks": False, "labelFontSize": 10,
        "titleFontSize": 11, "titleFontWeight": "normal",
    },
    "title": {"anchor": "start", "fontSize": 12},
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Pixels of the charts' parts, for one width of the window."""

    width: int  # of all
    columns: int  # of choices
    labels: int  # the longest value of a choice
    gap: int = 26

    @property
    def rest(self) -> int:
        """Beside the labels of the first column."""
        return self.width - self.labels - 16

    @property
    def column(self) -> int:
        """Of one column's bars."""
        return (self.width - self.gap * (self.columns - 1)) // self.columns - self.labels - 30


WIDE, NARROW = Layout(1120, 4, 128), Layout(352, 1, 112)


def keep(*tests: str | Spec) -> list[Spec]:
    """Transforms that keep the rows that pass every test: an expression, or a selection by its name."""
    return [{"filter": test} for test in tests]


def calculate(**values: str) -> list[Spec]:
    """Transforms that add columns, each an expression."""
    return [{"calculate": value, "as": name} for name, value in values.items()]


def tooltip(**titles: str) -> list[Spec]:
    """What a column says under the pointer: its field and its title."""
    return [{"field": field, "title": title} for field, title in titles.items()]


def down(parts: Sequence[Spec], spacing: int) -> Spec:
    """Parts below each other."""
    return {"vconcat": list(parts), "spacing": spacing}


def across(parts: Sequence[Spec], spacing: int) -> Spec:
    """Parts beside each other."""
    return {"hconcat": list(parts), "spacing": spacing}


def finished(spec: Spec) -> Spec:
    """As the browser takes it, in the report's look."""
    return {"$schema": SCHEMA, "config": LOOK, **spec}
