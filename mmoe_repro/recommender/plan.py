"""What the experiment will run and show, from the configuration alone; nothing heavy is imported."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmoe_repro.claims import choices as shared
from mmoe_repro.config import Config
from mmoe_repro.recommender.names import KINDS, REFERENCE
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED

TABLES = (
    "recommender_traffic",
    "recommender_choices",
    "table3",
    "table3_satisfaction",
    "table4",
    "recommender_variants",
    "recommender_scale",
    "recommender_on_paper",
    "recommender_assumptions",
)
SECTIONS = ("recommender",)  # of the configuration, that decide on its runs
FOLDER = COMMITTED / "recommender"
PUBLISHED = (
    *[f"{kind}.parquet" for kind in KINDS],
    "trials.parquet",
    "traffic.csv",
    "popularity.csv",
    "tuned",
)


def mistakes(config: Config) -> Iterator[str]:
    """Settings that do not go together, a line each: key, value, what is allowed."""
    of = config["recommender"]
    if sorted(of["looks"]) != of["looks"] or of["looks"][-1] != of["steps"]:
        yield (
            f"recommender.looks is {of['looks']}; allowed are steps in order, the last of them "
            f"recommender.steps, {of['steps']}"
        )


def variants(config: Config) -> dict[str, dict[str, Any]]:
    """Traffic by name: the reference's settings, and every variant's."""
    of = config["recommender"]
    named = {REFERENCE: {}, **(of["variants"] or {})}
    return {name: {**of["traffic"], **changes} for name, changes in named.items()}


def settings(config: Config, traffic: Mapping[str, Any]) -> dict[str, Any]:
    """A job's settings, but for its method, seed and learning rates."""
    of = config["recommender"]
    names = (
        "steps",
        "looks",
        "batch_size",
        "held_out",
        "units",
        "shared",
        "top",
        "tower",
        "experts",
    )
    return {**{name: of[name] for name in names}, "traffic": dict(traffic)}


def blocks(config: Config) -> list[tuple[str, str, int, int]]:
    """Variant, method, first seed and number of seeds of every block of runs."""
    of = config["recommender"]
    found = []
    for variant in variants(config):
        n = of["seeds"] if variant == REFERENCE else of["variant_seeds"]
        for method in of["methods"]:
            for first in range(0, n, of["block_size"]):
                found.append((variant, method, first, min(of["block_size"], n - first)))
    return found


def choices(config: Config) -> dict[str, str]:
    """What else the runs are judged under: name -> words."""
    return {
        **shared.TITLES,
        **{name: words(name) for name in config["recommender"]["variants"] or {}},
    }


def words(variant: str) -> str:
    """A variant of the traffic in words, for a table."""
    return f"traffic: {variant.replace('_', ' ')}"


def missing(config: Config) -> str | None:
    """Why the experiment cannot be run here, or None; published runs can be read anywhere."""
    from mmoe_repro.recommender.launch import Missing, needed

    if config["recommender"]["train"]:
        try:
            needed()
        except Missing as error:
            return str(error)
    return None


def beside(config: Config) -> dict[str, Path]:
    """What is read beside the study's results: the runs, published or its own."""
    own = Path(config["study"]["results"]) / "recommender"
    return {"recommender": own if config["recommender"]["train"] else FOLDER}


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file or folder."""
    return {name: folders.results / "recommender" / name for name in PUBLISHED}
