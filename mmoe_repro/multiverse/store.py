"""What is kept of the universes: two tables, in small files that stay as they are once they are full."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from mmoe_repro import records
from mmoe_repro.files import read_table
from mmoe_repro.multiverse.design import Member
from mmoe_repro.synthetic import schema
from mmoe_repro.synthetic.plan import FIGURE3_MODEL, SELECTION_FIRST

CONDITION = ["name", "model", "task_correlation", "learning_rate"]
IN_A_FILE = 32  # universes

_columns = {
    "model": pa.Column(str),
    "task_correlation": pa.Column(float, pa.Check.in_range(-1, 1)),
    "learning_rate": pa.Column(float, pa.Check.gt(0)),
}
_loss = pa.Column("float32", pa.Check.ge(0), nullable=True)  # null: the run diverged

RUNS = pa.DataFrameSchema(
    {
        "name": pa.Column(str),
        "universe": pa.Column(str),
        **_columns,
        "seed": pa.Column("int64", pa.Check.ge(0)),
        "final_loss": _loss,
        "train_loss": _loss,
        "trained_by": pa.Column(str),
        "code_fingerprint": pa.Column(str),
    },
    unique=[*CONDITION, "seed"],
    strict=True,
    ordered=True,
)
CURVES = pa.DataFrameSchema(  # means over the verdicts' seeds
    {
        "name": pa.Column(str),
        **_columns,
        "step": pa.Column("int64", pa.Check.ge(0)),
        "loss": _loss,
        "train_loss": _loss,
    },
    unique=[*CONDITION, "step"],
    strict=True,
    ordered=True,
)
KINDS = {"runs": RUNS, "curves": CURVES}


def compact(name: str, frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The records of one universe, called `name`, as they are kept: columns of `RUNS` or `CURVES`."""
    columns = list(KINDS[kind].columns)
    types = {"final_loss": "float32", "loss": "float32", "train_loss": "float32"}
    found = frame.assign(name=name)[columns]
    return found.astype({c: t for c, t in types.items() if c in columns})


def files(folder: Path, kind: str) -> list[Path]:
    """The files of a kind, runs or curves, in a folder of `write`'s."""
    return sorted(folder.glob(f"{kind}-*.parquet"))


def read(folder: Path, kind: str) -> pd.DataFrame:
    """All of a kind of a folder of `write`'s. Raises BadRecordFile."""
    if not files(folder, kind):
        raise records.BadRecordFile(f"{folder}: has no {kind} of universes")
    schema_of = KINDS[kind]
    frames = [records.read(path, schema_of) for path in files(folder, kind)]
    return pd.concat(frames, ignore_index=True)


def names_in(folder: Path | None) -> set[str]:
    """The universes that a folder has records of; none where there is no folder."""
    return set(read(folder, "runs")["name"]) if folder and files(folder, "runs") else set()


def steps(curves: pd.DataFrame) -> set[int]:
    """The steps at which curves of Figure 4's models are kept; Figure 3's are kept whole."""
    return set(curves.loc[curves["model"] != FIGURE3_MODEL, "step"])


def seeds(folder: Path) -> dict[str, int]:
    """How many runs a condition has for the verdicts, `seeds`, and for the learning rate,
    `selection_seeds`. Raises BadRecordFile, also if the folder's universes have not all as many."""
    runs = read(folder, "runs")
    chooses = runs["seed"] >= SELECTION_FIRST
    of = runs.groupby(["name", chooses])["seed"].nunique().unstack(fill_value=0)
    counts = of.reindex(columns=[False, True], fill_value=0)
    if len(counts.drop_duplicates()) > 1:
        said = [f"{name} has {a} and {b}" for name, a, b in counts.drop_duplicates().itertuples()]
        raise records.BadRecordFile(
            f"{folder}: universe {', '.join(said)} runs a condition, for the verdicts and for the "
            "learning rate; all must have as many"
        )
    return {"seeds": int(counts[False].iloc[0]), "selection_seeds": int(counts[True].iloc[0])}


def check(runs: pd.DataFrame, members: Sequence[Member]) -> None:
    """Raise BadRecordFile if runs are recorded under a member's name that are of another universe."""
    keys = {one.name: one.universe.key() for one in members}
    seen = runs[["name", "universe"]].drop_duplicates()
    for name, key in zip(seen["name"], seen["universe"], strict=True):
        if keys.get(name, key) != key:
            raise records.BadRecordFile(
                f"records of universe {name}: trained in {key}, expected {keys[name]}. They are of "
                "another space or reference: delete them, and train it anew"
            )


def write(frame: pd.DataFrame, names: Iterable[str], folder: Path, kind: str) -> None:
    """Files of `IN_A_FILE` universes each, in the order of `names`, as far as `frame` has them."""
    order = list(names)
    for first in range(0, len(order), IN_A_FILE):
        some = order[first : first + IN_A_FILE]
        part = frame[frame["name"].isin(some)]
        if len(part):
            path = folder / f"{kind}-{some[0]}.parquet"
            records.write(part, path, KINDS[kind])


def put_together(
    members: Sequence[Member], blocks: Path, known: Path | None, folder: Path, gaps: bool = True
) -> list[Member]:
    """Write the records of the finished universes among `members`, and give these back: trained below
    `blocks`, or else in the folder `known`. With `gaps` a universe without records keeps its place, so
    that files which are full stay as they are. Raises BadRecordFile.
    """
    there = known if known and files(known, "runs") else None
    names = [one.name for one in members]
    found = {
        kind: gather(blocks, names, kind, read(there, kind) if there else None) for kind in KINDS
    }
    check(found["runs"], members)
    finished = [one for one in members if one.name in set(found["runs"]["name"])]
    for kind, frame in found.items():
        write(frame, names if gaps else [one.name for one in finished], folder, kind)
    return finished


def gather(
    blocks: Path, names: Iterable[str], kind: str, known: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The finished universes among `names`: from the files of `mmoe-repro multiverse train` below
    `blocks`, and, where there is none of a universe, from `known`, records as they are kept.

    Empty, with the columns, if none is finished.
    """
    frames = [pd.DataFrame(columns=list(KINDS[kind].columns))]
    for name in names:
        path = blocks / f"{name}.{kind}.parquet"
        if path.exists():
            frame = records.read(path, schema.RUNS) if kind == "runs" else read_table(path, "step")
            frames.append(compact(name, frame, kind))
        elif known is not None:
            frames.append(known[known["name"] == name])
    found = [frame for frame in frames if len(frame)] or frames
    return pd.concat(found, ignore_index=True)
