"""The study: which experiments there are, and what they give together.

An experiment is a room of the package. To add one, add a room (`plan.py`, `evidence.py`, `cost.py`,
`tables.py`, `numbers.py`, `figures/`), a rules file, a TeX section of its name, statements in
`config/claims.yaml`, and its name here. Nothing heavy is imported before it is asked for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmoe_repro import config as configuration
from mmoe_repro.allowed import value
from mmoe_repro.claims.choices import OUR_SPREAD as OUR_SPREAD
from mmoe_repro.claims.choices import PUBLISHED as PUBLISHED
from mmoe_repro.claims.choices import REFERENCE
from mmoe_repro.config import BadConfig, Config
from mmoe_repro.cost import IN_THE_END, StageCost
from mmoe_repro.report.rooms import COMMITTED, having, part
from mmoe_repro.report.rooms import ROOT as PACKAGE
from mmoe_repro.report.rooms import numbers as numbers_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mmoe_repro.claims.evidence import Evidence
    from mmoe_repro.report.folders import Folders

EXPERIMENTS = ("synthetic", "census", "recommender")
ROOMS = (
    *EXPERIMENTS,
    "calibration",
    "multiverse",
    "portraits",
    "trainability",
    "speed",
    "audit",
    "claims",
)  # what the report has numbers of


def check(values: Mapping[str, Any], schema: Path = configuration.SCHEMA) -> Config:
    """The configuration with every default filled in. Raises BadConfig, in one line."""
    config = configuration.check(values, schema)
    named = config["study"]["experiments"]
    for name in named:
        if name not in EXPERIMENTS:
            raise BadConfig(
                f"configuration: study.experiments has {name!r}; allowed are {', '.join(EXPERIMENTS)}"
            )
    if EXPERIMENTS[0] not in named:
        raise BadConfig(
            f"configuration: study.experiments is {named}; {EXPERIMENTS[0]!r} must be among them"
        )
    _check_results(Path(config["study"]["results"]))
    others = [room for room in ROOMS if room not in EXPERIMENTS]
    for name in (*experiments(config), *others):
        for line in getattr(part(name, "plan"), "mistakes", lambda config: ())(config):
            raise BadConfig(f"configuration: {line}")
    if config["study"]["records"] == PUBLISHED:
        _as_published(config, schema)
    return config


def _check_results(results: Path) -> None:
    """Raise BadConfig if a study would write among what is committed, or over the repository."""
    whole, here = results.resolve(), Path.cwd().resolve()
    if COMMITTED.resolve() in (whole, *whole.parents) or whole in (here, *here.parents):
        raise BadConfig(
            f"configuration: study.results is {results}; allowed is any folder outside of {COMMITTED} "
            "but the repository's own and those around it"
        )


# Keys of the configuration that change no result, or only who makes it
FREE = (
    "study.name", "study.experiments", "study.records", "study.results", "synthetic.block_size",
    "census.raw", "census.sources", "census.block_size", "recommender.block_size", "variants.train",
    "multiverse.train", "recommender.train", "plots.colours",
)  # fmt: skip


def changed(config: Config, schema: Path = configuration.SCHEMA) -> list[str]:
    """The keys of a checked configuration, with dots, by which its results are others than published."""
    found = configuration.differences(config, configuration.check({}, schema))
    free = tuple(f"{key}." for key in FREE)
    return [key for key in found if not f"{key}.".startswith(free)]


def _as_published(config: Config, schema: Path) -> None:
    """Raise BadConfig if a setting that decides on runs is not what the published ones have."""
    sections = [key for name in experiments(config) for key in part(name, "plan").SECTIONS]
    for key in changed(config, schema):
        if key.partition(".")[0] in ("study", *sections):
            raise BadConfig(
                f"configuration: study.records is published, and {key} is not what the published "
                "records were made with; allowed are made for study.records, or the default there"
            )


def load(paths: list[Path]) -> Config:
    """The checked configuration of the files, later ones over earlier ones. Raises BadConfig."""
    return check(configuration.read(paths))


def possible(config: Config) -> tuple[Config, list[str]]:
    """The study without the experiments that cannot be run here, and of each why not."""
    found = {
        name: why
        for name in experiments(config)
        if (why := getattr(part(name, "plan"), "missing", lambda _: None)(config))
    }
    left = [name for name in config["study"]["experiments"] if name not in found]
    return {**config, "study": {**config["study"], "experiments": left}}, [
        f"{name} is left out of the study: {why}" for name, why in found.items()
    ]


def from_text(text: str) -> Config:
    """The checked configuration that a JSON text is. Raises BadConfig."""
    try:
        values = json.loads(text)
    except ValueError:
        raise BadConfig(f"configuration: {value(text)} is not JSON") from None
    if not isinstance(values, dict):
        raise BadConfig("configuration: not an object; expected are sections, such as study")
    return check(values)


def folders(config: Config, results: Path | None = None) -> Folders:
    """Where the study's results are, in its own folder or another, and what it reads beside them."""
    from mmoe_repro.report.folders import Folders

    beside: dict[str, Path] = {}
    for name in experiments(config):
        beside |= part(name, "plan").beside(config)
    return Folders(results or Path(config["study"]["results"]), beside)


