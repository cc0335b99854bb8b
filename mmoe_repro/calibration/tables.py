"""The tables on the calibration."""

import pandas as pd

from mmoe_repro.files import read_rows
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import number, tabular


def figure2_fits(folders: Folders) -> str:
    """How well each number of sines can give Figure 2."""
    rows = []
    for fit in read_rows(folders["calibration"] / "label_functions.json", "role"):
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
    fits = read_rows(folders["calibration"] / "label_functions.json", "role")
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
    frame = pd.read_csv(folders["calibration"] / "ranking.csv")
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
