"""What the statements on synthetic data are judged on: the face that the verdicts see.

Records are read here, checked against the configuration; `choices.py` says what each choice makes of
them, `samples.py` what the paper's figures show.
"""

from typing import Any

import pandas as pd

from mmoe_repro import records
from mmoe_repro.claims.evidence import Evidence
from mmoe_repro.config import Config
from mmoe_repro.files import read_json, sha256
from mmoe_repro.report.folders import Folders
from mmoe_repro.synthetic import choices, plan
from mmoe_repro.synthetic.choices import Records
from mmoe_repro.synthetic.models import TITLES
from mmoe_repro.synthetic.reading import Reading, read_reading
from mmoe_repro.synthetic.samples import from_figures
from mmoe_repro.synthetic.schema import CURVES, RUNS
from mmoe_repro.synthetic.universes import read_universe

__all__ = ["TITLES", "about", "evidence", "mean_alone", "published"]

RECORDS = ("runs", "curves", "figure3_runs", "figure3_curves", "variants_runs", "variants_curves")


def published(config: Config, folders: Folders) -> Evidence:
    """What the paper shows; the plateau's edge is that of the study's universe."""
    return from_figures(edge(folders))


def mean_alone(condition: str) -> bool:
    """Whether the paper shows means of a condition and no spread: Figure 3's."""
    return condition.startswith(f"{plan.FIGURE3_MODEL}@")


def edge(folders: Folders) -> float:
    """The loss above which a run of the study's universe has stayed on a plateau, in its reading."""
    path = folders.results / "synthetic/universe.json"
    return read_universe(path).plateau_edge() * read_reading(path).factor


def evidence(choice: str, config: Config, folders: Folders) -> Evidence:
    """What our runs show under a choice of ours. Raises MissingRuns."""
    return choices.evidence(choice, read_records(config, folders))


def about(config: Config, folders: Folders) -> dict[str, Any]:
    """What the verdicts' document says of the runs: their universe, number, and checksums."""
    paths = {f"synthetic/{name}.parquet": folders.results for name in RECORDS}
    return {
        "universe": read_json(folders.results / "synthetic/universe.json", "key")["key"],
        "seeds": config["synthetic"]["seeds"],
        "one_rate": choices.best_rate_overall(read_records(config, folders)),
        "records": {
            name: sha256(folder / name)
            for name, folder in paths.items()
            if (folder / name).exists()
        },
        "panels": read_json(folders.results / "claims/panels.json"),
    }


def read_records(config: Config, folders: Folders) -> Records:
    """The records of a study, with what its configuration says that they should be."""
    folder = folders.results / "synthetic"
    resolved = read_json(folder / "universe.json", "reading", "learning_rate")
    # A study may have no variants, and the published records leave their curves out; what another
    # study has left in the folder is not read.
    trained = bool(plan.variant_blocks(config))
    there = {
        "variants_runs": trained or plan.published_variants(config) is not None,
        "variants_curves": trained,
    }

    def read(name: str) -> pd.DataFrame:
        schema = CURVES if name.endswith("curves") else RUNS
        path = folder / f"{name}.parquet"
        if not there.get(name, True):
            return pd.DataFrame(columns=list(schema.columns))
        found = records.read(path, schema)
        # Published variants may be more runs than this study has; of another length they are others.
        if name == "variants_runs":
            schedule = config["synthetic"]["schedule"]
            found = found[found["steps"] == schedule["steps"]]
            found = found[found["seed"] < config["synthetic"]["seeds"]]
        return found

    return Records(
        **{name: read(name) for name in (*RECORDS, "selection_runs")},
        reading=Reading.from_dict(resolved["reading"]),
        rate=float(resolved["learning_rate"]),
        edge=edge(folders),
        models=config["synthetic"]["models"],
        correlations=config["synthetic"]["task_correlations"],
        figure3_rates=config["figure3"]["learning_rates"],
        seeds=config["synthetic"]["seeds"],
    )
