"""Figure 1: the three architectures, drawn."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from mmoe_repro.report import style
from mmoe_repro.report.colours import INK

INPUT, SHARED, GATE, TOWER = "white", "#c4c4c4", "#ececec", "#dadada"  # names tell them apart
WIDTH, HEIGHT = 1.0, 0.62


def _box(axes: Axes, x: float, y: float, text: str, colour: str, width: float = WIDTH) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - HEIGHT / 2),
            width,
            HEIGHT,
            boxstyle="round,pad=0.02,rounding_size=0.1",
            facecolor=colour,
            edgecolor=INK,
            linewidth=0.8,
        )
    )
    axes.text(x, y, text, ha="center", va="center", fontsize=8)


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    dashed: bool = False,
    bend: float = 0.0,
) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=7,
            linewidth=0.8,
            linestyle="--" if dashed else "-",
            color=INK,
            shrinkA=0,
            shrinkB=0,
            connectionstyle=f"arc3,rad={bend}",
        )
    )


def _towers(axes: Axes, left: float, right: float) -> None:
    for x, task in ((left, "A"), (right, "B")):
        _box(axes, x, 4.5, f"tower {task}", TOWER)
        axes.text(x, 5.62, f"output {task}", ha="center", va="center", fontsize=8)
        _arrow(axes, (x, 4.5 + HEIGHT / 2), (x, 5.42))


def _shared_bottom(axes: Axes) -> None:
    _towers(axes, 1.4, 3.0)
    _box(axes, 2.2, 2.4, "shared bottom", SHARED, 2.4)
    for x in (1.4, 3.0):
        _arrow(axes, (x, 2.4 + HEIGHT / 2), (x, 4.5 - HEIGHT / 2))
    _box(axes, 2.2, 0.6, "input", INPUT, 1.6)
    _arrow(axes, (2.2, 0.6 + HEIGHT / 2), (2.2, 2.4 - HEIGHT / 2))


def _mixture(axes: Axes, gates: dict[float, tuple[str, tuple[float, ...]]]) -> None:
    """Experts 0-2 in the middle; each gate at its x, with its name and the sums that it weighs."""
    _towers(axes, 1.4, 3.0)
    experts = (1.05, 2.2, 3.35)
    sums = sorted({x for _, targets in gates.values() for x in targets})
    for i, x in enumerate(experts):
        _box(axes, x, 2.0, f"expert {i}", SHARED)
        _arrow(axes, (2.2, 0.6 + HEIGHT / 2), (x, 2.0 - HEIGHT / 2))
        for at in sums:
            _arrow(axes, (x, 2.0 + HEIGHT / 2), (at, 3.22))
    for at in sums:
        axes.text(at, 3.4, r"$\oplus$", ha="center", va="center", fontsize=11)
        towers = (1.4, 3.0) if len(sums) == 1 else (at,)
        for tower in towers:
            _arrow(axes, (at, 3.58), (tower, 4.5 - HEIGHT / 2))
    _box(axes, 2.2, 0.6, "input", INPUT, 1.6)
    for x, (name, targets) in gates.items():
        _box(axes, x, 2.0, name, GATE, 0.9)
        _arrow(axes, (2.2, 0.6 + HEIGHT / 2), (x, 2.0 - HEIGHT / 2))
        for at in targets:
            side = -0.16 if x < at else 0.16
            _arrow(axes, (x, 2.0 + HEIGHT / 2), (at + side, 3.4), dashed=True)


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """Three block diagrams side by side; input at the bottom, towers and outputs on top."""
    ends = ((0.85, 3.55), (-0.65, 3.95), (-0.65, 5.05))  # of each panel, all of one scale
    ratios = [right - left for left, right in ends]
    figure, panels = plt.subplots(1, 3, figsize=(style.WIDTH, 2.5), width_ratios=ratios)
    _shared_bottom(panels[0])
    _mixture(panels[1], {-0.1: ("gate", (2.2,))})
    _mixture(panels[2], {-0.1: ("gate A", (1.4,)), 4.5: ("gate B", (3.0,))})
    titles = ("(a) Shared-Bottom", "(b) OMoE: one gate", "(c) MMoE: a gate a task")
    for axes, title, limits in zip(panels, titles, ends, strict=True):
        axes.set(xlim=limits, ylim=(0.1, 5.85), title=title)
        axes.axis("off")
    return figure
