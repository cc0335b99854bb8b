"""The space of universes (config/multiverse.yaml): what may be chosen, and universes by coordinates.

A point of the unit cube is a universe: each dimension takes the value in whose share of the unit
interval its coordinate lies; what else a label function needs has coordinates of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmoe_repro.config import read_checked
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.universe import Universe

SCHEMA = Path("workflow/schemas/multiverse.schema.yaml")  # from the repository's root
MOST_SINES = 4
C, ALPHA_C = (0.1, 3.0), (0.25, 20.0)  # ranges of a free function's c and alpha c, logarithmic
DRAWN = {"keras_mmoe": (0.3, 5), "ple": (1.0, 10)}  # c and m; alpha, beta from N(0, 1)
TEN = (1.0, tuple(float(i) for i in range(1, 11)), tuple(float(i * i) for i in range(10)))

Choices = dict[str, Any]  # dimension -> value
Point = NDArray[np.float64]


class BadSpace(ValueError):
    """A space that cannot be used; the text says where and what is allowed."""


@dataclass(frozen=True)
class Space:
    """Dimensions with their values and weights, the fits to Figure 2, and what is believable."""

    dimensions: Mapping[str, Sequence[tuple[Any, float]]]
    figure2: Sequence[LabelFunction]
    believable: Mapping[str, Any]
    reference: Mapping[str, Any]
    reading: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Coordinates of a point: one a dimension, then those of label functions."""
        return len(self.dimensions) + 3 + 2 * MOST_SINES

    def choices(self, point: Point) -> Choices:
        """The value of every dimension at a point."""
        found = {}
        for (name, values), u in zip(self.dimensions.items(), point, strict=False):
            ends = np.cumsum([weight for _, weight in values])
            at = int(np.searchsorted(ends / ends[-1], u, side="right"))
            found[name] = values[min(at, len(values) - 1)][0]
        return found

    def label_function(self, kind: str, point: Point, study_seed: int) -> LabelFunction:
        """The label function of a kind at a point. Raises BadSpace for an unknown kind.

        The last coordinates are the draw (which fit, or which alpha and beta), m, c, and each sine's
        alpha c and beta.
        """
        draw, m, c, *rest = point[len(self.dimensions) :]
        if kind == "figure2":
            return self.figure2[min(int(draw * len(self.figure2)), len(self.figure2) - 1)]
        if kind == "google_research":
            return LabelFunction(*TEN)
        if kind in DRAWN:
            scale, sines = DRAWN[kind]
            random = numpy_stream(study_seed, "label function", kind, int(draw * 1e6))
            alpha, beta = random.standard_normal((2, sines))
            return LabelFunction(scale, tuple(_short(alpha)), tuple(_short(beta)))
        if kind != "free":
            raise BadSpace(
                f"label function {kind!r}: allowed are figure2, free, {', '.join(DRAWN)}"
            )
        sines = min(int(m * MOST_SINES), MOST_SINES - 1) + 1
        scale = _short([_log(C, c)])[0]
        pairs = sorted(
            (_log(ALPHA_C, a) / scale, 2 * np.pi * b)
            for a, b in zip(rest[:sines], rest[MOST_SINES : MOST_SINES + sines], strict=True)
        )
        alpha, beta = (_short(values) for values in zip(*pairs, strict=True))
        return LabelFunction(scale, tuple(alpha), tuple(beta))

    def universe(self, choices: Choices, function: LabelFunction) -> Universe:
        """The universe of some choices with a label function."""
        fields = (
            "batch_size",
            "n_samples",
            "standardise",
            "initialisation",
            "biases",
            "adam_epsilon",
        )
        return Universe(function, **{name: choices[name] for name in fields})

    def is_wide_enough(self, universe: Universe) -> bool:
        """Whether the batch is one that a researcher would have used; the rest must be run."""
        return universe.batch_size >= int(self.believable["batch_size_at_least"])


def departures(universe: Universe, defaults: Mapping[str, Any]) -> int:
    """How many of a universe's choices are not the default ones."""
    return sum(getattr(universe, name) != value for name, value in defaults.items())


def _log(ends: tuple[float, float], u: float) -> float:
    low, high = ends
    return float(low * (high / low) ** u)


def _short(values: Sequence[float] | NDArray[np.float64]) -> list[float]:
    """To five significant digits: short enough to print, and equal on every machine."""
    return [float(f"{value:.5g}") for value in values]


def load(path: Path, figure2: Sequence[LabelFunction], schema: Path = SCHEMA) -> Space:
    """The checked space, with the label functions that fit Figure 2. Raises BadSpace in one line."""
    values = read_checked(path, schema, BadSpace)
    dimensions = {
        name: [(v["value"], float(v.get("weight", 1))) for v in part["values"]]
        for name, part in values["dimensions"].items()
    }
    return Space(
        dimensions, list(figure2), values["believable"], values["reference"], values["reading"]
    )
