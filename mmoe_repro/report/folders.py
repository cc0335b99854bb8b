"""Where the report finds what it shows."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """A study's results, and the calibration, benchmarks and tuned census choices beside it.

    Those beside it are usually the published ones.
    """

    results: Path
    calibration: Path
    benchmarks: Path
    census: Path
