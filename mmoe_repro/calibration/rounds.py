"""The search over the declared grid, a round at a time, resumable by candidate.

Round 1 crosses the coarse grid. Each later round looks at the neighbours of the best candidates so
far. The last round trains the best few again on more seeds, and ten times as long those that the
longer axis could still make the best; its first row is the choice.
"""

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import pandas as pd

from mmoe_repro.calibration.figure3 import (
    Candidate,
    first_round,
    neighbours,
    train_candidate,
)
from mmoe_repro.calibration.readings import STEPS_A_UNIT, best_reading, misfits
from mmoe_repro.compiled import one_thread
from mmoe_repro.files import read_rows, read_table, write_aside
from mmoe_repro.training.trainer import Schedule

STEPS = 10_000
LONGER = STEPS * max(STEPS_A_UNIT)  # what the longest axis needs to reach every published point

Trial = tuple[Candidate, int]  # a candidate and the steps to train it


def _one(job: tuple[dict[str, Any], int, int, int, Path]) -> Path:
    values, study_seed, seeds, steps, path = job
    if not path.exists():
        one_thread()
        schedule = Schedule(steps, evaluate_every=100, curve_samples=1_000, final_samples=1_000)
        curve = train_candidate(Candidate.from_dict(values), study_seed, seeds, schedule)
        write_aside(path, lambda aside: curve.to_parquet(aside, index=False))
    return path


def run_round(
    trials: list[Trial],
    seeds: int,
    study_seed: int,
    figure3: pd.DataFrame,
    cache: Path,
    processes: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train every candidate (those found in `cache` are read) and score every reading.

    A candidate that is there twice is trained for the longer time. Returns (scores, curves): scores
    has a row a candidate and reading, with the candidate's JSON.
    """
    unique = {c.key(): (c, steps) for c, steps in sorted(trials, key=lambda trial: trial[1])}
    paths = {
        key: cache / f"{key}-{seeds}-{steps}.parquet" for key, (_, steps) in unique.items()
    }  # a candidate trained on other seeds or for other lengths is another file
    jobs = [
        (candidate.as_dict(), study_seed, seeds, steps, paths[key])
        for key, (candidate, steps) in sorted(unique.items(), key=lambda item: -item[1][1])
    ]  # the longest first, so that no core is left with one at the end
    with ProcessPoolExecutor(processes) as pool:
        futures = [pool.submit(_one, job) for job in jobs]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            progress(done, len(jobs))
    curves = {key: pd.read_parquet(path) for key, path in paths.items()}
    scores = pd.concat([misfits(curve, figure3) for curve in curves.values()], ignore_index=True)
    as_json = {key: json.dumps(c.as_dict(), sort_keys=True) for key, (c, _) in unique.items()}
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


def not_ruled_out(scores: pd.DataFrame, keep: int) -> list[Candidate]:
    """The candidates whose lower bound on a longer axis is below the best full misfit, at most
    `keep` of each learning rate, those of the lowest bounds."""
    best = scores.loc[scores["share_reached"] == 1, "misfit"].min()
    bounds = scores[(scores["share_reached"] < 1) & (scores["misfit"] < best)]
    bounds = bounds.assign(learning_rate=bounds["candidate"].map(_rate))
    found = []
    for _, group in bounds.groupby("learning_rate"):
        lowest = group.sort_values(["misfit", "key"]).drop_duplicates("key").head(keep)
        found += [Candidate.from_dict(json.loads(text)) for text in lowest["candidate"]]
    return found


def next_trials(
    number: int,
    label_functions: list[dict[str, Any]],
    scores_so_far: pd.DataFrame | None,
    keep: int,
    finalists: int,
    last: int,
) -> list[Trial]:
    """The trials of round `number` (from 1), given the scores of all rounds before.

    After the first, a round takes the best `keep` of each learning rate and error with all their
    neighbours. The last round takes the best `finalists` of each learning rate, so that the
    paper's own, 0.001, and the departure from it are both there, whichever wins; and as many that
    only the longer axis could make the best, trained for as long as that axis is.
    """
    if number == 1 or scores_so_far is None:
        return [(c, STEPS) for c in first_round(label_functions)]
    # A leader is scored again in each round; it counts once.
    scores_so_far = scores_so_far.drop_duplicates(
        ["key", "loss", "error", "steps_a_unit"], ignore_index=True
    )
    if number == last:
        short = leaders(scores_so_far, ["learning_rate"], finalists)
        long = not_ruled_out(scores_so_far, finalists)
        return [(c, STEPS) for c in short] + [(c, LONGER) for c in long]
    return [
        (found, STEPS)
        for leader in leaders(scores_so_far, ["learning_rate", "error"], keep)
        for found in [leader, *neighbours(leader, label_functions)]
    ]


def read_trials(
    number: int, functions: Path, before: list[Path], keep: int, finalists: int, last: int
) -> list[Trial]:
    """The trials of round `number`, from the files of label functions and of the rounds before."""
    listed = read_rows(functions, "label_function", "role")
    candidates = [row["label_function"] for row in listed if row["role"] != "best of m"]
    frames = [read_table(path, "key", "misfit", "candidate") for path in before]
    scores = pd.concat(frames) if frames else None
    return next_trials(number, candidates, scores, keep, finalists, last)


def _rate(candidate_json: str) -> float:
    return float(json.loads(candidate_json)["learning_rate"])
