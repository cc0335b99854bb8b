"""Every number of the report's prose, by name, and as LaTeX macros: \\val{figure4.mmoe.0.5.ours}."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.config import Config
from mmoe_repro.models.population import n_parameters
from mmoe_repro.models.zoo import (
    MODELS,
    TITLES,
    build,
    width_by_full_count,
    width_by_paper_count,
)
from mmoe_repro.paper.published import published
from mmoe_repro.reading import Reading
from mmoe_repro.report import census, verdicts
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.summaries import mean_curve
from mmoe_repro.synthetic.universe import Universe

Numbers = dict[str, str]

EARLY_STEPS = 500  # where the published curves of Figure 3 are apart already


def _json(path: Path) -> Any:
    return json.loads(path.read_text())


def _study(config: Config) -> Numbers:
    s = config["synthetic"]
    return {
        "study.name": config["study"]["name"],
        "study.census": "yes" if "census" in config["study"]["experiments"] else "no",
        "study.seed": str(config["study"]["seed"]),
        "study.seeds": str(s["seeds"]),
        "study.selection_seeds": str(s["selection_seeds"]),
        "study.steps": f"{s['schedule']['steps']:,}",
        "study.evaluate_every": str(s["schedule"]["evaluate_every"]),
        "study.curve_samples": f"{s['schedule']['curve_samples']:,}",
        "study.final_samples": f"{s['schedule']['final_samples']:,}",
        "study.learning_rates": ", ".join(f"{r:g}" for r in s["learning_rates"]),
        "study.confidence": f"{config['plots']['confidence']:.0%}".replace("%", r"\%"),
        "figure2.trials": str(config["figure2"]["trials"]),
        "figure2.points": f"{config['figure2']['points']:,}",
        "figure3.seeds": str(config["figure3"]["seeds"]),
        "software.python": platform.python_version(),
        "software.torch": version("torch"),
        "software.snakemake": version("snakemake"),
    }


def _universe(results: Path) -> Numbers:
    resolved = _json(results / "synthetic/universe.json")
    u = Universe.from_dict(resolved["universe"])
    reading = Reading.from_dict(resolved["reading"])
    f = u.label_function
    changes = ", ".join(f"{k} = {v}" for k, v in resolved["changes"].items()).replace("_", r"\_")
    n = u.n_samples
    label_variance = f.label_variance(u.noise_variance) / u.label_shift_and_scale()[1] ** 2
    data = "fresh samples at every step" if n is None else f"a finite set of {n:,} samples"
    return {
        "universe.key": resolved["key"],
        "universe.changes": changes or "none",
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
        "universe.initialisation": u.initialisation.capitalize(),
        "universe.learning_rate": f"{resolved['learning_rate']:g}",
        "universe.reading": reading.words(),
        "universe.signal_variance": f"{f.signal_variance():.2f}",
        "universe.linear_share": f"{100 * f.spectrum(1)[0]:.1f}",
        "universe.constant_loss": f"{reading.factor * label_variance:.2f}",
        "universe.noise_floor": f"{reading.factor * u.noise_floor():.4f}",
        "universe.steps_a_unit": str(resolved["reading"]["steps_a_unit"]),
    }


def _calibration(calibration: Path) -> Numbers:
    reference = _json(calibration / "reference.json")
    stated = reference["at_stated_learning_rate"]
    ranking = pd.read_csv(calibration / "ranking.csv")
    last = ranking[ranking["round"] == ranking["round"].max()]
    departed = last[last["learning_rate"] != 0.001]
    fits = _json(calibration / "label_functions.json")
    best = {f["n_sines"]: f for f in fits if f["role"] == "best of m"}
    smallest = next(f for f in fits if f["role"] == "reference")["n_sines"]
    bars = [f for f in fits if f["role"] == "error bars"]
    early = ranking[ranking["round"] < ranking["round"].max()]
    by_loss = early.groupby(["loss", "error"])["misfit"].min()
    by_data = early.assign(fresh=early["n_samples"].isna()).groupby("fresh")["misfit"].min()
    figure3 = published("figure3")
    longer = last[last["misfit_bound_of_longer_axis"].isna()]
    found = {
        "calibration.longer": str(len(longer)),
        "calibration.longer_misfit": f"{longer['misfit'].min():.3f}" if len(longer) else "--",
        "calibration.candidates": str(ranking["key"].nunique()),
        "calibration.rounds": str(ranking["round"].max()),
        "calibration.misfit": f"{reference['misfit']:.4f}",
        "calibration.stated_misfit": f"{stated['misfit']:.4f}",
        "calibration.stated_is_choice": "is" if stated["key"] == reference["key"] else "is not",
        "calibration.departed_misfit": f"{departed['misfit'].min():.4f}" if len(departed) else "--",
        "calibration.runner_up_misfit": f"{last['misfit'].iloc[1]:.4f}" if len(last) > 1 else "--",
        "calibration.smallest_m": str(smallest),
        "calibration.chi_square": f"{best[smallest]['chi_square']:.1f}",
        "calibration.below_m": str(smallest - 1),
        "calibration.below_chi_square": f"{best[smallest - 1]['chi_square']:,.0f}",
        "calibration.bars_m": str(bars[0]["n_sines"]) if bars else "--",
        "calibration.bars_worst": f"{bars[0]['worst_over_error_bar']:.2f}" if bars else "--",
        "calibration.bars_chi_square": f"{bars[0]['chi_square']:,.0f}" if bars else "--",
        "calibration.functions": str(sum(f["role"] != "best of m" for f in fits)),
        "calibration.best_fresh": f"{by_data.get(True, np.nan):.3f}",
        "calibration.best_finite": f"{by_data.get(False, np.nan):.3f}",
        "calibration.published_range": (
            f"{figure3['loss'].min():.2f} to {figure3['loss'].max():.2f}"
        ),
    }
    for (loss, error), misfit in by_loss.items():
        found[f"calibration.best.{loss}.{error}"] = f"{misfit:.3f}"
    return found


def _models() -> Numbers:
    found = {
        "models.width": str(width_by_paper_count()),
        "models.full_width": str(width_by_full_count()),
    }
    for name in MODELS:
        found[f"models.{name}.parameters"] = f"{n_parameters(build(name)):,}"
    return found


def _figure2(results: Path) -> Numbers:
    trials = pd.read_parquet(results / "synthetic/figure2_trials.parquet")
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


def _figure3(results: Path, reading: Reading) -> Numbers:
    curves = pd.read_parquet(results / "synthetic/figure3_curves.parquet")
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
    found["figure3.early_steps"] = f"{EARLY_STEPS:,}"
    return found


def _figure4(results: Path) -> Numbers:
    found = {}
    ends = pd.read_csv(results / "synthetic/curve_ends.csv")
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
    found["figure4.largest_gap"] = f"{(ends['ours'] - ends['published']).abs().max():.3f}"
    inside = ends["published"].between(ends["ours_low"], ends["ours_high"])
    found["figure4.inside"] = str(int(inside.sum()))
    found["figure4.conditions"] = str(int(ends["published"].notna().sum()))
    return found


def _final_losses(results: Path) -> Numbers:
    found = {}
    frame = pd.read_csv(results / "synthetic/final_losses.csv")
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


def _learning_rates(results: Path) -> Numbers:
    found = {}
    for path in sorted((results / "synthetic/learning_rates").glob("*/*.json")):
        choice = _json(path)
        name = f"rate.{choice['model']}.{choice['task_correlation']:g}"
        found[name] = f"{choice['learning_rate']:g}"
    return found


def _benchmarks(benchmarks: Path) -> Numbers:
    found = {}
    for row in pd.read_csv(benchmarks / "share_of_floor.csv").itertuples():
        name = f"speed.{row.model}.{row.batch_size}"
        found[f"{name}.share"] = f"{row.share:.2f}"
        found[f"{name}.step"] = f"{row.step_microseconds_per_run:.0f}"
        found[f"{name}.floor"] = f"{row.floor_microseconds_per_run:.0f}"
    against = pd.read_csv(benchmarks / "against_one.csv")
    plain = against[against["way"].str.startswith("one nn.Module")]
    for batch, times in plain.groupby("batch_size")["times_slower"].min().items():
        found[f"speed.times.{batch}"] = f"{times:.0f}"
    cores = pd.read_csv(benchmarks / "cores.csv").set_index("cores")["times_faster"]
    found["speed.two_cores"] = f"{cores[2]:.2f}"
    memory = pd.read_csv(benchmarks / "memory.csv").set_index("population")["peak_megabytes"]
    found["speed.megabytes.one"] = f"{memory.iloc[0]:.0f}"
    found["speed.megabytes.many"] = f"{memory.iloc[-1]:.0f}"
    found["speed.population"] = str(memory.index[-1])
    of_census = pd.read_csv(benchmarks / "census.csv").set_index("way")
    step, ours, alone = "step_microseconds_per_run", "in a population", "plain PyTorch, DataLoader"
    found["speed.census.step"] = f"{of_census[step][ours]:,.0f}"
    found["speed.census.plain"] = f"{of_census[step][alone]:,.0f}"
    found["speed.census.share"] = f"{of_census['share_of_plain'][ours]:.2f}"
    apart = of_census["largest_relative_difference_of_losses"][ours]
    found["speed.census.apart"] = rf"$10^{{{np.ceil(np.log10(apart)):.0f}}}$"
    of_memory = pd.read_csv(benchmarks / "census_memory.csv").set_index("way")["peak_megabytes"]
    found["speed.census.megabytes"] = f"{of_memory.filter(like='repeats').max():,.0f}"
    found["speed.census.megabytes.plain"] = f"{of_memory.filter(like='plain').max():,.0f}"
    return found


def collect(folders: Folders, config: Config) -> Numbers:
    """Every number of the prose, as text ready for LaTeX, by name."""
    results = folders.results
    reading = Reading.from_dict(_json(results / "synthetic/universe.json")["reading"])
    return {
        **_study(config),
        **_universe(results),
        **_calibration(folders.calibration),
        **_models(),
        **_figure2(results),
        **_figure3(results, reading),
        **_figure4(results),
        **_final_losses(results),
        **_learning_rates(results),
        **_benchmarks(folders.benchmarks),
        **verdicts.numbers(results / "claims/verdicts.json"),
        **(census.numbers(folders) if "census" in config["study"]["experiments"] else {}),
    }


def to_latex(numbers: Numbers) -> str:
    """The definitions that \\val looks up."""
    lines = ["% Made by `mmoe-repro numbers`; every value comes from a file under results/."]
    for name, value in sorted(numbers.items()):
        if "%" in value.replace(r"\%", ""):
            raise ValueError(f"number {name!r} holds a bare %: {value!r}")
        lines.append(rf"\expandafter\def\csname val@{name}\endcsname{{{value}}}")
    return "\n".join(lines) + "\n"
