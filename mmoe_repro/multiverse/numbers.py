"""The numbers of the prose on the multiverse."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmoe_repro.claims.outcomes import CONTRADICTED, SUPPORTED
from mmoe_repro.claims.tables import read
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_table
from mmoe_repro.multiverse.words import CHOICES, how, value
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, escape, number


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """How many universes there are, and of each statement what they say, in sentences."""
    folder = folders.results / "multiverse"
    summary = _summary(folder)
    yield (
        _nearest(summary["nearest"])
        | _held_out(summary["held_out"])
        | {
            "multiverse.believable": str(summary["believable"]),
            "multiverse.planned": str(summary["planned"]),
            "multiverse.departures": str(summary["departures"]),
            "multiverse.departures.planned": str(summary["departures_planned"]),
            "multiverse.seeds": str(summary["seeds"]),
            "multiverse.selection_seeds": str(summary["selection_seeds"]),
            "multiverse.others": str(summary["others"]),
            "multiverse.effective": f"{summary['effective']:.1f}",
            "multiverse.weight_sd": f"{summary['fit_sd']:g}",
            "multiverse.statements": str(len(summary["statements"])),
            "multiverse.equals": str(summary["equals"]["of"]),
            "multiverse.equals.but_for_epsilon": str(summary["equals"]["but_for_epsilon"]),
            "multiverse.equals.by_heart": str(summary["equals"]["by_heart"]),
            "multiverse.pages": "".join(rf"\universespage{{{name}}}" for name in summary["order"]),
        }
    )
    remade = read_table(folder / "remade.csv", "condition", "seed", "is")
    equal = (remade["is"] == "equal").groupby([remade["condition"], remade["seed"]]).all()
    yield {
        "multiverse.remade": str(len(equal)),
        "multiverse.remade.equal": str(int(equal.sum())),
    }
    yield _statements(folder)
    of_study = {of["id"]: of["reproduced"]["verdict"] for of in read(folders)["statements"]}
    yield {"multiverse.first": first(of_study, _summary(folder)["statements"])}


def _summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_json(
        folder / "summary.json",
        "statements",
        "order",
        "held_out",
        "nearest",
        "equals",
        "fit_sd",
        "seeds",
    )
    return found


def _statements(folder: Path) -> dict[str, str]:
    """Of each statement its shares, what decides, and what turns it."""
    summary = _summary(folder)
    shares = read_table(folder / "shares.csv", "claim", "verdict", "share", "weighted")
    choices = read_table(folder / "decomposition.csv", "claim", "choice", "share", "low", "high")
    found = {}
    for name in summary["order"]:
        of = summary["statements"][name]
        for verdict, row in shares[shares["claim"] == name].set_index("verdict").iterrows():
            for key in ("share", "weighted"):
                low, high = (
                    row[f"weighted_{end}" if key == "weighted" else end] for end in ("low", "high")
                )
                text = rf"{100 * row[key]:.0f}\,\% [{100 * low:.0f}, {100 * high:.0f}]"
                found[f"multiverse.{name}.{verdict}.{key}"] = text
            found[f"multiverse.{name}.{verdict}.n"] = str(row["n"])
        if not of["reachable"]:
            found[f"multiverse.{name}.out_of_reach"] = name
        found[f"multiverse.{name}.of"] = str(of["of"])
        found[f"multiverse.{name}.reference"] = of["reference"]
        found[f"multiverse.{name}.chance"] = _percent(of["chance"])
        found[f"multiverse.{name}.how"] = how(of["manners"])
        fitting = of["with_figure2"]
        found[f"multiverse.{name}.with_figure2"] = (
            f"{fitting[SUPPORTED]} and {fitting[CONTRADICTED]} of {fitting['of']}"
        )
        found[f"multiverse.{name}.equals"] = _among_equals(of["equals"])
        if of["decomposed"]:
            found[f"multiverse.{name}.decides"] = _decides(of["decides"])
        found[f"multiverse.{name}.turned"] = _turned(of["turned"], summary["departures"])
        total = choices[(choices["claim"] == name) & (choices["choice"] == "all")].iloc[0]
        found[f"multiverse.{name}.all"] = _percent(total["share"])
    return found


def first(study: Mapping[str, str], statements: Mapping[str, Any]) -> str:
    """What a reader is to know first: where the study stands alone among the universes.

    What it supports and most of them contradict; and what it contradicts, on as few runs as theirs,
    too, and most of them do not: each with how many of them contradict it.
    """
    counts = {
        name: f"{name} ({CONTRADICTED} in {of['verdicts'][CONTRADICTED]} of {of['of']})"
        for name, of in statements.items()
    }
    most = {name: 2 * of["verdicts"][CONTRADICTED] > of["of"] for name, of in statements.items()}
    supported = [counts[name] for name in statements if study.get(name) == SUPPORTED and most[name]]
    contradicted = [
        counts[name]
        for name, of in statements.items()
        if study.get(name) == of["reference"] == CONTRADICTED and not most[name]
    ]
    said = rf"\againstmost{{{', '.join(supported)}}}" if supported else ""
    return said + (rf"\withfew{{{', '.join(contradicted)}}}" if contradicted else "")


def _percent(share: float | None) -> str:
    return DASH if share is None or share != share else rf"{100 * share:.0f}\,\%"


def _among_equals(of: Mapping[str, int]) -> str:
    """'supported in 3, contradicted in 5'."""
    return f"supported in {of[SUPPORTED]}, contradicted in {of[CONTRADICTED]}"


def _decides(of: dict[str, Any] | None) -> str:
    if not of:
        return "no choice alone"
    share = rf"{100 * of['share']:.0f}\,\% [{100 * of['low']:.0f}, {100 * of['high']:.0f}]"
    return f"{escape(CHOICES[of['choice']])} (alone {share} of the variance of the margin's rank)"


def _turned(changes: list[dict[str, Any]], tried: int) -> str:
    """The single departures that turn the reference's verdict, in words, by verdict."""
    if not changes:
        return f"none of the {tried} that were tried"
    by_verdict: dict[str, list[str]] = {}
    for change in changes:
        words = f"{CHOICES[change['choice']]} {value(change['choice'], change['value'])}"
        if change["of"] > 1:
            words += f" ({change['draws']} of {change['of']} draws)"
        if not change["believable"]:
            words += " (not believable)"
        by_verdict.setdefault(change["verdict"], []).append(words)
    said = [f"{verdict} with {', '.join(dict.fromkeys(of))}" for verdict, of in by_verdict.items()]
    return escape("; ".join(said))


