"""The study's conditions in one universe, each a file once it is done."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from mmoe_repro import records
from mmoe_repro.files import read_table, write_parquet
from mmoe_repro.multiverse.design import Member
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, SELECTION_FIRST, text
from mmoe_repro.synthetic.schema import KEYS, RUNS
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule

STEPS = (0, 100, 500, *range(1_000, 10_001, 1_000))  # at which curves are kept
SCHEDULE = Schedule(10_000, 100, 250, 10_000)
FIGURE3_RATE = 0.001  # Adam's default, as the paper states for Figure 3


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
    """Run records of every condition, and mean curves: a row a condition and step of `STEPS`.

    Runs have the seeds 0 ... `seeds` - 1 for the verdicts and, apart, `selection_seeds` others for the
    learning rate. A condition that is done is a file in `keep`, and is read.
    """
    runs = [*range(seeds), *range(SELECTION_FIRST, SELECTION_FIRST + selection_seeds)]
    whole = list(conditions(member, correlations, rates))
    of_runs, of_curves = [], []
    for done, (model, p, rate) in enumerate(whole):
        stem = f"{model}-p{text(p)}-lr{text(rate)}"
        paths = [keep / f"{stem}.{kind}.parquet" for kind in ("curves", "runs")]
        if not paths[1].exists():
            condition = Condition(member.universe, model, p, rate)
            found, curves = train_block(condition, runs, study_seed, schedule)
            write_parquet(summary(curves, seeds), paths[0])
            records.write(found, paths[1], RUNS)
        of_curves.append(read_table(paths[0], "step"))
        of_runs.append(records.read(paths[1], RUNS))
        tell(done + 1, len(whole))
    return (
        pd.concat(of_runs, ignore_index=True).sort_values(KEYS, ignore_index=True),
        pd.concat(of_curves, ignore_index=True),
    )


def summary(curves: pd.DataFrame, seeds: int) -> pd.DataFrame:
    """The mean curve of a condition over the verdicts' seeds, both losses, at `STEPS`."""
    chosen = curves[curves["step"].isin(STEPS) & (curves["seed"] < seeds)]
    keys = [*KEYS[:-1], "step"]
    return chosen.groupby(keys, as_index=False)[["loss", "train_loss"]].mean()


def learns(runs: pd.DataFrame, u: Universe) -> bool:
    """Whether Figure 3's model at correlation 1 ends, on held-out data, below a constant prediction."""
    of = runs[(runs["model"] == FIGURE3_MODEL) & (runs["task_correlation"] == 1.0)]
    return bool(of["final_loss"].mean(skipna=False) < u.constant_loss())
