"""The numbers of the prose on the calibration."""

from collections.abc import Iterator
from typing import Any

from mmoe_repro.calibration.plan import FAMILIES
from mmoe_repro.calibration.targets import figure3 as published_figure3
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_rows, read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic.label_function import LabelFunction


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """What was tried, what was chosen, and how well it fits."""
    calibration = folders["calibration"]
    reference = read_json(calibration / "reference.json", "family", "companions", "misfit")
    yield {
        "calibration.family": reference["family"].replace("_", " "),
        "calibration.misfit": f"{reference['misfit']:.3f}",
        "calibration.memorising.misfit": f"{reference['companions']['memorising']['misfit']:.3f}",
    }
    fits = read_rows(calibration / "label_functions.json", "role")
    best = {f["n_sines"]: f for f in fits if f["role"] == "best of m"}
    smallest = next(f for f in fits if f["role"] == "reference")["n_sines"]
    bars = [f for f in fits if f["role"] == "error bars"]
    yield {
        "calibration.smallest_m": str(smallest),
        "calibration.chi_square": f"{best[smallest]['chi_square']:.1f}",
        "calibration.below_m": str(smallest - 1),
        "calibration.below_chi_square": f"{best[smallest - 1]['chi_square']:,.0f}",
        "calibration.bars_m": str(bars[0]["n_sines"]) if bars else "--",
        "calibration.bars_worst": f"{bars[0]['worst_over_error_bar']:.2f}" if bars else "--",
        "calibration.bars_chi_square": f"{bars[0]['chi_square']:,.0f}" if bars else "--",
        "calibration.functions": str(sum(f["role"] != "best of m" for f in fits)),
    }
    of_paper = published_figure3()["loss"]
    yield {"calibration.published_range": f"{of_paper.min():.2f} to {of_paper.max():.2f}"}
    for family in FAMILIES:
        of = _family(family, folders)
        yield {f"calibration.{family}.{name}": text for name, text in of.items()}
    trials = (int(_family(family, folders)["trials"]) for family in FAMILIES)
    yield {"calibration.candidates": str(sum(trials))}


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
