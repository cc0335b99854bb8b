"""The numbers of the prose on trainability."""

from mmoe_repro.config import Config
from mmoe_repro.files import read_table
from mmoe_repro.report.folders import Folders
from mmoe_repro.trainability.plan import LOOKED_AT, MODELS, RATES, SCALES, SEEDS, universes


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """What was looked at, and of each universe who is stuck, by model and correlation."""
    folder = folders["trainability"]
    found = {
        "trainability.seeds": str(SEEDS),
        "trainability.looked_at": str(LOOKED_AT),
        "trainability.rates": f"{RATES[0]:g} to {RATES[-1]:g}",
        "trainability.scales": f"{SCALES[0]:g} to {SCALES[-1]:g}",
        "trainability.universes": ", ".join(universes(folder)),
        "trainability.figures": "".join(rf"\trainabilityfigures{{{n}}}" for n in universes(folder)),
    }
    for name in universes(folder):
        parts = read_table(folder / name / "parts.parquet", "model", "part", "left")
        last = list(dict.fromkeys(parts["part"]))[-1]
        for model in MODELS:
            of = parts[(parts["model"] == model) & (parts["part"] == last)]
            found[f"trainability.{name}.{model}.last"] = f"{of['left'].mean():.2f}"
    return found
