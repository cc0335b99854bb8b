"""The number on coins."""

from typing import Any

import pandas as pd
from mmoe_repro.coins.evidence import TOSSES

from mmoe_repro.report.folders import Folders


def numbers(folders: Folders, config: dict[str, Any]) -> dict[str, str]:
    """The bent coin's share of heads."""
    return {"coins.bent": f"{pd.read_csv(folders.results / TOSSES)['bent'].mean():.2f}"}
