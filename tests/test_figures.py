"""What a reader must be able to see in the figures, drawn from the published records."""

import itertools
import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from mmoe_repro import records, study
from mmoe_repro.calibration.plan import FAMILIES
from mmoe_repro.census.summary import read, tables
from mmoe_repro.multiverse.design import read_members
from mmoe_repro.paper.published import published
from mmoe_repro.report import style
from mmoe_repro.report.colours import CORRELATIONS, VERDICTS
from mmoe_repro.synthetic.drawing import CLOSER
from mmoe_repro.synthetic.schema import CURVES
from tests.conftest import ROOT

PUBLISHED = ROOT / "results/published"
SYNTHETIC, MULTIVERSE = PUBLISHED / "synthetic", PUBLISHED / "multiverse"
PORTRAITS, BENCHMARKS = PUBLISHED / "portraits", PUBLISHED / "benchmarks"
PLOTS = study.from_text("{}")["plots"]
INPUTS: dict[str, dict[str, Path]] = {
    "calibration.calibration": {
        f"{family}_{kind}": PUBLISHED / f"calibration/{family}_{kind}.{ending}"
        for family in FAMILIES
        for kind, ending in (("finalists", "csv"), ("curves", "parquet"))
    },
    "census.gates": {"gates": PUBLISHED / "census/gates.parquet"},
    "portraits.portrait.memorising": {
        "members": PORTRAITS / "members.parquet",
        **{kind: PORTRAITS / f"{kind}-memorising.parquet" for kind in ("runs", "curves")},
    },
    "recommender.engine": {
        name: BENCHMARKS / f"recommender_{name}.csv" for name in ("scale", "growth")
    },
    "speed.speed": {
        name: BENCHMARKS / f"{name}.csv" for name in ("share_of_floor", "populations", "shapes")
    },
    "synthetic.figure2": {
        "trials": SYNTHETIC / "figure2_trials.parquet",
        "universe": SYNTHETIC / "universe.json",
    },
    **{
        f"synthetic.{name}": {kind: SYNTHETIC / path, "universe": SYNTHETIC / "universe.json"}
        for name, kind, path in (
            ("figure3", "curves", "figure3_curves.parquet"),
            ("figure4", "curves", "curves.parquet"),
            ("figure5", "runs", "runs.parquet"),
        )
    },
    **{
        f"claims.claim.{name}": {"verdicts": SYNTHETIC / "claims/verdicts.json"}
        for name in ("A3", "T1", "C3")
    },
}


def draw(name: str, inputs: dict[str, Path]) -> Figure:
    """A figure, `room.module` or `room.module.TAIL`, laid out."""
    room, module, *tail = name.split(".")
    style.apply()
    figure: Figure = import_module(f"mmoe_repro.{room}.figures.{module}").draw(inputs, PLOTS, *tail)
    figure.canvas.draw()
    return figure


@pytest.fixture(scope="module")
def drawn() -> Iterator[Callable[[str], Figure]]:
    """Draws each of `INPUTS` once."""
    yield cache(lambda name: draw(name, INPUTS[name]))
    plt.close("all")


def tick_labels(figure: Figure) -> list[tuple[str, Axes, Any]]:
    """Words, panel and box, in inches, of every tick label that is seen; those of insets, too."""
    found = []
    to_inches = figure.dpi_scale_trans.inverted()
    for panel in figure.findobj(Axes):
        for axis, ends in ((panel.xaxis, panel.get_xlim()), (panel.yaxis, panel.get_ylim())):
            for tick in axis.get_major_ticks():
                label, low, high = tick.label1, min(ends), max(ends)
                if label.get_visible() and label.get_text() and low <= tick.get_loc() <= high:
                    box = label.get_window_extent().transformed(to_inches)
                    found.append((label.get_text(), panel, box))
    return found


def collisions(figure: Figure) -> list[tuple[str, str]]:
    """Tick labels beside each other with less than a digit between them, of two panels less than two."""
    labels = tick_labels(figure)
    assert labels
    return [
        (word, other)
        for (word, panel, box), (other, of_other, its) in itertools.combinations(labels, 2)
        if box.padded((5 if panel is of_other else 10) / 72, 0).overlaps(its)
    ]


@pytest.mark.parametrize("name", INPUTS)
def test_no_tick_label_runs_into_another(name: str, drawn: Callable[[str], Figure]) -> None:
    assert not collisions(drawn(name))


