"""How much a method's mean moves by its search's luck: another search would choose another setting.

Runs at one choice do not show it. A few methods are therefore searched several times, and what their
means move from search to search is taken for what any method's does.
"""

import sys

import pandas as pd
from scipy import stats

from mmoe_repro.census.plan import AGAIN
from mmoe_repro.census.summary import SETTINGS, TASKS
from mmoe_repro.claims.evidence import Luck
from mmoe_repro.files import read_table
from mmoe_repro.report.folders import Folders

LEVEL = 0.9  # as of the intervals that effects are shown with
AUCS = [f"test_{task}_auc" for task in TASKS]


def means(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean test AUCs at every search's choice, and of how many runs: a row a group, method and search
    (0 is the study's own), on the first split.

    `runs` are repeats at all searches' choices, those of search k with the seeds from k `AGAIN` on.
    Methods that were searched once are left out.
    """
    of = runs[runs["split"] == 0]
    of = of.assign(search=of["seed"] // AGAIN)
    by_search = of.groupby(["group", "method", "search"])
    found = by_search[AUCS].mean()
    found = found.assign(runs=by_search.size()).reset_index()
    several = found.groupby(["group", "method"])["search"].transform("nunique") > 1
    return found[several].reset_index(drop=True)


def other_settings(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[str]:
    """Settings that runs of ours have otherwise than those of the study that the searches are of, one a
    line for the first method that it is so for; none where further searches may stand beside ours."""
    of_both = ours[["group", "method", *SETTINGS]].drop_duplicates().merge(
        theirs[["group", "method", *SETTINGS]].drop_duplicates(),
        on=["group", "method"],
        suffixes=("", "_there"),
    )  # fmt: skip
    found = []
    for column in SETTINGS:
        for row in (
            of_both[of_both[column] != of_both[f"{column}_there"]].head(1).to_dict("records")
        ):
            found.append(
                f"{row['method']}, {row['group']}: {column} is {row[column]}, where the searches are "
                f"{row[f'{column}_there']}"
            )
    return found


def of_study(folders: Folders) -> pd.DataFrame:
    """`means` of a study's runs: without a row where no method was searched again, or where the searches
    are of a study with other settings, which is said on stderr."""
    columns = ["group", "method", "seed", "split", *SETTINGS, *AUCS]
    ours = read_table(folders.results / "census/all_runs.parquet", *columns)[columns]
    further = folders["census"] / "searches.parquet"
    if not further.exists():
        return means(ours)
    others = other_settings(ours, read_table(folders["census"] / "runs.parquet", *columns))
    for line in others:
        print(f"[census] further searches are left out: {line}", file=sys.stderr)
    return means(ours if others else pd.concat([ours, read_table(further, *columns)[columns]]))


def over_searches(of_searches: pd.DataFrame) -> pd.DataFrame:
    """The sd of a mean from search to search: a row a group and task, over all methods of `means`.

    Columns: group, task, sd, df (its degrees of freedom). What is left of the runs' own spread in a
    mean is in it, so that it is too large rather than too small.
    """
    rows = []
    for group, of_group in of_searches.groupby("group", sort=False):
        for task in TASKS:
            by_method = of_group.groupby("method")[f"test_{task}_auc"]
            df = int((by_method.size() - 1).sum())
            squares = float((by_method.var(ddof=1) * (by_method.size() - 1)).sum())
            rows.append({"group": group, "task": task, "sd": (squares / df) ** 0.5, "df": df})
    return pd.DataFrame(rows, columns=["group", "task", "sd", "df"])


def by_place(of_searches: pd.DataFrame) -> dict[str, Luck]:
    """Group, or group-auxiliary -> the luck of any method's mean there."""
    found = {}
    for row in over_searches(of_searches).to_dict("records"):
        place = f"{row['group']}{'' if row['task'] == 'main' else '-auxiliary'}"
        found[place] = Luck(float(row["sd"]), float(row["df"]), f"searches, {place}")
    return found


def by_condition(places: dict[str, Luck], conditions: list[str]) -> dict[str, Luck]:
    """Condition (method@place) -> the luck of its place, of places that have one."""
    of = {name: name.partition("@")[2] for name in conditions}
    return {name: places[place] for name, place in of.items() if place in places}


def apart(luck: Luck, level: float = LEVEL) -> float:
    """How far two equally good methods are apart at most, at this level, by their searches' luck alone
    (Student's t of a difference of two)."""
    return float((2 * luck.sd**2) ** 0.5 * stats.t.ppf((1 + level) / 2, luck.df))
