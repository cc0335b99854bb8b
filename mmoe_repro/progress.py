"""How far a study is: what is done, and how long the rest will take.

The plan file, written when a study starts, lists every block with its weight (runs times
parameters, a stand-in for time) and whether it was done already. Each finished block prints one
line from it.
"""

import json
import time
from pathlib import Path

from mmoe_repro.files import write_aside
from mmoe_repro.plan import Block

# Against 3 for the models of Figure 4
WEIGHT = {"shared_bottom_16": 1.0, "shared_bottom_226": 6.0, "shared_bottom_452": 12.0}


def start(plan_file: Path, folder: Path, blocks: list[Block]) -> None:
    """Write the plan file for a study whose block records are below `folder`."""
    rows = []
    for block in blocks:
        path = folder / f"{block.path()}.runs.parquet"
        weight = WEIGHT.get(block.model, 3.0) * block.n
        rows.append({"path": str(path), "weight": weight, "before": path.exists()})
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


def duration(seconds: float) -> str:
    """Seconds as people say them: 45 s, 12 min, 1 h 05 min."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
