"""The census's runs, a point each, with both tasks side by side."""

from collections.abc import Sequence

from mmoe_repro.explorer.layout import (
    Layout,
    Spec,
    across,
    calculate,
    down,
    finished,
    keep,
    tooltip,
)
from mmoe_repro.report.colours import INK

TASKS = {"main": "main task", "auxiliary": "the other task"}
LINE = 26  # pixels a method


def census_runs(groups: Sequence[str], methods: Sequence[str], at: Layout) -> Spec:
    """Runs of each method on the census: AUC of the main task, and of the other, a point a run.

    A drag over one task marks the same runs in the other; a click on a run shows its method alone. Data
    by name: `census`.
    """
    wide = at.columns > 1
    together = across if wide else down
    rows = [together([_panel(group, task, methods, at) for task in TASKS], 16) for group in groups]
    views = [_name(group, task) for group in groups for task in TASKS]
    params = [
        {
            "name": "brush",
            "select": {"type": "interval", "encodings": ["x"], "resolve": "intersect"},
            "views": views,
        },
        {
            "name": "method",
            "select": {"type": "point", "fields": ["method"], "toggle": "true"},
            "views": views,
        },
    ]
    return finished({"params": params, "data": {"name": "census"}, **down(rows, 18)})


def _name(group: str, task: str) -> str:
    return f"{group}_{task}"


def _panel(group: str, task: str, methods: Sequence[str], at: Layout) -> Spec:
    wide = at.columns > 1
    labels = task == "main" or not wide
    y = {
        "field": "method", "type": "nominal", "sort": methods,
        "axis": {"title": None, "labels": labels},
    }  # fmt: skip
    x = {
        "type": "quantitative", "scale": {"zero": False, "padding": 8},
        "axis": {"title": f"AUC, {TASKS[task]}", "format": ".4f", "tickCount": 4},
    }  # fmt: skip
    both = {"and": [{"param": "brush"}, {"param": "method"}]}
    return {
        "title": f"{group}: {TASKS[task]}",
        "width": (at.width - 160) // 2 if wide else at.width - 140,
        "height": LINE * len(methods),
        "transform": [
            *keep(f"datum.group == '{group}'"),
            *calculate(jitter="(datum.seed * 7 % 10 - 4.5) / 12"),
        ],
        "layer": [
            {
                "name": _name(group, task),
                "mark": {"type": "circle", "size": 18},
                "encoding": {
                    "x": {"field": task, **x},
                    "y": y,
                    "yOffset": {
                        "field": "jitter", "type": "quantitative", "scale": {"domain": [-0.9, 0.9]},
                    },
                    "color": {"condition": {"test": both, "value": INK}, "value": "#bbbbbb"},
                    "tooltip": tooltip(
                        method="method", seed="run", main="AUC", auxiliary="AUC of the other"
                    ),
                },
            },
            {
                "mark": {"type": "tick", "thickness": 2, "color": "black", "height": 16},
                "encoding": {"x": {"field": task, "aggregate": "mean", **x}, "y": y},
            },
        ],
    }  # fmt: skip
