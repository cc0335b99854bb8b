"""One module a figure; `draw` finds it by name."""

from importlib import import_module
from pathlib import Path
from typing import Any

NAMES = ("figure1", "figure2", "figure3", "figure4", "figure5", "calibration", "speed")


def draw(name: str, inputs: dict[str, Path], stem: Path, plots: dict[str, Any]) -> None:
    """Draw the figure called `name` from its input files and save it as `stem`.{pdf,svg,png}.

    `plots` is the configuration's section of that name. Raises ValueError for an unknown figure.
    """
    if name not in NAMES:
        raise ValueError(f"figure {name!r}: allowed are {', '.join(NAMES)}")
    from mmoe_repro.report.figures import style

    style.apply()
    figure = import_module(f"{__name__}.{name}").draw(inputs, plots)
    style.save(figure, stem)
