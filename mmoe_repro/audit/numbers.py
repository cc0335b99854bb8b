"""The numbers of the prose on the audit."""

from collections.abc import Iterator

from mmoe_repro.audit.compare import LEAST, SDS
from mmoe_repro.config import Config
from mmoe_repro.files import read_json
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import escape


def numbers(folders: Folders, config: Config) -> Iterator[dict[str, str]]:
    """How many runs were made again, how many came out equal, and what that says of all."""
    found = read_json(folders["audit"] / "summary.json", "together", "not_equal", "processor")
    together = found["together"]
    others = [f"{r['experiment']}, {r['condition']}, run {r['seed']}" for r in found["not_equal"]]
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
        "audit.not_equal": f" Not equal: {escape('; '.join(others))}." if others else "",
        "audit.changed": str(len(found["changed_files"])),
    }
