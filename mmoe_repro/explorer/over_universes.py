"""A statement over universes, filtered at a click on a choice: shares, margins in order, choices."""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scipy import stats

from mmoe_repro.explorer.layout import (
    BACKGROUND,
    Layout,
    Spec,
    across,
    calculate,
    down,
    finished,
    keep,
    tooltip,
)
from mmoe_repro.multiverse.words import CHOICES, REFERENCE
from mmoe_repro.report import colours

VERDICTS = tuple(colours.VERDICTS)
LINEAR = 0.05  # margins are drawn linear up to here, by tens beyond
TIMES = (0.02, 0.25, 0.8, 1, 1.25, 4, 50)  # the edge: where a ratio's axis has ticks
# Half of every loss is half of a constant's, too: no verdict hangs on the error
TOLD = {name: words for name, words in CHOICES.items() if name != "error"}
BELIEVABLE = "believable"  # shown like a choice
EFFECT = ["effect, from the edge of what it", "asks: above the line it holds"]
NOTHING = "No universe that was run has these choices."
STEP = 17  # pixels a value of a choice
OF_VERDICT = {
    "field": "verdict",
    "type": "nominal",
    "scale": {"domain": VERDICTS, "range": list(colours.VERDICTS.values())},
    "legend": None,
}


def shown_choices(universes: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Choice -> its values in words, of those with several in the design and an effect on verdicts."""
    of_design = [one for one in universes if one["kind"] == "design"]
    found = {name: {one[name] for one in of_design} for name in TOLD}
    return {name: sorted(values, key=_order) for name, values in found.items() if len(values) > 1}


def _order(words: str) -> tuple[float, str]:
    """Numbers by size, then words by name."""
    try:
        return float(words.replace(",", "")), words
    except ValueError:
        return float("inf"), words


def over_universes(
    claims: Mapping[str, bool],
    universes: Sequence[Mapping[str, Any]],
    first: str,
    confidence: float,
    at: Layout,
) -> Spec:
    """One statement over the design's universes: shares of verdicts, margins in order, and choices.

    A click on a choice's value keeps the universes with it: values of one choice together, choices
    each on its own. `claims` says of each statement whether its effect is a ratio; `first` is shown
    first. Data by name: `verdicts`, `universes`. Signals: `statement`, `universe`, `picked`.
    """
    values = {BELIEVABLE: ["yes", "no"], **shown_choices(universes)}
    panels = {name: _choice(name, words, list(values), at) for name, words in values.items()}
    columns = _columns(panels, values, at.columns)
    ratios = [claim for claim, ratio in claims.items() if ratio]
    statement = {
        "name": "statement",
        "value": first,
        "bind": {"input": "select", "options": list(claims), "element": "#statement", "name": " "},
    }
    return finished(
        {
            "params": [statement, {"name": "universe", "value": REFERENCE}],
            "data": {"name": "verdicts"},
            "transform": [
                *keep("datum.claim == statement"),
                {
                    "lookup": "name",
                    "from": {
                        "data": {"name": "universes"}, "key": "name",
                        "fields": ["kind", "title", *TOLD],
                    },
                },
            ],
            **down(
                [
                    _shares(_kept(values), confidence, at),
                    _curve(_kept(values), ratios, at),
                    across([down(column, 14) for column in columns], at.gap),
                ],
                18,
            ),

        }
    )  # fmt: skip


def _kept(by: Collection[str]) -> list[Spec]:
    """Universes of the design that all selections keep."""
    return keep("datum.kind == 'design'", *[{"param": f"by_{name}"} for name in by])


def _shares(kept: list[Spec], confidence: float, at: Layout) -> Spec:
    """The share of each verdict among the universes kept, with Wilson's interval."""
    z = float(stats.norm.ppf((1 + confidence) / 2))
    middle = f"(datum.share + {z**2 / 2} / datum.of) / (1 + {z**2} / datum.of)"
    half = (
        f"{z} * sqrt(datum.share * (1 - datum.share) / datum.of + {z**2 / 4} / (datum.of * datum.of))"
        f" / (1 + {z**2} / datum.of)"
    )
    sums = [{"op": "sum", "field": verdict, "as": verdict} for verdict in VERDICTS]
    transform = [
        *kept,
        *calculate(**{verdict: f"datum.verdict == '{verdict}' ? 1 : 0" for verdict in VERDICTS}),
        {"aggregate": [{"op": "count", "as": "of"}, *sums]},
        {"fold": VERDICTS, "as": ["verdict", "n"]},
        *keep("datum.of > 0"),
        *calculate(share="datum.n / datum.of"),
        *calculate(low=f"max(0, {middle} - {half})", high=f"min(1, {middle} + {half})"),
        *calculate(
            words="datum.verdict + ' in ' + datum.n + ' of ' + datum.of + ' (' + "
            "format(datum.share, '.0%') + ' [' + format(100 * datum.low, '.0f') + ', ' + "
            "format(100 * datum.high, '.0f') + '])'"
        ),
    ]
    below = {"yOffset": 11, "y2Offset": 11}  # the words
    axis = {"format": "%", "title": "share of the universes kept", "tickCount": 4}
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    y = {"field": "verdict", "type": "nominal", "sort": VERDICTS, "axis": None}
    bars = [
        {
            "mark": {"type": "rule", "opacity": 0.75, "strokeWidth": 10, **below},
            "encoding": {"x": {"field": "share", **x}, "x2": {"datum": 0}, "color": OF_VERDICT},
        },
        {
            "mark": {"type": "rule", "color": "black", **below},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "text", "align": "left", "dy": -4, "fontSize": 13},
            "encoding": {
                "x": {"value": 4 - at.labels},
                "text": {"field": "words"},
                "description": {"field": "words"},
            },
        },
    ]
    nothing = {
        "transform": [
            *kept,
            {"aggregate": [{"op": "count", "as": "of"}]},
            *keep("datum.of == 0"),
        ],
        "mark": {"type": "text", "align": "left", "fontSize": 13},
        "encoding": {"x": {"value": 10}, "y": {"value": 50}, "text": {"value": NOTHING}},
    }
    return {
        "width": at.rest,
        "height": 120,
        "layer": [{"transform": transform, "encoding": {"y": y}, "layer": bars}, nothing],
    }


