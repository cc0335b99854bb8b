"""The numbers of the prose on the audit."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mmoe_repro.config import Config
from mmoe_repro.files import read_json
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import escape
from mmoe_repro.statistics.agreement import LEAST, SDS

FEW = 5  # runs that are named one by one


def _said(not_equal: list[dict[str, Any]]) -> str:
    """Which runs were not equal: a few by name, more by how many of each experiment."""
    if not not_equal:
        return ""
    if len(not_equal) <= FEW:
        named = [f"{r['experiment']}, {r['condition']}, run {r['seed']}" for r in not_equal]
        return f" Not equal: {'; '.join(named)}."
    counts = Counter((r["experiment"], r["is"]) for r in not_equal)
    said = [f"{n} of {name} ({came_out})" for (name, came_out), n in counts.items()]
    return f" Not equal: {', '.join(said)}."


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """How many runs were made again, how many came out equal, and what that says of all."""
    found = read_json(folders["audit"] / "summary.json", "together", "not_equal", "processor")
    together = found["together"]
    yield {
        "audit.published": f"{together['published']:,}",
        "audit.drawn": str(together["drawn"]),
        "audit.equal": str(together["equal"]),
        "audit.near": str(together["near"]),
        "audit.apart": str(together["apart"]),
        "audit.at_most": rf"{100 * together['at_most']:.1f}\,\%",
        "audit.confidence": rf"{100 * found['confidence']:g}\,\%",
        "audit.processor": escape(found["processor"]),
        "audit.arithmetic": found["arithmetic"],
        "audit.sds": f"{SDS:g}",
        "audit.least": f"{LEAST:g}",
        "audit.not_equal": escape(_said(found["not_equal"])),
        "audit.changed": str(len(found["changed_files"])),
    }