def test_no_tick_label_of_the_census_runs_into_another(tmp_path: Path) -> None:
    records = [PUBLISHED / f"census/{name}.parquet" for name in ("runs", "baselines")]
    tables(read(records), 2018, PLOTS["confidence"]).to_csv(tmp_path / "tables.csv")
    inputs = {"runs": records[0], "tables": tmp_path / "tables.csv"}
    assert not collisions(draw("census.census", inputs))


@pytest.mark.parametrize("name", INPUTS)
def test_type_is_at_least_seven_points_and_a_figure_as_wide_as_there_is_room(
    name: str, drawn: Callable[[str], Figure]
) -> None:
    figure = drawn(name)
    assert figure.get_size_inches()[0] <= style.WIDTH
    words = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert min(text.get_fontsize() for text in words) >= 7


@pytest.mark.parametrize("name", ["portraits.portrait.memorising", "census.gates"])
def test_a_figure_is_laid_out_once_in_whole_millionths(
    name: str, drawn: Callable[[str], Figure], tmp_path: Path
) -> None:
    """The solver's last digits are others in another process: with them other bytes."""
    figure = drawn(name)
    style.settle(figure)
    boxes = [axes.get_position(original=True) for axes in figure.axes]
    boxes += [part.bbox_relative for part in figure.subfigs]
    boxes += [part.bbox_relative for of in figure.subfigs for part in of.subfigs]
    places = np.array([box.get_points() for box in boxes]) * 1e6
    assert np.abs(places - places.round()).max() < 1e-3
    for stem in ("once", "again"):
        style.save(figure, tmp_path / stem)
    assert (tmp_path / "once.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()


def test_figure_3_shows_how_far_our_curves_are_apart(drawn: Callable[[str], Figure]) -> None:
    """On the right, the published curves are whole, and a difference of the smallest effect is at least
    a twenty-fifth of the height."""
    whole, closer = drawn("synthetic.figure3").axes
    assert closer.get_xlim() == CLOSER
    low, high = closer.get_ylim()
    assert (high - low) < 0.01 * 25 < whole.get_ylim()[1]
    paper = published("figure3")
    there = paper.loc[paper["step"].between(*CLOSER), "loss"]
    assert low < there.min() < there.max() < high
    ours = [line for line in closer.lines if line.get_linestyle() == "-"]
    assert [line.get_color() for line in ours] == list(CORRELATIONS.values())
    for line in ours:
        steps, losses = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        there = losses[steps >= CLOSER[0]]
        assert low < there.min() < there.max() < high


def test_a_portrait_has_legends_of_their_own_and_figure_4_its_own_height(
    drawn: Callable[[str], Figure],
) -> None:
    figure = drawn("portraits.portrait.memorising")
    legends = [
        [text.get_text() for text in legend.get_texts()] for legend in figure.findobj(Legend)
    ]
    assert ["0.5", "0.9", "1"] in legends
    assert ["Shared-Bottom", "OMoE", "MMoE", "published"] in legends
    panel = next(axes for axes in figure.axes if axes.get_title() == "Figure 4, 0.5")
    highest = max(float(np.max(line.get_ydata())) for line in panel.lines)
    assert highest > 0.8 * panel.get_ylim()[1]


def test_all_bars_and_points_of_the_speed_are_inside_and_no_legend_is_over_them(
    drawn: Callable[[str], Figure],
) -> None:
    left, middle, right = drawn("speed.speed").axes
    assert max(bar.get_height() for bar in left.patches) > 1  # cut at the floor, once
    assert max(bar.get_height() for bar in left.patches) < left.get_ylim()[1]
    for axes in (middle, right):
        for line in axes.lines:
            assert np.max(line.get_ydata()) < axes.get_ylim()[1]
    for axes in (left, right):
        legend = axes.get_legend()
        assert legend is not None
        assert not legend.get_window_extent().overlaps(axes.get_window_extent())


def test_a_logarithmic_axis_says_so(drawn: Callable[[str], Figure]) -> None:
    for name, scale in (("A3", "linear"), ("T1", "log"), ("C3", "symlog")):
        (axes,) = drawn(f"claims.claim.{name}").axes
        assert axes.get_xscale() == scale
        assert ("(logarithmic" in axes.get_xlabel()) == (scale != "linear")


# --- a statement over universes ---------------------------------------------------------------


@pytest.fixture(scope="module")
def universes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, bool], dict[str, Path]]:
    """Made-up verdicts in so many universes of the design, and what else the figure shows."""
    known = read_members(MULTIVERSE / "design.parquet")

    def make(n: int, ratio: bool) -> dict[str, Path]:
        folder = tmp_path_factory.mktemp("universes")
        margins = np.random.default_rng(n).normal(0, 0.5 if ratio else 0.05, n)
        names = [str(i) for i in range(n)]
        frame = pd.DataFrame({"name": names, "margin": margins, "believable": True, "ratio": ratio})
        frame = frame.assign(low=margins - 0.02, high=margins + 0.02)
        of = {-1: "contradicted", 0: "undecided", 1: "supported"}
        signs = np.sign(frame["low"]) + np.sign(frame["high"])
        frame["verdict"] = [of[int(sign / 2)] for sign in signs]
        claims = [frame.assign(claim=claim) for claim in ("A3", "T1", "T1a")]
        pd.concat(claims).to_parquet(folder / "verdicts.parquet")
        choices = [json.dumps(known[i % len(known)].choices) for i in range(n)]
        pd.DataFrame({"name": names, "choices": choices}).to_parquet(folder / "members.parquet")
        columns = ["claim", "choice", "share", "low", "high"]
        pd.DataFrame(columns=columns).to_csv(folder / "decomposition.csv", index=False)
        return {
            "claims": ROOT / "config/claims.yaml",
            "verdicts": folder / "verdicts.parquet",
            "members": folder / "members.parquet",
            "decomposition": folder / "decomposition.csv",
        }

    return make


