"""Where what a reader sees comes from: read from the workflow and the manifests, for every number."""

import re
from pathlib import Path

import pytest

from mmoe_repro import study
from mmoe_repro.cli import function_of
from mmoe_repro.files import read_json, sha256
from mmoe_repro.provenance import chain, code, things, workflow
from mmoe_repro.provenance.workflow import Job
from mmoe_repro.report.publish import checksums
from mmoe_repro.synthetic.plan import PUBLISHED_FOLDER, taken
from tests.conftest import ROOT, run

TEXT = [ROOT / "paper/report.tex", *sorted((ROOT / "paper/sections").glob("*.tex"))]


def in_prose() -> set[str]:
    """The numbers that the prose of the published report names."""
    of_others = [f"{name}." for name in study.EXPERIMENTS if name not in ("synthetic", "census")]
    text = "".join(path.read_text() for path in TEXT)
    named = set(re.findall(r"\\val\{([^{}#]+)\}", text))
    named |= {
        name
        for pair in re.findall(r"\\holds\{([^{}]+)\}\{[<>]\}\{([^{}]+)\}", text)
        for name in pair
    }
    return {name for name in named if not name.startswith(tuple(of_others))}


def test_every_number_of_the_prose_leads_to_files_that_the_workflow_makes_or_that_are_committed() -> (
    None
):
    names = {name for name in in_prose() if name in things.numbers()}
    assert len(names) > 150
    found = {name: things.named(f"number:{name}") for name in names}
    wanted = {str(chain.MADE_IN / file) for thing in found.values() for file in thing.files}
    jobs = workflow.jobs(chain.FROM_PUBLISHED, sorted(wanted))
    makers = workflow.by_output(jobs)
    origin = {str(path) for path in taken(chain.MADE_IN)}
    for name, thing in found.items():
        assert all(Path(file).exists() for file in thing.beside), name
        settings = thing.said.endswith("(a setting: no file of results)")
        assert settings != bool(thing.files or thing.beside), name
        for file in (str(chain.MADE_IN / file) for file in thing.files):
            behind = workflow.behind(file, makers)
            assert behind, (name, file)
            for leaf in {leaf for job in behind for leaf in job.inputs if leaf not in makers}:
                assert (ROOT / leaf).exists(), (name, leaf)
            assert file in origin or all(
                code.modules_of(job.command, function_of) for job in behind
            )


def test_settings_are_few_and_none_is_a_result() -> None:
    sources = read_json(ROOT / PUBLISHED_FOLDER / "numbers_from.json")
    settings = {name for name, files in sources.items() if not files}
    kinds = {name.partition(".")[0] for name in settings}
    assert kinds <= {"study", "software", "models", "figure2", "figure3", "trainability"}, kinds


def test_a_figure_leads_to_records_conditions_commit_and_code() -> None:
    text = "\n".join(chain.lines(things.named("figure4"), function_of))
    digest = checksums(ROOT / PUBLISHED_FOLDER)["figures/figure4.pdf"][: chain.DIGITS]
    records = PUBLISHED_FOLDER / "curves.parquet"
    manifest = read_json(ROOT / PUBLISHED_FOLDER / "manifest.json", "commit")
    for said in (
        digest,
        "rule figure4: mmoe-repro report figures synthetic figure4 --input curves=",
        "mmoe_repro.synthetic.figures.figure4",
        "again: snakemake --cores 1 --configfile config/published.yaml -- results/from_published/",
        f"{records}  sha256 {sha256(ROOT / records)[: chain.DIGITS]}, as published",
        f"at commit {manifest['commit'][:12]}",
        "of 9 conditions, seeds 0 to 199: model mmoe, omoe, shared_bottom",
        "train_chosen 18",
        "train_chosen: mmoe-repro synthetic train",
        "NOT ESTABLISHED",
    ):
        assert said in text, said


