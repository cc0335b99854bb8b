"""Which universes are run: a space-filling design, any beginning of which fills the space."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from mmoe_repro.files import BadFile, read_table
from mmoe_repro.seeds import stream_seed
from mmoe_repro.synthetic.space import Choices, Point, Space
from mmoe_repro.synthetic.universe import Universe

AT_ONCE = 64  # points drawn in one call; a power of two, as the sequence likes


@dataclass(frozen=True)
class Member:
    """One universe: its name, all choices (those of reading, too), and whether it is believable.

    The name of one of the design is its place in the sequence, such as 0017. `learns` is None where
    that was not looked at. `reads` names the member whose runs it reads, if not its own.
    """

    name: str
    choices: Choices
    universe: Universe
    wide: bool
    learns: bool | None = None
    reads: str = ""

    @property
    def runs(self) -> str:
        """The name that its runs are recorded under."""
        return self.reads or self.name

    @property
    def width(self) -> str:
        """The model that stands for Shared-Bottom."""
        return str(self.choices["width"])

    @property
    def believable(self) -> bool:
        """As `config/multiverse.yaml` says: a batch that is wide enough, and Figure 3's model learns."""
        return self.wide and bool(self.learns)


def points(space: Space, study_seed: int) -> Iterator[Point]:
    """The points of the design without end: a scrambled Sobol sequence (Owen 1997)."""
    sobol = qmc.Sobol(space.size, rng=stream_seed(study_seed, "multiverse sobol"))
    while True:
        yield from sobol.random(AT_ONCE)


def member_at(space: Space, point: Point, name: str, study_seed: int) -> Member:
    """The universe at a point of the space."""
    choices = space.choices(np.minimum(point, 1 - 1e-12))
    function = space.label_function(choices["label_function"], point, study_seed)
    universe = space.universe(choices, function)
    return Member(name, choices, universe, space.is_wide_enough(universe))


def members(space: Space, study_seed: int) -> Iterator[Member]:
    """The design without end: the universes at `points`, in order."""
    for i, point in enumerate(points(space, study_seed)):
        yield member_at(space, point, f"{i:04d}", study_seed)


def fill(
    sequence: Iterable[Member],
    learns: Callable[[Sequence[Member]], Sequence[bool]],
    believable: int,
    others: int,
) -> list[Member]:
    """The first `believable` members that are so and the first `others` that are not, in order.

    `learns` tells for some members at once whether Figure 3's model learns in them; it is asked only
    where the batch is wide enough.
    """
    found: list[Member] = []
    left = {True: believable, False: others}
    walk = iter(sequence)
    while any(left.values()):
        some = [next(walk) for _ in range(AT_ONCE)]
        wide = [one for one in some if one.wide]
        known = dict(zip((one.name for one in wide), learns(wide), strict=True))
        for one in some:
            seen = Member(one.name, one.choices, one.universe, one.wide, known.get(one.name))
            if left[seen.believable]:
                left[seen.believable] -= 1
                found.append(seen)
    return found


def table(found: Sequence[Member]) -> pd.DataFrame:
    """A row a member: name, wide, learns, the choices, and the universe as JSON."""
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "wide": one.wide,
            "learns": one.learns,
            "choices": json.dumps(one.choices, sort_keys=True),
            "universe": json.dumps(one.universe.as_dict(), sort_keys=True),
        }
        for one in found
    ]
    return pd.DataFrame(rows).astype({"learns": "boolean"})


def read_members(path: Path) -> list[Member]:
    """The members in a file of `table`'s. Raises BadFile."""
    columns = ("name", "wide", "learns", "choices", "universe")
    try:
        return [
            Member(
                str(row["name"]),
                json.loads(row["choices"]),
                Universe.from_dict(json.loads(row["universe"])),
                bool(row["wide"]),
                None if pd.isna(row["learns"]) else bool(row["learns"]),
            )
            for row in read_table(path, *columns).to_dict("records")
        ]
    except (TypeError, ValueError, KeyError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(f"{path}: not a table of universes ({error})") from None


def named(found: Sequence[Member], name: str, path: Path) -> Member:
    """The member of that name, of those in `path`. Raises BadFile."""
    for one in found:
        if one.name == name:
            return one
    raise BadFile(f"{path}: has no universe {name!r}, but {found[0].name} ... {found[-1].name}")
