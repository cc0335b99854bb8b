"""The paper's published values, each read from the CSV beside this module.

One file a figure or table, named for it. Values of Figures 2-6 were read from the vector drawings'
own coordinates, so they are exact to the digits given.
"""

from pathlib import Path

import pandas as pd

from mmoe_repro.files import noted

DATA = Path(__file__).parent / "data"

FILES = {
    "figure2": "figure2_label_correlation.csv",
    "figure3": "figure3_loss_curves.csv",
    "figure4": "figure4_loss_curves.csv",
    "figure5": "figure5_final_loss_histograms.csv",
    "figure6": "figure6_gate_means.csv",
    "table1": "table1_census_income.csv",
    "table2": "table2_census_education.csv",
    "table3": "table3_recommender_offline.csv",
    "table4": "table4_recommender_live.csv",
}


def published(name: str) -> pd.DataFrame:
    """The published values of one figure or table, such as 'figure4'.

    Columns are those of the CSV; a correlation column is called `task_correlation` here as
    everywhere. Raises KeyError for a name that is not in `FILES`.
    """
    if name not in FILES:
        raise KeyError(f"no published values called {name!r}: there are {', '.join(FILES)}")
    frame = pd.read_csv(noted(DATA / FILES[name]))
    return frame.rename(columns={"correlation": "task_correlation"})
