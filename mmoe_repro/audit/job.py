"""The audit as one job: read what is published, draw, make again side by side, compare."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro.audit.compare import APART, COLUMNS, row, spreads, summary
from mmoe_repro.audit.draw import drawn
from mmoe_repro.compiled import ARITHMETIC
from mmoe_repro.config import Config
from mmoe_repro.files import sha256
from mmoe_repro.pools import side_by_side
from mmoe_repro.report.publish import checksums, processor
from mmoe_repro.report.rooms import part

Folders = Mapping[str, Path]  # experiment -> where its records are


class Nothing(ValueError):
    """No record of which a run could be made again here; the text says why."""


class Other(ValueError):
    """Records that are not what they are said to be; the text says how many."""


def refuse_nothing(folders: Folders, left_out: Mapping[str, str]) -> None:
    """Raise Nothing if there is no experiment to draw from; `left_out` has those that cannot be, and
    why."""
    if not folders:
        why = "; ".join(f"{name}: {why_not}" for name, why_not in left_out.items())
        raise Nothing(f"audit: there is nothing to make again ({why or 'no records'})")


def refuse_other(said: Mapping[str, Any]) -> None:
    """Raise Other if, by a summary of `said`, a run came out apart or a file is not as published."""
    apart, files = said["together"][APART], said["changed_files"]
    if apart or files:
        raise Other(
            f"audit: {apart} of {said['together']['drawn']} runs are apart, {len(files)} files have not "
            "the checksum of their manifest"
        )


def missing(folders: Folders, data: Mapping[str, Path]) -> dict[str, str]:
    """The experiments of which no run can be made again here, and why; see `again.missing` of a room."""
    found = {}
    for name in folders:
        why_not = getattr(part(name, "again"), "missing", lambda data: None)(data)
        if why_not:
            found[name] = why_not
    return found


def read(folders: Folders) -> dict[str, pd.DataFrame]:
    """Every experiment's published runs, by the room's `again.py`. Raises BadFile."""
    return {name: part(name, "again").runs(folder) for name, folder in folders.items()}


def changed(folders: Folders) -> list[str]:
    """The files that have not the checksum of their manifest, where there is one."""
    found = []
    for folder in folders.values():
        if (folder / "manifest.json").exists():
            sums = checksums(folder)
            found += [str(folder / name) for name, digest in sums.items()
                      if not (folder / name).exists() or sha256(folder / name) != digest]  # fmt: skip
    return found


def _spread(experiment: str) -> bool:
    """Whether runs of its conditions lie apart by what another processor may change, too."""
    return bool(getattr(part(experiment, "again"), "SPREAD", True))


def _again(job: tuple[dict[str, Any], Path, Config, dict[str, Path]]) -> dict[str, float]:
    run, folder, config, data = job
    found: dict[str, float] = part(run["experiment"], "again").again(run, folder, config, data)
    return found


def said(
    comparisons: pd.DataFrame,
    published: Mapping[str, pd.DataFrame],
    changed: Sequence[str],
    confidence: float,
) -> dict[str, Any]:
    """The summary, with the files that are not as published and where the comparison was made."""
    sizes = {name: len(runs) for name, runs in published.items()}
    return {
        **summary(comparisons, sizes, confidence),
        "changed_files": list(changed),
        "processor": processor(),
        "arithmetic": ARITHMETIC,
    }


def compared(
    folders: Folders,
    published: Mapping[str, pd.DataFrame],
    n: int,
    seed: int,
    config: Config,
    data: Mapping[str, Path],
    processes: int = 1,
    tell: Callable[[int, int, str], None] = lambda done, of, what: None,
) -> pd.DataFrame:
    """A row a measure of `n` runs that `seed` draws: see `compare.row`.

    `config` has the settings that the records were made with; `data` what rooms need beside, by name.
    """
    if not folders:
        return pd.DataFrame(columns=COLUMNS)
    measures = {name: part(name, "again").MEASURES for name in folders}
    of = spreads(published, measures, [name for name in folders if not _spread(name)])
    sds = of.set_index(["experiment", "condition", "measure"])["sd"]
    sample = drawn(published, n, seed)
    runs = [
        {
            key: value
            for key, value in r.items()
            if value == value or key in measures[r["experiment"]]
        }
        for r in sample.to_dict("records")
    ]
    jobs = [(run, folders[run["experiment"]], config, dict(data)) for run in runs]
    rows = []
    with side_by_side(processes) as pool:
        for done, now in enumerate(pool.map(_again, jobs)):
            run = runs[done]
            name = run["experiment"]
            some = [
                row(run, m, now[m], float(sds.loc[name, run["condition"], m]))
                for m in measures[name]
            ]
            rows += some
            what = f"{name}, {run['condition']}, run {run['seed']}: "
            tell(done + 1, len(jobs), what + ", ".join(f"{r['measure']} {r['is']}" for r in some))
    return pd.DataFrame(rows, columns=COLUMNS)
