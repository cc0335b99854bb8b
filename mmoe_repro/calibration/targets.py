"""The only published values that calibration may see."""

import pandas as pd

from mmoe_repro.paper.published import published


def figure2() -> pd.DataFrame:
    """Label correlation over task correlation: weight_cosine, label_pearson_mean, ..._two_sd."""
    return published("figure2")


def figure3() -> pd.DataFrame:
    """Shared-Bottom-16's loss: task_correlation, step, loss; 200 runs' mean a point."""
    return published("figure3").drop(columns="model")
