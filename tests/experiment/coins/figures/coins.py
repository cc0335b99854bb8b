"""Heads of each coin."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure


def draw(inputs: dict[str, Path], plots: dict[str, Any]) -> Figure:
    """`inputs`: tosses (CSV)."""
    figure, axes = plt.subplots(figsize=(4, 2))
    axes.hist(pd.read_csv(inputs["tosses"])[["fair", "bent"]], label=["fair", "bent"])
    axes.legend()
    return figure