def _curve(kept: list[Spec], ratios: Sequence[str], at: Layout) -> Spec:
    """By how much each universe's effect is beyond the edge of what the statement asks, in order, and
    the reference's."""
    is_ratio = f"indexof({json.dumps(ratios)}, statement) >= 0"
    as_ratio = "abs(datum.value) < 1e-6 ? 'edge' : format(exp(datum.value), '.2~f') + ' times'"
    said = "format(exp(datum.margin), '.2f') + ' times the edge' : format(datum.margin, '+.4f')"
    # A ratio's margin is its logarithm; symlog spreads what is near the edge
    y = {
        "type": "quantitative",
        "scale": {"type": "symlog", "constant": LINEAR},
        "axis": {
            "title": EFFECT, "tickCount": 7,
            "values": {"expr": f"{is_ratio} ? {[math.log(times) for times in TIMES]} : null"},
            "labelExpr": f"{is_ratio} ? ({as_ratio}) : datum.label",
        },
    }  # fmt: skip
    place = {"title": "the universes kept, in this order", "labels": False, "grid": False}
    order = [
        {
            "window": [{"op": "row_number", "as": "place"}],
            "sort": [{"field": "margin"}, {"field": "name"}],
        },
        *calculate(said=f"datum.ratio ? {said}"),
    ]
    ends = {"zero": False, "nice": False, "padding": 12}
    x = {"field": "place", "type": "quantitative", "scale": ends, "axis": place}
    size = {"condition": {"test": "datum.name == universe", "value": 160}, "value": 36}
    told = tooltip(title="universe", verdict="verdict", said="beyond the edge", **TOLD)
    reference: Spec = {
        "transform": keep(f"datum.name == '{REFERENCE}'"),
        "encoding": {"y": {"field": "margin", **y}, "color": OF_VERDICT},
    }
    return {
        "width": at.rest,
        "height": 250,
        "layer": [
            {"mark": {"type": "rule", "color": "black"}, "encoding": {"y": {"datum": 0, **y}}},
            {
                "transform": kept + order,
                "mark": {"type": "rule", "opacity": 0.45},
                "encoding": {
                    "x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}, "color": OF_VERDICT,
                },
            },
            {
                "transform": kept + order,
                "params": [
                    {"name": "picked", "select": {"type": "point", "fields": ["name"], "on": "click"}}
                ],
                "mark": {"type": "circle", "opacity": 1, "cursor": "pointer"},
                "encoding": {
                    "x": x, "y": {"field": "margin", **y}, "color": OF_VERDICT, "size": size,
                    "tooltip": told, "description": {"field": "title"},
                },
            },
            {"mark": {"type": "rule", "strokeDash": [5, 4]}, **reference},
            *_named(reference, "left", 4, "datum.margin > 0"),
            *_named(reference, "right", at.rest - 4, "datum.margin <= 0"),
        ],
    }  # fmt: skip


