"""Block files put together. It loads little, as it is called for every table."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from mmoe_repro.files import read_table


def gather(blocks: Sequence[Path]) -> pd.DataFrame:
    """Block files as one frame, in their order."""
    frames = [read_table(path) for path in blocks]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
