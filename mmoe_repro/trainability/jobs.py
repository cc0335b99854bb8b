"""The pieces of work of each look, each kept as a file once it is done."""

from collections.abc import Callable, Mapping, Sequence
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
TOGETHER = 5  # runs of a piece, where every model is trained on their data
ORDER = {  # of rows, by kind; models as in the plan
    "map": ["model", "learning_rate", "scale", "seed"],
    "crossed": ["model", "data", "start"],
    "look": ["model", "task_correlation", "seed"],
    LONGER: ["model", "task_correlation", "seed", "step"],
}


def plan(kind: str, rates: Rates) -> dict[str, Job]:
    """Name -> job, of a kind: map, crossed, look, or longer. Raises ValueError for another.

    A job has all that is trained on the data of its runs. Figure 3's model is among those of ten times
    the steps, for the statement on it."""
    if kind == "map":
        return {f"{seed}": (kind, (list(maps.cells()), [seed])) for seed in range(SEEDS)}
    if kind == "crossed":
        of = _at(rates, MODELS, MAP_CORRELATION)
        return {f"{data}": (kind, (of, data, range(SEEDS))) for data in range(SEEDS)}
    if kind not in ORDER:
        raise ValueError(f"{kind!r}: allowed are {', '.join(ORDER)}")
    models, runs = (MODELS, LOOKED_AT) if kind == "look" else ((*MODELS, FIGURE3_MODEL), SEEDS)
    return {
        f"p{text(p)}-{first}": (kind, (_at(rates, models, p), p, seeds))
        for p in CORRELATIONS
        for first in range(0, runs, TOGETHER)
        for seeds in [range(first, min(first + TOGETHER, runs))]
    }


def _at(rates: Rates, models: Sequence[str], p: float) -> dict[str, float]:
    return {model: rates[model, p] for model in models}


def _do(job: tuple[Universe, Job, int, list[Path]]) -> None:
    universe, (kind, arguments), study_seed, paths = job
    if all(path.exists() for path in paths):
        return
    does: dict[str, Callable[..., object]] = {
        "map": maps.train_cells, "crossed": crossed.train_data, "look": looks.look,
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
        rows = pd.concat([f for f in frames if len(f)], ignore_index=True)
        found.append(rows.sort_values(ORDER[kind], kind="stable", key=_places, ignore_index=True))
    return found


def _places(column: pd.Series) -> pd.Series:
    """Models by their place in the plan; all else by its value."""
    places = {model: i for i, model in enumerate((*MODELS, FIGURE3_MODEL))}
    return column.map(places) if column.name == "model" else column
