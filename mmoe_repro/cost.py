"""What a stage will cost, and what every job pays before its own work."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from mmoe_repro.progress import duration


@dataclass(frozen=True)
class StageCost:
    """A stage's jobs, runs and processor seconds."""

    stage: str
    jobs: int
    runs: int
    seconds: float
    note: str = ""


def seconds_a_job(module: str) -> float:
    """What a job pays before it trains, measured now: a process that imports `module`."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - began


def as_text(stages: Sequence[StageCost], cores: int) -> str:
    """A table for people: jobs, runs and time of each stage on so many cores, and what is not in it."""
    lines = [f"{'stage':<14}{'jobs':>6}{'runs':>8}{'time':>14}"]
    for s in stages:
        lines.append(f"{s.stage:<14}{s.jobs:>6}{s.runs:>8}{duration(s.seconds / cores):>14}")
    runs, seconds = sum(s.runs for s in stages), sum(s.seconds for s in stages)
    lines.append(f"{'training':<14}{'':>6}{runs:>8}{duration(seconds / cores):>14}")
    lines.append("Finished blocks are not counted. Figures, tables and the PDF take a minute more.")
    return "\n".join([*lines, *dict.fromkeys(s.note for s in stages if s.note)])
