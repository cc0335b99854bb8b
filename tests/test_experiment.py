"""To add an experiment: a room, a rules file, a TeX section, statements, and one line."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import ROOT

pytestmark = pytest.mark.slow
MADE_UP = ROOT / "tests/experiment"
STUDY = "results/smoke"


def test_a_made_up_experiment_gets_into_the_report(smoke: Path, tmp_path: Path) -> None:
    """Coins, added to a finished smoke study: its table, number, figure and verdict, no retraining."""
    folder = tmp_path / "study"
    shutil.copytree(smoke, folder, symlinks=True)
    shutil.copytree(ROOT / "mmoe_repro", folder / "mmoe_repro")
    shutil.copytree(MADE_UP / "coins", folder / "mmoe_repro/coins")
    shutil.copy(MADE_UP / "coins.smk", folder / "workflow/rules")
    shutil.copy(MADE_UP / "coins.tex", folder / "paper/sections")
    claims = folder / "config/claims.yaml"
    claims.write_text(claims.read_text().rstrip() + (MADE_UP / "claims.yaml").read_text())
    shutil.copy(ROOT / "workflow/report/speed.rst", folder / "workflow/report/coins.rst")
    listed = folder / "mmoe_repro/study.py"
    line = 'EXPERIMENTS = ("synthetic", "census")'
    assert line in listed.read_text()
    listed.write_text(
        listed.read_text().replace(line, 'EXPERIMENTS = ("synthetic", "census", "coins")')
    )
    (folder / "coins.yaml").write_text("study: {experiments: [synthetic, coins]}\n")

    done = subprocess.run(
        ["snakemake", "--cores", "2", "--configfile", "config/smoke.yaml", "coins.yaml"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "rule train_" not in done.stderr
    plan = ["mmoe-repro", "plan", "--configfile", "config/smoke.yaml", "--configfile", "coins.yaml"]
    said = subprocess.run(
        plan, cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
    ).stdout  # fmt: skip
    assert "coins" in said
    found = json.loads((folder / STUDY / "claims/verdicts.json").read_text())
    judged = {s["id"]: s for s in found["statements"]}
    assert judged["K1"]["reproduced"]["verdict"] == "supported"
    assert judged["K1"]["published"]["verdict"] == "no values"
    assert set(judged["K1"]["choices"]) >= {"reference", "first_ten"}
    assert judged["A1"]["choices"]["first_ten"] == "no values"
    number = json.loads((folder / STUDY / "numbers.json").read_text())["coins.bent"]
    text = "".join(page.extract_text() for page in PdfReader(folder / STUDY / "report.pdf").pages)
    assert f"showsheadswithashareof{number}" in "".join(text.split())
    assert (folder / STUDY / "figures/coins.pdf").exists()
    assert "the bent coin &" in (folder / STUDY / "tables/coins_heads.tex").read_text()
