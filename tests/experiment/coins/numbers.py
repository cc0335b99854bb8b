"""The number on coins."""

from collections.abc import Iterator
from typing import Any

from mmoe_repro.coins.evidence import TOSSES

from mmoe_repro.files import read_table
from mmoe_repro.report.folders import Folders


def numbers(folders: Folders, config: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The bent coin's share of heads."""
    tosses = read_table(folders.results / TOSSES, "bent")
    yield {"coins.bent": f"{tosses['bent'].mean():.2f}"}
