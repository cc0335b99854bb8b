"""From the calibrated reference to the universe of a study."""

from typing import Any

from mmoe_repro.synthetic.universe import Universe


def resolve(reference: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The reference universe with `changes`, its key, and how its losses are read.

    `reference` is what calibration wrote: universe, learning_rate, reading, misfit. The result has
    those of use to the study: universe, key, is_reference, learning_rate, reading. Raises
    ValueError for a value that a universe does not allow.
    """
    universe = Universe.from_dict({**reference["universe"], **changes})
    return {
        "universe": universe.as_dict(),
        "key": universe.key(),
        "is_reference": universe == Universe.from_dict(reference["universe"]),
        "changes": changes,
        "learning_rate": reference["learning_rate"],
        "reading": reference["reading"],
    }
