"""The numbers of the prose on trainability."""

from collections.abc import Iterator

from mmoe_repro.config import Config
from mmoe_repro.report.folders import Folders
from mmoe_repro.trainability.cells import where_best
from mmoe_repro.trainability.plan import LOOKED_AT, RATES, SCALES, SEEDS, universes

REFERENCE = "reference"


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """What was looked at."""
    folder = folders["trainability"]
    yield {
        "trainability.seeds": str(SEEDS),
        "trainability.looked_at": str(LOOKED_AT),
        "trainability.rates": f"{RATES[0]:g} to {RATES[-1]:g}",
        "trainability.scales": f"{SCALES[0]:g} to {SCALES[-1]:g}",
        "trainability.universes": ", ".join(universes(folder)),
        "trainability.figures": "".join(rf"\trainabilityfigures{{{n}}}" for n in universes(folder)),
    }
    if REFERENCE in universes(folder):
        found: dict[str, str] = {}
        for key, of in where_best(folder / REFERENCE).items():
            for row in of.to_dict("records"):
                name = f"trainability.{key}.{row['model']}"
                found |= {f"{name}.{what}": f"{row[what]:.2f}" for what in ("mean", "stuck")}
                found |= {f"{name}.{what}": f"{row[what]:g}" for what in ("learning_rate", "scale")}
        yield found
