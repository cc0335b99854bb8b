"""The numbers of the prose on single universes."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from mmoe_repro.claims.outcomes import SUPPORTED
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_table
from mmoe_repro.multiverse.design import Member, read_members
from mmoe_repro.multiverse.fit import FIGURES
from mmoe_repro.multiverse.words import CHOICES, value
from mmoe_repro.portraits.of_study import STUDY
from mmoe_repro.portraits.plan import FIRST, LARGEST_BATCH, NEAREST, SEEDS, universes
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import escape, listed

EQUAL = 2.0  # how many times the noise of the calibration's choice two fits are equal within


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """Which universes there are, how far each is from the paper's figures, and the nearest in words."""
    folder = folders["portraits"]
    names = universes(folder)
    yield {
        "portraits.seeds": str(SEEDS),
        "portraits.universes": ", ".join(names),
        "portraits.figures": "".join(rf"\portrait{{{name}}}" for name in names),
        "portraits.search": r"\nearestsearch" if NEAREST in names else "",
    }
    fits = _fits(folders.results)
    yield {
        f"portraits.{row['name'].replace(STUDY, 'study')}.{key}": f"{row[key]:.3f}"
        for row in fits.to_dict("records")
        for key in (*FIGURES, "together")
    }
    yield _said(folders)
    if NEAREST in names:
        members = {one.name: one for one in read_members(folder / "members.parquet")}
        trials = read_table(folder / "nearest_trials.csv", "name", "together")
        searched = trials[pd.to_numeric(trials["name"], errors="coerce") >= FIRST]
        yield {
            "portraits.nearest.words": escape(_words(members[NEAREST])),
            "portraits.nearest.believable": "believable"
            if members[NEAREST].wide
            else "not believable",
            "portraits.nearest.trials": str(len(searched)),
            "portraits.nearest.largest_batch": str(LARGEST_BATCH),
            "portraits.nearest.known": str(len(trials) - len(searched)),
        }


def _fits(results: Path) -> pd.DataFrame:
    return read_table(results / "portraits/fits.csv", "name", *FIGURES, "together")


def _said(folders: Folders) -> dict[str, str]:
    """What each universe supports, and which figures it is nearer to than this study is."""
    judged = read_table(folders.results / "portraits/verdicts.parquet", "name", "claim", "verdict")
    noise = read_json(folders["calibration"] / "reference.json", "noise")["noise"]
    fits = _fits(folders.results).set_index("name")
    found: dict[str, str] = {}
    said = []
    for name in universes(folders["portraits"]):
        mine = judged[(judged["name"] == name) & (judged["verdict"] == SUPPORTED)]
        supports = ", ".join(mine["claim"]) or "none of the statements"
        near = [
            figure.removeprefix("figure")
            for figure in FIGURES
            if fits.loc[name, figure] < fits.loc[STUDY, figure] - EQUAL * noise
        ]
        nearer = (
            f"Figure{'s' * (len(near) > 1)} {listed(near)}" if near else "none of the three figures"
        )
        found |= {f"portraits.{name}.supports": supports, f"portraits.{name}.nearer": nearer}
        said.append(
            rf"\emph{{{name}}} supports {supports}; it is nearer than this study to {nearer}."
        )
    return {**found, "portraits.said": " ".join(said)}


def _words(member: Member) -> str:
    """Every choice of a universe, and its label function."""
    f = member.universe.label_function
    said = [f"{words} {value(name, member.choices[name])}" for name, words in CHOICES.items()]
    sines = ", ".join(f"({a:.3g}, {b:.3g})" for a, b in zip(f.alpha, f.beta, strict=True))
    return f"{'; '.join(said)}; c = {f.c:g}, (alpha, beta) = {sines}"
