"""The table on coins."""

import pandas as pd
from mmoe_repro.coins.evidence import TITLES, TOSSES

from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import number, tabular


def coins_heads(folders: Folders) -> str:
    """Mean share of heads of each coin."""
    means = pd.read_csv(folders.results / TOSSES).mean()
    return tabular("lr", ["coin", "heads"], [[TITLES[c], number(means[c], 2)] for c in TITLES])
