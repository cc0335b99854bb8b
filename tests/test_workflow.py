"""The workflow: it parses, plans jobs, and refuses what is wrong before any work."""

import ast
import inspect
import json
import re
import sys
from pathlib import Path

import pytest

from mmoe_repro import study
from mmoe_repro.config import check, read
from mmoe_repro.fingerprint import (
    _text,
    _without_docstrings,
    fingerprint,
    modules_behind,
)
from mmoe_repro.progress import duration, line, made, start
from mmoe_repro.report.folders import Folders
from mmoe_repro.report.rooms import COMMITTED
from mmoe_repro.synthetic import plan
from mmoe_repro.trainability import plan as trainability
from tests.conftest import ROOT, planned, run

CONFIG = ROOT / "config/config.yaml"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


TARGETS = "figure1 figure4 figures tables data calibration verdicts census publish".split()  # noqa: SIM905


def test_targets_that_a_person_would_guess(checkout: Path) -> None:
    """Snakemake names the first that is none."""
    done = run("snakemake", "-n", "--configfile", "config/smoke.yaml", "--", *TARGETS, cwd=checkout)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "target"),
    [("census", "publish_census"), ("census_search", "publish_census"),
     ("multiverse_run", "publish_multiverse")],
)  # fmt: skip
def test_a_study_that_goes_on_ends_with_what_is_published(
    name: str, target: str, checkout: Path
) -> None:
    done = run("snakemake", "-n", "--configfile", f"config/{name}.yaml", "--", target, cwd=checkout)
    assert done.returncode == 0, done.stderr


ALWAYS = {"train_block", "train_chosen", "census_train", "census_kept_train"}
ALWAYS |= {"multiverse_remade", "multiverse_judge"}
SEARCH = {f"census_{name}" for name in ("tune", "tune_again", "train_again", "defect", "baseline")}
RECOMMENDER = {f"recommender_{name}" for name in ("traffic", "tune", "train", "remade")}


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("config", set()),
        ("smoke", RECOMMENDER),
        ("full", set()),
        ("multiverse_run", {"multiverse_records"}),
        ("census", set()),
        ("census_search", SEARCH),
        ("recommender", RECOMMENDER),
    ],
)
def test_every_configuration_trains_what_it_says(name: str, more: set[str], checkout: Path) -> None:
    """By the jobs that go to a node, and by the rule that gathers universes, which waits for theirs."""
    done = run("snakemake", "-n", "--configfile", f"config/{name}.yaml", cwd=checkout)
    assert done.returncode == 0, done.stderr
    jobs = planned(done.stdout)
    on_nodes = {
        re.findall(r"(?:rule|checkpoint) (\w+):", said)[0]
        for said in re.split(r"\n(?=\[)", done.stdout)  # each job begins with the time
        if "trainings=1" in said
    }
    config, left_out = study.possible(study.load([CONFIG, ROOT / f"config/{name}.yaml"]))
    expected = ALWAYS | (more - RECOMMENDER if left_out else more)
    assert on_nodes | (more & jobs.keys()) == expected
    assert jobs["train_block"] + jobs["train_chosen"] == len(plan.blocks(config))
    assert jobs["report"] == 1


def test_a_wrong_configuration_is_refused_before_any_work(checkout: Path) -> None:
    done = run("snakemake", "--cores", "1", "--config", "synthetic={seeds: 0}", cwd=checkout)
    assert done.returncode != 0
    assert "configuration: synthetic.seeds is '0'; allowed is" in done.stderr.splitlines()[-1]
    assert "Snakefile" not in done.stderr
    assert not (checkout / "results/synthetic").exists()


def test_a_wrong_statement_is_refused_before_any_work(checkout: Path) -> None:
    claims = checkout / "config/claims.yaml"
    claims.write_text(claims.read_text().replace("    experiment: census\n", "", 1))
    done = run("snakemake", "-n", cwd=checkout)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "config/claims.yaml: claims." in said
    assert "experiment" in said
    assert "Traceback" not in said


HEAVY = {"torch", "numba", "scipy", "sklearn", "statsmodels", "pandera", "matplotlib"}


def test_parsing_imports_nothing_heavy(checkout: Path) -> None:
    """The workflow itself tells what it has loaded; numpy and pandas come with snakemake."""
    snakefile = checkout / "workflow/Snakefile"
    snakefile.write_text(snakefile.read_text() + "\n\nprint('LOADED', *sys.modules)\n")
    done = run("snakemake", "-n", "figure1", cwd=checkout)
    assert done.returncode == 0, done.stderr
    loaded = next(line for line in done.stdout.splitlines() if line.startswith("LOADED")).split()
    assert "mmoe_repro.study" in loaded
    assert not HEAVY & set(loaded)


