"""One module a figure; `draw` finds it by name."""

from importlib import import_module
from pathlib import Path
from typing import Any

NAMES = (
    "figure1",
    "figure2",
    "figure3",
    "figure4",
    "figure5",
    "calibration",
    "speed",
    "census",
    "gates",
)


def draw(name: str, inputs: dict[str, Path], stem: Path, plots: dict[str, Any]) -> None:
    """Draw the figure called `name` from its input files and save it as `stem`.{pdf,svg,png}.

    `plots` is the configuration's section of that name; `claim_S1` is the decision plot of statement
    S1. Raises ValueError for an unknown figure.
    """
    module, _, statement = name.partition("_")
    if name not in NAMES and not (module == "claim" and statement):
        raise ValueError(f"figure {name!r}: allowed are {', '.join(NAMES)}, claim_S1, ...")
    from mmoe_repro.report.figures import style

    style.apply()
    extra = (statement,) if statement else ()
    figure = import_module(f"{__name__}.{module}").draw(inputs, plots, *extra)
    style.save(figure, stem)
