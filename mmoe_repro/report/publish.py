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
        "census",
        "census_memory",
    )
]
CENSUS = ["facts.json", "all_runs.parquet", "all_gates.parquet"]
CENSUS_CHOICES = [
    "tuned",
    "trials.parquet",
    "widths.parquet",
    "baselines.parquet",
    "baseline_trials.parquet",
]
NAMES = {"synthetic": SYNTHETIC, "calibration": CALIBRATION, "benchmarks": BENCHMARKS}


def files(what: str, source: Path, choices: Path | None) -> dict[str, Path]:
    """Name in the committed folder -> file or folder that is copied there.

    `choices` is where the census's trials and tuned choices are; they may be the published ones.
    """
    if what == "census":
        if choices is None:
            raise ValueError("the census needs the folder of its trials and tuned choices")
        found = {name.removeprefix("all_"): source / "census" / name for name in CENSUS}
        return found | {name: choices / name for name in CENSUS_CHOICES}
    return {name.removeprefix(f"{what}/"): source / name for name in NAMES[what]}


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


def publish(files: dict[str, Path], target: Path) -> list[Path]:
    """Replace `target` by copies of `files` (name there -> path), and write its manifest.

    Files may come from `target` itself. Raises FileNotFoundError, before anything is touched, if one
    is missing.
    """
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
    text = json.dumps(manifest(aside), indent=1, sort_keys=True) + "\n"
    (aside / "manifest.json").write_text(text)
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)
    return sorted(p for p in target.rglob("*") if p.is_file())
