"""The numbers of the prose on the calibration."""

from typing import Any

from mmoe_repro.calibration.plan import FAMILIES
from mmoe_repro.calibration.targets import figure3 as published_figure3
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_rows, read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic.label_function import LabelFunction


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """What was tried, what was chosen, and how well it fits."""
    calibration = folders["calibration"]
    reference = read_json(calibration / "reference.json", "family", "companions", "misfit")
    fits = read_rows(calibration / "label_functions.json", "role")
    best = {f["n_sines"]: f for f in fits if f["role"] == "best of m"}
    smallest = next(f for f in fits if f["role"] == "reference")["n_sines"]
    bars = [f for f in fits if f["role"] == "error bars"]
    figure3 = published_figure3()
    found = {
        "calibration.family": reference["family"].replace("_", " "),
        "calibration.misfit": f"{reference['misfit']:.3f}",
        "calibration.memorising.misfit": f"{reference['companions']['memorising']['misfit']:.3f}",
        "calibration.smallest_m": str(smallest),
        "calibration.chi_square": f"{best[smallest]['chi_square']:.1f}",
        "calibration.below_m": str(smallest - 1),
        "calibration.below_chi_square": f"{best[smallest - 1]['chi_square']:,.0f}",
        "calibration.bars_m": str(bars[0]["n_sines"]) if bars else "--",
        "calibration.bars_worst": f"{bars[0]['worst_over_error_bar']:.2f}" if bars else "--",
        "calibration.bars_chi_square": f"{bars[0]['chi_square']:,.0f}" if bars else "--",
        "calibration.functions": str(sum(f["role"] != "best of m" for f in fits)),
        "calibration.published_range": (
            f"{figure3['loss'].min():.2f} to {figure3['loss'].max():.2f}"
        ),
    }
    trials = 0
    for family in FAMILIES:
        of = _family(family, folders)
        trials += int(of["trials"])
        found |= {f"calibration.{family}.{name}": text for name, text in of.items()}
    return found | {"calibration.candidates": str(trials)}


def _family(family: str, folders: Folders) -> dict[str, str]:
    calibration = folders["calibration"]
    choice: dict[str, Any] = read_json(
        calibration / f"{family}.json", "misfit", "noise", "universe"
    )
    trials = read_table(calibration / f"{family}.parquet", "number", "misfit", "learns", "universe")
    u = choice["universe"]
    f = LabelFunction.from_dict(u["label_function"])
    return {
        "trials": str(trials["number"].nunique()),
        "misfit": f"{choice['misfit']:.3f}",
        "noise": f"{choice['noise']:.4f}",
        "equal": str(choice["equal"]),
        "departures": str(choice["departures"]),
        "batch_size": str(u["batch_size"]),
        "linear_share": f"{100 * f.spectrum(1)[0]:.0f}",
    }
