"""Files that are whole or absent (write aside, then rename), and refused by name if foreign."""

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


_traces: list[list[Path]] = []


@contextmanager
def traced() -> Iterator[list[Path]]:
    """The files that `read_json`, `read_rows` and `read_table` read while it is open, in order."""
    found: list[Path] = []
    _traces.append(found)
    try:
        yield found
    finally:
        _traces.remove(found)


def noted(path: Path) -> Path:
    """The same path, noted as read by whoever traces."""
    for trace in _traces:
        trace.append(path)
    return path


class BadFile(ValueError):
    """A file that cannot be read as what it should be; the text names file, problem and remedy."""


def write_aside(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a path beside `path`, flush it to disk, then rename it to `path`.

    A job killed at any moment, or a full disk, leaves no file that looks finished.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(aside)
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> None:
    """Write a text file."""
    write_aside(path, lambda aside: aside.write_text(text))


def write_json(values: Any, path: Path) -> None:
    """Write JSON with sorted keys; null for what is not a finite number."""
    write_text(json.dumps(finite(values), indent=1, sort_keys=True) + "\n", path)


def write_csv(frame: "pd.DataFrame", path: Path) -> None:
    """Write a frame as CSV."""
    write_aside(path, lambda aside: frame.to_csv(aside, index=False, lineterminator="\n"))


def write_parquet(frame: "pd.DataFrame", path: Path) -> None:
    """Write a frame as Parquet; equal frames give equal bytes."""
    write_aside(path, lambda aside: frame.to_parquet(aside, index=False, compression="zstd"))


def read_json(path: Path, *keys: str) -> Any:
    """The JSON in `path`. Raises BadFile if it is none, or an object that lacks one of `keys`."""
    try:
        values = json.loads(noted(path).read_text())
    except (ValueError, IsADirectoryError) as error:  # not text, or not JSON
        raise BadFile(f"{path}: not a JSON file ({error})") from None
    if keys and not isinstance(values, dict):
        raise BadFile(f"{path}: not an object; expected one with {', '.join(keys)}")
    for key in keys:
        if key not in values:
            raise BadFile(f"{path}: lacks {key!r}; expected are {', '.join(keys)}")
    return values


def read_rows(path: Path, *keys: str) -> list[dict[str, Any]]:
    """The JSON list of objects in `path`. Raises BadFile if it is none, or one lacks one of `keys`."""
    rows = read_json(path)
    right = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if not right or any(key not in row for row in rows for key in keys):
        raise BadFile(f"{path}: not a list of objects with {', '.join(keys)}")
    return list(rows)


def read_table(path: Path, *columns: str) -> "pd.DataFrame":
    """The table in `path` (Parquet or, by its ending, CSV).

    Raises BadFile if it is none, or lacks one of `columns`; FileNotFoundError if it is not there.
    """
    import pandas as pd

    noted(path)
    try:
        frame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except FileNotFoundError:
        raise
    except (ValueError, OSError) as error:  # pyarrow's and pandas' own are ValueErrors
        problem = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadFile(f"{path}: not a readable table ({problem})") from None
    missing = [name for name in columns if name not in frame]
    if missing:
        raise BadFile(f"{path}: lacks the column {missing[0]!r}; expected are {', '.join(columns)}")
    return frame


def finite(values: Any) -> Any:
    """The same with null for what is not a finite number, so that it is JSON."""
    if isinstance(values, dict):
        return {key: finite(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [finite(value) for value in values]
    return None if isinstance(values, float) and not math.isfinite(values) else values


def sha256(path: Path) -> str:
    """The file's checksum, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
