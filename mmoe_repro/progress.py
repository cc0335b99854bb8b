"""How far a study is: what is done, and how long the rest will take.

The plan file, written when a study starts, lists every block with its weight (runs times
parameters, a stand-in for time) and whether it was done already. Each finished block prints one
line from it.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
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


EARLY = 0.05  # of the work that was to be done; before, its speed says little of the rest


def line(plan_file: Path, now: float) -> str:
    """One line: blocks done of each stage, share of the work, time left (from this invocation's speed).

    A stage is a folder of blocks, such as selection.
    """
    plan = json.loads(plan_file.read_text())
    rows = plan["blocks"]
    above = Path(os.path.commonpath([Path(row["path"]).parent for row in rows]))
    stages: dict[str, list[bool]] = {}
    for row in rows:
        row["done"] = Path(row["path"]).exists()
        stage = (*Path(row["path"]).relative_to(above).parts[:-1], above.name)[0]
        stages.setdefault(stage, []).append(row["done"])
    fresh = sum(row["weight"] for row in rows if row["done"] and not row["before"])
    left = sum(row["weight"] for row in rows if not row["done"])
    share = 1 - left / max(sum(row["weight"] for row in rows), 1e-9)
    said = ", ".join(f"{stage} {sum(done)} of {len(done)}" for stage, done in stages.items())
    text = f"[study] {share:.0%} trained ({said})"
    if left == 0:
        return f"{text}: training is done"
    if fresh < EARLY * (fresh + left):
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


NAMED = 3  # files that are named one by one


def made(files: Iterable[str]) -> str:
    """One line on what was asked for and is there now: few files by name, many by folder."""
    paths = sorted(map(Path, files))
    if len(paths) <= NAMED:
        return f"Made: {', '.join(map(str, paths))}"
    folders = Counter(path.parent for path in paths)
    return f"Made: {', '.join(f'{n} in {folder}/' for folder, n in folders.items())}"
