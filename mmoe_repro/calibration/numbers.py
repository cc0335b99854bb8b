"""The numbers of the prose on the calibration."""

import numpy as np
import pandas as pd

from mmoe_repro.calibration.targets import figure3 as published_figure3
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_rows
from mmoe_repro.report.folders import Folders


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """What was tried, what was chosen, and how well it fits."""
    calibration = folders["calibration"]
    reference = read_json(calibration / "reference.json")
    stated = reference["at_stated_learning_rate"]
    ranking = pd.read_csv(calibration / "ranking.csv")
    last = ranking[ranking["round"] == ranking["round"].max()]
    departed = last[last["learning_rate"] != 0.001]
    fits = read_rows(calibration / "label_functions.json", "role")
    best = {f["n_sines"]: f for f in fits if f["role"] == "best of m"}
    smallest = next(f for f in fits if f["role"] == "reference")["n_sines"]
    bars = [f for f in fits if f["role"] == "error bars"]
    early = ranking[ranking["round"] < ranking["round"].max()]
    by_loss = early.groupby(["loss", "error"])["misfit"].min()
    by_data = early.assign(fresh=early["n_samples"].isna()).groupby("fresh")["misfit"].min()
    figure3 = published_figure3()
    longer = last[last["misfit_bound_of_longer_axis"].isna()]
    found = {
        "calibration.longer": str(len(longer)),
        "calibration.longer_misfit": f"{longer['misfit'].min():.3f}" if len(longer) else "--",
        "calibration.candidates": str(ranking["key"].nunique()),
        "calibration.rounds": str(ranking["round"].max()),
        "calibration.misfit": f"{reference['misfit']:.4f}",
        "calibration.stated_misfit": f"{stated['misfit']:.4f}",
        "calibration.stated_is_choice": "is" if stated["key"] == reference["key"] else "is not",
        "calibration.departed_misfit": f"{departed['misfit'].min():.4f}" if len(departed) else "--",
        "calibration.runner_up_misfit": f"{last['misfit'].iloc[1]:.4f}" if len(last) > 1 else "--",
        "calibration.smallest_m": str(smallest),
        "calibration.chi_square": f"{best[smallest]['chi_square']:.1f}",
        "calibration.below_m": str(smallest - 1),
        "calibration.below_chi_square": f"{best[smallest - 1]['chi_square']:,.0f}",
        "calibration.bars_m": str(bars[0]["n_sines"]) if bars else "--",
        "calibration.bars_worst": f"{bars[0]['worst_over_error_bar']:.2f}" if bars else "--",
        "calibration.bars_chi_square": f"{bars[0]['chi_square']:,.0f}" if bars else "--",
        "calibration.functions": str(sum(f["role"] != "best of m" for f in fits)),
        "calibration.best_fresh": f"{by_data.get(True, np.nan):.3f}",
        "calibration.best_finite": f"{by_data.get(False, np.nan):.3f}",
        "calibration.published_range": (
            f"{figure3['loss'].min():.2f} to {figure3['loss'].max():.2f}"
        ),
    }
    for (loss, error), misfit in by_loss.items():
        found[f"calibration.best.{loss}.{error}"] = f"{misfit:.3f}"
    return found
