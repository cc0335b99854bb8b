"""The pieces of work of each look, each kept as a file once it is done."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from mmoe_repro.files import read_table, write_parquet
from mmoe_repro.pools import side_by_side
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, text
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability import crossed, longer, looks, maps
from mmoe_repro.trainability.plan import (
    CORRELATIONS,
    LONGER,
    LOOKED_AT,
    MAP_CORRELATION,
    MODELS,
    SEEDS,
)

Rates = Mapping[tuple[str, float], float]  # of a model at a task correlation
Job = tuple[str, tuple[object, ...]]  # kind, and its arguments after the universe


def plan(kind: str, rates: Rates) -> dict[str, Job]:
    """Name -> job, of a kind: map, crossed, look, or longer. Raises ValueError for another.

    Figure 3's model is among those of ten times the steps, for the statement on it."""
    if kind == "map":
        return {
            f"{model}-lr{text(rate)}-x{text(scale)}": (kind, (model, rate, scale, range(SEEDS)))
            for model, rate, scale in maps.cells()
        }
    if kind == "crossed":
        return {
            f"{model}-{data}": (
                kind,
                (model, rates[model, MAP_CORRELATION], data, range(SEEDS)),
            )
            for model in MODELS
            for data in range(SEEDS)
        }
    if kind == "look":
        return {
            f"{model}-p{text(p)}": (kind, (model, p, rates[model, p], range(LOOKED_AT)))
            for model in MODELS
            for p in CORRELATIONS
        }
    if kind == LONGER:
        return {
            f"{model}-p{text(p)}": (kind, (model, p, rates[model, p], range(SEEDS)))
            for model in (*MODELS, FIGURE3_MODEL)
            for p in CORRELATIONS
        }
    raise ValueError(f"{kind!r}: allowed are map, crossed, look, longer")


def _do(job: tuple[Universe, Job, int, list[Path]]) -> None:
    universe, (kind, arguments), study_seed, paths = job
    if all(path.exists() for path in paths):
        return
    does: dict[str, Callable[..., object]] = {
        "map": maps.train_cell, "crossed": crossed.train_row, "look": looks.look,
        LONGER: longer.train_longer,
    }  # fmt: skip
    found = does[kind](universe, *arguments, study_seed)
    frames = found if isinstance(found, tuple) else (found,)
    for frame, path in reversed(list(zip(frames, paths, strict=True))):
        write_parquet(frame, path)


def run(
    kind: str,
    universe: Universe,
    rates: Rates,
    study_seed: int,
    keep: Path,
    processes: int,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> list[pd.DataFrame]:
    """The tables of a kind: one, or for a look two (parts, gates)."""
    planned = plan(kind, rates)
    tables = ("parts", "gates") if kind == "look" else (kind,)
    paths = {name: [keep / f"{table}-{name}.parquet" for table in tables] for name in planned}
    jobs = [(universe, job, study_seed, paths[name]) for name, job in planned.items()]
    with side_by_side(processes) as pool:
        for done, _ in enumerate(pool.map(_do, jobs)):
            tell(done + 1, len(jobs))
    found = []
    for i in range(len(tables)):
        frames = [read_table(of[i]) for of in paths.values()]
        found.append(pd.concat([f for f in frames if len(f)], ignore_index=True))
    return found
