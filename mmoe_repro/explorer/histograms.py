"""One universe's final losses over the paper's Figure 5."""

from collections.abc import Mapping

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
from mmoe_repro.multiverse.words import REFERENCE
from mmoe_repro.synthetic.bins import BIN, N_BINS

MODELS = ("mmoe", "omoe", "shared_bottom")
CORRELATIONS = (0.5, 0.9, 1.0)
LAST = round(BIN * (N_BINS - 1), 4)  # where the last bar begins


def histograms(titles: Mapping[str, str], colours: Mapping[str, str], at: Layout) -> Spec:
    """Final losses of one universe's runs over the paper's Figure 5, models down, correlations across.

    Data by name: `runs`, `figure5`. Signal: `universe`.
    """
    rows = [
        {
            "title": titles[model],
            **across([_panel(model, p, colours[model], at) for p in CORRELATIONS], 12),
        }
        for model in MODELS
    ]
    return finished({"params": [{"name": "universe", "value": REFERENCE}], **down(rows, 8)})


def _panel(model: str, p: float, colour: str, at: Layout) -> Spec:
    first, last = p == CORRELATIONS[0], model == MODELS[-1]
    here = f"datum.model == '{model}' && datum.task_correlation == {p}"
    x = {
        "type": "quantitative", "bin": "binned", "scale": {"domain": [0, LAST + BIN]},
        "axis": {
            "title": "final loss" if last else None, "labels": last, "values": [0, 0.2, 0.4, 0.6],
        },
    }  # fmt: skip
    y = {
        "type": "quantitative", "scale": {"domain": [0, 1]},
        "axis": {
            "title": "share of runs" if first else None, "labels": first, "values": [0, 0.5, 1],
            "format": "%",
        },
    }  # fmt: skip
    ours = {
        "data": {"name": "runs"},
        "transform": [
            *keep(f"datum.name == universe && {here}"),
            *calculate(of="length(datum.losses) + datum.diverged"),
            {"flatten": ["losses"], "as": ["loss"]},
            *calculate(low=f"floor(min(datum.loss, {LAST}) * 30 + 1e-9) / 30"),
            {
                "aggregate": [{"op": "count", "as": "n"}, {"op": "min", "field": "of", "as": "of"}],
                "groupby": ["low"],
            },
            *calculate(high=f"datum.low + {BIN}", share="datum.n / datum.of"),
        ],
        "mark": {"type": "bar", "color": colour, "opacity": 0.75},
        "encoding": {
            "x": {"field": "low", **x},
            "x2": {"field": "high"},
            "y": {"field": "share", **y},
            "tooltip": tooltip(low="loss from", n="runs", of="of"),
        },
    }
    theirs = {
        "data": {"name": "figure5"},
        "transform": keep(here),
        "mark": {"type": "bar", "fillOpacity": 0, "stroke": "black", "strokeWidth": 1},
        "encoding": {
            "x": {"field": "bin_low", **x},
            "x2": {"field": "bin_high"},
            "y": {"field": "fraction_of_runs", **y},
            "tooltip": tooltip(bin_low="the paper's, from", fraction_of_runs="share of runs"),
        },
    }
    return {
        "title": {"text": f"at {p:g}", "fontSize": 11, "fontWeight": "normal"},
        "width": (at.width - 60) // 3 - 12,
        "height": 110,
        "layer": [ours, theirs],
    }
