"""Where what a reader sees comes from: read from the workflow and the manifests, for every number."""

import re
from pathlib import Path

import pytest

from mmoe_repro import study
from mmoe_repro.cli import function_of
from mmoe_repro.files import read_json, sha256, write_json
from mmoe_repro.paper.published import DATA
from mmoe_repro.provenance import behind, chain, code, prose, search, things, workflow
from mmoe_repro.provenance.workflow import Job
from mmoe_repro.report.publish import checksums
from mmoe_repro.synthetic.plan import PUBLISHED_FOLDER
from tests.conftest import ROOT, run

PUBLISHED = behind.Study()
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
    names = {name for name in in_prose() if name in PUBLISHED.report.numbers}
    assert len(names) > 150
    found = {name: things.known(f"number:{name}", PUBLISHED.report) for name in names}
    wanted = {str(PUBLISHED.made_in / file) for thing in found.values() for file in thing.files}
    jobs = workflow.jobs(PUBLISHED.configfiles, sorted(wanted))
    makers = workflow.by_output(jobs)
    for name, thing in found.items():
        assert all(Path(file).exists() for file in thing.beside), name
        settings = "A setting: no file of results" in thing.said
        assert settings != bool(thing.files or thing.beside), name
        for file in (str(PUBLISHED.made_in / file) for file in thing.files):
            behind = workflow.behind(file, makers)
            assert behind, (name, file)
            for leaf in {leaf for job in behind for leaf in job.inputs if leaf not in makers}:
                assert (ROOT / leaf).exists(), (name, leaf)
            assert file in PUBLISHED.records or all(
                code.modules_of(job.command, function_of) for job in behind
            )


def test_files_behind_numbers_are_named_alike_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a clone that runs another one's package
    below = {"own/runs.parquet": Path("results/own/runs.parquet"),
             "mmoe_repro/paper/data/figure3_loss_curves.csv": DATA / "figure3_loss_curves.csv",
             "config/claims.yaml": tmp_path / "config/claims.yaml"}  # fmt: skip
    assert [study._named(path, Path("results")) for path in below.values()] == list(below)
    sources = read_json(ROOT / PUBLISHED_FOLDER / "numbers_from.json")
    assert not [name for files in sources.values() for name in files if Path(name).is_absolute()]


def test_settings_are_few_and_none_is_a_result() -> None:
    sources = read_json(ROOT / PUBLISHED_FOLDER / "numbers_from.json")
    settings = {name for name, files in sources.items() if not files}
    kinds = {name.partition(".")[0] for name in settings}
    assert kinds <= {"study", "software", "models", "figure2", "figure3", "trainability"}, kinds


def told(name: str, whole: bool = False) -> str:
    thing = things.known(name, PUBLISHED.report)
    tell = chain.whole if whole else chain.summary
    found = behind.behind(thing, PUBLISHED)
    return "\n".join([thing.said, *tell(found, PUBLISHED, function_of)])


def test_a_figure_leads_to_records_conditions_commit_and_code() -> None:
    text = told("figure4", whole=True)
    digest = checksums(ROOT / PUBLISHED_FOLDER)["figures/figure4.pdf"][: behind.DIGITS]
    records = PUBLISHED_FOLDER / "curves.parquet"
    manifest = read_json(ROOT / PUBLISHED_FOLDER / "manifest.json", "commit")
    for said in (
        f"{PUBLISHED_FOLDER}/figures/figure4.pdf  sha256 {digest}, as published",
        "rule figure4: mmoe-repro report figures synthetic figure4 --input curves=",
        "mmoe_repro.synthetic.figures.figure4",
        "again: snakemake --cores 1 --configfile config/published.yaml -- results/from_published/",
        f"{records}  sha256 {sha256(ROOT / records)[: behind.DIGITS]}, as published",
        f"at commit {manifest['commit'][:12]}",
        "of 9 conditions, seeds 0 to 199: model mmoe, omoe, shared_bottom",
        "train_chosen 18",
        "train_chosen: mmoe-repro synthetic train",
        "NOT ESTABLISHED",
    ):
        assert said in text, said


def test_a_summary_is_short_and_has_file_maker_records_commit_and_command() -> None:
    text = told("figure4")
    assert len(text.splitlines()) <= 12
    commit = read_json(ROOT / PUBLISHED_FOLDER / "manifest.json", "commit")["commit"][:12]
    for said in (
        "figure4: ",
        "The paper's Figure 4.",  # its caption
        f"file     {PUBLISHED_FOLDER}/figures/figure4.pdf  sha256 ",
        "made by  rule figure4\n",
        f"of       {PUBLISHED_FOLDER}/curves.parquet  181,800 rows of 9 conditions",
        f"at commit {commit} by rule publish",
        "again    snakemake --cores 1 --configfile config/published.yaml -- results/from_published/",
    ):
        assert said in text, said


