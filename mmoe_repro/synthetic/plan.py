"""What the experiment will run and show, from the configuration alone: blocks, choices, tables.

The workflow takes its file names from here, and `mmoe-repro plan` its counts, so that both always
agree. Nothing heavy is imported.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mmoe_repro.claims import choices as shared
from mmoe_repro.config import Config
from mmoe_repro.report.folders import Folders

TABLES = (
    "final_losses",
    "both_losses",
    "curve_ends",
    "learning_rates",
    "parameters",
    "curve_panels",
    "histogram_panels",
    "pairing",
)

SECTIONS = (
    "universe",
    "synthetic",
    "training",
    "figure2",
    "figure3",
)  # of the configuration, that decide on its runs
REPORTED_FIRST = 0
SELECTION_FIRST = 10_000  # seeds that choose the learning rate are apart from those reported
CHOSEN = "chosen"
FIGURE3_MODEL = "shared_bottom_16"


def mistakes(config: Config) -> Iterator[str]:
    """Settings that do not go together, a line each: key, value, what is allowed."""
    schedule, seeds = config["synthetic"]["schedule"], config["synthetic"]["seeds"]
    if schedule["steps"] % schedule["evaluate_every"]:
        yield (
            f"synthetic.schedule.steps is {schedule['steps']}; allowed are multiples of "
            f"evaluate_every, {schedule['evaluate_every']}"
        )
    if schedule["curve_samples"] > schedule["final_samples"]:
        yield (
            f"synthetic.schedule.curve_samples is {schedule['curve_samples']}; allowed are at most "
            f"final_samples, {schedule['final_samples']}"
        )
    training = config["training"]
    if training["learner"] == "compiled" and training["device"] != "cpu":
        yield (
            f"training.device is {training['device']}; allowed with the compiled learner is cpu (on "
            "another device, training.learner is torch)"
        )
    if config["figure3"]["seeds"] < seeds:
        yield (
            f"figure3.seeds is {config['figure3']['seeds']}; allowed are synthetic.seeds, {seeds}, or "
            "more: statement S1 is judged on as many runs as the others"
        )
    f = config["universe"].get("label_function", {"alpha": (), "beta": ()})
    if len(f["alpha"]) != len(f["beta"]):
        yield (
            f"universe.label_function.beta has {len(f['beta'])} phases; allowed are as many as alpha "
            f"has frequencies, {len(f['alpha'])}"
        )


@dataclass(frozen=True)
class Block:
    """The runs of one job: `n` seeds from `first` on, of one condition, for one purpose.

    `learning_rate` is a number as text, or `CHOSEN` where the selection decides.
    """

    purpose: str  # selection | reported | figure3 | variants
    model: str
    task_correlation: str
    learning_rate: str
    first: int
    n: int

    def path(self) -> str:
        """Where its records go, below the study's block folder and without an ending."""
        return (
            f"{self.purpose}/{self.model}/p{self.task_correlation}/lr{self.learning_rate}/"
            f"{self.first}-{self.n}"
        )


def text(number: float) -> str:
    """A number as it stands in paths: 0.5, 1, 0.0001."""
    return f"{number:.10f}".rstrip("0").rstrip(".")


def _blocks(
    config: Config, purpose: str, model: str, p: float, rate: str, first: int, seeds: int
) -> Iterator[Block]:
    size = config["synthetic"]["block_size"]
    for start in range(0, seeds, size):
        yield Block(purpose, model, text(p), rate, first + start, min(size, seeds - start))


def selection_blocks(config: Config) -> list[Block]:
    """Blocks that choose the learning rate of each model and correlation."""
    study = config["synthetic"]
    return [
        block
        for model in [*study["models"], *variant_models(config)]
        for p in study["task_correlations"]
        for rate in study["learning_rates"]
        for block in _blocks(
            config, "selection", model, p, text(rate), SELECTION_FIRST, study["selection_seeds"]
        )
    ]


def reported_blocks(config: Config) -> list[Block]:
    """Blocks of Figures 4 and 5."""
    study = config["synthetic"]
    return [
        block
        for model in study["models"]
        for p in study["task_correlations"]
        for block in _blocks(config, "reported", model, p, CHOSEN, REPORTED_FIRST, study["seeds"])
    ]


def figure3_blocks(config: Config) -> list[Block]:
    """Blocks of Figure 3."""
    return [
        block
        for p in config["synthetic"]["task_correlations"]
        for rate in config["figure3"]["learning_rates"]
        for block in _blocks(
            config,
            "figure3",
            FIGURE3_MODEL,
            p,
            text(rate),
            REPORTED_FIRST,
            config["figure3"]["seeds"],
        )
    ]


def variant_models(config: Config) -> list[str]:
    """Models beside the study's own that it trains."""
    return list(config["variants"]["models"]) if config["variants"]["train"] else []


def published_variants(config: Config) -> Path | None:
    """The published variants that the study reads; None if it trains its own, if there are none, or if
    it has assumptions of its own, under which nothing is published."""
    folder = config["variants"]["published"]
    if config["variants"]["train"] or config["universe"] or not folder:
        return None
    path = Path(folder) / "variants_runs.parquet"
    return path if path.exists() else None


