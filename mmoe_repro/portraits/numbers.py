"""The numbers of the prose on single universes."""

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


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """Which universes there are, how far each is from the paper's figures, and the nearest in words."""
    folder = folders["portraits"]
    names = universes(folder)
    fits = read_table(folders.results / "portraits/fits.csv", "name", *FIGURES, "together")
    found = {
        "portraits.seeds": str(SEEDS),
        "portraits.universes": ", ".join(names),
        "portraits.figures": "".join(rf"\portrait{{{name}}}" for name in names),
        "portraits.search": "",
        "portraits.said": _said(folders, fits, names),
    }
    for row in fits.to_dict("records"):
        for key in (*FIGURES, "together"):
            found[f"portraits.{row['name']}.{key}"] = f"{row[key]:.3f}"
    members = {one.name: one for one in read_members(folder / "members.parquet")}
    if NEAREST in names:
        trials = read_table(folder / "nearest_trials.csv", "name", "together")
        searched = trials[trials["name"].astype(int) >= FIRST]
        found |= {
            "portraits.search": r"\nearestsearch",
            "portraits.nearest.words": escape(_words(members[NEAREST])),
            "portraits.nearest.believable": "believable"
            if members[NEAREST].wide
            else "not believable",
            "portraits.nearest.trials": str(len(searched)),
            "portraits.nearest.of_design": str(len(trials) - len(searched)),
        }
    return found


def _said(folders: Folders, fits: pd.DataFrame, names: list[str]) -> str:
    """What each universe supports, and whether it is nearer to every figure than the reference."""
    judged = read_table(folders.results / "portraits/verdicts.parquet", "name", "claim", "verdict")
    all_fits = read_table(folders.results / "multiverse/fits.csv", "name", *FIGURES)
    reference = all_fits[all_fits["name"].astype(str) == "reference"][list(FIGURES)].iloc[0]
    said = []
    for name in names:
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
