"""The smoke study, end to end to the PDF; what a person gets, and that it can be had again."""

import json
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from mmoe_repro import records
from mmoe_repro.files import sha256
from mmoe_repro.synthetic.schema import CURVES, RUNS
from tests.conftest import run

pytestmark = pytest.mark.slow
STUDY = "results/smoke"


def test_the_report_is_there_and_marked_as_a_smoke_run(smoke: Path) -> None:
    pages = PdfReader(smoke / STUDY / "report.pdf").pages
    assert "SMOKE RUN" in pages[0].extract_text()
    text = "".join(page.extract_text() for page in pages)
    assert "??" not in text  # no reference is left open


def test_records_are_whole(smoke: Path) -> None:
    runs = records.read(smoke / STUDY / "synthetic/runs.parquet", RUNS)
    assert len(runs) == 3 * 3 * 4
    assert set(runs["seed"]) == set(range(4))
    curves = records.read(smoke / STUDY / "synthetic/curves.parquet", CURVES)
    assert len(curves) == len(runs) * 3


def test_verdicts_are_there_for_machines_and_for_people(smoke: Path) -> None:
    found = json.loads((smoke / STUDY / "claims/verdicts.json").read_text())
    schema = yaml.safe_load((smoke / "workflow/schemas/verdicts.schema.yaml").read_text())
    jsonschema.validate(found, schema)
    sums = {f"{STUDY}/{name}": digest for name, digest in found["records"].items()}
    assert sums == {path: sha256(smoke / path) for path in sums}
    done = run("mmoe-repro", "verdicts", "--results", STUDY, cwd=smoke)
    assert done.returncode == 0, done.stderr
    assert all(f"\n{s['id']:<5}" in done.stdout for s in found["statements"])
    one = run("mmoe-repro", "verdicts", "t4", "--results", STUDY, cwd=smoke)
    assert "Not testable as stated" in one.stdout
    unknown = run("mmoe-repro", "verdicts", "Z9", "--results", STUDY, cwd=smoke)
    assert unknown.returncode != 0
    assert "statement 'Z9': there are S1, A1" in unknown.stderr


def test_the_census_is_the_real_one_with_every_method(smoke: Path) -> None:
    facts = json.loads((smoke / STUDY / "census/facts.json").read_text())
    assert facts["rows"] == {"train": 199_523, "test": 99_762}
    for correlation in facts["correlations"].values():
        assert abs(correlation["published_in_sds"]) < 2  # the paper's is one of a sample of 10,000
    tables = pd.read_csv(smoke / STUDY / "census/tables.csv")
    assert (tables.groupby("group")["method"].nunique() == 7 + 2).all()
    networks = tables[~tables["method"].isin(["logistic", "boosted_trees"])]
    assert (networks["runs"] == 3).all()  # none is read from the published records
    kept = pd.read_parquet(smoke / STUDY / "census/kept.parquet")
    assert set(kept["group"]) == {"income", "education"}


def test_models_of_one_seed_see_the_same_data(smoke: Path) -> None:
    runs = pd.read_parquet(smoke / STUDY / "synthetic/runs.parquet")
    spread = runs.groupby(["task_correlation", "seed"])["label_correlation"].nunique()
    assert (spread == 1).all()


def test_a_second_call_has_nothing_to_do(smoke: Path) -> None:
    done = run("snakemake", "-n", "--configfile", "config/smoke.yaml", cwd=smoke)
    assert "Nothing to be done" in done.stdout + done.stderr


def test_a_figure_is_made_again_without_retraining_to_the_same_bytes(smoke: Path) -> None:
    folder = smoke / STUDY / "figures"
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    command = ["snakemake", "--cores", "1", "--configfile", "config/smoke.yaml"]
    done = run(*command, "--forcerun", "figure4", "figure2", "--", "figure4", "figure2", cwd=smoke)
    assert done.returncode == 0, done.stderr
    assert "train_" not in done.stderr
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert {p.suffix for p in folder.iterdir()} == {".pdf", ".svg", ".png"}


def test_a_deleted_block_is_made_again_to_the_same_bytes(smoke: Path) -> None:
    block = sorted((smoke / STUDY / "synthetic/blocks/reported/omoe").rglob("*.runs.parquet"))[0]
    before = block.read_bytes()
    block.unlink()
    target = str(block.relative_to(smoke))
    options = ["--cores", "1", "--configfile", "config/smoke.yaml"]
    assert run("snakemake", *options, "--", target, cwd=smoke).returncode == 0
    assert block.read_bytes() == before


def test_the_html_report_can_be_made(smoke: Path) -> None:
    options = ["--configfile", "config/smoke.yaml", "--report", "report.zip"]
    done = run("snakemake", *options, cwd=smoke)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (smoke / "report.zip").stat().st_size > 10_000