def test_snakemake_has_the_limit_that_the_workflow_lifts() -> None:
    """Under another name it would be back, and nobody would see more than a study that takes longer."""
    from snakemake.scheduling.job_scheduler import JobScheduler

    lifted = (ROOT / "workflow/Snakefile").read_text()
    assert "workflow.scheduler.job_rate_limiter = None" in lifted
    assert "self.job_rate_limiter = " in inspect.getsource(JobScheduler.__init__)
    assert "if self.job_rate_limiter is not None:" in inspect.getsource(JobScheduler.schedule)


def test_a_plan_covers_every_seed_once() -> None:
    config = check(read([CONFIG]), SCHEMA)
    for model in config["synthetic"]["models"]:
        seeds = [
            seed
            for block in plan.reported_blocks(config)
            if (block.model, block.task_correlation) == (model, "0.9")
            for seed in range(block.first, block.first + block.n)
        ]
        assert seeds == list(range(200))
    selection = {b.first for b in plan.selection_blocks(config)}
    assert min(selection) >= 10_000  # apart from the reported seeds
    assert [plan.text(x) for x in (0.5, 1.0, 0.0001)] == ["0.5", "1", "0.0001"]


def test_progress_says_what_is_done_of_each_stage_and_how_long_the_rest_takes(
    tmp_path: Path,
) -> None:
    blocks = [plan.Block("reported", "mmoe", "0.5", "chosen", 10 * i, 10) for i in range(4)]
    blocks.insert(1, plan.Block("selection", "mmoe", "0.5", "0.01", 10_000, 1))
    paths = [tmp_path / f"{block.path()}.runs.parquet" for block in blocks]

    def finish(i: int) -> None:
        paths[i].parent.mkdir(parents=True, exist_ok=True)
        paths[i].touch()

    finish(0)
    start(tmp_path / "plan.json", dict(zip(paths, (30, 3, 30, 30, 27), strict=True)))
    began = json.loads((tmp_path / "plan.json").read_text())["started"]
    told = "[study] 25% trained (reported 1 of 4, selection 0 of 1)"
    assert line(tmp_path / "plan.json", began + 5) == told
    finish(1)  # so little that its speed says nothing
    assert line(tmp_path / "plan.json", began + 6).endswith("(reported 1 of 4, selection 1 of 1)")
    finish(2)
    assert line(tmp_path / "plan.json", began + 60).endswith("selection 1 of 1), about 2 min left")
    finish(3)
    finish(4)
    assert line(tmp_path / "plan.json", began + 70).endswith("training is done")
    assert (duration(3900), duration(30)) == ("1 h 05 min", "30 s")


def test_what_was_asked_for_is_named_at_the_end() -> None:
    few = ["r/figures/a.svg", "r/figures/a.pdf"]
    assert made(few) == "Made: r/figures/a.pdf, r/figures/a.svg"
    many = [f"r/tables/{i}.tex" for i in range(9)]
    assert made([*many, "r/report.pdf"]) == "Made: 1 in r/, 9 in r/tables/"


def test_a_fingerprint_sees_code_and_nothing_else() -> None:
    behind = modules_behind("mmoe_repro.synthetic.blocks")
    assert "mmoe_repro.training.trainer" in behind
    assert "mmoe_repro.models.mmoe" in behind
    assert not any("figures" in name or "calibration" in name for name in behind)
    assert len(fingerprint("mmoe_repro.synthetic.blocks")) == 12


def test_a_fingerprint_is_the_same_from_every_python() -> None:
    """What Pythons write differently: empty lists, type parameters, formats in f-strings."""
    tree = ast.parse("class A:\n    def f(self): return None, f'{1:<{2}}{3!r:.4}'\nf(*a, **{})\n")
    assert _text(tree) == (
        "Module(body=[ClassDef(name='A', bases=[], keywords=[], body=[FunctionDef(name='f', "
        "args=arguments(posonlyargs=[], args=[arg(arg='self')], kwonlyargs=[], kw_defaults=[], "
        "defaults=[]), body=[Return(value=Tuple(elts=[Constant(value=None), JoinedStr(values=["
        "FormattedValue(value=Constant(value=1), conversion=-1, format_spec=JoinedStr(values=["
        "Constant(value='<'), FormattedValue(value=Constant(value=2), conversion=-1)])), "
        "FormattedValue(value=Constant(value=3), conversion=114, format_spec=JoinedStr(values=["
        "Constant(value='.4')]))])], ctx=Load()))], decorator_list=[])], decorator_list=[]), "
        "Expr(value=Call(func=Name(id='f', ctx=Load()), args=[Starred(value=Name(id='a', "
        "ctx=Load()), ctx=Load())], keywords=[keyword(value=Dict(keys=[], values=[]))]))], "
        "type_ignores=[])"
    )
    if sys.version_info[:2] == (3, 11):
        for path in PACKAGE.rglob("*.py"):
            tree = ast.parse(path.read_text())
            assert _text(tree) == ast.dump(tree), path


