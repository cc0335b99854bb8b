"""The universe nearest to Figures 3, 4 and 5 together: the best of those that were run, refined by a
search.

A description and not a test: it is chosen on the figures that everything else is tested on. The search
is over the whole space, with what is not believable but without the largest batches; the learning
rate's rule, the loss and the error are read off the same runs, so that a universe counts by its best
reading.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmoe_repro.calibration.search import BATCH, Trial, suggest
from mmoe_repro.compiled import one_thread
from mmoe_repro.files import read_json, write_json
from mmoe_repro.multiverse import kept
from mmoe_repro.multiverse.departures import DRAWS, READ, WIDTH
from mmoe_repro.multiverse.design import Member, member_at, points
from mmoe_repro.multiverse.fit import FIGURES, distances, together
from mmoe_repro.multiverse.plan import CORRELATIONS, RATES
from mmoe_repro.multiverse.train import train_universe
from mmoe_repro.pools import side_by_side
from mmoe_repro.portraits.plan import FIRST, LARGEST_BATCH, NEAREST
from mmoe_repro.synthetic.space import Point, Space

DONE = "distances.json"  # of a finished trial: all that the search goes on from


def with_points(
    space: Space, design: Sequence[Member], study_seed: int
) -> list[tuple[Member, Point]]:
    """The design's universes, each with its point of the space, whose place its name is."""
    of = list(islice(points(space, study_seed), 1 + max(int(one.name) for one in design)))
    return [(one, of[int(one.name)]) for one in design]


def with_found_points(
    space: Space, around: Sequence[Member], study_seed: int
) -> list[tuple[Member, Point]]:
    """Universes that were not made from points, those around the reference, each with a point that it
    is at; without those that no point gives, such as a label function of an earlier calibration."""
    found = []
    for one in around:
        for point in _points_of(space, one):
            at = member_at(space, point, one.name, study_seed)
            if at.universe == one.universe:
                found.append((one, point))
                break
    return found


def _points_of(space: Space, one: Member) -> Iterator[Point]:
    """Points whose choices are a member's, with every draw that a label function may be."""
    point = np.full(space.size, 0.5)
    for i, (name, values) in enumerate(space.dimensions.items()):
        ends = np.cumsum([0.0, *(weight for _, weight in values)])
        at = [value for value, _ in values].index(one.choices[name])
        point[i] = (ends[at] + ends[at + 1]) / (2 * ends[-1])
    for draws in (len(space.figure2), DRAWS):
        for k in range(draws):
            drawn = point.copy()
            drawn[len(space.dimensions)] = (k + 0.5) / draws
            yield drawn


def affordable(space: Space, point: Point) -> Point:
    """A point with at most `LARGEST_BATCH` samples a step: its own, or that many."""
    values = space.dimensions["batch_size"]
    allowed = sum(weight for value, weight in values if value <= LARGEST_BATCH)
    end = allowed / sum(weight for _, weight in values)
    at = list(space.dimensions).index("batch_size")
    clipped = point.copy()
    clipped[at] = min(point[at], end - 1e-9)
    return clipped


def readings(space: Space, choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The choices of a universe with every reading that its runs have."""
    values = [[value for value, _ in space.dimensions[name]] for name in READ]
    return [{**choices, **dict(zip(READ, of, strict=True))} for of in product(*values)]


def best_reading(
    space: Space, choices: Mapping[str, Any], runs: pd.DataFrame, curves: pd.DataFrame
) -> dict[str, Any]:
    """The reading of one universe's runs that is nearest to the three figures: choices, the distances,
    and their root mean square as `together`; of equal ones the first."""
    found = []
    for reading in readings(space, choices):
        of = distances(runs, curves, reading)
        found.append({"choices": reading, **of, "together": together(of)})
    return min(found, key=lambda row: float(row["together"]))


def _read(job: tuple[Space, Mapping[str, Any], pd.DataFrame, pd.DataFrame]) -> dict[str, Any]:
    return best_reading(*job)


def _trained(job: tuple[Space, Member, int, int, int, Path]) -> dict[str, Any]:
    space, member, seeds, selection_seeds, study_seed, keep = job
    one_thread()
    folder = keep / member.universe.key()
    made_with = {"seeds": seeds, "selection_seeds": selection_seeds, "study_seed": study_seed}
    done = folder / DONE
    if done.exists():
        known = read_json(done, "made_with", "row")
        if known["made_with"] == made_with:
            row = known["row"]
            infinite = {key: np.inf for key in (*FIGURES, "together") if row[key] is None}
            return {**row, **infinite}
    kept.check(member.universe, seeds, selection_seeds, study_seed, folder)
    runs, curves = train_universe(
        member, CORRELATIONS, RATES, seeds, selection_seeds, study_seed, folder
    )
    found = best_reading(space, member.choices, runs, curves)
    write_json({"made_with": made_with, "row": found}, done)
    return found


def search(
    space: Space,
    known: Sequence[tuple[Member, Point]],
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    trials: int,
    seeds: int,
    selection_seeds: int,
    study_seed: int,
    keep: Path,
    processes: int,
    tell: Callable[[int, int, float], None] = lambda done, of, best: None,
) -> tuple[Member, pd.DataFrame]:
    """The nearest universe as a member, and a row a universe: those known that have runs, by their
    name, and `trials` more that a Gaussian process names: by what they promise alone, since the nearest
    known train with large batches, and small ones would always promise more for their cost. Finished
    ones are kept below `keep`."""
    of_runs, of_curves = (dict(iter(frame.groupby("name"))) for frame in (runs, curves))

    def member(point: Point) -> Member:
        one = member_at(space, point, NEAREST, study_seed)
        return replace(one, choices={**one.choices, "width": WIDTH})

    def make(point: Point, number: int) -> Trial:
        point = affordable(space, point)
        return Trial(number, point, member(point).universe)

    known = [(one, point) for one, point in known if one.name in of_runs]
    members = [replace(one, name=NEAREST, learns=None) for one, _ in known]
    names = [one.name for one, _ in known]
    done = [Trial(i, point, one.universe) for i, (one, point) in enumerate(known)]
    with side_by_side(processes) as pool:
        jobs = [(space, one.choices, of_runs[one.name], of_curves[one.name]) for one, _ in known]
        found = list(pool.map(_read, jobs, chunksize=4))
        while len(found) < len(known) + trials:
            best = min(float(row["together"]) for row in found)
            tell(len(found) - len(known), trials, best)
            values = np.array([row["together"] for row in found], float)
            values[~np.isfinite(values)] = values[np.isfinite(values)].max()
            n = min(BATCH, len(known) + trials - len(found))
            some = suggest(make, done, values, n, NEAREST, study_seed, per_cost=False)
            new = [member(trial.point) for trial in some]
            of_new = [(space, one, seeds, selection_seeds, study_seed, keep) for one in new]
            found += pool.map(_trained, of_new)
            done += some
            members += new
            names += [f"{FIRST + trial.number - len(known)}" for trial in some]
    at = int(np.argmin([float(row["together"]) for row in found]))
    tell(trials, trials, float(found[at]["together"]))
    rows = [
        {"name": name, "universe": one.universe.key(), **row["choices"],
         **{key: row[key] for key in (*FIGURES, "together")}}
        for name, one, row in zip(names, members, found, strict=True)
    ]  # fmt: skip
    nearest = replace(members[at], choices=found[at]["choices"])
    return nearest, pd.DataFrame(rows)
