"""The smoke study, end to end to the PDF; what a person gets, and that it can be had again.

All that needs the study is in this file, so that tests side by side run it once.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
import yaml
from hypothesis import given
from pypdf import PdfReader

from mmoe_repro import records, study
from mmoe_repro.files import sha256
from mmoe_repro.synthetic import plan
from mmoe_repro.synthetic.schema import CURVES, RUNS
from tests.configurations import drawn, tiny, write
from tests.conftest import LOADED, ROOT, planned, run

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


def test_a_published_run_of_the_census_is_made_again(smoke: Path, tmp_path: Path) -> None:
    rows = smoke / STUDY / "census/data/encoded.npz"
    done = run(
        "mmoe-repro", "audit", "--of", "census=results/published/census", "--n", "1",
        "--data", f"census={rows}", "--runs", str(tmp_path / "runs.csv"), cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(pd.read_csv(tmp_path / "runs.csv")["is"]) <= {"equal", "near"}


def test_the_recommender_is_trained_by_two_processes_and_made_again(smoke: Path) -> None:
    pytest.importorskip("torchrec", reason="torchrec is not installed")
    runs = pd.read_parquet(smoke / STUDY / "recommender/runs.parquet")
    assert set(runs["method"]) == {"shared_bottom", "mmoe"}
    assert set(runs["processes"]) == {2}
    assert sorted(runs["step"].unique()) == [100, 200, 300]
    assert runs["auc"].between(0.4, 1).all()
    again = pd.read_csv(smoke / STUDY / "recommender/remade.csv")
    assert again["condition"].nunique() == 1
    # One process rounds otherwise than two; the first look comes before training has amplified that.
    assert set(again["is"]) <= {"equal", "near"}
    answered = pd.read_csv(smoke / STUDY / "recommender/table4.csv")
    assert set(answered["comparison"]) == {"mmoe_over_shared_bottom"}


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


def test_the_page_to_look_into_shows_what_the_study_has(smoke: Path) -> None:
    text = (smoke / STUDY / "explorer.html").read_text()
    found = json.loads((smoke / STUDY / "claims/verdicts.json").read_text())
    assert all(f'id="row-{s["id"]}"' in text for s in found["statements"])
    assert "study <em>smoke</em>" in text
    assert "Census-Income, run by run" in text


def test_the_html_report_can_be_made(smoke: Path) -> None:
    options = ["--configfile", "config/smoke.yaml", "--report", "report.zip"]
    done = run("snakemake", *options, cwd=smoke)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (smoke / "report.zip").stat().st_size > 10_000


def test_a_study_that_grows_trains_only_what_is_new(smoke: Path) -> None:
    (smoke / "more.yaml").write_text("synthetic: {seeds: 10}\nfigure3: {seeds: 10}\n")
    files = ["config/smoke.yaml", "more.yaml"]
    done = run("snakemake", "-n", "--configfile", *files, cwd=smoke)
    assert done.returncode == 0, done.stderr
    jobs = planned(done.stdout)
    paths = [smoke / "config/config.yaml", *(smoke / name for name in files)]
    before, after = (study.load(paths[:n]) for n in (2, 3))
    new = set(plan.blocks(after)) - set(plan.blocks(before))
    assert {block.first for block in new} == {4, 8}  # blocks of four
    assert jobs["train_chosen"] + jobs.get("train_block", 0) == len(new)
    said = run(
        "mmoe-repro", "plan", "--configfile", *files[:1], "--configfile", files[1], cwd=smoke
    )
    counted = [line.split() for line in said.stdout.splitlines() if line.startswith("reported")]
    assert int(counted[0][1]) == sum(block.purpose == "reported" for block in new)


# --- another configuration ----------------------------------------------------------------------


@drawn(1, 24)
@given(config=tiny())
def test_any_configuration_ends_with_a_pdf(
    smoke: Path, tmp_path_factory: pytest.TempPathFactory, config: dict[str, Any]
) -> None:
    """Over the smoke study's folder, so that only what the configuration changes is made again."""
    folder = tmp_path_factory.mktemp("drawn") / "study"
    shutil.copytree(smoke, folder, symlinks=True)
    (folder / STUDY / "report.pdf").unlink()
    files = ("config/smoke.yaml", write(config, folder))
    done = run("snakemake", "--cores", "2", "--configfile", *files, cwd=folder)
    assert done.returncode == 0, (config, (done.stdout + done.stderr)[-3000:])
    text = "".join(page.extract_text() for page in PdfReader(folder / STUDY / "report.pdf").pages)
    assert "NOT THE PUBLISHED STUDY" in text
    assert "??" not in text
    shutil.rmtree(folder)


# --- what a command loads -----------------------------------------------------------------------

# These train, or draw data with compiled code.
MAY_LOAD = {
    "synthetic train": {"numba"},  # Glorot's start is drawn without torch
    "synthetic data": {"numba"},
    "recommender traffic": {"numba"},
}
HEAVY = ("torch", "numba", "sklearn", "botorch", "statsmodels", "matplotlib", "seaborn", "pandera")
NEEDS = {
    "report figures": {"matplotlib", "pandera"},
    "claims judge": {"statsmodels", "pandera"},
    "claims sizes": {"statsmodels", "pandera"},
    "claims collect": {"pandera"},
    "multiverse judge": {"statsmodels", "pandera"},
    "multiverse summarise": {"statsmodels", "pandera"},
    "trainability longer": {"statsmodels"},
    "report explorer": {"pandera"},
    "census gather": {"pandera"},
    "census merge": {"pandera"},
    "recommender gather": {"pandera"},
    "synthetic panels": {"pandera", "statsmodels"},
    "synthetic gather": {"pandera"},
    "synthetic train": {"pandera"},
    "synthetic select": {"pandera"},
    "synthetic summarise": {"pandera"},
    "synthetic curve-ends": {"pandera"},
}
TRAIN_WITH_ANYTHING = {
    "census train", "census fetch", "census encode", "audit",
    "recommender train", "recommender tune",
}  # fmt: skip


def test_a_job_that_does_not_train_loads_neither_torch_nor_numba(smoke: Path) -> None:
    """Every call that the smoke study made told what it had loaded at its end."""
    calls = [line.split("\t") for line in (smoke / LOADED).read_text().splitlines()]
    assert len({words for words, _ in calls}) > 15
    for words, loaded in calls:
        if words not in TRAIN_WITH_ANYTHING:
            allowed = MAY_LOAD.get(words, set()) | NEEDS.get(words, set())
            assert not set(HEAVY) & set(loaded.split()) - allowed, words


# --- an experiment that is added ------------------------------------------------------------------

MADE_UP = ROOT / "tests/experiment"


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
    line = 'EXPERIMENTS = ("synthetic", "census", "recommender"'
    assert line in listed.read_text()
    listed.write_text(listed.read_text().replace(line, f'{line}, "coins"'))
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
