"""Where a report finds what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """A study's results, and by name the folders beside it: usually published ones."""

    results: Path
    beside: Mapping[str, Path] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Path:
        """The folder called `name`: the one beside, or else the published one of that name."""
        return self.beside.get(name, Path("results/published") / name)
