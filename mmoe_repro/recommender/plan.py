"""What the experiment will run and show, from the configuration alone; nothing heavy is imported."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmoe_repro.claims import choices as shared
from mmoe_repro.config import Config
from mmoe_repro.recommender.names import CURVE_EVERY, KINDS, REFERENCE
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


NEEDED = {  # methods that the report cannot do without
    "shared_bottom": "which the others are compared with",
    "mmoe": "whose gates are shown",
}
TAKEN = (*shared.TITLES, shared.PUBLISHED, shared.OUR_SPREAD, shared.ORDER_ALONE)  # as names


def mistakes(config: Config) -> Iterator[str]:
    """Settings that do not go together, a line each: key, value, what is allowed."""
    of = config["recommender"]
    lacking = [method for method in NEEDED if method not in of["methods"]]
    if lacking:
        words = " and ".join(f"{method}, {why}" for method, why in NEEDED.items())
        yield f"recommender.methods lacks {', '.join(lacking)}; needed are {words}"
    for name in of["variants"] or {}:
        if name in TAKEN:
            yield (
                f"recommender.variants.{name} has a name that is taken; allowed is any but "
                f"{', '.join(TAKEN)}"
            )
    if of["finalists"] > of["trials"] + of["near"]:
        yield (
            f"recommender.finalists is {of['finalists']}; allowed are at most recommender.trials and "
            f"near together, {of['trials'] + of['near']}"
        )
    yield from _of_training(of)
    yield from _of_live(of["live"], variants(config))


def _of_training(of: Config) -> Iterator[str]:
    """Mistakes in steps and in what they are divided into."""
    if sorted(of["looks"]) != of["looks"] or of["looks"][-1] != of["steps"]:
        yield (
            f"recommender.looks is {of['looks']}; allowed are steps in order, the last of them "
            f"recommender.steps, {of['steps']}"
        )
    if any(look % CURVE_EVERY for look in of["looks"]):  # the last one is all steps
        yield (
            f"recommender.looks is {of['looks']}; allowed are multiples of {CURVE_EVERY}, where a "
            "point of the loss curve ends"
        )
    for key in ("batch_size", "held_out"):
        if of[key] % of["processes"]:
            yield (
                f"recommender.{key} is {of[key]}; allowed are multiples of recommender.processes, "
                f"{of['processes']}, which each get as many"
            )


def _of_live(live: Config, traffics: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Mistakes in the simulated live experiment."""
    if live["slots"] > live["candidates"]:
        yield (
            f"recommender.live.slots is {live['slots']}; allowed are at most "
            f"recommender.live.candidates, {live['candidates']}"
        )
    items = min(traffic["items"] for traffic in traffics.values())
    if 2 * live["candidates"] > items:
        yield (
            f"recommender.live.candidates is {live['candidates']}; allowed are at most half of the "
            f"items, {items}, of which they are drawn until all differ"
        )


def trainings_of_search(of: Config) -> int:
    """Trainings that choose a method's learning rates, of the configuration's section."""
    return int(of["trials"] + of["near"] + of["finalists"] * (of["tuning_worlds"] - 1))


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
