"""Copy finished results to their committed folder, with a manifest that says what made them."""

import datetime
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mmoe_repro.files import BadFile, read_json, sha256, write_aside, write_json
from mmoe_repro.report.rooms import COMMITTED

MANIFEST = "manifest.json"


def processor() -> str:
    """The processor's name, as the system gives it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def manifest(folder: Path) -> dict[str, Any]:
    """Commit, constraints, processor, date, and the checksum of every file in `folder`."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {
        "commit": _git("rev-parse", "HEAD") or "not a git checkout",
        "uncommitted_changes": bool(
            _git("status", "--porcelain", "--untracked-files=no", "--", ".", f":!{COMMITTED}")
        ),
        "constraints_sha256": sha256(Path("constraints.txt")),
        "processor": processor(),
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "sha256": {str(p.relative_to(folder)): sha256(p) for p in files},
    }


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def publish(files: dict[str, Path], target: Path) -> list[Path]:
    """Replace `target` by copies of `files` (name there -> path), and write its manifest.

    Files may come from `target` itself. Raises, before anything is touched, FileNotFoundError if one is
    missing, and BadFile if `target` is there and has no manifest: it is no published folder then.
    """
    if target.exists() and not (target / MANIFEST).exists() and not _is_empty(target):
        raise BadFile(
            f"{target}: has no {MANIFEST}, so it is not replaced; allowed are a published folder, an "
            "empty one, or one that is not there"
        )
    missing = [str(path) for path in files.values() if not path.exists()]
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)} not there; run snakemake to the end first")
    aside = target.with_name(f"{target.name}.aside")
    shutil.rmtree(aside, ignore_errors=True)
    for name, path in files.items():
        to = aside / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            # PNG and SVG can be made from the records; the report's PDF figures are enough here.
            shutil.copytree(path, to, ignore=shutil.ignore_patterns("*.svg", "*.png"))
        else:
            shutil.copy(path, to)
    write_json(manifest(aside), aside / MANIFEST)
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)
    return sorted(p for p in target.rglob("*") if p.is_file())


def checksums(folder: Path) -> dict[str, str]:
    """File in a committed folder -> its checksum when it was published. Raises BadFile."""
    found: dict[str, str] = read_json(folder / MANIFEST, "sha256")["sha256"]
    return found


def take(name: str, folder: Path, to: Path) -> None:
    """Copy a published file, if it is the one that was published. Raises BadFile."""
    path = folder / name
    if sha256(path) != checksums(folder).get(name):
        raise BadFile(
            f"{path} is not the file that was published: its checksum is not that of "
            f"{folder / MANIFEST}; git checkout brings it back"
        )
    write_aside(to, lambda aside: shutil.copy(path, aside))


def compare(folder: Path, place: Callable[[str], Path]) -> tuple[list[str], list[str]]:
    """Of the published files that are made again, at `place` of their name: those with the same bytes,
    and the others. Raises BadFile."""
    of_published = checksums(folder)
    there = [name for name in of_published if place(name).exists()]
    same = [name for name in there if sha256(place(name)) == of_published[name]]
    return same, [name for name in there if name not in same]
