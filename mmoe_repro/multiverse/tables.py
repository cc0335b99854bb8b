"""The tables on the multiverse."""

from pathlib import Path

import yaml

from mmoe_repro.claims.outcomes import CONTRADICTED, REVERSED, SUPPORTED, TOO_SMALL, UNLIKE
from mmoe_repro.claims.tables import coloured
from mmoe_repro.files import read_json, read_table
from mmoe_repro.multiverse.words import CHOICES, value
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, Row, escape, number, tabular

SPACE = Path("config/multiverse.yaml")  # from the repository's root


def multiverse(folders: Folders) -> str:
    """A row a statement: the reference's verdict, shares of the believable universes, those whose labels
    give Figure 2, what decides."""
    folder = folders.results / "multiverse"
    summary = read_json(folder / "summary.json", "statements", "order")
    shares = read_table(folder / "shares.csv", "claim", "verdict", "share").set_index(
        ["claim", "verdict"]
    )
    rows = []
    for name in summary["order"]:
        of = summary["statements"][name]
        supported, contradicted = (
            _share(shares.loc[(name, verdict)].to_dict()) for verdict in (SUPPORTED, CONTRADICTED)
        )
        fitting, decides = of["with_figure2"], of["decides"]
        none = "none alone" if of["decomposed"] else DASH
        rows.append(
            [
                rf"\hyperref[universes:{name}]{{{name}}}",
                coloured(of["reference"]),
                supported,
                contradicted,
                rf"{of['manners'][REVERSED] + of['manners'][UNLIKE]}",
                rf"{of['manners'][TOO_SMALL]}",
                f"{fitting[SUPPORTED]} / {fitting[CONTRADICTED]}",
                escape(CHOICES[decides["choice"]]) if decides else none,
                rf"{100 * decides['share']:.0f}\%" if decides else DASH,
                DASH if of["chance"] is None else rf"{100 * of['chance']:.0f}\%",
            ]
        )
    header = ["", "reference", "supported", "contradicted", "opposite", "too small", "Figure 2"]
    return tabular("llrrrrrlrr", [*header, "depends on", "share", "chance"], rows)


def _share(row: Row) -> str:
    """A share with its interval, in percent."""
    ends = f"[{100 * row['low']:.0f}, {100 * row['high']:.0f}]"
    return rf"{100 * row['share']:.0f} {{\scriptsize{ends}}}"


def distances(folders: Folders) -> str:
    """The ten universes of the design nearest to Figures 3, 4 and 5 together, and the reference; whether
    each is believable."""
    fits = read_table(folders.results / "multiverse/fits.csv", "name", "figure3", "together")
    fits = fits.astype({"name": str}).sort_values("together")
    first = fits[fits["name"].str.isdigit()].head(10)
    reference = fits[fits["name"] == "reference"]
    shown = ("figure3", "figure4", "figure5", "together")
    judged = read_table(folders.results / "multiverse/verdicts.parquet", "name", "believable")
    believable = set(judged.loc[judged["believable"], "name"].astype(str))
    rows = [
        [
            escape(str(r["name"])),
            "yes" if r["name"] in believable else "no",
            *(number(r[key], 3) for key in shown),
        ]
        for r in [*first.to_dict("records"), *reference.to_dict("records")]
    ]
    header = ["universe", "believable", "Figure 3", "Figure 4", "Figure 5", "together"]
    return tabular("llrrrr", header, rows)


def space(folders: Folders) -> str:
    """A row a choice that the paper leaves open: what it does not say, and the values that are tried."""
    dimensions = yaml.safe_load(SPACE.read_text())["dimensions"]
    rows = [
        [
            escape(words),
            escape(dimensions[name]["missing"]),
            escape(", ".join(value(name, one["value"]) for one in dimensions[name]["values"])),
        ]
        for name, words in CHOICES.items()
    ]
    cell = r">{\raggedright\arraybackslash}p"
    columns = f"{cell}{{2.6cm}}{cell}{{7.2cm}}{cell}{{6.2cm}}"
    return tabular(columns, ["choice", "what the paper does not say", "values"], rows)
