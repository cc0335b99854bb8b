"""The study's conditions in one universe, each a file once it is done."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from mmoe_repro import records
from mmoe_repro.files import read_table, write_parquet
from mmoe_repro.multiverse.design import Member
from mmoe_repro.multiverse.reading import FIGURE3_RATE, learns
from mmoe_repro.pools import side_by_side
from mmoe_repro.synthetic.blocks import Condition, train_block, train_conditions
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, SELECTION_FIRST, text
from mmoe_repro.synthetic.schema import KEYS, RUNS
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule

STEPS = (0, 100, 500, *range(1_000, 10_001, 1_000))  # at which curves are kept; Figure 3's whole
SCHEDULE = Schedule(10_000, 100, 250, 10_000)
LEARNS = (FIGURE3_MODEL, 1.0, FIGURE3_RATE)  # the condition that says whether a universe is learnt


def conditions(
    member: Member, correlations: Sequence[float], rates: Sequence[float]
) -> Iterator[tuple[str, float, float]]:
    """Model, task correlation and learning rate of every condition: the three models at each rate, and
    Figure 3's model at the one that the paper states for it."""
    for p in correlations:
        yield FIGURE3_MODEL, p, FIGURE3_RATE
        for model in (member.width, "omoe", "mmoe"):
            for rate in rates:
                yield model, p, rate


def train_condition(
    universe: Universe,
    condition: tuple[str, float, float],
    seeds: int,
    selection_seeds: int,
    study_seed: int,
    keep: Path,
    schedule: Schedule = SCHEDULE,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run records and mean curve of one condition; it is a file in `keep` once it is done.

    Runs have the seeds 0 ... `seeds` - 1 for the verdicts and, apart, `selection_seeds` others for the
    learning rate.
    """
    of_curves, of_runs = _paths(keep, condition)
    if not of_runs.exists():
        model, p, rate = condition
        runs = _runs(seeds, selection_seeds)
        found, curves = train_block(Condition(universe, model, p, rate), runs, study_seed, schedule)
        _write(found, summary(curves, seeds), of_curves, of_runs)
    return records.read(of_runs, RUNS), read_table(of_curves, "step")


def _runs(seeds: int, selection_seeds: int) -> list[int]:
    return [*range(seeds), *range(SELECTION_FIRST, SELECTION_FIRST + selection_seeds)]


def _paths(keep: Path, condition: tuple[str, float, float]) -> tuple[Path, Path]:
    """The files of a condition's curves and, written last, of its runs."""
    model, p, rate = condition
    stem = f"{model}-p{text(p)}-lr{text(rate)}"
    return keep / f"{stem}.curves.parquet", keep / f"{stem}.runs.parquet"


def _write(runs: pd.DataFrame, curves: pd.DataFrame, of_curves: Path, of_runs: Path) -> None:
    write_parquet(curves, of_curves)
    records.write(runs, of_runs, RUNS)


def train_universe(
    member: Member,
    correlations: Sequence[float],
    rates: Sequence[float],
    seeds: int,
    selection_seeds: int,
    study_seed: int,
    keep: Path,
    schedule: Schedule = SCHEDULE,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run records of every condition, and mean curves; see `train_condition`. Conditions of one task
    correlation are trained together, on the same batches.
    """
    whole = list(conditions(member, correlations, rates))
    for done, p in enumerate(correlations):
        waiting = [c for c in whole if c[1] == p and not _paths(keep, c)[1].exists()]
        if waiting:
            trained = train_conditions(
                member.universe,
                p,
                [(model, rate) for model, _, rate in waiting],
                _runs(seeds, selection_seeds),
                study_seed,
                schedule,
            )
            for condition, (of_runs, of_curves) in zip(waiting, trained, strict=True):
                _write(of_runs, summary(of_curves, seeds), *_paths(keep, condition))
        tell(done + 1, len(correlations))
    found = []
    for condition in whole:
        curves_of, runs_of = _paths(keep, condition)
        found.append((records.read(runs_of, RUNS), read_table(curves_of, "step")))
    runs, curves = (pd.concat(frames, ignore_index=True) for frames in zip(*found, strict=True))
    return runs.sort_values(KEYS, ignore_index=True), curves


def summary(curves: pd.DataFrame, seeds: int) -> pd.DataFrame:
    """The mean curve of a condition over the verdicts' seeds, both losses: of Figure 3's model whole,
    else at `STEPS`."""
    wanted = curves["step"].isin(STEPS) | (curves["model"] == FIGURE3_MODEL)
    chosen = curves[wanted & (curves["seed"] < seeds)]
    keys = [*KEYS[:-1], "step"]
    return chosen.groupby(keys, as_index=False)[["loss", "train_loss"]].mean()


def _learns_in(job: tuple[Member, int, int, int, Path]) -> bool:
    member, seeds, selection_seeds, study_seed, keep = job
    runs, _ = train_condition(
        member.universe, LEARNS, seeds, selection_seeds, study_seed, keep / member.name
    )
    return learns(runs, member.universe)


def screen(
    some: Sequence[Member],
    seeds: int,
    selection_seeds: int,
    study_seed: int,
    keep: Path,
    processes: int,
) -> list[bool]:
    """Whether each member is learnt, from the one condition that says so; kept like any other."""
    jobs = [(member, seeds, selection_seeds, study_seed, keep) for member in some]
    with side_by_side(processes) as pool:
        return list(pool.map(_learns_in, jobs))
