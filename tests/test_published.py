"""From the published records: figures and report without training, and what differs is named."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from mmoe_repro import study
from mmoe_repro.config import BadConfig
from mmoe_repro.files import sha256
from mmoe_repro.report.publish import checksums
from mmoe_repro.synthetic import plan
from tests.conftest import ROOT, run

FROM_PUBLISHED = ("--configfile", "config/published.yaml", "--")
FOLDER = Path("results/published/synthetic")
TRAINING = {
    "train_block", "train_chosen", "census_raw", "census_encoded", "census_train", "census_baseline",
    "census_kept_train", "multiverse_remade", "multiverse_design", "multiverse_universe",
    "portraits_universe", "data_set", "figure2_trials", "figure2_fits", "recommender_train",
}  # fmt: skip


@pytest.fixture
def published(checkout: Path) -> Path:
    """A copy to run snakemake in, with all that is published."""
    shutil.copytree(ROOT / "results/published", checkout / "results/published", dirs_exist_ok=True)
    return checkout


def test_nothing_is_trained(published: Path) -> None:
    done = run("snakemake", "-n", *FROM_PUBLISHED, "all", cwd=published)
    assert done.returncode == 0, done.stderr
    jobs = {line.split()[0] for line in done.stdout.splitlines() if line and line[0].islower()}
    assert {"take", "judge", "figure4", "report"} <= jobs
    assert not jobs & TRAINING


def test_a_figure_has_the_published_bytes_and_what_differs_is_named(published: Path) -> None:
    table = published / "results/from_published/tables/learning_rates.tex"
    table.parent.mkdir(parents=True)
    table.write_text("another\n")
    done = run("snakemake", "--cores", "1", *FROM_PUBLISHED, "figure4", cwd=published)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert "2 of 2 steps" in said
    made = published / "results/from_published/figures"
    for ending in ("pdf", "png"):
        assert (
            sha256(made / f"figure4.{ending}")
            == checksums(ROOT / FOLDER)[f"figures/figure4.{ending}"]
        )
    assert said.count("differs:") == 1
    assert "differs: results/from_published/tables/learning_rates.tex" in said


def test_a_corrected_value_of_the_papers_makes_again_what_shows_it_and_no_run(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ("figures/figure4.pdf", "synthetic/final_losses.csv", "synthetic/figure2_trials.parquet")
    targets = [f"results/from_published/{name}" for name in made]
    done = run("snakemake", "--cores", "1", *FROM_PUBLISHED, *targets, cwd=published)
    assert done.returncode == 0, done.stderr
    package = tmp_path / "other/mmoe_repro"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "mmoe_repro", package, ignore=ignored)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))

    def planned() -> set[str]:
        done = run("snakemake", "-n", *FROM_PUBLISHED, *targets, cwd=published)
        assert done.returncode == 0, done.stderr
        return {
            rule for rule in ("take", "figure4", "final_losses") if f"rule {rule}:" in done.stdout
        }

    assert planned() == set()
    file = package / "paper/data/figure4_loss_curves.csv"
    file.write_text(file.read_text() + "\n")
    assert planned() == {"figure4", "final_losses"}


def test_a_record_that_was_changed_is_refused_by_name(published: Path) -> None:
    path = published / FOLDER / "runs.parquet"
    content = bytearray(path.read_bytes())
    content[1_000] ^= 1
    path.write_bytes(content)
    done = run("snakemake", "--cores", "1", *FROM_PUBLISHED, "figure5", cwd=published)
    assert done.returncode != 0
    assert f"{FOLDER}/runs.parquet is not the file that was published" in done.stdout + done.stderr


def test_the_default_study_reads_the_published_variants(published: Path) -> None:
    """As they are, whatever code each was made with."""
    of_study = published / "results/synthetic"
    of_study.mkdir(parents=True)
    shutil.copy(ROOT / "results/published/synthetic/universe.json", of_study)
    rule = "published_variants"
    done = run("snakemake", "--cores", "1", "--allowed-rules", rule, "--", rule, cwd=published)
    assert done.returncode == 0, done.stdout + done.stderr
    read, there = (
        pd.read_parquet(folder / "variants_runs.parquet")
        for folder in (of_study, published / "results/published/synthetic")
    )
    pd.testing.assert_frame_equal(read, there)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"synthetic": {"seeds": 100}}, "synthetic.seeds"),
        ({"universe": {"batch_size": 2}}, "universe.batch_size"),
        ({"census": {"repeats": 3}}, "census.repeats"),
        ({"study": {"seed": 1}}, "study.seed"),
    ],
)
def test_other_runs_are_not_taken_from_what_is_published(changed: dict, named: str) -> None:
    values = {**changed, "study": {"records": "published", **changed.get("study", {})}}
    with pytest.raises(
        BadConfig, match=f"and {named} is not what the published records were made with"
    ):
        study.check(values)
    study.check({"study": {"records": "published"}, "plots": {"confidence": 0.9}})
    study.check(
        {"study": {"records": "published"}, "synthetic": {"block_size": 7}}
    )  # changes no result


def test_the_plan_says_that_nothing_is_trained() -> None:
    done = run("mmoe-repro", "plan", "--configfile", "config/published.yaml")
    said, _, *rows = done.stdout.splitlines()[1:]
    assert said.startswith("Nothing is trained")
    assert [row.split()[0] for row in rows[:2]] == ["report", "together"]


def test_all_that_a_study_publishes_and_did_not_make_can_be_taken(tmp_path: Path) -> None:
    of_published = set(checksums(ROOT / FOLDER))
    made = {name.removeprefix(plan.OWN) for name in plan.MADE}
    records = {name for name in of_published if not any(name.startswith(start) for start in made)}
    taken = {str(path.relative_to(FOLDER)) for path in plan.taken(tmp_path).values()}
    assert taken == records
