"""The search over the declared grid, a round at a time, resumable by candidate.

Round 1 crosses the coarse grid. Each later round looks at the neighbours of the best candidates so
far. The last round trains the best few again on more seeds, and its first row is the choice.
"""

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from mmoe_repro.calibration.figure3 import (
    Candidate,
    best_reading,
    first_round,
    misfits,
    neighbours,
    train_candidate,
)
from mmoe_repro.files import write_aside
from mmoe_repro.training.trainer import Schedule

SCHEDULE = Schedule(steps=10_000, evaluate_every=100, curve_samples=1_000, final_samples=1_000)


def _one(job: tuple[dict[str, Any], int, int, Schedule, Path]) -> Path:
    values, study_seed, seeds, schedule, path = job
    if not path.exists():
        torch.set_num_threads(1)
        curve = train_candidate(Candidate.from_dict(values), study_seed, seeds, schedule)
        write_aside(path, lambda aside: curve.to_parquet(aside, index=False))
    return path


def run_round(
    candidates: list[Candidate],
    seeds: int,
    study_seed: int,
    figure3: pd.DataFrame,
    cache: Path,
    processes: int,
    schedule: Schedule = SCHEDULE,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train every candidate (those found in `cache` are read) and score every reading.

    Returns (scores, curves): scores has a row a candidate and reading, with the candidate's JSON.
    """
    unique = {candidate.key(): candidate for candidate in candidates}
    paths = {
        key: cache / f"{key}-{seeds}-{schedule.steps}.parquet" for key in unique
    }  # a candidate trained on other seeds or for other lengths is another file
    jobs = [
        (candidate.as_dict(), study_seed, seeds, schedule, paths[key])
        for key, candidate in unique.items()
    ]
    with ProcessPoolExecutor(processes) as pool:
        futures = [pool.submit(_one, job) for job in jobs]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            progress(done, len(jobs))
    curves = {key: pd.read_parquet(path) for key, path in paths.items()}
    scores = pd.concat([misfits(curve, figure3) for curve in curves.values()], ignore_index=True)
    as_json = {key: json.dumps(c.as_dict(), sort_keys=True) for key, c in unique.items()}
    scores["candidate"] = scores["key"].map(as_json)
    return scores, pd.concat(curves.values(), ignore_index=True)


def leaders(scores: pd.DataFrame, by: list[str], keep: int) -> list[Candidate]:
    """The best `keep` candidates of each group; `by` may name learning_rate and columns of scores.

    Groups keep the search from following one good reading only: a candidate may lead with plain
    error and another with half, one at each learning rate.
    """
    full = scores[scores["share_reached"] == 1]
    full = full.assign(learning_rate=full["candidate"].map(_rate))
    found: dict[str, Candidate] = {}
    for _, group in full.groupby(by):
        for row in best_reading(group).head(keep).itertuples():
            found[str(row.key)] = Candidate.from_dict(json.loads(str(row.candidate)))
    return list(found.values())


def next_candidates(
    number: int,
    label_functions: list[dict[str, Any]],
    scores_so_far: pd.DataFrame | None,
    keep: int,
    finalists: int,
    last: int,
) -> list[Candidate]:
    """The candidates of round `number` (from 1), given the scores of all rounds before.

    After the first, a round takes the best `keep` of each learning rate and error with all their
    neighbours; the last round takes the best `finalists` of each learning rate, so that the
    paper's own, 0.001, and the departure from it are both there, whichever wins.
    """
    if number == 1 or scores_so_far is None:
        return first_round(label_functions)
    if number == last:
        return leaders(scores_so_far, ["learning_rate"], finalists)
    return [
        found
        for leader in leaders(scores_so_far, ["learning_rate", "error"], keep)
        for found in [leader, *neighbours(leader, label_functions)]
    ]


def _rate(candidate_json: str) -> float:
    return float(json.loads(candidate_json)["learning_rate"])
