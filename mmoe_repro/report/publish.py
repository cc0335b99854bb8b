"""Copy a finished study to the committed folder, with a manifest that says what made it."""

import datetime
import json
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

from mmoe_repro.records import sha256

# What is worth committing: a few MB of records, summaries, tables, figures and the report.
SYNTHETIC = [
    "report.pdf",
    "numbers.json",
    "synthetic/universe.json",
    "synthetic/runs.parquet",
    "synthetic/curves.parquet",
    "synthetic/figure3_runs.parquet",
    "synthetic/figure3_curves.parquet",
    "synthetic/selection_runs.parquet",
    "synthetic/variants_runs.parquet",
    "synthetic/figure2_trials.parquet",
    "synthetic/final_losses.csv",
    "synthetic/curve_ends.csv",
    "synthetic/learning_rates",
    "claims/verdicts.json",
    "claims/panels.json",
    "claims/judged",
    "tables",
    "figures",
    "figures/figure4.png",  # README shows it
]
CALIBRATION = [
    f"calibration/{name}"
    for name in ("label_functions.json", "reference.json", "ranking.csv", "finalists.parquet")
]
BENCHMARKS = [
    f"benchmarks/{name}.csv"
    for name in (
        "share_of_floor",
        "share_of_floor_fresh",
        "against_one",
        "populations",
        "shapes",
        "cores",
        "memory",
    )
]
CENSUS = [
    f"census/{name}"
    for name in ("facts.json", "tuned", "trials.parquet", "runs.parquet", "gates.parquet",
                 "baselines.parquet")
]  # fmt: skip
FILES = {
    "synthetic": SYNTHETIC,
    "census": CENSUS,
    "calibration": CALIBRATION,
    "benchmarks": BENCHMARKS,
}


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
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {
        "commit": _git("rev-parse", "HEAD") or "not a git checkout",
        "uncommitted_changes": bool(
            _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!results/published")
        ),
        "constraints_sha256": sha256(Path("constraints.txt")),
        "processor": processor(),
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "sha256": {str(p.relative_to(folder)): sha256(p) for p in files},
    }


def publish(source: Path, names: list[str], target: Path) -> list[Path]:
    """Replace `target` by copies of `names` from `source`, and write its manifest.

    Raises FileNotFoundError, before anything is touched, if a file is missing.
    """
    missing = [name for name in names if not (source / name).exists()]
    if missing:
        raise FileNotFoundError(
            f"{source}: {', '.join(missing)} not there; run snakemake to the end first"
        )
    shutil.rmtree(target, ignore_errors=True)
    for name in names:
        first, _, rest = name.partition("/")
        to = target / (rest if first in FILES else name)
        to.parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            # PNG and SVG can be made from the records; the report's PDF figures are enough here.
            shutil.copytree(source / name, to, ignore=shutil.ignore_patterns("*.svg", "*.png"))
        else:
            shutil.copy(source / name, to)
    text = json.dumps(manifest(target), indent=1, sort_keys=True) + "\n"
    (target / "manifest.json").write_text(text)
    return sorted(p for p in target.rglob("*") if p.is_file())