def _rho(of: Mapping[str, float], *keys: str) -> str:
    estimate, low, high = (number(of[key], 2) for key in keys)
    return escape(f"{estimate} [{low}, {high}]")


def _nearest(of: Mapping[str, Any]) -> dict[str, str]:
    """The universe nearest to Figures 3, 4 and 5, and what it says."""
    distances = {key: f"{of[key]:.3f}" for key in ("figure3", "figure4", "figure5", "together")}
    said = {verdict: ", ".join(of[verdict]) or "none" for verdict in (SUPPORTED, CONTRADICTED)}
    found = {"words": escape(of["words"]), **distances, **said}
    return {f"multiverse.nearest.{key}": text for key, text in found.items()}


def _held_out(of: dict[str, Any]) -> dict[str, str]:
    found = {
        "multiverse.finite": str(of["finite"]),
        "multiverse.scale": number(of["scale"], 2),
        "multiverse.figure3.reference": number(of["fitted"]["reference"]),
        "multiverse.figure3.lowest": number(of["fitted"]["lowest"]),
    }
    for figure in ("figure3", "figure4", "figure5"):
        if figure in of:
            mine = of[figure]
            found |= {
                f"multiverse.{figure}.rho": _rho(mine, "rank_correlation", "low", "high"),
                f"multiverse.{figure}.partial": _rho(
                    mine, "partial", "partial_low", "partial_high"
                ),
                f"multiverse.{figure}.reference": number(mine["reference"]),
                f"multiverse.{figure}.better": str(mine["better_than_reference"]),
                f"multiverse.{figure}.median": number(mine["median"]),
                f"multiverse.{figure}.lowest": number(mine["lowest"]),
            }
    return found