def sections(config: Config) -> list[str]:
    """The report's sections on the experiments after the first, which the report is built around, and
    on what is there only with its records."""
    optional = [room for room in rooms(config) if hasattr(part(room, "plan"), "available")]
    return [*optional, *experiments(config)[1:]]


def experiments(config: Config) -> list[str]:
    """The experiments of a study, in the order of the list."""
    return [name for name in EXPERIMENTS if name in config["study"]["experiments"]]


def rooms(config: Config) -> list[str]:
    """The rooms with a part in a study's report."""
    known = [room for room in ROOMS if room not in EXPERIMENTS or room in experiments(config)]
    return [room for room in known if getattr(part(room, "plan"), "available", lambda: True)()]


def choices(config: Config) -> dict[str, str]:
    """Our own choices that the runs are judged under: name -> words, in order."""
    found: dict[str, str] = {}
    for name in experiments(config):
        for choice, words in part(name, "plan").choices(config).items():
            found.setdefault(choice, words)
    return found


def evidence(
    choice: str, config: Config, folders: Folders, whose: Mapping[str, str] | None = None
) -> Evidence:
    """What all experiments show under a choice of ours, or what the paper shows: `PUBLISHED`, and
    `OUR_SPREAD` of what it shows means alone of. `whose` says which experiment is asked for a condition,
    and so which one says why it is not there.

    Raises MissingRuns, and BadConfig for a choice that no experiment has.
    """
    from mmoe_repro.claims.evidence import Evidence, merge
    from mmoe_repro.claims.spread import with_our_spread

    if choice not in (PUBLISHED, OUR_SPREAD) and choice not in choices(config):
        allowed = ", ".join([PUBLISHED, OUR_SPREAD, *choices(config)])
        raise BadConfig(f"choice {choice!r}: allowed are {allowed}")
    bodies: dict[str, Evidence] = {}
    for name in experiments(config):
        room = part(name, "evidence")
        if choice == PUBLISHED:
            bodies[name] = room.published(config, folders)
        elif choice == OUR_SPREAD:
            ours = room.evidence(REFERENCE, config, folders)
            mean_alone = getattr(room, "mean_alone", lambda condition: False)
            bodies[name] = with_our_spread(room.published(config, folders), ours, mean_alone)
        elif choice in part(name, "plan").choices(config):
            bodies[name] = room.evidence(choice, config, folders)
        else:
            bodies[name] = Evidence({}, paired=True, absent="not a choice of this experiment")
    return merge(bodies, whose or {})


def titles(config: Config) -> dict[str, str]:
    """Models and methods in words."""
    found: dict[str, str] = {}
    for name in experiments(config):
        found |= part(name, "evidence").TITLES
    return found


def about(config: Config, folders: Folders) -> dict[str, Any]:
    """What the verdicts' document says of the runs that were judged."""
    found: dict[str, Any] = {"study": config["study"]["name"], "records": {}}
    for name in experiments(config):
        of = part(name, "evidence").about(config, folders)
        found = {**found, **of, "records": found["records"] | of["records"]}
    return found


def numbers(config: Config, folders: Folders) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Every number of the prose, as text ready for LaTeX, by name; and the files that it was made from,
    below the results where they are there. A number without files is a setting.
    """
    from mmoe_repro.report.macros import of_study, unlike

    found = of_study(config, EXPERIMENTS)
    sources: dict[str, list[str]] = {name: [] for name in found}
    for room in rooms(config):
        for group, files in numbers_of(room, folders, config):
            found |= group
            named = [_named(path, folders.results) for path in files]
            sources |= {name: named for name in group}
    asserted = unlike(changed(config), found["study.elsewhere"])
    sources |= dict.fromkeys(asserted, sources["study.elsewhere"])
    found |= asserted
    return found, sources


def _named(path: Path, results: Path) -> str:
    """A file's name: below the results, or else below the repository's root, or, of data that come with
    the package, below the root of the package, wherever that is."""
    for start in (results, Path.cwd(), PACKAGE.parent):
        if path.is_relative_to(start):
            return str(path.relative_to(start))
    return str(path)


def costs(config: Config, folders: Folders) -> list[StageCost]:
    """What every stage will cost, measured now in some seconds; with published records only the end."""
    if config["study"]["records"] == PUBLISHED:
        return [IN_THE_END]
    of = [name for name in rooms(config) if name in having("cost")]
    found = [cost for name in of for cost in part(name, "cost").costs(config, folders)]
    return [*found, IN_THE_END]
