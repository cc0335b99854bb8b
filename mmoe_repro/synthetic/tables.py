"""The tables on synthetic data."""

from collections.abc import Sequence

import pandas as pd

from mmoe_repro.claims.tables import read
from mmoe_repro.models.population import n_parameters
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import DASH, escape, interval, number, share, spaced, tabular
from mmoe_repro.synthetic.models import MODELS, TITLES, build
from mmoe_repro.synthetic.selection import read_choices


def final_losses(folders: Folders) -> str:
    """Final losses of every condition, ours and published."""
    return _losses(folders, ("ours", "published"))


def both_losses(folders: Folders) -> str:
    """Final losses of every condition, held-out and training."""
    return _losses(folders, ("held_out", "training"))


def _losses(folders: Folders, sources: Sequence[str]) -> str:
    """Final losses of every condition, one row a source."""
    words = {
        "ours": "ours",
        "published": "published",
        "held_out": "held-out",
        "training": "training",
    }
    frame = pd.read_csv(folders.results / "synthetic/final_losses.csv")
    rows: list[list[str]] = []
    for p, of_correlation in frame.groupby("task_correlation", sort=True):
        if rows:
            rows.append([""])
        for model in [m for m in TITLES if m in set(of_correlation["model"])]:
            for source in sources:
                found = of_correlation[
                    (of_correlation["model"] == model) & (of_correlation["source"] == source)
                ]
                if found.empty:
                    continue
                row = found.iloc[0].to_dict()
                minimum = (
                    f"{number(row['minimum_low'], 2)}--{number(row['minimum_high'], 2)}"
                    if source == "published"
                    else number(row["minimum"])
                )
                rows.append(
                    [
                        f"{p:g}" if len(rows) == 0 or rows[-1] == [""] else "",
                        TITLES[model] if source == sources[0] else "",
                        words[source],
                        interval(row, "mean"),
                        interval(row, "sd"),
                        *(number(row.get(f"q{q}")) for q in ("05", "50", "95")),
                        share(row, "above_0.2"),
                        share(row, "above_0.4"),
                        minimum,
                    ]
                )
    header = ["corr.", "model", "", "mean", "sd", r"5\%", "median", r"95\%"]
    header += ["$>0.2$", "$>0.4$", "min."]
    return tabular("lll ll rrr rr r", header, rows)


def curve_ends(folders: Folders) -> str:
    """Figure 4's end points beside the published ones."""
    frame = pd.read_csv(folders.results / "synthetic/curve_ends.csv")
    rows: list[list[str]] = []
    for p, of_correlation in frame.groupby("task_correlation", sort=True):
        if rows:
            rows.append([""])
        for model in [m for m in TITLES if m in set(of_correlation["model"])]:
            row = of_correlation[of_correlation["model"] == model].iloc[0].to_dict()
            first = rows == [] or rows[-1] == [""]
            rows.append(
                [
                    f"{p:g}" if first else "",
                    TITLES[model],
                    f"{int(row['step']):,}",
                    interval(row, "ours"),
                    number(row["published"]),
                ]
            )
    return tabular("llrlr", ["correlation", "model", "step", "ours", "published"], rows)


def learning_rates(folders: Folders) -> str:
    """The learning rate chosen for each model and correlation, and what it was chosen over."""
    found = read_choices(folders.results / "synthetic")
    rates = sorted({float(rate) for choice in found for rate in choice["mean_of_each"]})
    rows = []
    for model in [m for m in TITLES if m in {c["model"] for c in found}]:
        for choice in sorted(
            (c for c in found if c["model"] == model), key=lambda c: c["task_correlation"]
        ):
            means = {float(rate): mean for rate, mean in choice["mean_of_each"].items()}
            cells = [
                rf"\textbf{{{number(means[rate])}}}"
                if rate == choice["learning_rate"]
                else number(means.get(rate))
                for rate in rates
            ]
            rows.append([TITLES[model], f"{choice['task_correlation']:g}", *cells])
    header = ["model", "correlation", *(f"{rate:g}" for rate in rates)]
    return tabular("ll" + "r" * len(rates), header, rows)


def parameters(_: Folders) -> str:
    """Widths and parameter counts of every model."""
    rows = []
    for name in MODELS:
        model = build(name)
        counted = {
            key: value.size() for key, value in model.parameters().items() if value.fan_in > 0
        }
        paper = sum(size for key, size in counted.items() if not key.startswith(("gate", "head")))
        width = str(getattr(model, "bottom_units", DASH))
        rows.append([TITLES[name], width, f"{paper:,}", f"{n_parameters(model):,}"])
    header = ["model", "bottom width", "as the paper counts", "all scalars"]
    return tabular("lrrr", header, rows)


def curve_panels(folders: Folders) -> str:
    """Distances of mean curves from the published ones."""
    rows = [
        [
            c["figure"].removeprefix("figure"),
            TITLES[c["model"]],
            f"{c['task_correlation']:g}",
            number(c["rms"]),
            number(c["largest"]),
            f"{c['at_step']:,}",
            rf"{100 * c['in_band']:.0f}\%",
        ]
        for c in read(folders)["panels"]["curves"]
    ]
    header = ["figure", "model", "correlation", "rms", "largest", "at step", "within chance"]
    return tabular("llrrrrr", header, rows)


def histogram_panels(folders: Folders) -> str:
    """One plain sentence for each published panel."""
    rows = [
        [escape(s["panel"]), escape(s["sentence"])] for s in read(folders)["panels"]["sentences"]
    ]
    cell = r">{\raggedright\arraybackslash}p"
    columns = f"{cell}{{0.24\\linewidth}}{cell}{{0.70\\linewidth}}"
    return spaced(tabular(columns, ["panel", "ours against it"], rows))


def pairing(folders: Folders) -> str:
    """What is left of a difference's variance when models of one seed are compared."""
    document = read(folders)
    rows, seen = [], set()
    for s in (s for s in document["statements"] if s["experiment"] == "synthetic"):
        for part, e in zip(s["parts"], s["reproduced"].get("parts", []), strict=False):
            left = e["beside"].get("variance_left_by_pairing")
            if left is None or tuple(part["conditions"]) in seen:
                continue
            seen.add(tuple(part["conditions"]))
            runs = f"{e['runs'] / left:,.0f}" if left > 0 else DASH
            rows.append([escape(part["words"]), number(left, 2), runs])
    header = ["difference", "variance left", f"{document['seeds']} pairs are worth"]
    return tabular("lrr", header, rows)
