"""What the multiverse trains, shows and keeps: universes, tables, and the files that are committed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mmoe_repro.config import Config
from mmoe_repro.multiverse.pieces import UNFINISHED
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED

if TYPE_CHECKING:
    from mmoe_repro.claims.statements import Claim, Claims

TABLES = ("multiverse", "distances", "equals", "space", "not_varied")
MODELS = ("shared_bottom", "shared_bottom_16", "omoe", "mmoe")  # that the universes have
EXPERIMENT = "synthetic"
MEMBERS = ("design", "departures")  # tables of universes
CORRELATIONS, RATES = (0.5, 0.9, 1.0), (0.0001, 0.001, 0.01)
FOLDER = COMMITTED / "multiverse"
SEEDS, SELECTION_SEEDS, STUDY_SEED = 20, 5, 2018  # of the records there


def _published(config: Config) -> bool:
    """Whether the records that are read, or gone on with, are the published ones."""
    folder = config["multiverse"]["folder"]
    return bool(folder) and Path(folder).resolve() == FOLDER.resolve()


def made_with(config: Config) -> Config:
    """What of a configuration decided on the records that a study judges."""
    return {"study": {"seed": STUDY_SEED if _published(config) else config["study"]["seed"]}}


def mistakes(config: Config) -> Iterator[str]:
    """Settings that do not go together with the published records, a line each: key, value, what is
    allowed."""
    of = config["multiverse"]
    if not _published(config):
        return
    otherwise = "or multiverse.folder null, with which all universes are trained"
    for name, value in (("seeds", SEEDS), ("selection_seeds", SELECTION_SEEDS)):
        if of[name] != value:
            yield (
                f"multiverse.{name} is {of[name]}; allowed with the records of {FOLDER} is {value}, as "
                f"they have, {otherwise}"
            )
    if of["train"] and config["study"]["seed"] != STUDY_SEED:
        yield (
            f"study.seed is {config['study']['seed']}; allowed with multiverse.train and the records of "
            f"{FOLDER} is {STUDY_SEED}, which drew their universes, {otherwise}"
        )


def waiting(blocks: Path, tables: Mapping[str, Path], known: Path | None) -> list[Path]:
    """The record files of the universes of `tables` (design, departures) that are not in `known`."""
    from mmoe_repro.multiverse import store
    from mmoe_repro.multiverse.design import read_members

    there = store.names_in(known)
    return [
        blocks / f"{table}/{one.name}.runs.parquet"
        for table, path in tables.items()
        for one in read_members(path)
        if one.name not in there
    ]


def statements(claims: "Claims") -> "Claims":
    """The statements whose conditions are all of models that the universes have."""

    def fits(claim: "Claim") -> bool:
        conditions = (c for part in claim.parts for c in part.conditions)
        return all(condition.partition("@")[0] in MODELS for condition in conditions)

    return claims.named([claim.id for claim in claims.of([EXPERIMENT]).claims if fits(claim)])


def published(folders: Folders) -> dict[str, Path]:
    """Name in the committed folder -> file or folder: the universes, their runs and mean curves, and
    what is finished of those that are not."""
    folder = folders.results / "multiverse/records"
    unfinished = [path for path in [folder / UNFINISHED] if path.exists()]
    return {path.name: path for path in [*sorted(folder.glob("*.parquet")), *unfinished]}
