"""The report's tables as LaTeX (booktabs), from the files of a study."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro.claims.document import decimals
from mmoe_repro.files import write_aside
from mmoe_repro.models.population import n_parameters
from mmoe_repro.models.zoo import MODELS, TITLES, build
from mmoe_repro.report.folders import Folders

DASH = "--"


def tabular(columns: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A booktabs tabular; a row of one empty cell is a rule."""
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", " & ".join(header) + r" \\"]
    lines.append(r"\midrule")
    for row in rows:
        lines.append(r"\midrule" if list(row) == [""] else " & ".join(row) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def number(value: Any, digits: int = 3) -> str:
    """A number to `digits` decimals, or a dash where there is none."""
    return DASH if value is None or pd.isna(value) else decimals(float(value), digits)


def interval(row: pd.Series, name: str, digits: int = 3) -> str:
    """A value with its interval: 0.123 [0.110, 0.140]; the value alone where there is none."""
    value = number(row.get(name), digits)
    if pd.isna(row.get(f"{name}_low")):
        return value
    low, high = (number(row[f"{name}_{end}"], digits) for end in ("low", "high"))
    return rf"{value} {{\scriptsize[{low}, {high}]}}"


def share(row: pd.Series, name: str) -> str:
    """A share as a percentage."""
    return DASH if pd.isna(row.get(name)) else rf"{100 * row[name]:.1f}\%"


def final_losses(folders: Folders, sources: Sequence[str]) -> str:
    """Final losses of every condition, one row a source (ours, published, held_out, training)."""
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
                row = found.iloc[0]
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
            row = of_correlation[of_correlation["model"] == model].iloc[0]
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
    found = [
        json.loads(path.read_text())
        for path in sorted((folders.results / "synthetic/learning_rates").glob("*/*.json"))
    ]
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
                else number(means[rate])
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


def figure2_fits(folders: Folders) -> str:
    """How well each number of sines can give Figure 2."""
    rows = []
    for fit in json.loads((folders.calibration / "label_functions.json").read_text()):
        if fit["role"] == "best of m":
            rows.append(
                [
                    str(fit["n_sines"]),
                    f"{fit['chi_square']:,.1f}",
                    number(fit["worst_over_error_bar"], 2),
                    "yes" if fit["within_error_bars"] else "no",
                    number(fit["signal_variance"], 2),
                    rf"{100 * fit['linear_share']:.1f}\%",
                ]
            )
    header = ["$m$", r"$\chi^2$", "worst / error bar", "within bars", "signal variance"]
    return tabular("rrrlrr", [*header, "linear share"], rows)


def label_functions(folders: Folders) -> str:
    """The label functions that Figure 3 chose among."""
    rows = []
    fits = json.loads((folders.calibration / "label_functions.json").read_text())
    candidates = [fit for fit in fits if fit["role"] != "best of m"]
    for i, fit in enumerate(candidates, start=1):
        f = fit["label_function"]
        rows.append(
            [
                f"$f_{{{i}}}$",
                f"{f['c']:.3f}",
                ", ".join(f"{a:.2f}" for a in f["alpha"]),
                ", ".join(f"{b:.2f}" for b in f["beta"]),
                f"{fit['chi_square']:,.1f}",
            ]
        )
    return tabular("lrllr", ["", "$c$", r"$\alpha$", r"$\beta$", r"$\chi^2$"], rows)


def ranking(folders: Folders) -> str:
    """The last round of the search on Figure 3, best first."""
    frame = pd.read_csv(folders.calibration / "ranking.csv")
    last = frame[frame["round"] == frame["round"].max()]
    rows = []
    for row in last.itertuples():
        loss = "held-out" if row.loss == "held_out" else "training"
        rows.append(
            [
                f"$f_{{{row.label_function}}}$",
                str(row.batch_size),
                "fresh" if pd.isna(row.n_samples) else f"{int(row.n_samples):,}",
                str(row.initialisation),
                "yes" if row.standardise else "no",
                f"{row.learning_rate:g}",
                loss,
                str(row.error),
                number(row.misfit, 4),
            ]
        )
    header = ["function", "batch", "samples", "initialisation", "standardised", "Adam"]
    return tabular("lrrllrllr", [*header, "loss", "error", "misfit"], rows)


def speed(folders: Folders) -> str:
    """A training step against the floor of its two big matrix products."""
    frame = pd.read_csv(folders.benchmarks / "share_of_floor.csv")
    fresh = pd.read_csv(folders.benchmarks / "share_of_floor_fresh.csv")
    keys = ["model", "batch_size"]
    rows = [
        [
            TITLES[row["model"]],
            str(row["batch_size"]),
            number(row["floor_microseconds_per_run"], 1),
            number(row["step_microseconds_per_run"], 1),
            number(row["share"], 2),
            number(row["step_microseconds_per_run_fresh"], 1),
            number(row["share_fresh"], 2),
        ]
        for _, row in frame.merge(fresh, on=keys, suffixes=("", "_fresh")).iterrows()
    ]
    header = ["", "batch", r"floor ($\mu$s)", r"step ($\mu$s)", "share"]
    return tabular("lrrrrrr", [*header, r"fresh data ($\mu$s)", "share"], rows)


def against_one(folders: Folders) -> str:
    """A step of one run in other ways, and how many times slower they are."""
    frame = pd.read_csv(folders.benchmarks / "against_one.csv")
    rows = [
        [str(row.batch_size), str(row.way).replace("_", r"\_"),
         number(row.step_microseconds_per_run, 1), number(row.times_slower, 1)]
        for row in frame.itertuples()
    ]  # fmt: skip
    return tabular("rlrr", ["batch", "way", r"step of a run ($\mu$s)", "times slower"], rows)


TABLES: dict[str, Callable[[Folders], str]] = {
    "final_losses": lambda folders: final_losses(folders, ("ours", "published")),
    "both_losses": lambda folders: final_losses(folders, ("held_out", "training")),
    "curve_ends": curve_ends,
    "learning_rates": learning_rates,
    "parameters": parameters,
    "figure2_fits": figure2_fits,
    "label_functions": label_functions,
    "ranking": ranking,
    "speed": speed,
    "against_one": against_one,
}


def write_table(name: str, folders: Folders, output: Path) -> None:
    """Write the table called `name`. Raises ValueError for an unknown name."""
    from mmoe_repro.report import census, verdicts

    if name in census.TABLES:
        text = census.TABLES[name](folders)
    elif verdicts.is_verdict_table(name):
        text = verdicts.verdict_table(name, folders)
    elif name in TABLES:
        text = TABLES[name](folders)
    else:
        known = ", ".join([*TABLES, *census.TABLES, *verdicts.TABLES])
        raise ValueError(f"table {name!r}: allowed are {known}, claim_S1, ...")
    write_aside(output, lambda aside: aside.write_text(text))
