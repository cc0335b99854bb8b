"""What the experiment will cost: some steps of a method, measured, times what is planned."""

import json
import time
from dataclasses import replace

from mmoe_repro.config import Config
from mmoe_repro.cost import StageCost, seconds_a_job
from mmoe_repro.recommender.plan import blocks, settings, trainings_of_search
from mmoe_repro.report.folders import Folders

STEPS = 30
SIDE_WORK = 0.25  # of a training's time: evaluation of held-out examples, and the live experiment


def seconds_a_step(config: Config) -> float:
    """Processor seconds of a step of MMoE, measured now."""
    from mmoe_repro.recommender.checkpoints import Checkpoints
    from mmoe_repro.recommender.job import from_text
    from mmoe_repro.recommender.processes import joined
    from mmoe_repro.recommender.training import train

    text = json.dumps(settings(config, config["recommender"]["traffic"]))
    job = replace(from_text(text, method="mmoe", learning_rate=0.1), looks=(), held_out=1_000)
    with joined("cpu") as of:
        seconds = []
        for steps in (
            1,
            STEPS,
            3 * STEPS,
        ):  # the first loads and warms up what the others have, too
            began = time.perf_counter()
            train(replace(job, steps=steps), of, Checkpoints(None, "", 1))
            seconds.append(time.perf_counter() - began)
    _, short, long = seconds
    # On a busy machine the tables' set-up, in both, can take longer in the short one: then with it.
    return (long - short) / (2 * STEPS) if long > short else long / (3 * STEPS)


def costs(config: Config, folders: Folders) -> list[StageCost]:
    """Cost of the trials and the runs; what is in the study's results already is left out."""
    of = config["recommender"]
    if not of["train"]:
        return []
    from mmoe_repro.recommender.launch import needed

    needed()
    a_run = of["steps"] * seconds_a_step(config) * (1 + SIDE_WORK)
    a_job = seconds_a_job("mmoe_repro.recommender.block")
    done = folders.results / "recommender"
    tunings = [m for m in of["methods"] if not (done / f"tuned/{m}.json").exists()]
    waiting = [
        n
        for variant, method, first, n in blocks(config)
        if not (done / f"blocks/{variant}/{method}/{first}-{n}.runs.parquet").exists()
    ]
    a_search = trainings_of_search(of)
    trials = len(tunings) * a_search
    seconds = len(waiting) * a_job + sum(waiting) * a_run
    longest = a_job + max(waiting) * a_run if waiting else 0.0
    of_tuning = a_search * a_run if tunings else 0.0
    return [
        StageCost("recommender rates", len(tunings), trials, trials * a_run, of_tuning),
        StageCost("recommender", len(waiting), sum(waiting), seconds, longest),
    ]