def test_a_study_of_ones_own_is_followed_to_its_own_training(tmp_path: Path) -> None:
    results = tmp_path / "results"
    (results / "figures").mkdir(parents=True)
    (results / "figures/figure4.pdf").write_text("drawn")
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"universe: {{batch_size: 128}}\nstudy: {{results: {results}}}\n")
    of = behind.of_configuration([mine])
    found = behind.behind(things.known("figure4", of.report), of)
    text = "\n".join(chain.whole(found, of, function_of))
    assert (
        f"{results}/figures/figure4.pdf  sha256 {sha256(results / 'figures/figure4.pdf')[:16]}\n"
        in text
    )
    assert f"{results}/synthetic/curves.parquet  not made by you yet" in text
    assert "train_chosen 18" in text
    assert '--changes {"batch_size": 128}' in text
    assert f"--configfile {mine} -- {results}/synthetic/curves.parquet" in text
    assert "published" not in text.replace("results/published/calibration", "")


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("FIGURE4", "figure4"),
        ("figures/figure4.svg", "figure4"),
        ("results/published/synthetic/tables/power.tex", "table:power"),
        ("a3", "A3"),
        ("final.runs", "number:final.runs"),
    ],
)
def test_a_thing_is_known_by_its_name_in_any_case_and_by_its_files(asked: str, name: str) -> None:
    assert things.known(asked, PUBLISHED.report).name == name


def small(folder: Path, captions: bool = True) -> things.Report:
    """A report of two figures, a table, four numbers, one statement."""
    for path in ("figures/figure4.pdf", "figures/figure5.pdf", "tables/ends.tex", "claims"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path != "claims":
            (folder / path).write_text(
                r"a & b \\\\ OMoE & 0.25 [0.2, $-$0.310] \\\\ MMoE & 31\,\% \\\\"
            )
    numbers = {"end.a": "0.310", "end.b": "1,800", "share": r"31\,\%", "universe.batch_size": "16"}
    write_json(numbers, folder / "numbers.json")
    statements = [{"id": "A3", "statement": "Both beat it."}]
    write_json({"statements": statements}, folder / "claims/verdicts.json")
    if captions:
        at = {"figure4": {"kind": "figure", "number": "R5", "page": "8"}}
        write_json(at, folder / "captions.json")
    return things.Report(folder)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Figure R5", ["figure4"]),
        ("fig. r5", ["figure4"]),
        ("Figure 5", ["figure5"]),
        ("0.31", ["number:end.a"]),
        ("-0.310", ["table:ends"]),
        ("1800", ["number:end.b"]),
        ("31%", ["number:share", "table:ends"]),
        ("number:end", ["number:end.a", "number:end.b"]),
        ("table:", ["table:ends"]),
        ("figure:", ["figure4", "figure5"]),
        ("statement:", ["A3"]),
    ],
)
def test_what_is_no_name_is_looked_for(asked: str, names: list[str], tmp_path: Path) -> None:
    assert list(search.found(asked, small(tmp_path))) == names


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("figur4", r"nearest are figure4, figure5; `mmoe-repro why` alone lists all"),
        ("A33", r"nearest are A3;"),
        ("number:end.c", r"nearest are number:end\.[ab], number:end\.[ab]"),
        ("0.999", r"is called '0.999'; `mmoe"),
        ("Table 9", r"is called 'Table 9'"),
    ],
)
def test_what_is_unknown_is_told_with_the_nearest_names(
    asked: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(things.Unknown, match=said) as error:
        search.found(asked, small(tmp_path))
    assert len(str(error.value)) < 300
    with pytest.raises(things.Unknown, match="the report's numbering is not known here"):
        search.found("Figure R5", small(tmp_path / "other", captions=False))


def test_the_reports_own_numbering_is_told(tmp_path: Path) -> None:
    said = things.known("figure4", small(tmp_path)).said
    assert said.startswith("figure4: Figure R5 of the report, page 8. The paper's Figure 4. Mean")


def test_the_sentence_of_a_number_is_told_in_plain_words() -> None:
    numbers = {"study.seeds": "200", "study.confidence": r"95\,\%"}
    (said,) = [s for s in prose.sentences("study.confidence", numbers) if "runs per curve" in s]
    assert "(200 runs per curve, with 95 % intervals) over the published Figure 4." in said
    assert (
        prose.plain(r"\holds{a}{<}{b}{it falls}, $-$\val{x}~\emph{k} {\small y} % no")
        == "it falls, -x k y"
    )
    assert prose.plain(r"a\ifcsname val@b.c\endcsname{}; as \val{d}\fi.") == "a; as d."


def test_every_name_is_listed_and_an_unknown_one_ends_in_one_line() -> None:
    done = run("mmoe-repro", "why")
    assert "portrait_own" in done.stdout
    assert "final (" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    done = run("mmoe-repro", "why", "number:none.such")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    with pytest.raises(things.Unknown, match="allowed are figure:NAME"):
        things.known("page:3", PUBLISHED.report)


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
        ("census tune --method omoe", "census.search census.methods census.trial files"),
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
