"""The tables on single universes."""

from mmoe_repro.claims.tables import coloured, read
from mmoe_repro.files import read_table
from mmoe_repro.multiverse.fit import FIGURES
from mmoe_repro.portraits.plan import universes
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, escape, number, tabular


def portraits(folders: Folders) -> str:
    """A row a statement: its verdict in this study, and in each universe that has a portrait."""
    names = universes(folders["portraits"])
    judged = read_table(folders.results / "portraits/verdicts.parquet", "name", "claim", "verdict")
    of = {(r["name"], r["claim"]): r["verdict"] for r in judged.to_dict("records")}
    study = {of["id"]: of["reproduced"]["verdict"] for of in read(folders)["statements"]}
    rows = [
        [
            rf"\hyperref[universes:{claim}]{{{claim}}}",
            coloured(study.get(claim, DASH)),
            *(coloured(of[name, claim]) for name in names),
        ]
        for claim in dict.fromkeys(judged["claim"])
    ]
    return tabular("ll" + "l" * len(names), ["", "this study", *map(escape, names)], rows)


def portrait_distances(folders: Folders) -> str:
    """This study, and a row a universe: how far its 200 runs a condition are from Figures 3, 4 and 5."""
    fits = read_table(folders.results / "portraits/fits.csv", "name", *FIGURES, "together")
    rows = [
        [escape(str(r["name"])), *(number(r[key], 3) for key in (*FIGURES, "together"))]
        for r in fits.to_dict("records")
    ]
    return tabular("lrrrr", ["universe", "Figure 3", "Figure 4", "Figure 5", "together"], rows)
