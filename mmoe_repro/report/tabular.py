"""LaTeX tabulars (booktabs), and how numbers and words are written in them."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[Any, Any]  # a row of a table of values, by column

DASH = "--"
_BELOW_ZERO = re.compile(r"(?<![\w.{$-])-(?=[\d.])")  # where text stands, not mathematics


def tabular(
    columns: str, header: Sequence[str], rows: Iterable[Sequence[str]], over: str = ""
) -> str:
    """A booktabs tabular; a row of one empty cell is a rule, a header of empty cells is left out. `over`
    is a line of LaTeX above the header, for cells that span columns. Numbers below zero have a minus
    sign, not a hyphen."""
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *([over] if over else [])]
    lines += [" & ".join(header) + r" \\", r"\midrule"] if any(header) else []
    for row in rows:
        cells = [_BELOW_ZERO.sub("$-$", cell) for cell in row]
        lines.append(r"\midrule" if cells == [""] else " & ".join(cells) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def _is_none(value: Any) -> bool:
    return value is None or value != value  # NaN is not itself


def decimals(value: float, digits: int) -> str:
    """A number to `digits` decimals, zero without a sign."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def number(value: Any, digits: int = 3) -> str:
    """A number to `digits` decimals, or a dash where there is none."""
    return DASH if _is_none(value) else decimals(float(value), digits)


def interval(row: Row, name: str, digits: int = 3) -> str:
    """A value with its interval: 0.123 [0.110, 0.140]; the value alone where there is none."""
    value = number(row.get(name), digits)
    if _is_none(row.get(f"{name}_low")):
        return value
    low, high = (number(row[f"{name}_{end}"], digits) for end in ("low", "high"))
    return rf"{value} {{\scriptsize[{low}, {high}]}}"


def listed(names: Sequence[str]) -> str:
    """'3, 4 and 5'."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def power(value: float) -> str:
    """The power of ten that a small number is at most; 0 for none."""
    return "0" if value == 0 else rf"$10^{{{math.ceil(math.log10(value))}}}$"


def scientific(value: float, digits: int = 0) -> str:
    """A very large or small number, without zeros that say nothing: 2.1 x 10^9, 10^9, 0."""
    if value == 0:
        return "0"
    factor, _, exponent = f"{value:.{digits}e}".partition("e")
    factor = factor.rstrip("0").rstrip(".") if "." in factor else factor
    times = "" if factor == "1" else rf"{factor} \times "
    return rf"${times}10^{{{int(exponent)}}}$"


def share(row: Row, name: str) -> str:
    """A share as a percentage."""
    return DASH if _is_none(row.get(name)) else rf"{100 * row[name]:.1f}\%"


def escape(text: str) -> str:
    """Plain text for LaTeX."""
    for sign in "&%_#$":
        text = text.replace(sign, f"\\{sign}")
    text = re.sub(r"\b(\w)\^(\w)", r"$\1^\2$", text)
    text = text.replace("<", "$<$").replace(">", "$>$")
    return re.sub(r"(?<![\w.])-(?=\d)", "$-$", text)


def spaced(text: str) -> str:
    """A tabular with room between rows of several lines."""
    return text.replace(" \\\\\n", " \\\\[3pt]\n")
