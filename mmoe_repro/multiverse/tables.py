"""The tables on the multiverse."""

from mmoe_repro.claims.tables import coloured
from mmoe_repro.files import read_json, read_table
from mmoe_repro.multiverse.words import CHOICES
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, Row, escape, number, tabular


def multiverse(folders: Folders) -> str:
    """A row a statement: the reference's verdict, shares of the believable universes, what decides."""
    folder = folders.results / "multiverse"
    summary = read_json(folder / "summary.json", "statements", "order")
    shares = read_table(folder / "shares.csv", "claim", "verdict", "share").set_index(
        ["claim", "verdict"]
    )
    rows = []
    for name in summary["order"]:
        of = summary["statements"][name]
        cells = [
            cell
            for verdict in ("supported", "contradicted")
            for cell in _share(shares.loc[(name, verdict)].to_dict())
        ]
        decides = of["decides"]
        rows.append(
            [
                rf"\hyperref[universes:{name}]{{{name}}}",
                coloured(of["reference"]),
                *cells,
                escape(CHOICES[decides["choice"]]) if decides else DASH,
                rf"{100 * decides['share']:.0f}\%" if decides else DASH,
                DASH if of["chance"] is None else rf"{100 * of['chance']:.0f}\%",
            ]
        )
    header = ["", "reference", "supported", "by fit", "contradicted", "by fit", "hangs on", "share"]
    return tabular("llrrrrlrr", [*header, "chance"], rows)


def _share(row: Row) -> tuple[str, str]:
    """A share with its interval, plain and weighted by the fit, in percent."""

    def text(name: str, low: str, high: str) -> str:
        return (
            rf"{100 * row[name]:.0f} {{\scriptsize[{100 * row[low]:.0f}, {100 * row[high]:.0f}]}}"
        )

    return text("share", "low", "high"), text("weighted", "weighted_low", "weighted_high")


def distances(folders: Folders) -> str:
    """The ten universes of the design nearest to Figures 3, 4 and 5 together, and the reference."""
    fits = read_table(folders.results / "multiverse/fits.csv", "name", "figure3", "together")
    fits = fits.astype({"name": str}).sort_values("together")
    first = fits[fits["name"].str.isdigit()].head(10)
    reference = fits[fits["name"] == "reference"]
    shown = ("figure3", "figure4", "figure5", "together")
    rows = [
        [escape(str(r["name"])), *(number(r[key], 3) for key in shown)]
        for r in [*first.to_dict("records"), *reference.to_dict("records")]
    ]
    return tabular("lrrrr", ["universe", "Figure 3", "Figure 4", "Figure 5", "together"], rows)
