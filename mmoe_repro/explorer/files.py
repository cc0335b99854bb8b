"""The page's data from a study's files."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from mmoe_repro.calibration.figure2 import read_fits
from mmoe_repro.explorer import data
from mmoe_repro.files import read_table
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.departures import read
from mmoe_repro.synthetic.space import load

SPLIT = 0  # of the census's data, which the statements are judged on


def read_universes(
    verdicts: Path, folder: Path, space: Path, label_functions: Path
) -> dict[str, data.Rows]:
    """`universes`, `verdicts` and `runs` of the universes with records in `folder`; `sources`, what the
    space says of its choices. Raises BadFile.
    """
    design, around = read(folder, load(space, read_fits(label_functions)))
    runs, curves = store.read(folder, "runs"), store.read(folder, "curves")
    judged = read_table(
        verdicts, "name", "claim", "verdict", "margin", "low", "high", "ratio", "believable"
    )
    return {
        "universes": data.universes(design, around),
        "verdicts": data.verdicts(judged),
        "runs": data.runs([*around, *design], runs, curves),
        "sources": data.sources(yaml.safe_load(space.read_text())["dimensions"]),
    }


def read_census(runs: Path, titles: Mapping[str, str]) -> data.Rows:
    """The census's runs; `titles` has methods in words. Raises BadFile."""
    columns = ("group", "method", "seed", "split", "test_main_auc", "test_auxiliary_auc")
    return data.census(read_table(runs, *columns), titles, SPLIT)
