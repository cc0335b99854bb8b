"""The tables on the calibration."""

import json

from mmoe_repro.calibration.plan import FAMILIES
from mmoe_repro.files import read_rows, read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import escape, number, tabular


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


def finalists(folders: Folders) -> str:
    """The best of each family, trained again twice, best first; those equal to the best are marked."""
    rows: list[list[str]] = []
    for family in FAMILIES:
        if rows:
            rows.append([""])
        for row in read_table(folders["calibration"] / f"{family}_finalists.csv").to_dict(
            "records"
        ):
            u = json.loads(row["universe"])
            f = u["label_function"]
            rows.append(
                [
                    family.replace("_", " "),
                    number(row["misfit"], 4) + ("*" if row["equal"] else ""),
                    str(row["departures"]),
                    str(u["batch_size"]),
                    "fresh" if u["n_samples"] is None else f"{u['n_samples']:,}",
                    "yes" if u["standardise"] else "no",
                    escape(u["initialisation"].replace("_", " ")),
                    "yes" if u.get("biases", True) else "no",
                    f"{u.get('adam_epsilon', 1e-8):.0e}".replace("e-0", "e-"),
                    "held-out" if row["loss"] == "held_out" else "training",
                    row["error"],
                    f"{f['c']:.2f}",
                    ", ".join(f"{a * f['c']:.1f}" for a in f["alpha"]),
                ]
            )
    header = ["family", "misfit", "dep.", "batch", "samples", "std.", "start", "biases"]
    header += [r"$\epsilon$", "loss", "error", "$c$", r"$c\alpha$"]
    return tabular("lrrrrlllrllrl", header, rows)