def variant_blocks(config: Config) -> list[Block]:
    """Blocks that the sensitivity of the verdicts needs: other models, and fixed learning rates."""
    study, variants = config["synthetic"], config["variants"]
    if not variants["train"]:
        return []
    conditions = [(model, CHOSEN) for model in variants["models"]]
    conditions += [
        (model, text(rate)) for rate in variants["learning_rates"] for model in study["models"]
    ]
    return [
        block
        for model, rate in conditions
        for p in study["task_correlations"]
        for block in _blocks(config, "variants", model, p, rate, REPORTED_FIRST, study["seeds"])
    ]


def blocks(config: Config) -> list[Block]:
    """Every block of the default study."""
    return [
        *selection_blocks(config),
        *figure3_blocks(config),
        *reported_blocks(config),
        *variant_blocks(config),
    ]


def files(folder: Path, of: list[Block], kind: str) -> list[Path]:
    """The files of blocks below the study's block folder; `kind` is runs or curves."""
    return [folder / f"{block.path()}.{kind}.parquet" for block in of]


# Against 3 for the models of Figure 4: a stand-in for the time of a run
WEIGHT = {"shared_bottom_16": 1.0, "shared_bottom_226": 6.0, "shared_bottom_452": 12.0}


def weights(config: Config) -> dict[str, float]:
    """Every block's path, without an ending, and its share of the work."""
    return {block.path(): WEIGHT.get(block.model, 3.0) * block.n for block in blocks(config)}


BEST_LOSS, LAST_THOUSAND, HALF_WAY = "best_loss", "last_thousand", "half_way"
HELD_OUT = "held_out"
ONE_RATE, FULL_COUNT = "one_rate", "full_count"
RATE = "rate_"  # rate_0.01: every model at that learning rate


def choices(config: Config) -> dict[str, str]:
    """What else the runs are judged under: name -> words, in the order of the sensitivity table."""
    said = {
        **shared.TITLES,
        BEST_LOSS: "best loss on the curve",
        LAST_THOUSAND: "mean of the last 1,000 steps",
        HALF_WAY: "stopped half way",
        HELD_OUT: "the other loss (held-out for training)",
        ONE_RATE: "one learning rate for all",
        FULL_COUNT: "Shared-Bottom of the fully counted width",
    }
    variants = config["variants"]["train"] or published_variants(config) is not None
    rates = [f"{RATE}{text(rate)}" for rate in config["variants"]["learning_rates"] if variants]
    said |= {name: f"learning rate {name.removeprefix(RATE)} for all" for name in rates}
    # Half of the seeds must be a sample, too.
    enough = config["synthetic"]["seeds"] >= 4
    halves = [shared.FIRST_HALF, shared.SECOND_HALF] if enough else []
    names = [
        shared.REFERENCE, BEST_LOSS, LAST_THOUSAND, HALF_WAY, HELD_OUT, *halves,
        shared.DIVERGED_LEFT_OUT, *([ONE_RATE, *rates, FULL_COUNT] if variants else []),
        shared.HALF_EFFECT, shared.DOUBLE_EFFECT, shared.OTHER_NUMBERS,
    ]  # fmt: skip
    return {name: said[name] for name in names}


def beside(config: Config) -> dict[str, Path]:
    """What is read beside the study's results, by name."""
    return {"calibration": Path(config["calibration"]["folder"])}


# What of a finished study is committed: what was trained or measured, below its results (of other
# experiments as far as they are part of it),
RECORDS = [
    "synthetic/universe.json",
    "synthetic/data/*.json",
    "synthetic/figure2_trials.parquet",
    "synthetic/runs.parquet",
    "synthetic/figure3_runs.parquet",
    "synthetic/selection_runs.parquet",
    "synthetic/variants_runs.parquet",
    "synthetic/curves.parquet",
    "synthetic/figure3_curves.parquet",
    "synthetic/learning_rates/*/*.json",
    "census/facts.json",
    "census/all_*.parquet",
    "census/kept.parquet",
    "census/merged.json",
    "multiverse/remade.csv",
]
# and what is made of it.
MADE = [
    "report.pdf",
    "captions.json",
    "explorer.html",
    "numbers.json",
    "numbers_from.json",
    "synthetic/final_losses.csv",
    "synthetic/curve_ends.csv",
    "claims/verdicts.json",
    "claims/panels.json",
    "claims/judged",
    "tables",
    "figures",
    "figures/figure4.png",  # README shows it
]
OWN = "synthetic/"  # stands in no name in the committed folder
PUBLISHED_FOLDER = Path("results/published/synthetic")


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file or folder of a finished study: a few MB."""
    results = folders.results
    found = [results / name for name in MADE]
    for pattern in RECORDS:
        must_be = pattern.startswith(OWN) and "*" not in pattern
        found += [results / pattern] if must_be else sorted(results.glob(pattern))
    return {str(path.relative_to(results)).removeprefix(OWN): path for path in found}


def taken(results: Path) -> dict[Path, Path]:
    """A study's record file -> its published one, which may be taken in its place."""
    found = {}
    for pattern in RECORDS:
        own = OWN if pattern.startswith(OWN) else ""
        for path in sorted(PUBLISHED_FOLDER.glob(pattern.removeprefix(own))):
            found[results / own / path.relative_to(PUBLISHED_FOLDER)] = path
    return found


def place(results: Path, name: str) -> Path:
    """Where a study has what is called `name` in the committed folder."""
    own = results / OWN / name
    return own if own.exists() else results / name
