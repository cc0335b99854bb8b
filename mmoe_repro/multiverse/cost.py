"""What the multiverse will cost: a run of each batch size, measured, times what has no records."""

from itertools import islice
from pathlib import Path

from mmoe_repro.calibration.figure2 import read_fits
from mmoe_repro.calibration.plan import SPACE
from mmoe_repro.config import Config
from mmoe_repro.cost import StageCost
from mmoe_repro.files import read_json
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.departures import calibrated
from mmoe_repro.multiverse.design import Member, members, read_members
from mmoe_repro.multiverse.plan import CORRELATIONS, RATES
from mmoe_repro.multiverse.train import SCHEDULE, conditions
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic.cost import seconds_a_run
from mmoe_repro.synthetic.space import load

A_RUN_MADE_AGAIN = 2.0  # seconds, on average over the space


def planned(config: Config, folders: Folders) -> list[Member]:
    """Every universe that is to have records. Without a design it stands for as many first points."""
    wanted = config["multiverse"]
    space = load(SPACE, read_fits(folders["calibration"] / "label_functions.json"))
    known = Path(wanted["folder"] or "") / "design.parquet"
    if wanted["folder"] and known.exists():
        design = read_members(known)
    else:
        n = wanted["believable"] + wanted["others"]
        design = list(islice(members(space, config["study"]["seed"]), n))
    folder = folders["calibration"]
    reference = read_json(
        folder / "reference.json", "universe", "label_function", "companions", "family"
    )
    return [*design, *calibrated(reference, folder, space, config["study"]["seed"])]


def costs(config: Config, folders: Folders) -> list[StageCost]:
    """What is made again of published universes, and, where it trains them, those without records."""
    wanted = config["multiverse"]
    again = wanted["remade"]
    found = [StageCost("universes again", 1, again, A_RUN_MADE_AGAIN * again, A_RUN_MADE_AGAIN)]
    if not wanted["train"]:
        return found
    there = store.names_in(Path(wanted["folder"]) if wanted["folder"] else None)
    waiting = [one for one in planned(config, folders) if one.name not in there]
    by_batch = {one.universe.batch_size: one.universe for one in waiting}
    a_run = {
        batch: seconds_a_run(universe, "mmoe", SCHEDULE, "compiled")
        for batch, universe in sorted(by_batch.items())
    }
    seeds = wanted["seeds"] + wanted["selection_seeds"]
    runs = {
        one.name: seeds * sum(1 for _ in conditions(one, CORRELATIONS, RATES)) for one in waiting
    }
    each = [runs[one.name] * a_run[one.universe.batch_size] for one in waiting]
    longest = max(each, default=0.0)
    return [*found, StageCost("multiverse", len(each), sum(runs.values()), sum(each), longest)]
