"""The numbers of the prose on trainability."""

from mmoe_repro.config import Config
from mmoe_repro.report.folders import Folders
from mmoe_repro.trainability.plan import LOOKED_AT, RATES, SCALES, SEEDS, universes


def numbers(folders: Folders, config: Config) -> dict[str, str]:
    """What was looked at."""
    folder = folders["trainability"]
    return {
        "trainability.seeds": str(SEEDS),
        "trainability.looked_at": str(LOOKED_AT),
        "trainability.rates": f"{RATES[0]:g} to {RATES[-1]:g}",
        "trainability.scales": f"{SCALES[0]:g} to {SCALES[-1]:g}",
        "trainability.universes": ", ".join(universes(folder)),
        "trainability.figures": "".join(rf"\trainabilityfigures{{{n}}}" for n in universes(folder)),
    }
