"""The reference universe and what stands around it, as members: its companions, every departure from it
by one choice, and the universes that fit as well."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.files import read_table
from mmoe_repro.multiverse.design import Member, read_members
from mmoe_repro.multiverse.reading import EACH_CONDITION
from mmoe_repro.multiverse.words import EQUAL, REFERENCE
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.space import DRAWN, Space
from mmoe_repro.synthetic.universe import Universe

READ = ("loss", "error", "learning_rate_rule")  # changed by reading the same runs otherwise
DRAWS = 3  # of a label function whose source draws it at random
WIDTH = "shared_bottom"  # the paper's


def like(space: Space, name: str, chosen: Mapping[str, Any], label_function: str) -> Member:
    """A calibrated universe as a member: `chosen` has universe and reading, as calibration writes them.

    The learning rate is chosen for each model and correlation, as in the study.
    """
    universe = Universe.from_dict(dict(chosen["universe"]))
    known = {d: getattr(universe, d) for d in space.dimensions if hasattr(universe, d)}
    choices = known | {
        "label_function": label_function,
        "width": WIDTH,
        "loss": chosen["reading"]["loss"],
        "error": chosen["reading"]["error"],
        "learning_rate_rule": EACH_CONDITION,
    }
    return Member(
        name,
        {dimension: choices[dimension] for dimension in space.dimensions},
        universe,
        space.is_wide_enough(universe),
    )


def _functions(space: Space, kind: str, study_seed: int) -> Iterator[tuple[str, LabelFunction]]:
    """Every label function of a kind that a departure takes, by the name of the departure's value."""
    point = np.zeros(space.size)
    at = len(space.dimensions)
    if kind == "free":  # it has no value of its own: the calibration's choice stands for it
        return
    n = len(space.figure2) if kind == "figure2" else DRAWS if kind in DRAWN else 1
    for i in range(n):
        point[at] = (i + 0.5) / n
        name = kind if n == 1 else f"{kind}-{i + 1}"
        yield name, space.label_function(kind, point, study_seed)


def departures(space: Space, reference: Member, study_seed: int) -> list[Member]:
    """Every universe that has one choice other than the reference has, of those that must be run.

    Named for what is changed, such as batch_size-32. A learning rate's rule, loss and error are read
    off the reference's own runs: see `reread`.
    """
    found = []
    for dimension, values in space.dimensions.items():
        for value, _ in values:
            if dimension in READ or value == reference.choices[dimension]:
                continue
            choices = {**reference.choices, dimension: value}
            if dimension == "label_function":
                for name, function in _functions(space, value, study_seed):
                    universe = replace(reference.universe, label_function=function)
                    found.append(_member(space, f"{dimension}-{name}", choices, universe))
            elif dimension == "width":
                found.append(_member(space, f"{dimension}-{value}", choices, reference.universe))
            else:
                universe = replace(reference.universe, **{dimension: value})
                name = f"{dimension}-{'fresh' if value is None else value}"
                found.append(_member(space, name, choices, universe))
    return found


def _member(space: Space, name: str, choices: dict[str, Any], universe: Universe) -> Member:
    return Member(name, choices, universe, space.is_wide_enough(universe))


def reread(space: Space, reference: Member) -> list[Member]:
    """Every departure that needs no run: the reference's runs under another choice of reading."""
    return [
        replace(
            reference,
            name=f"{dimension}-{value}",
            choices={**reference.choices, dimension: value},
            reads=reference.name,
        )
        for dimension in READ
        for value, _ in space.dimensions[dimension]
        if value != reference.choices[dimension]
    ]


def equals(space: Space, finalists: pd.DataFrame, reference: Member, kind: str) -> list[Member]:
    """The finalists of the reference's family that fit as well, within a misfit's noise, best first.

    `finalists` as `mmoe-repro calibration finalists` writes them; `kind` of the family's label
    functions. The rule took one of them, by the fewest departures: another would have been as good a
    reference.
    """
    found = []
    for row in finalists[finalists["equal"]].to_dict("records"):
        universe = json.loads(str(row["universe"]))
        chosen = {"universe": universe, "reading": {key: row[key] for key in ("loss", "error")}}
        one = like(space, f"{EQUAL}{row['number']}", chosen, kind)
        if one.universe != reference.universe or one.choices != reference.choices:
            found.append(one)
    return found


def around(
    space: Space, chosen: Mapping[str, Any], finalists: pd.DataFrame, study_seed: int
) -> list[Member]:
    """The reference, its companions by name, the departures that must be run, and the `equals`.

    `chosen` is what calibration wrote: universe, reading and label_function (its kind), and, under
    `companions`, the same by name.
    """
    kind = chosen["label_function"]
    reference = like(space, REFERENCE, chosen, kind)
    companions = [
        like(space, name, of, of["label_function"]) for name, of in chosen["companions"].items()
    ]
    others = departures(space, reference, study_seed)
    return [reference, *companions, *others, *equals(space, finalists, reference, kind)]


def calibrated(
    reference: Mapping[str, Any], folder: Path, space: Space, study_seed: int
) -> list[Member]:
    """`around` the reference of a folder of the calibration's. Raises BadFile."""
    path = folder / f"{reference['family']}_finalists.csv"
    finalists = read_table(path, "number", "universe", "loss", "error", "equal")
    return around(space, reference, finalists, study_seed)


def with_reread(space: Space, known: Sequence[Member]) -> list[Member]:
    """Those of `around`, and after them the departures that need no run."""
    reference = next(one for one in known if one.name == REFERENCE)
    return [*known, *reread(space, reference)]


def read(folder: Path, space: Space) -> tuple[list[Member], list[Member]]:
    """The universes of a folder of records: the design's, and those of `with_reread`. Raises BadFile."""
    known = read_members(folder / "departures.parquet")
    return read_members(folder / "design.parquet"), with_reread(space, known)