def test_a_statement_and_what_is_unknown() -> None:
    thing = things.named("a3")
    assert thing.files == ("claims/verdicts.json",)
    assert "at every correlation" in thing.said
    with pytest.raises(
        things.Unknown, match=r"there are the figures .*figure4.* the statements S1, "
    ):
        things.named("figure9")
    with pytest.raises(things.Unknown, match="allowed are figure:NAME"):
        things.named("page:3")
    done = run("mmoe-repro", "why", "number:none.such")
    assert done.returncode == 1
    assert "nothing in the report is called 'number:none.such'" in done.stderr


def test_jobs_behind_a_file_are_found_once_and_the_last_first() -> None:
    a, b = Job("a", ("raw",), ("x",), "one"), Job("b", ("x", "raw"), ("y", "z"), "two")
    c = Job("c", ("y", "z", "x"), ("end",), "three")
    makers = workflow.by_output([a, b, c])
    assert workflow.behind("end", makers) == [c, b, a]
    assert workflow.behind("raw", makers) == []


def test_the_code_behind_a_command_is_found() -> None:
    modules = code.modules_of("mmoe-repro report figures synthetic figure4 --output x", function_of)
    assert "mmoe_repro.synthetic.figures.figure4" in modules
    files = code.files_of(modules)
    assert "mmoe_repro/synthetic/drawing.py" in files
    assert "mmoe_repro/census/train.py" not in files
    assert code.modules_of("echo mmoe-repro", function_of) == []


def test_files_that_changed_since_a_commit_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = ["changed.py", "same.py"]
    for name in (*files, "other.py"):
        (tmp_path / name).write_text("one\n")
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm first"):
        assert run("git", *words.split(), cwd=tmp_path).returncode == 0
    assert code.changed_since("HEAD", files) == []
    for name in ("changed.py", "other.py"):
        (tmp_path / name).write_text("two\n")
    assert code.changed_since("HEAD", files) == ["changed.py"]
    assert code.changed_since("0" * 40, files) is None


def test_the_modules_behind_a_command_are_all_that_it_names() -> None:
    both = '{"study": {"experiments": ["synthetic", "census"]}}'
    for command, modules in (
        ("census tune --method omoe", "census.search files"),
        (
            f"claims judge published reference --config '{both}'",
            "study claims.judgement claims.statements files synthetic.evidence census.evidence",
        ),
        (
            "report figures trainability maps_reference parts_reference --output a",
            "study report.rooms trainability.figures.maps trainability.figures.parts",
        ),
        (
            "audit --of census=a --of synthetic=b --runs c",
            "study audit.job audit.plan audit.compare files census.again synthetic.again",
        ),
    ):
        found = code.modules_of(f"mmoe-repro {command}", function_of)
        assert found == [f"mmoe_repro.{name}" for name in modules.split()], command
    rooms = code.modules_of(f"mmoe-repro report numbers --config '{both}'", function_of)
    assert {"mmoe_repro.census.numbers", "mmoe_repro.audit.numbers"} <= set(rooms)
    for command, file in (
        ("census tune", "mmoe_repro/census/search.py"),
        ("multiverse gather", "mmoe_repro/multiverse/store.py"),
        ("multiverse gather", "mmoe_repro/records.py"),
        ("multiverse judge", "mmoe_repro/multiverse/departures.py"),
        ("multiverse judge", "mmoe_repro/multiverse/store.py"),
        ("portraits judge", "mmoe_repro/multiverse/store.py"),
        ("trainability look", "mmoe_repro/multiverse/reading.py"),
        ("synthetic data", "mmoe_repro/synthetic/universes.py"),
        ("synthetic figure2-trials", "mmoe_repro/synthetic/universes.py"),
        ("synthetic select", "mmoe_repro/synthetic/reading.py"),
        ("synthetic summarise", "mmoe_repro/synthetic/schema.py"),
        ("synthetic curve-ends", "mmoe_repro/records.py"),
        ("report figures claims claim_S1", "mmoe_repro/report/style.py"),
    ):
        found = code.modules_of(f"mmoe-repro {command}", function_of)
        assert file in code.files_of(found)


def test_every_published_folder_has_its_rule() -> None:
    folders = {str(path.parent) for path in Path("results/published").glob("*/manifest.json")}
    assert folders <= set(workflow.publishers())
    assert workflow.publishers()["results/published/benchmarks"] == "publish_benchmarks"
