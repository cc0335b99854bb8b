"""Runs of the records made again, alone, and compared bit for bit."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from mmoe_repro.compiled import ARITHMETIC
from mmoe_repro.multiverse.design import Member
from mmoe_repro.multiverse.train import SCHEDULE
from mmoe_repro.pools import side_by_side
from mmoe_repro.seeds import numpy_stream
from mmoe_repro.synthetic.blocks import Condition, train_block
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.training.trainer import Schedule

LOSSES = ("final_loss", "train_loss")


def sample(runs: pd.DataFrame, n: int, study_seed: int) -> pd.DataFrame:
    """`n` of the runs, without preference, in their order; the study seed draws them."""
    order = numpy_stream(study_seed, "multiverse remade").permutation(len(runs))
    return runs.iloc[np.sort(order[:n])].reset_index(drop=True)


def _again(job: tuple[Universe, str, float, float, int, int, Schedule]) -> list[np.float32]:
    universe, model, p, rate, seed, study_seed, schedule = job
    found, _ = train_block(Condition(universe, model, p, rate), [seed], study_seed, schedule)
    return [np.float32(found[loss].iloc[0]) for loss in LOSSES]


def remade(
    members: Sequence[Member],
    runs: pd.DataFrame,
    study_seed: int,
    processes: int = 1,
    schedule: Schedule = SCHEDULE,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> pd.DataFrame:
    """Some runs with the losses of their records and of a training now, in hexadecimal.

    `equal`: both losses are, bit for bit; `arithmetic`: that of this process, pinned or native.
    """
    universes = {one.runs: one.universe for one in members}
    jobs = [
        (universes[r["name"]], r["model"], r["task_correlation"], r["learning_rate"],
         int(r["seed"]), study_seed, schedule)
        for r in runs.to_dict("records")
    ]  # fmt: skip
    rows = []
    with side_by_side(processes) as pool:
        for done, again in enumerate(pool.map(_again, jobs)):
            of_record = [np.float32(runs[loss].iloc[done]) for loss in LOSSES]
            rows.append(
                {
                    **{loss: _hex(value) for loss, value in zip(LOSSES, of_record, strict=True)},
                    **{f"{loss}_now": _hex(v) for loss, v in zip(LOSSES, again, strict=True)},
                    "equal": [_hex(v) for v in of_record] == [_hex(v) for v in again],
                }
            )
            tell(done + 1, len(jobs))
    keys = ["name", "universe", "model", "task_correlation", "learning_rate", "seed"]
    return pd.concat([runs[keys], pd.DataFrame(rows)], axis=1).assign(arithmetic=ARITHMETIC)


def _hex(value: np.float32) -> str:
    return float(value).hex()
