"""What a stage will cost, and what every job pays before its own work."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from mmoe_repro.progress import duration


@dataclass(frozen=True)
class StageCost:
    """A stage's jobs, runs and processor seconds; `longest` of them are of its longest job, which more
    cores do not shorten."""

    stage: str
    jobs: int
    runs: int
    seconds: float
    longest: float
    note: str = ""

    def on(self, cores: int) -> float:
        """Seconds that it takes on so many cores, alone."""
        return max(self.seconds / cores, self.longest)


# What every study does in the end: verdicts, figures, tables, numbers, the PDF; processor seconds of all
# that config/published.yaml makes, and of what goes one after another, roughly
IN_THE_END = StageCost("report", 36, 0, 210.0, 60.0)


def seconds_a_job(module: str) -> float:
    """What a job pays before it trains, measured now: a process that imports `module`."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - began


def as_text(stages: Sequence[StageCost], cores: int) -> str:
    """A table for people: jobs, runs and time of each stage that has any on so many cores, and what is
    not in it."""
    lines = [f"{'stage':<20}{'jobs':>6}{'runs':>8}{'time':>14}"]
    for s in (s for s in stages if s.jobs):
        lines.append(f"{s.stage:<20}{s.jobs:>6}{s.runs:>8}{duration(s.on(cores)):>14}")
    runs, seconds = sum(s.runs for s in stages), sum(s.on(cores) for s in stages)
    lines.append(f"{'together':<20}{'':>6}{runs:>8}{duration(seconds):>14}")
    lines.append("Finished blocks are not counted. Stages that leave cores free run side by side.")
    return "\n".join([*lines, *dict.fromkeys(s.note for s in stages if s.note)])
