"""A folder of universes' records, judged: verdicts, and distances to the figures."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from mmoe_repro.claims.statements import Claims
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import Member
from mmoe_repro.multiverse.fit import fits
from mmoe_repro.multiverse.plan import statements
from mmoe_repro.multiverse.verdicts import verdicts


def judged(
    folder: Path,
    members: Sequence[Member],
    claims: Claims,
    study_seed: int,
    processes: int = 1,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of `verdicts` and `fits`, of those members that the folder has records of.

    Raises BadRecordFile.
    """
    # As objects: on Arrow's strings pandas takes half as long again, of tables as small as a universe's.
    plain = {"name": object, "model": object}
    runs, curves = (store.read(folder, kind).astype(plain) for kind in ("runs", "curves"))
    store.check(runs, members)
    of = statements(claims)
    return verdicts(members, runs, of, study_seed, processes, tell), fits(members, runs, curves)
