"""The page: one file of HTML with the charts, their data, and Vega, which draws them. No network."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import vl_convert
from markupsafe import Markup

from mmoe_repro.explorer import data
from mmoe_repro.explorer.census_runs import census_runs
from mmoe_repro.explorer.histograms import histograms
from mmoe_repro.explorer.layout import NARROW, WIDE, Layout, Spec
from mmoe_repro.explorer.over_universes import over_universes
from mmoe_repro.multiverse.words import CHOICES
from mmoe_repro.report.colours import VERDICTS

TEMPLATE = Path(__file__).with_name("page.html")
FIRST = "A3"  # the statement that is shown first, the paper's main one
LARGEST = 5_000_000  # bytes


def page(
    document: Mapping[str, Any],
    plots: Mapping[str, Any],
    universes: Mapping[str, data.Rows],
    census: data.Rows,
) -> str:
    """The whole page as text, from the verdicts' document and the configuration's plots section.

    `universes` has `universes`, `verdicts`, `runs` and `sources`, or is empty; so may be `census`: the
    page shows what there is. Raises ValueError if it is larger than `LARGEST`.
    """
    confidence = plots["confidence"]
    charts = {name: rows for name, rows in universes.items() if name != "sources"}
    datasets = {**charts, **({"figure5": data.paper_histograms()} if universes else {})}
    if census:
        datasets["census"] = census
    specs = {
        name: _specs(universes, census, document["titles"], plots, at)
        for name, at in (("wide", WIDE), ("narrow", NARROW))
    }
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    text = environment.from_string(TEMPLATE.read_text()).render(
        study=document["study"],
        statements=data.statements(document),
        universes=universes.get("universes", []),
        shown={row["name"] for row in universes.get("runs", [])},
        judged={row["claim"] for row in universes.get("verdicts", [])},
        census=bool(census),
        choices=CHOICES,
        sources=universes.get("sources", []),
        runs_each=max((_runs(row) for row in universes.get("runs", [])), default=0),
        verdicts=VERDICTS,
        level=f"{100 * confidence:g} %",
        data=_script(datasets),
        specs=_script(specs),
        vega=Markup(_vega().replace("</script", "<\\/script")),
    )
    size = len(text.encode())
    if size > LARGEST:
        raise ValueError(
            f"the page has {size:,} bytes; allowed are {LARGEST:,}: leave out universes"
        )
    return text


def _specs(
    universes: Mapping[str, data.Rows],
    census: data.Rows,
    titles: Mapping[str, str],
    plots: Mapping[str, Any],
    at: Layout,
) -> dict[str, Spec]:
    found = {}
    if universes:
        claims = {row["claim"]: row["ratio"] for row in universes["verdicts"]}
        first = FIRST if FIRST in claims else next(iter(claims))
        found["universes"] = over_universes(
            claims, universes["universes"], first, plots["confidence"], at
        )
        found["runs"] = histograms(titles, plots["colours"], at)
    if census:
        methods = [words for words in titles.values() if words in _unique(census, "method")]
        found["census"] = census_runs(_unique(census, "group"), methods, at)
    return found


def _runs(row: Mapping[str, Any]) -> int:
    """How many runs a condition of a universe has."""
    return len(row["losses"]) + int(row["diverged"])


def _unique(rows: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    """The values of a column in the order in which they come."""
    return list(dict.fromkeys(row[key] for row in rows))


def _script(values: Any) -> Markup:
    """Values as JavaScript within HTML: nothing in them can end the script."""
    return Markup(json.dumps(values, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c"))


def _vega() -> str:
    """Vega, Vega-Lite and what embeds them, as one script."""
    script: str = vl_convert.javascript_bundle()  # type: ignore[call-arg] # the stubs lack its default
    return script
