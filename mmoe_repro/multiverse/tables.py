"""The tables on the multiverse."""

import re
from pathlib import Path

import pandas as pd
import yaml

from mmoe_repro.claims.outcomes import CONTRADICTED, REVERSED, SUPPORTED, TOO_SMALL, UNLIKE
from mmoe_repro.claims.tables import coloured, sign
from mmoe_repro.files import read_json, read_table
from mmoe_repro.multiverse.words import CHOICES, EQUAL, REFERENCE, called, value
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, Row, escape, number, tabular

SPACE = Path("config/multiverse.yaml")  # from the repository's root
TOO_FEW = "too few runs"  # to support a statement, whatever they show
OF_REFERENCE = "^(universe|the reference with|the) "  # left out of a table's names
SHOWN = ("label_function", "batch_size", "n_samples", "loss")
NEAREST = 12  # universes in the table of distances
OF_EQUALS = ("batch_size", "n_samples", "adam_epsilon")


def multiverse(folders: Folders) -> str:
    """A row a statement: the reference's verdict, shares of the believable universes, those whose labels
    give Figure 2, what decides where there are universes enough to tell."""
    folder = folders.results / "multiverse"
    summary = read_json(folder / "summary.json", "statements", "order")
    shares = read_table(folder / "shares.csv", "claim", "verdict", "share").set_index(
        ["claim", "verdict"]
    )
    statements = [(name, summary["statements"][name]) for name in summary["order"]]
    told = any(of["decomposed"] for _, of in statements)
    rows = []
    for name, of in statements:
        supported, contradicted = (
            _share(shares.loc[(name, verdict)].to_dict()) for verdict in (SUPPORTED, CONTRADICTED)
        )
        fitting = of["with_figure2"]
        rows.append(
            [
                rf"\hyperref[universes:{name}]{{{name}}}",
                coloured(of["reference"]),
                supported if of["reachable"] else TOO_FEW,
                contradicted,
                rf"{of['manners'][REVERSED] + of['manners'][UNLIKE]}",
                rf"{of['manners'][TOO_SMALL]}",
                f"{fitting[SUPPORTED]}" if of["reachable"] else DASH,
                f"{fitting[CONTRADICTED]}",
                *(_decides(of) if told else []),
            ]
        )
    n, fitting = statements[0][1]["of"], statements[0][1]["with_figure2"]["of"]
    header = ["", "reference", r"supported, \%", r"contradicted, \%", "opposite", "too small"]
    header += ["supported", "contradicted", *(["depends on", "share", "chance"] if told else [])]
    over = rf"& & \multicolumn{{4}}{{c}}{{in {n} believable universes}} & "
    over += rf"\multicolumn{{2}}{{c}}{{in the {fitting} of Figure 2}}"
    over += (" & " * 3 if told else "") + r" \\ \cmidrule(lr){3-6}\cmidrule(lr){7-8}"
    return tabular("llrrrrrr" + ("lrr" if told else ""), header, rows, over)


def _decides(of: Row) -> list[str]:
    """The choice that a statement depends on, its share of the variance, and that of chance."""
    decides, chance = of["decides"], of["chance"]
    none = "none alone" if of["decomposed"] else DASH
    return [
        escape(CHOICES[decides["choice"]]) if decides else none,
        rf"{100 * decides['share']:.0f}\%" if decides else DASH,
        DASH if chance is None else rf"{100 * chance:.0f}\%",
    ]


def _share(row: Row) -> str:
    """A share with its interval, in percent."""
    ends = f"[{100 * row['low']:.0f}, {100 * row['high']:.0f}]"
    return rf"{100 * row['share']:.0f} {{\scriptsize{ends}}}"


def _fits(folders: Folders) -> pd.DataFrame:
    """The distances by universe, with its choices in words."""
    found = read_table(
        folders.results / "multiverse/fits.csv", "name", "figure3", "together", "held_out_share"
    )
    return found.astype({"name": str, **dict.fromkeys(CHOICES, str)})


def distances(folders: Folders) -> str:
    """The universes nearest to Figures 3, 4 and 5 together, of the design and around the reference, and
    the reference; whether each is believable."""
    fits = _fits(folders).sort_values("together")
    first = fits[fits["name"] != REFERENCE].head(NEAREST)
    reference = fits[fits["name"] == REFERENCE]
    shown = ("figure3", "figure4", "figure5", "together")
    judged = read_table(folders.results / "multiverse/verdicts.parquet", "name", "believable")
    believable = set(judged.loc[judged["believable"], "name"].astype(str))
    rows = [
        [
            escape(re.sub(OF_REFERENCE, "", called(str(r["name"]), r))),
            *(escape(r[choice]) for choice in SHOWN),
            "yes" if r["name"] in believable else "no",
            *(number(r[key], 3) for key in shown),
        ]
        for r in [*first.to_dict("records"), *reference.to_dict("records")]
    ]
    header = ["", *(CHOICES[choice] for choice in SHOWN), "believable"]
    header += ["Figure 3", "Figure 4", "Figure 5", "together"]
    return tabular("llrrllrrrr", header, rows)


def equals(folders: Folders) -> str:
    """A row a universe that fits Figure 3 as well as the reference, which is first: what it is, and the
    verdict on every statement there."""
    summary = read_json(folders.results / "multiverse/summary.json", "order")
    judged = read_table(folders.results / "multiverse/verdicts.parquet", "name", "claim", "verdict")
    verdict = judged.set_index(["name", "claim"])["verdict"]
    fits = _fits(folders).sort_values("figure3")
    fits = fits.assign(is_equal=fits["name"].str.startswith(EQUAL))
    shown = pd.concat([fits[fits["name"] == REFERENCE], fits[fits["is_equal"]]])
    rows = [
        [
            str(r["name"]).removeprefix(EQUAL),
            f"{r['c']:.2f}",
            *(escape(r[choice]) for choice in OF_EQUALS),
            number(r["figure3"], 3),
            number(r["held_out_share"], 2),
            *(sign(verdict.loc[(r["name"], claim)]) for claim in summary["order"]),
        ]
        for r in shown.to_dict("records")
    ]
    header = ["", "$c$", "batch", "samples", r"$\epsilon$", "Figure 3", "held-out"]
    columns = "lrrrrrr" + "c" * len(summary["order"])
    return tabular(columns, [*header, *summary["order"]], rows)


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


def not_varied(folders: Folders) -> str:
    """A row a choice that is named and not varied, with the reason."""
    rows = [
        [escape(of["choice"].replace("_", " ")), escape(of["reason"])]
        for of in yaml.safe_load(SPACE.read_text())["left_out"]
    ]
    cell = r">{\raggedright\arraybackslash}p"
    return tabular(f"{cell}{{3.6cm}}{cell}{{12cm}}", ["choice", "why"], rows)
