"""The numbers of the prose on synthetic data."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd

from mmoe_repro.claims.tables import read
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, read_table
from mmoe_repro.models.population import n_parameters
from mmoe_repro.paper.published import published
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic import elsewhere
from mmoe_repro.synthetic.models import (
    MODELS,
    TITLES,
    build,
    width_by_full_count,
    width_by_paper_count,
)
from mmoe_repro.synthetic.reading import Reading
from mmoe_repro.synthetic.selection import read_choices
from mmoe_repro.synthetic.summaries import mean_curve
from mmoe_repro.synthetic.universe import Universe

EARLY_STEPS = 500  # where the published curves of Figure 3 are apart already


def _study(config: Config) -> dict[str, str]:
    s = config["synthetic"]
    return {
        "study.seeds": str(s["seeds"]),
        "study.selection_seeds": str(s["selection_seeds"]),
        "study.steps": f"{s['schedule']['steps']:,}",
        "study.evaluate_every": str(s["schedule"]["evaluate_every"]),
        "study.curve_samples": f"{s['schedule']['curve_samples']:,}",
        "study.final_samples": f"{s['schedule']['final_samples']:,}",
        "study.learning_rates": ", ".join(f"{r:g}" for r in s["learning_rates"]),
        "figure2.trials": str(config["figure2"]["trials"]),
        "figure2.points": f"{config['figure2']['points']:,}",
        "figure3.seeds": str(config["figure3"]["seeds"]),
    }


STARTS = {
    "lecun": "LeCun",
    "truncated": "truncated normal",
    "truncated_tenth": "truncated normal, sd 0.1",
    "torch": "PyTorch's uniform",
    "torch_biases": "PyTorch's uniform",
}
BIASES = {"truncated_tenth": "biases 0.1", "torch_biases": "biases likewise"}  # else zero


def _universe(results: Path) -> dict[str, str]:
    resolved = read_json(results / "synthetic/universe.json", "universe", "reading")
    u = Universe.from_dict(resolved["universe"])
    reading = Reading.from_dict(resolved["reading"])
    f = u.label_function
    said = [f"like {resolved['like']}"] if resolved.get("like") else []
    said += [f"{k} = {v}" for k, v in resolved["changes"].items()]
    changes = ", ".join(said).replace("_", r"\_")
    n = u.n_samples
    label_variance = f.label_variance(u.noise_variance) / u.label_shift_and_scale()[1] ** 2
    data = "fresh samples at every step" if n is None else f"a finite set of {n:,} samples"
    return {
        "universe.key": resolved["key"],
        "universe.changes": changes or "none",
        "universe.changed": f"; changes to the calibrated reference: {changes}" if changes else "",
        "universe.c": f"{f.c:.4g}",
        "universe.m": str(f.n_sines),
        "universe.alpha": ", ".join(f"{a:.4g}" for a in f.alpha),
        "universe.beta": ", ".join(f"{b:.4g}" for b in f.beta),
        "universe.batch_size": str(u.batch_size),
        "universe.data": data,
        "universe.epochs": "--"
        if n is None
        else f"{u.batch_size * 10_000 / n:.0f}",  # draws a sample gets in the paper's 10,000 steps
        "universe.labels": "standardised" if u.standardise else "left as they are",
        "universe.initialisation": STARTS.get(u.initialisation, u.initialisation.capitalize()),
        "universe.biases": BIASES.get(u.initialisation, "biases zero") if u.biases else "no biases",
        "universe.adam_epsilon": f"{u.adam_epsilon:.0e}".replace("e-0", "e-"),
        "universe.learning_rate": f"{resolved['learning_rate']:g}",
        "universe.reading": reading.words(),
        "universe.signal_variance": f"{f.signal_variance():.2f}",
        "universe.linear_share": f"{100 * f.spectrum(1)[0]:.1f}",
        "universe.constant_loss": f"{reading.factor * label_variance:.2f}",
        "universe.noise_floor": f"{reading.factor * u.noise_floor():.4f}",
        "universe.plateau_edge": f"{reading.factor * u.plateau_edge():.3f}",
        "universe.plateau_share": f"{u.plateau_edge() / label_variance:.2f}",
        "universe.frequencies": str(_frequencies(f.alpha)),
        "universe.steps_a_unit": str(resolved["reading"]["steps_a_unit"]),
    }


def _frequencies(alpha: Sequence[float]) -> int:
    """How many frequencies a learner can tell apart: a neighbour within a hundredth is the same."""
    ordered = sorted(alpha)
    return 1 + sum(b > 1.01 * a for a, b in pairwise(ordered))


def _models() -> dict[str, str]:
    found = {
        "models.width": str(width_by_paper_count()),
        "models.full_width": str(width_by_full_count()),
    }
    for name in MODELS:
        found[f"models.{name}.parameters"] = f"{n_parameters(build(name)):,}"
    return found


def _elsewhere(results: Path) -> dict[str, str]:
    resolved = read_json(results / "synthetic/universe.json", "reading")
    reading = Reading.from_dict(resolved["reading"])
    runs = results / "synthetic/runs.parquet"
    return {"study.elsewhere": elsewhere.said(runs, reading.run_column, reading.factor)}


def _figure2(results: Path) -> dict[str, str]:
    trials = read_table(results / "synthetic/figure2_trials.parquet", "label_correlation")
    ours = trials.groupby("task_correlation")["label_correlation"].agg(["mean", "std"])
    paper = published("figure2").set_index("weight_cosine")
    both = ours.join(paper, how="inner")
    gap = (both["mean"] - both["label_pearson_mean"]).abs()
    return {
        "figure2.worst": f"{gap.max():.4f}",
        "figure2.worst_in_bars": f"{(gap / both['label_pearson_two_sd']).max():.2f}",
        "figure2.two_sd_ours": f"{2 * both['std'].iloc[:-1].mean():.4f}",
        "figure2.two_sd_published": f"{both['label_pearson_two_sd'].iloc[:-1].mean():.4f}",
        "figure2.at_one": f"{ours['mean'].iloc[-1]:.4f}",
    }


def _figure3(results: Path) -> dict[str, str]:
    resolved = read_json(results / "synthetic/universe.json", "reading")
    reading = Reading.from_dict(resolved["reading"])
    curves = read_table(results / "synthetic/figure3_curves.parquet", "learning_rate", "step")
    paper = published("figure3")
    found = {}
    for rate, of_rate in curves.groupby("learning_rate"):
        parts = []
        for p, of_p in of_rate.groupby("task_correlation"):
            steps, mean, _, _ = mean_curve(of_p, reading, 0.95)
            sd = of_p.groupby("step")[reading.curve_column].sem().to_numpy() * reading.factor
            ours = pd.DataFrame({"step": steps.astype(int), "ours": mean, "error": sd})
            both = paper[paper["task_correlation"] == p].merge(ours, on="step")
            parts.append(both)
            if len(both):
                last = both.iloc[-1]
                found[f"figure3.{rate:g}.{p:g}.ours"] = f"{last['ours']:.3f}"
                found[f"figure3.{rate:g}.{p:g}.published"] = f"{last['loss']:.3f}"
        points = pd.concat(parts)
        misfit = float(((points["ours"] - points["loss"]) ** 2).mean() ** 0.5)
        # Two means of equally many runs differ by their common standard error times sqrt 2.
        expected = float((2 * points["error"] ** 2).mean() ** 0.5)
        found[f"figure3.{rate:g}.misfit"] = f"{misfit:.3f}"
        found[f"figure3.{rate:g}.expected_misfit"] = f"{expected:.3f}"
        found[f"figure3.{rate:g}.misfit_ratio"] = f"{misfit / expected:.1f}"
        found[f"figure3.{rate:g}.is_good"] = "is" if misfit < 2 * expected else "is not"
        early = points[points["step"].between(1, EARLY_STEPS)]
        mean_of = early.groupby("task_correlation")[["ours", "loss"]].mean()
        apart = mean_of.iloc[0] - mean_of.iloc[-1] if len(mean_of) else mean_of.sum()
        found[f"figure3.{rate:g}.apart.ours"] = f"{apart['ours']:.3f}"
        found[f"figure3.{rate:g}.apart.published"] = f"{apart['loss']:.3f}"
        ends = points[points["step"] == points["step"].max()].sort_values("task_correlation")
        apart = ends[["ours", "loss"]].iloc[0] - ends[["ours", "loss"]].iloc[-1]
        found[f"figure3.{rate:g}.apart_at_end.ours"] = f"{apart['ours']:.3f}"
        found[f"figure3.{rate:g}.apart_at_end.published"] = f"{apart['loss']:.3f}"
    found["figure3.early_steps"] = f"{EARLY_STEPS:,}"
    return found


def _figure4(results: Path) -> dict[str, str]:
    found = {}
    ends = read_table(results / "synthetic/curve_ends.csv", "model", "ours", "published")
    for row in ends.itertuples():
        name = f"figure4.{row.model}.{row.task_correlation:g}"
        found[f"{name}.ours"] = f"{row.ours:.3f}"
        found[f"{name}.interval"] = f"{row.ours_low:.3f} to {row.ours_high:.3f}"
        found[f"{name}.published"] = f"{row.published:.3f}"
    for p, of_p in ends.groupby("task_correlation"):
        for source in ("ours", "published"):
            known = of_p.dropna(subset=[source]).sort_values(source)
            found[f"figure4.order.{p:g}.{source}"] = ", ".join(
                f"{TITLES[str(r.model)]} ({getattr(r, source):.3f})" for r in known.itertuples()
            )
    mixtures = ends[ends["model"].isin(["omoe", "mmoe"])]["behind_until"]
    found["figure4.behind_until"] = f"{mixtures.min():,} to {mixtures.max():,}"
    found["figure4.last_step"] = str(ends["step"].max())
    found["figure4.largest_gap"] = f"{(ends['ours'] - ends['published']).abs().max():.3f}"
    inside = ends["published"].between(ends["ours_low"], ends["ours_high"])
    found["figure4.inside"] = str(int(inside.sum()))
    found["figure4.conditions"] = str(int(ends["published"].notna().sum()))
    return found


def _final_losses(results: Path) -> dict[str, str]:
    found = {}
    frame = read_table(results / "synthetic/final_losses.csv", "model", "source", "mean")
    for _, row in frame.iterrows():
        name = f"final.{row['model']}.{row['task_correlation']:g}.{row['source']}"
        for key in ("mean", "sd", "q50", "minimum"):
            if pd.notna(row.get(key)):
                found[f"{name}.{key}"] = f"{row[key]:.3f}"
        for key in ("above_0.2", "above_0.4"):
            found[f"{name}.{key}"] = rf"{100 * row[key]:.1f}\%"
        if pd.notna(row.get("n")):
            found[f"{name}.diverged"] = str(int(row["diverged"]))
    ours = frame[frame["source"] == "ours"]
    found["final.runs"] = f"{int(ours['n'].sum()):,}"
    found["final.diverged"] = str(int(ours["diverged"].sum()))
    return found


def _learning_rates(results: Path) -> dict[str, str]:
    return {
        f"rate.{choice['model']}.{choice['task_correlation']:g}": f"{choice['learning_rate']:g}"
        for choice in read_choices(results / "synthetic")
    }


def _verdicts(folders: Folders) -> dict[str, str]:
    """What the verdicts' document says of these runs alone."""
    document = read(folders)
    found = {"verdicts.one_rate": f"{document['one_rate']:g}"}
    left = [
        e["beside"]["variance_left_by_pairing"]
        for s in document["statements"]
        if s["experiment"] == "synthetic"
        for e in s["reproduced"].get("parts", [])
        if e["beside"].get("variance_left_by_pairing") is not None
    ]
    if left:
        middle = sorted(left)[len(left) // 2]
        found["pairing.left"] = f"{middle:.2f}"
        found["pairing.worth"] = f"{document['seeds'] / middle:,.0f}"
    return found


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """The numbers of the prose on synthetic data."""
    results = folders.results
    yield _study(config) | _models()
    yield _universe(results)
    yield _elsewhere(results)
    yield _figure2(results)
    yield _figure3(results)
    yield _figure4(results)
    yield _final_losses(results)
    yield _learning_rates(results)
    yield _verdicts(folders)
