"""The numbers of the prose on single universes."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from mmoe_repro.claims.outcomes import SUPPORTED
from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.multiverse.design import Member, read_members
from mmoe_repro.multiverse.fit import FIGURES
from mmoe_repro.multiverse.words import CHOICES, value
from mmoe_repro.portraits.plan import FIRST, NEAREST, SEEDS, universes
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import escape


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
        f"portraits.{row['name']}.{key}": f"{row[key]:.3f}"
        for row in fits.to_dict("records")
        for key in (*FIGURES, "together")
    }
    yield {"portraits.said": _said(folders)}
    if NEAREST in names:
        members = {one.name: one for one in read_members(folder / "members.parquet")}
        trials = read_table(folder / "nearest_trials.csv", "name", "together")
        searched = trials[trials["name"].astype(int) >= FIRST]
        yield {
            "portraits.nearest.words": escape(_words(members[NEAREST])),
            "portraits.nearest.believable": "believable"
            if members[NEAREST].wide
            else "not believable",
            "portraits.nearest.trials": str(len(searched)),
            "portraits.nearest.of_design": str(len(trials) - len(searched)),
        }


def _fits(results: Path) -> pd.DataFrame:
    return read_table(results / "portraits/fits.csv", "name", *FIGURES, "together")


def _said(folders: Folders) -> str:
    """What each universe supports, and whether it is nearer to every figure than the reference."""
    judged = read_table(folders.results / "portraits/verdicts.parquet", "name", "claim", "verdict")
    all_fits = read_table(folders.results / "multiverse/fits.csv", "name", *FIGURES)
    reference = all_fits[all_fits["name"].astype(str) == "reference"][list(FIGURES)].iloc[0]
    fits = _fits(folders.results)
    said = []
    for name in universes(folders["portraits"]):
        mine = judged[(judged["name"] == name) & (judged["verdict"] == SUPPORTED)]
        nearer = (fits.set_index("name").loc[name, list(FIGURES)] < reference).to_numpy().all()
        whether = "it is nearer" if nearer else "it is not nearer"
        supports = ", ".join(mine["claim"]) or "none of the statements"
        said.append(
            rf"\emph{{{name}}} supports {supports}; {whether} to every one of the three figures than "
            "the reference is."
        )
    return " ".join(said)


def _words(member: Member) -> str:
    """Every choice of a universe, and its label function."""
    f = member.universe.label_function
    said = [f"{words} {value(name, member.choices[name])}" for name, words in CHOICES.items()]
    sines = ", ".join(f"({a:.3g}, {b:.3g})" for a, b in zip(f.alpha, f.beta, strict=True))
    return f"{'; '.join(said)}; c = {f.c:g}, (alpha, beta) = {sines}"
