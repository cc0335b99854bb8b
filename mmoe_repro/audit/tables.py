"""The table on the audit."""

from mmoe_repro.files import read_json
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.tabular import Row, tabular


def audit(folders: Folders) -> str:
    """A row an experiment: its published runs, those made again, and what came out."""
    found = read_json(folders["audit"] / "summary.json", "experiments", "together")
    rows = [[name, *_cells(of)] for name, of in found["experiments"].items()]
    header = ["", "published", "made again", "equal", "near", "apart", "others at most"]
    return tabular("lrrrrrr", header, [*rows, [""], ["together", *_cells(found["together"])]])


def _cells(of: Row) -> list[str]:
    counts = [f"{of[name]:,}" for name in ("published", "drawn", "equal", "near", "apart")]
    return [*counts, rf"{100 * of['at_most']:.0f}\,\%"]
