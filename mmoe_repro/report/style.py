"""The look of every figure (the paper's: seaborn's darkgrid, deep palette), and saving it."""

from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

WIDTH = 6.9  # inches of a wide figure, which the report sets at its own size: type stays as it is
FORMATS = ("pdf", "svg", "png")


def apply() -> None:
    """Set the style, and what makes the same figure the same bytes."""
    matplotlib.use("Agg")
    matplotlib.style.use(Path(__file__).with_name("darkgrid.mplstyle"))


def across(panels: int, of_one: float = WIDTH / 3) -> float:
    """The width of a figure of so many panels beside each other, each as wide as there is room for."""
    return min(WIDTH, panels * of_one)


def settle(figure: Figure) -> None:
    """Lay a figure out for good, in whole millionths of its size.

    In which order the layout's solver adds depends on where in memory its variables are, so that the
    last digits of a place are others in another process.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    waiting: list[Any] = list(figure.subfigs)
    for part in waiting:
        box = part.bbox_relative
        box.set_points(box.get_points().round(6))
        waiting += part.subfigs
    for axes in figure.axes:
        axes.set_position(Bbox(axes.get_position(original=True).get_points().round(6)))


def save(figure: Figure, stem: Path) -> None:
    """Write `stem`.pdf, .svg and .png without dates: equal figures give equal bytes."""
    settle(figure)
    stem.parent.mkdir(parents=True, exist_ok=True)
    metadata: dict[str, dict[str, Any]] = {
        "pdf": {"CreationDate": None},
        "svg": {"Date": None},
        "png": {"Software": None},
    }
    # With a layout engine, even one that does nothing, each saving draws twice; and after a saving a
    # figure without one has that of the style again.
    with matplotlib.rc_context({"figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)
        for form in FORMATS:
            figure.savefig(stem.with_suffix(f".{form}"), dpi=200, metadata=metadata[form])
