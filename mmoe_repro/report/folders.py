"""Where the report finds what it shows."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """A study's results, and the calibration and benchmarks (usually published ones) beside it."""

    results: Path
    calibration: Path
    benchmarks: Path