def test_only_rules_that_train_say_which_code_decides_on_their_result() -> None:
    """Of the others it is what their command imports: no list of it can be out of date."""
    begins = re.compile(r"^ *(?:use rule \w+ as|rule|checkpoint) (?=\w)", re.M)
    files = [path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk")]
    rules = [rule for text in files for rule in begins.split(text)[1:]]
    named = {re.findall(r"\w+", rule)[0] for rule in rules if "code=" in rule or "**TUNING" in rule}
    assert named == {
        "audit", "calibration_figure2", "calibration_finalists", "calibration_search",
        "census_baseline", "census_defect", "census_kept_train", "census_train",
        "census_train_again", "census_tune", "census_tune_again",
        "multiverse_design", "multiverse_remade", "multiverse_universe", "portraits_nearest",
        "portraits_universe", "recommender_remade", "recommender_traffic", "recommender_train",
        "recommender_tune", "train_block", "train_chosen",
    }  # fmt: skip


# The order of the rooms, from the ground up: a room imports only from rooms above it here.
ROOMS = """
    processor memory files locks pools allowed config seeds fingerprint paper progress cost needs records
    compiled models learners training statistics report claims synthetic calibration multiverse
    portraits trainability census recommender explorer audit speed study provenance cli
""".split()  # noqa: SIM905
PACKAGE = ROOT / "mmoe_repro"


def imports() -> dict[str, set[str]]:
    """Every module of the package and the modules of it that it imports, wherever in the file."""
    paths = {
        ".".join(("mmoe_repro", *path.relative_to(PACKAGE).with_suffix("").parts)): path
        for path in PACKAGE.rglob("*.py")
    }
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    found: dict[str, set[str]] = {}
    for module, path in modules.items():
        found[module] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mmoe_repro"):
                names = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
            elif isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            else:
                continue
            found[module] |= {str(name) for name in names if name in modules}
    return found


def room(module: str) -> str:
    return [*module.split("."), ""][1]


def test_rooms_import_one_way() -> None:
    for module, others in imports().items():
        for other in others:
            if room(module) and room(other):
                assert ROOMS.index(room(other)) <= ROOMS.index(room(module)), f"{module}: {other}"


def test_no_two_files_import_each_other() -> None:
    """Nor does any longer circle: files can be put in an order in which imports run one way."""
    whole = imports()
    packages = {module for module in whole if any(m.startswith(f"{module}.") for m in whole)}
    waiting = {module: others - packages - {module} for module, others in whole.items()}
    while waiting:
        free = {module for module, others in waiting.items() if not others & set(waiting)}
        assert free, f"imports go in a circle among {sorted(waiting)}"
        waiting = {module: others for module, others in waiting.items() if module not in free}


# What knows no experiment by name. Of the others, study.py lists them, compiled/ names the rooms whose
# sources its cache is of, and speed/, explorer/ and provenance/ show what single ones have.
GENERAL = {
    "report", "claims", "statistics", "training", "learners", "models", "audit", "processor.py",
    "files.py", "locks.py", "pools.py", "seeds.py", "fingerprint.py", "progress.py", "cost.py",
    "needs.py", "records.py",
}  # fmt: skip


def test_no_file_is_long() -> None:
    for path in (*PACKAGE.rglob("*.py"), *(ROOT / "workflow").rglob("*.smk")):
        assert len(path.read_text().splitlines()) <= 350, path


def test_general_rooms_name_no_experiment() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] in GENERAL:
            code = ast.dump(_without_docstrings(ast.parse(path.read_text())))
            named = [name for name in study.EXPERIMENTS if name in code]
            assert not named, f"{path} knows {named}"


def test_what_is_committed_is_in_one_place() -> None:
    """What lies behind training keeps a name of its own, so that its fingerprint stays."""
    assert Folders(Path())["census"] == COMMITTED / "census"
    assert plan.PUBLISHED_FOLDER == COMMITTED / "synthetic"
    assert trainability.FOLDER == COMMITTED / "trainability"