@pytest.mark.parametrize("n", [2, 20, 256])
@pytest.mark.parametrize("name", ["A3", "T1", "T1a"])
def test_a_statement_over_universes_can_be_read_however_many_there_are(
    n: int,
    name: str,
    universes: Callable[[int, bool], dict[str, Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    figure = draw(f"multiverse.specification.{name}", universes(n, name == "T1"))
    top, matrix, _ = figure.axes
    ranks = [float(tick) for tick in matrix.get_xticks()]
    assert ranks[0] == 1
    assert all(rank.is_integer() and rank <= n for rank in ranks)
    points = [c for c in top.collections if isinstance(c, PathCollection)]
    assert sum(len(c.get_offsets()) for c in points) == n
    assert [to_hex(c.get_facecolor()[0]) for c in points] == list(VERDICTS.values())
    words = " ".join(" ".join(text.get_text() for text in top.texts).split())
    assert ("A constant prediction loses 0.5." in words) == (name == "A3")
    assert "ogarithmic" in words
    assert not collisions(figure)
    plt.close(figure)


@pytest.mark.parametrize("name", ["figure3", "figure4"])
@pytest.mark.parametrize("steps", [200, 1_000, 30_000])
@pytest.mark.parametrize("correlations", [(0.5,), (0.5, 0.9)])
def test_curves_of_a_changed_study_are_seen_and_their_legend_is_whole(
    name: str, steps: int, correlations: tuple[float, ...], tmp_path: Path
) -> None:
    """Other numbers of steps and panels than the paper's."""
    inputs = INPUTS[f"synthetic.{name}"]
    curves = pd.read_parquet(inputs["curves"])
    curves = curves[curves["task_correlation"].isin(correlations)]
    curves = curves[curves["seed"] < 5].assign(step=curves["step"] * max(steps // 10_000, 1))
    records.write(curves[curves["step"] <= steps], tmp_path / "curves.parquet", CURVES)
    draw = import_module(f"mmoe_repro.synthetic.figures.{name}").draw
    style.apply()
    figure = draw({**inputs, "curves": tmp_path / "curves.parquet"}, PLOTS)
    figure.draw_without_rendering()
    (legend,) = figure.legends
    box = legend.get_window_extent()
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.x1
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert high == pytest.approx(steps, rel=0.03)
        ours = [
            line for line in axes.lines if line.get_linewidth() > 1 and line.get_linestyle() == "-"
        ]
        seen = [sum((x >= low) & (x <= high)) for x in (line.get_xdata() for line in ours)]
        assert min(seen) >= 2
        assert 3 <= sum(low <= tick <= high for tick in axes.get_xticks()) <= 8
    plt.close(figure)
