"""How far a method's mean may be off by its search's luck: another search would choose another setting.

Runs at one choice do not show it. A few methods are therefore searched several times, and what their
means move from search to search bounds what any method's does.
"""

import pandas as pd
from scipy import stats

from mmoe_repro.census.plan import AGAIN
from mmoe_repro.census.summary import TASKS
from mmoe_repro.files import read_table
from mmoe_repro.report.folders import Folders

CONFIDENCE = 0.95


def means(runs: pd.DataFrame) -> pd.DataFrame:
    """Mean test AUCs at every search's choice, and of how many runs: a row a group, method and search,
    on the first split.

    `runs` are repeats at all searches' choices, those of search k with the seeds from k `AGAIN` on.
    Methods that were searched once are left out.
    """
    of = runs[runs["split"] == 0]
    of = of.assign(search=of["seed"] // AGAIN)
    by_search = of.groupby(["group", "method", "search"])
    found = by_search[[f"test_{task}_auc" for task in TASKS]].mean()
    found = found.assign(runs=by_search.size()).reset_index()
    several = found.groupby(["group", "method"])["search"].transform("nunique") > 1
    return found[several].reset_index(drop=True)


def of_study(folders: Folders) -> pd.DataFrame:
    """`means` of a study's runs: without a row where no method was searched again."""
    columns = ["group", "method", "seed", "split", *[f"test_{task}_auc" for task in TASKS]]
    paths = [folders.results / "census/all_runs.parquet", folders["census"] / "searches.parquet"]
    return means(pd.concat([read_table(p, *columns)[columns] for p in paths if p.exists()]))


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


def reach(of_searches: pd.DataFrame, confidence: float = CONFIDENCE) -> dict[str, float]:
    """Group, or group-auxiliary -> how far a mean there is off by the search's luck at most, with this
    confidence: Student's interval about a mean of which the sd is estimated."""
    return {
        f"{row['group']}{'' if row['task'] == 'main' else '-auxiliary'}": float(
            row["sd"] * stats.t.ppf((1 + confidence) / 2, row["df"])
        )
        for row in over_searches(of_searches).to_dict("records")
    }


def by_condition(reaches: dict[str, float], conditions: list[str]) -> dict[str, float]:
    """Condition (method@place) -> the reach of its place, of places that have one."""
    places = {name: name.partition("@")[2] for name in conditions}
    return {name: reaches[place] for name, place in places.items() if place in reaches}