def _named(reference: Spec, align: str, x: int, where: str) -> list[Spec]:
    """The reference's name on its line, at the end where fewer universes are, readable over points."""
    mark = {"type": "text", "align": align, "dy": -8}
    halo = {"stroke": BACKGROUND, "strokeWidth": 4}
    words = {"condition": {"test": where, "value": "the reference universe"}, "value": ""}
    encoding = {"x": {"value": x}, "text": words, **reference["encoding"]}
    return [{**reference, "mark": {**mark, **look}, "encoding": encoding} for look in (halo, {})]


def _choice(name: str, words: Sequence[str], by: Collection[str], at: Layout) -> Spec:
    """A choice's values, each with its verdicts among the universes that all other choices keep."""
    title = TOLD.get(name, name)
    wide = {"minExtent": at.labels, "maxExtent": at.labels, "labelLimit": at.labels}
    y = {
        "field": name, "type": "nominal", "sort": words, "scale": {"domain": words},
        "axis": {"title": None, **wide},
    }  # fmt: skip
    x = {"aggregate": "count", "type": "quantitative"}
    mine = f"by_{name}"
    selection: Spec = {
        "name": mine,
        "select": {"type": "point", "fields": [name], "toggle": "true", "clear": "dblclick"},
    }
    if name == BELIEVABLE:
        selection["value"] = [{BELIEVABLE: "yes"}]
    return {
        "title": title,
        "width": at.column,
        "height": {"step": STEP},
        "transform": _kept([other for other in by if other != name]),
        "encoding": {"y": y},
        "layer": [
            {
                "params": [selection],
                "mark": {"type": "bar", "cursor": "pointer"},
                "encoding": {
                    "x": {**x, "axis": None},
                    "color": OF_VERDICT,
                    "order": {"field": "verdict", "sort": "descending"},
                    "opacity": {"condition": {"param": mine, "value": 0.9}, "value": 0.2},
                    "tooltip": [
                        *tooltip(**{name: title}, verdict="verdict"),
                        {"aggregate": "count", "title": "universes"},
                    ],
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 9},
                "encoding": {"x": x, "text": x},
            },
        ],
    }


def _columns(
    panels: Mapping[str, Spec], values: Mapping[str, Sequence[str]], n: int
) -> list[list[Spec]]:
    """Panels in `n` columns of much the same height, in order."""
    heights = {name: len(values[name]) * STEP + 45 for name in panels}
    columns: list[list[Spec]] = [[]]
    filled = 0.0
    for name, panel in panels.items():
        if columns[-1] and filled + heights[name] / 2 > sum(heights.values()) * len(columns) / n:
            columns.append([])
        columns[-1].append(panel)
        filled += heights[name]
    return columns
