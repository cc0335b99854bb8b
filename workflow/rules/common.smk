"""Names that every rules file uses."""

import json

import yaml

R = Path(config["study"]["results"])
BLOCKS = R / "synthetic/blocks"
UNIVERSE = R / "synthetic/universe.json"
PLAN_FILE = R / "plan.json"
BENCHMARKS = Path("results/published/benchmarks")
BENCHMARK_TABLES = [
    "share_of_floor",
    "share_of_floor_fresh",
    "against_one",
    "populations",
    "shapes",
    "cores",
    "memory",
    "census",
    "census_memory",
]
REFERENCE = Path(config["calibration"]["folder"])
STUDY = config["synthetic"]
SEED = config["study"]["seed"]
FIGURES = ["figure1", "figure2", "figure3", "figure4", "figure5", "calibration", "speed"]
CORRELATIONS = [plan.text(p) for p in STUDY["task_correlations"]]
PLOTS = json.dumps(config["plots"], sort_keys=True)

HAS_CENSUS = "census" in config["study"]["experiments"]
if HAS_CENSUS:
    FIGURES += ["census", "gates"]
VERDICT_TABLES = ["verdicts", "sensitivity", "curve_panels", "histogram_panels", "pairing", "power"]

FIGURE_INPUTS = {
    "figure1": {},
    "figure2": {"trials": R / "synthetic/figure2_trials.parquet", "universe": UNIVERSE},
    "figure3": {"curves": R / "synthetic/figure3_curves.parquet", "universe": UNIVERSE},
    "figure4": {"curves": R / "synthetic/curves.parquet", "universe": UNIVERSE},
    "figure5": {"runs": R / "synthetic/runs.parquet", "universe": UNIVERSE},
    "calibration": {
        "ranking": REFERENCE / "ranking.csv",
        "finalists": REFERENCE / "finalists.parquet",
    },
    "census": {
        "runs": R / "census/all_runs.parquet",
        "tables": R / "census/tables.csv",
    },
    "gates": {"gates": R / "census/all_gates.parquet"},
    "speed": {
        name: BENCHMARKS / f"{name}.csv" for name in ["share_of_floor", "populations", "shapes"]
    },
}


C = R / "calibration"
CALIBRATION = config["calibration"]
CENSUS = config["census"]


wildcard_constraints:
    p=r"-?[0-9.]+",
    rate=r"[0-9.]+",
    first=r"\d+",
    n=r"\d+",
    model="|".join([*STUDY["models"], *config["variants"]["models"], plan.FIGURE3_MODEL]),


def block_files(blocks, kind):
    """Files of the given blocks; kind is runs or curves."""
    return [BLOCKS / f"{block.path()}.{kind}.parquet" for block in blocks]


def schedule_options():
    """The configuration's schedule and learner as options of `mmoe-repro train`."""
    options = STUDY["schedule"] | config["training"]
    return " ".join(f"--{key.replace('_', '-')} {value}" for key, value in sorted(options.items()))


def figure_options(name):
    """A figure's input files as options of `mmoe-repro figure`."""
    pairs = [f"{key}={path}" for key, path in FIGURE_INPUTS[name].items()]
    return "--inputs " + " ".join(pairs) if pairs else ""


def rounds_before(wildcards):
    """Scores of the rounds before this one."""
    return [C / f"round{i}.scores.parquet" for i in range(1, int(wildcards.number))]


def census_blocks(group, method, kind):
    """Files of a method's repeats on a group; kind is runs or gates."""
    size, n = CENSUS["block_size"], CENSUS["repeats"]
    return [
        R / f"census/blocks/{group}/{method}/{first}-{min(size, n - first)}.{kind}.parquet"
        for first in range(CENSUS["first"], n, size)
    ]
