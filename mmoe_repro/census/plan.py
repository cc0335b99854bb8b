"""What the experiment will run and show, from the configuration alone: blocks, choices, tables.

Nothing heavy is imported.
"""

from collections.abc import Iterator
from pathlib import Path

from mmoe_repro.claims import choices as shared
from mmoe_repro.config import Config
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED

TABLES = (
    "census_income",
    "census_education",
    "census_facts",
    "census_choices",
    "census_spread",
    "census_splits",
    "census_kept",
    "census_defects",
)
OF_SEARCHES = ("census_defects",)  # tables that a study without searches of its own may lack
SECTIONS = ("census",)  # of the configuration, that decide on its runs
PUBLISHED_FOLDER = COMMITTED / "census"
# To see how much a search's luck moves; the last two have the most to search
SEARCHED_AGAIN = (
    "shared_bottom",
    "cross_stitch",
    "mmoe",
    "l2_constrained",
    "tensor_factorization",
)
AGAIN = 1_000  # the runs at the choice of further search k have the seeds from k times this on
# Of Tensor-Factorization, on purpose, in words: see `defects.py`
DEFECTS = {
    "none": "as it is judged",
    "ranks_of_one": "all ranks one",
    "alike": "all factors start alike",
    "stopped_early": "100 steps at a learning rate of 0.0001",
    "too_fast": "a learning rate of 0.1",
    "unscaled": "numbers as they are in the file",
    "unscaled_of_one": "numbers as they are in the file, all ranks one",
    "swapped": "each task is given the other's output",
}
SPLIT = "split_"  # split_1: another halving of the test rows
UNSEEN, LUCK_LEFT_OUT = "unseen", "luck_left_out"
PUBLISHED_SPLITS = 5  # that the published runs are recorded on

METHODS = {
    "single_task": "Single-Task",
    "shared_bottom": "Shared-Bottom",
    "l2_constrained": "L2-Constrained",
    "cross_stitch": "Cross-Stitch",
    "tensor_factorization": "Tensor-Factorization",
    "omoe": "OMoE",
    "mmoe": "MMoE",
}
BASELINES = {"logistic": "Logistic regression", "boosted_trees": "Boosted trees"}
TABLE_OF_GROUP = {"income": "table1", "education": "table2"}  # the paper's
TITLES = METHODS | BASELINES  # name -> words, in the order of every table


def mistakes(config: Config) -> Iterator[str]:
    """Settings that do not go together, a line each: key, value, what is allowed."""
    of = config["census"]
    if of["steps"] % of["evaluate_every"]:
        yield (
            f"census.steps is {of['steps']}; allowed are multiples of evaluate_every, "
            f"{of['evaluate_every']}"
        )
    for name in ("penalties", "learning_rates"):
        low, high = of[name]
        if not low < high:
            yield f"census.{name} is {of[name]}; allowed are two numbers, the smaller first"
    if of["first"] >= of["repeats"]:
        yield f"census.first is {of['first']}; allowed are seeds below repeats, {of['repeats']}"
    if of["repeats"] < 2 and not of["published"]:
        yield "census.repeats is 1; allowed without published runs beside it are 2 or more"
    if of["first"] and not of["published"]:
        yield f"census.first is {of['first']}; allowed without published runs is 0"
    if of["published"] and of["splits"] > PUBLISHED_SPLITS:
        yield (
            f"census.splits is {of['splits']}; allowed with the published runs are at most "
            f"{PUBLISHED_SPLITS}, which they have, or census.published false"
        )


def blocks(config: Config) -> list[tuple[int, int]]:
    """The repeats of a method and group, a job each: first seed, and how many."""
    size, n = config["census"]["block_size"], config["census"]["repeats"]
    return [(first, min(size, n - first)) for first in range(config["census"]["first"], n, size)]


def choices(config: Config) -> dict[str, str]:
    """What else the runs are judged under: name -> words, in the order of the sensitivity table."""
    splits = [f"{SPLIT}{i}" for i in range(1, config["census"]["splits"])]
    of_splits = {s: f"split {s.removeprefix(SPLIT)} of the census" for s in splits}
    of_searches = {
        LUCK_LEFT_OUT: "as if the search had no luck (census)",
        UNSEEN: "test rows that training lacks (census)",
    }
    return {
        **shared.TITLES,
        shared.ORDER_ALONE: "any difference counts (census)",
        **(of_searches if searched_again(config) else {}),
        **of_splits,
    }


def beside(config: Config) -> dict[str, Path]:
    """What is read beside the study's results: the search and its choices, published or its own."""
    own = Path(config["study"]["results"]) / "census"
    return {"census": {"published": PUBLISHED_FOLDER, "own": own}[config["census"]["tuned"]]}


# Name in the committed folder -> below the study's results; and, below the folder of the choices.
PUBLISHED = {
    "facts.json": "census/facts.json",
    "runs.parquet": "census/all_runs.parquet",
    "gates.parquet": "census/all_gates.parquet",
}
PUBLISHED_CHOICES = (
    "tuned",
    "trials.parquet",
    "baselines.parquet",
    "baseline_trials.parquet",
)
LATER = (
    "searches.parquet",
    "search_trials.parquet",
    "defects.parquet",
)  # likewise; what was published before has none of them


def published_choices(config: Config) -> tuple[str, ...]:
    """`PUBLISHED_CHOICES`, and of `LATER` what a search of one's own makes, or is published."""
    own = config["census"]["tuned"] == "own"
    return *PUBLISHED_CHOICES, *[f for f in LATER if own or (PUBLISHED_FOLDER / f).exists()]


def searched_again(config: Config) -> bool:
    """Whether it is known how much a search's luck moves a mean."""
    return "searches.parquet" in published_choices(config)


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file or folder; the choices may be the published ones."""
    found = {name: folders.results / path for name, path in PUBLISHED.items()}
    there = [name for name in LATER if (folders["census"] / name).exists()]
    return found | {name: folders["census"] / name for name in (*PUBLISHED_CHOICES, *there)}
