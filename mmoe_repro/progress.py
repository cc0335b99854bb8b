"""How far a study is: what is done, and how long the rest will take.

The plan file, written when a study starts, lists every block with its weight (runs times
parameters, a stand-in for time) and whether it was done already. Each finished block prints one
line from it.
"""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from mmoe_repro.files import write_aside


def start(plan_file: Path, blocks: Mapping[Path, float]) -> None:
    """Write the plan file of a study: `blocks` has each block's record file and its weight."""
    rows = [
        {"path": str(path), "weight": weight, "before": path.exists()}
        for path, weight in blocks.items()
    ]
    values = {"started": time.time(), "blocks": rows}
    write_aside(plan_file, lambda aside: aside.write_text(json.dumps(values)))


def line(plan_file: Path, now: float) -> str:
    """One line: blocks done, share of the work, time left (from this invocation's own speed)."""
    plan = json.loads(plan_file.read_text())
    rows = plan["blocks"]
    done = [row for row in rows if Path(row["path"]).exists()]
    fresh = sum(row["weight"] for row in done if not row["before"])
    left = sum(row["weight"] for row in rows) - sum(row["weight"] for row in done)
    share = 1 - left / max(sum(row["weight"] for row in rows), 1e-9)
    text = f"[study] {len(done)} of {len(rows)} blocks trained, {share:.0%}"
    if left == 0:
        return f"{text}: training is done"
    if fresh == 0:
        return text
    seconds = (now - plan["started"]) * left / fresh
    return f"{text}, about {duration(seconds)} left"


def tell(plan_file: Path | None) -> None:
    """Print the line of a plan file, if there is one, for the person who waits."""
    if plan_file and plan_file.exists():
        print(line(plan_file, time.time()), file=sys.stderr)


def duration(seconds: float) -> str:
    """Seconds as people say them: 45 s, 12 min, 1 h 05 min."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
