"""What a reader may point at: a figure, a table, a number, a statement."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmoe_repro.files import read_json
from mmoe_repro.synthetic.plan import PUBLISHED_FOLDER


@dataclass(frozen=True)
class Thing:
    """What is asked after: what is said of it first, and its files, below a study's results or, if of
    `beside`, below the repository's root."""

    said: str
    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


class Unknown(ValueError):
    """Nothing is called so; the text says what there is."""


def named(name: str, published: Path = PUBLISHED_FOLDER) -> Thing:
    """The thing that a reader means: figure4, table:verdicts, number:final.runs, A3. Raises Unknown."""
    kind, _, rest = name.rpartition(":")
    kinds = {"figure": _figure, "table": _table, "number": _number, "statement": _statement}
    if kind and kind not in kinds:
        raise Unknown(f"{name!r}: allowed are {', '.join(f'{k}:NAME' for k in kinds)}")
    for of_kind, find in kinds.items():
        if kind in ("", of_kind):
            found = find(rest, published)
            if found is not None:
                return found
    raise Unknown(_known(name, published))


def numbers(published: Path = PUBLISHED_FOLDER) -> dict[str, str]:
    """Every number of the published report, as it stands there."""
    found: dict[str, str] = read_json(published / "numbers.json")
    return found


def _stems(folder: Path, ending: str) -> list[str]:
    return sorted(path.stem for path in folder.glob(f"*.{ending}"))


def _known(name: str, published: Path) -> str:
    ids = [s["id"] for s in _statements(published)]
    return (
        f"nothing in the report is called {name!r}; there are the figures "
        f"{', '.join(_stems(published / 'figures', 'pdf'))}; the tables (table:NAME) "
        f"{', '.join(_stems(published / 'tables', 'tex'))}; the statements {', '.join(ids)}; and the "
        f"numbers (number:NAME) of {published / 'numbers.json'}"
    )


def _figure(name: str, published: Path) -> Thing | None:
    if name not in _stems(published / "figures", "pdf"):
        return None
    return Thing(f"figure {name}", (f"figures/{name}.pdf",))


def _table(name: str, published: Path) -> Thing | None:
    if name not in _stems(published / "tables", "tex"):
        return None
    return Thing(f"table {name}", (f"tables/{name}.tex",))


def _number(name: str, published: Path) -> Thing | None:
    value = numbers(published).get(name)
    if value is None:
        return None
    sources = read_json(published / "numbers_from.json", name)[name]
    below = tuple(path for path in sources if not Path(path).exists())
    beside = tuple(path for path in sources if path not in below)
    said = f"number {name}, in the report: {value}"
    return Thing(said if sources else f"{said} (a setting: no file of results)", below, beside)


def _statements(published: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_json(published / "claims/verdicts.json", "statements")[
        "statements"
    ]
    return found


def _statement(name: str, published: Path) -> Thing | None:
    for s in _statements(published):
        if s["id"].lower() == name.lower():
            theirs, ours = (s[source]["verdict"] for source in ("published", "reproduced"))
            parts = "; ".join(f"{part['words']}, to be {part['region']}" for part in s["parts"])
            said = (
                f"statement {s['id']}: {s['statement']}\n{theirs} on the paper's own values, {ours} on "
                f"our runs; judged: {parts}"
            )
            return Thing(said, ("claims/verdicts.json",))
    return None
