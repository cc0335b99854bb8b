"""What an arithmetic on paper assumes: a file of numbers, each with its unit and source."""

from pathlib import Path

import pandas as pd
import yaml

from mmoe_repro.files import noted


class BadAssumption(ValueError):
    """The file of assumptions lacks a number, or has one that is not above 0; the text names it."""


def read(path: Path) -> pd.DataFrame:
    """The file's rows: name, value, unit, source. Raises BadAssumption."""
    rows = []
    for name, of in yaml.safe_load(noted(path).read_text()).items():
        if set(of) != {"value", "unit", "source"}:
            raise BadAssumption(
                f"{path}: {name} has {sorted(of)}; expected are value, unit, source"
            )
        if not isinstance(of["value"], (int, float)) or of["value"] <= 0:
            raise BadAssumption(f"{path}: {name} is {of['value']!r}; allowed are numbers above 0")
        rows.append({"name": name, **of})
    return pd.DataFrame(rows)


def values(path: Path) -> dict[str, float]:
    """Name -> value. Raises BadAssumption."""
    of = read(path)
    return {str(n): float(v) for n, v in zip(of["name"], of["value"], strict=True)}
