"""Our curves and histograms against the published ones, panel by panel, each with a plain sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from mmoe_repro.paper.published import published
from mmoe_repro.statistics.bands import simultaneous_factor
from mmoe_repro.statistics.binned import bin_counts, binned_test
from mmoe_repro.statistics.summary import summarise_histogram
from mmoe_repro.synthetic.bins import BIN, N_BINS
from mmoe_repro.synthetic.choices import Records
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.samples import N_PUBLISHED

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CurvePanel:
    """A published mean curve against ours.

    `rms` and `largest` are distances of the means over steps (`at_step` the largest's), `in_band`
    the share of steps at which the published mean lies in the simultaneous band of the difference.
    """

    figure: str
    model: str
    task_correlation: float
    rms: float
    largest: float
    at_step: int
    end_ours: float
    end_published: float
    in_band: float


def compare_curve(
    figure: str,
    model: str,
    p: float,
    steps: Floats,
    curves: Floats,
    generator: np.random.Generator,
    confidence: float,
) -> CurvePanel | None:
    """Compare our curves (runs, points), in the paper's units at `steps`, with a published mean curve.

    The band is simultaneous over steps: the confidence-quantile, over resamples of runs, of the largest
    standardised distance of a resampled mean from the mean (Montiel Olea and Plagborg-Moller 2019).
    Two means are compared, so its width has the published mean's standard error too, which Figure 5's
    spread at the end stands for (for Figure 3, our own). None if no steps are shared.
    """
    paper = published(figure)
    theirs = paper[(paper["model"] == _paper_name(model)) & (paper["task_correlation"] == p)]
    both = theirs.merge(
        pd.DataFrame({"step": steps.astype(int), "at": range(len(steps))}), on="step"
    )
    if both.empty or len(curves) < 2:
        return None
    ours = curves[:, both["at"]]
    mean = ours.mean(axis=0)
    error = ours.std(axis=0, ddof=1) / len(ours) ** 0.5
    difference = mean - both["loss"].to_numpy()
    published_error = error
    if figure == "figure4":
        histograms = published("figure5")
        histogram = histograms[
            (histograms["model"] == model) & (histograms["task_correlation"] == p)
        ]
        published_error = np.full_like(
            error, summarise_histogram(histogram)["sd"] / N_PUBLISHED**0.5
        )
    factor = simultaneous_factor(ours, generator, confidence)
    inside = np.abs(difference) <= factor * np.hypot(error, published_error)
    worst = int(np.argmax(np.abs(difference)))
    share = float(inside.mean())
    return CurvePanel(
        figure,
        model,
        p,
        float(np.sqrt(np.mean(difference**2))),
        float(np.abs(difference[worst])),
        int(both["step"].iloc[worst]),
        float(mean[-1]),
        float(both["loss"].iloc[-1]),
        share,
    )


@dataclass(frozen=True)
class HistogramPanel:
    """Our final losses against a published histogram.

    `distance` is the mean loss that runs would have to be moved by to turn one into the other (known
    to a bin's width; Wasserstein), `p_value` that of both being draws from one distribution.
    """

    model: str
    task_correlation: float
    distance: float
    p_value: float
    stuck_ours: float
    stuck_published: float


STUCK = 0.4  # losses above it are of runs that stayed near the constant prediction


def compare_histogram(
    model: str, p: float, losses: Floats, generator: np.random.Generator
) -> HistogramPanel | None:
    """Compare our final losses (runs,) with a panel of Figure 5; losses beyond its bins are in the last.

    Both are binned as the paper bins. None if the paper has no such panel.
    """
    histograms = published("figure5")
    theirs = histograms[(histograms["model"] == model) & (histograms["task_correlation"] == p)]
    if theirs.empty:
        return None
    at = (theirs["bin_low"] / BIN).round().astype(int)  # the file leaves empty bins out
    counts = np.zeros(N_BINS)
    counts[at] = (theirs["fraction_of_runs"] * N_PUBLISHED).round()
    ours = bin_counts(losses, BIN * np.arange(N_BINS))
    p_value = binned_test(ours, counts, generator)
    middles = BIN * (np.arange(N_BINS) + 0.5)
    distance = float(stats.wasserstein_distance(middles, middles, ours, counts))
    stuck = BIN * np.arange(N_BINS) > STUCK - BIN / 2
    stuck_ours = float(ours[stuck].sum() / ours.sum())
    stuck_published = float(counts[stuck].sum() / counts.sum())
    return HistogramPanel(model, p, distance, p_value, stuck_ours, stuck_published)


def _paper_name(model: str) -> str:
    return "shared_bottom" if model.startswith("shared_bottom") else model


def panels(
    curves: Mapping[tuple[str, str, float], tuple[Floats, Floats]],
    losses: Mapping[tuple[str, float], Floats],
    titles: Mapping[str, str],
    generator: np.random.Generator,
    confidence: float,
) -> dict[str, list[dict[str, Any]]]:
    """All panels: `curves` by (figure, model, correlation) as (steps, (runs, points)), and `losses`."""
    of_curves = [
        compare_curve(figure, model, p, steps, values, generator, confidence)
        for (figure, model, p), (steps, values) in curves.items()
    ]
    of_losses = [
        compare_histogram(model, p, values, generator) for (model, p), values in losses.items()
    ]
    found = [panel for panel in of_curves if panel]
    histograms = [panel for panel in of_losses if panel]
    sentences = [("Figure 3", curve_sentence([c for c in found if c.figure == "figure3"], titles))]
    for p in sorted({c.task_correlation for c in found if c.figure == "figure4"}):
        of_panel = [c for c in found if c.figure == "figure4" and c.task_correlation == p]
        sentences.append((f"Figure 4, correlation {p:g}", curve_sentence(of_panel, titles)))
    for h in histograms:
        where = f"Figure 5, {titles[h.model]}, correlation {h.task_correlation:g}"
        sentences.append((where, histogram_sentence(h)))
    return {
        "curves": [vars(panel) for panel in found],
        "histograms": [vars(panel) for panel in histograms],
        "sentences": [{"panel": panel, "sentence": text} for panel, text in sentences if text],
    }


def curve_sentence(curves: Sequence[CurvePanel], titles: Mapping[str, str]) -> str:
    """One plain sentence on a panel of mean curves."""
    if not curves:
        return ""
    models = len({c.model for c in curves}) > 1

    def name(c: CurvePanel) -> str:
        return titles[c.model] if models else f"correlation {c.task_correlation:g}"

    ends = ", ".join(f"{c.end_ours - c.end_published:+.3f} ({name(c)})" for c in curves)
    shares = ", ".join(f"{100 * c.in_band:.0f}" for c in curves)
    ours = [name(c) for c in sorted(curves, key=lambda c: c.end_ours)]
    theirs = [name(c) for c in sorted(curves, key=lambda c: c.end_published)]
    order = "is" if ours == theirs else "is not"
    return (
        f"At the end our means differ from the published by {ends}; the published curves are within "
        f"chance of ours at {shares} % of the steps; the order at the end {order} the paper's."
    )


def histogram_sentence(h: HistogramPanel) -> str:
    """One plain sentence on a panel of Figure 5."""
    differ = "differ beyond chance" if h.p_value < 0.05 else "do not differ beyond chance"
    return (
        f"The distributions {differ} (p {_p(h.p_value)}; runs would have to move by {h.distance:.3f} on "
        f"average); {100 * h.stuck_published:.1f} % of the published runs and "
        f"{100 * h.stuck_ours:.1f} % of ours end above {STUCK:g}."
    )


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def of_records(
    records: Records, generator: np.random.Generator, confidence: float
) -> dict[str, list[dict[str, Any]]]:
    """All panels, from the records of a study: Figure 3 at the universe's learning rate."""
    reading = records.reading
    curves, losses = {}, {}
    of_figure3 = records.figure3_curves
    of_figure3 = of_figure3[of_figure3["learning_rate"] == records.rate]
    for figure, frame in (("figure3", of_figure3), ("figure4", records.curves)):
        for (model, p), of in frame.groupby(["model", "task_correlation"], sort=True):
            wide = of.pivot(index="seed", columns="step", values=reading.curve_column)
            steps = wide.columns.to_numpy(dtype=float) / reading.steps_a_unit
            values = wide.dropna().to_numpy(dtype=float) * reading.factor
            curves[figure, str(model), float(str(p))] = (steps, values)
    for (model, p), of in records.runs.groupby(["model", "task_correlation"], sort=True):
        values = of.sort_values("seed")[reading.run_column].to_numpy() * reading.factor
        losses[str(model), float(str(p))] = values
    return panels(curves, losses, TITLES, generator, confidence)
