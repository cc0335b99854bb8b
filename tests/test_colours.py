"""Each palette has one meaning, and its colours can be told apart by everybody, and in print."""

import itertools
import re

import numpy as np
import pytest
from numpy.typing import NDArray

from mmoe_repro import study
from mmoe_repro.claims import outcomes
from mmoe_repro.report import colours
from mmoe_repro.synthetic.models import TITLES
from tests.conftest import ROOT

MODELS = study.from_text("{}")["plots"]["colours"]
PALETTES = {
    "models": list(MODELS.values()),
    "correlations": list(colours.CORRELATIONS.values()),
    "verdicts": list(colours.VERDICTS.values()),
    "tasks": list(colours.TASKS),
    "neutral": [colours.INK, colours.GREY],
}
# Linear RGB as seen without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1)
SEEN = {
    "by all cones": np.eye(3),
    "without long": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "without middle": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "without short": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
TOLD_APART = 15  # of CIELAB's units; one is just noticeable side by side


def linear(colour: str) -> NDArray[np.float64]:
    """Linear RGB of #rrggbb."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour: str, seen: str = "by all cones") -> NDArray[np.float64]:
    """L*, a*, b* of a colour as it is seen."""
    rgb = np.clip(np.asarray(SEEN[seen]) @ linear(colour), 0, 1)
    of_white = TO_XYZ @ rgb / TO_XYZ.sum(axis=1)
    x, y, z = np.where(of_white > 216 / 24389, np.cbrt(of_white), of_white * 841 / 108 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(a: str, b: str, seen: str = "by all cones") -> float:
    return float(np.linalg.norm(lab(a, seen) - lab(b, seen)))


def test_distances_are_those_of_cielab() -> None:
    """Black and white are 100 apart; red and green are far apart for most people, and not for all."""
    assert apart("#000000", "#ffffff") == pytest.approx(100, abs=0.01)
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert apart("#a06030", "#6a7a30", "without middle") < TOLD_APART < apart("#a06030", "#6a7a30")


def test_no_palette_has_a_colour_of_another() -> None:
    for (one, some), (other, others) in itertools.combinations(PALETTES.items(), 2):
        nearest = min(apart(a, b) for a in some for b in others)
        assert nearest > TOLD_APART, (one, other)


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("name", sorted(PALETTES.keys() - {"models"}))
def test_a_palettes_colours_are_told_apart_whoever_looks(name: str, seen: str) -> None:
    for a, b in itertools.combinations(PALETTES[name], 2):
        assert apart(a, b, seen) > TOLD_APART, (a, b)


@pytest.mark.parametrize("name", sorted(PALETTES.keys() - {"models"}))
def test_a_palettes_colours_are_told_apart_without_any_hue(name: str) -> None:
    lightness = sorted(lab(colour)[0] for colour in PALETTES[name])
    assert min(np.diff(lightness)) > 6


def test_where_colours_are_not_enough_marks_differ() -> None:
    """The paper's green and red are one colour to some, and its blue and red have one lightness."""
    assert set(MODELS) <= set(TITLES)
    assert len({colours.MARKS[model] for model in MODELS}) == len(MODELS)
    assert len(set(colours.VERDICT_MARKS.values())) == len(colours.VERDICTS)
    assert colours.VERDICT_MARKS.keys() == colours.VERDICTS.keys()


def test_task_correlations_are_darker_the_more_related() -> None:
    lightness = [lab(colours.CORRELATIONS[p])[0] for p in sorted(colours.CORRELATIONS)]
    assert lightness == sorted(lightness, reverse=True)


def test_a_verdict_has_one_colour_in_text_and_figures_and_is_read_on_white() -> None:
    assert list(colours.VERDICTS) == [
        outcomes.SUPPORTED,
        outcomes.UNDECIDED,
        outcomes.CONTRADICTED,
    ]
    text = (ROOT / "paper/macros.tex").read_text()
    defined = dict(re.findall(r"\\definecolor\{(\w+)\}\{HTML\}\{(\w+)\}", text))
    assert {name: f"#{value.lower()}" for name, value in defined.items()} == colours.VERDICTS
    for colour in colours.VERDICTS.values():
        luminance = float(TO_XYZ[1] @ linear(colour))
        assert 1.05 / (luminance + 0.05) >= 4.5  # WCAG 2, level AA
