"""From the calibrated reference to the universe of a study."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from mmoe_repro.allowed import nearest, value
from mmoe_repro.files import BadFile, read_json
from mmoe_repro.synthetic.universe import Universe

REFERENCE = ("universe", "learning_rate", "reading")  # what a calibration's file must have


class BadUniverse(ValueError):
    """Changes that give no universe; the text says which, and what is allowed."""


LIKE = "like"  # the change that starts from a companion


def resolve(reference: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The reference universe with `changes`, its key, and how its losses are read.

    `reference` is what calibration wrote: universe, learning_rate, reading, misfit, companions. With
    `like` among the changes, the others are of the companion of that name, and its learning rate and
    reading are taken. The result has those of use to the study: universe, key, is_reference, like,
    learning_rate, reading. Raises BadUniverse for what is no
    choice, ValueError for a value that a universe does not allow.
    """
    changes = dict(changes)
    like = changes.pop(LIKE, None)
    if like is not None:
        companions = reference.get("companions", {})
        if like not in companions:
            allowed = ", ".join(companions) or "none"
            raise BadUniverse(
                f"universe: like is {like!r}; the reference's companions are {allowed}"
            )
        reference = companions[like]
    known = [LIKE, *(field.name for field in fields(Universe))]
    for name in sorted(set(changes) - set(known)):
        allowed = f"{nearest(name, known)}; allowed are {', '.join(known)}"
        raise BadUniverse(f"universe: {name} is not one of its choices{allowed}")
    universe = Universe.from_dict({**reference["universe"], **changes})
    return {
        "universe": universe.as_dict(),
        "key": universe.key(),
        "is_reference": like is None and universe == Universe.from_dict(reference["universe"]),
        "like": like,
        "changes": changes,
        "learning_rate": reference["learning_rate"],
        "reading": reference["reading"],
    }


def changes_from(text: str) -> dict[str, Any]:
    """Changes to a universe, given as JSON. Raises BadUniverse if they are none."""
    try:
        changes = json.loads(text)
    except ValueError:
        changes = None
    if not isinstance(changes, dict):
        raise BadUniverse(
            f'changes are {value(text)}; allowed is an object in JSON, such as {{"batch_size": 128}}'
        )
    return changes


def read_universe(path: Path) -> Universe:
    """The universe in a file of `resolve`'s, or of the calibration's. Raises BadFile."""
    try:
        return Universe.from_dict(read_json(path, "universe")["universe"])
    except (TypeError, KeyError) as error:
        raise BadFile(f"{path}: not a universe ({error})") from None
