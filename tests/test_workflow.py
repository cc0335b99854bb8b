"""The workflow: it parses, plans jobs, is linted, and refuses what is wrong before any work."""

import ast
import sys
from pathlib import Path

import pytest

from mmoe_repro import plan
from mmoe_repro.config import load
from mmoe_repro.fingerprint import fingerprint, modules_behind
from mmoe_repro.progress import duration, line, start
from tests.conftest import ROOT, run

CONFIG = ROOT / "config/config.yaml"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def test_the_default_target_yields_the_whole_study(checkout: Path) -> None:
    done = run("snakemake", "-n", cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert "train_chosen" in done.stdout
    config = load([CONFIG], SCHEMA)
    blocks = sum(block.learning_rate == plan.CHOSEN for block in plan.blocks(config))
    assert f"train_chosen {blocks:>8}".split() in [li.split() for li in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "target",
    [
        "figure1",
        "figure4",
        "figures",
        "tables",
        "data",
        "calibration",
        "verdicts",
        "census",
        "publish",
    ],
)
def test_targets_that_a_person_would_guess(target: str, checkout: Path) -> None:
    done = run("snakemake", "-n", target, "--configfile", "config/smoke.yaml", cwd=checkout)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["config", "smoke", "census", "census_search"])
def test_every_configuration_has_a_dry_run(name: str, checkout: Path) -> None:
    done = run("snakemake", "-n", "--configfile", f"config/{name}.yaml", cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert "report" in done.stdout


def test_a_wrong_configuration_is_refused_before_any_work(checkout: Path) -> None:
    done = run("snakemake", "--cores", "1", "--config", "synthetic={seeds: 0}", cwd=checkout)
    assert done.returncode != 0
    assert "synthetic.seeds is '0'; allowed is" in done.stderr + done.stdout
    assert not (checkout / "results/synthetic").exists()


def test_parsing_imports_no_torch() -> None:
    code = "import sys; from mmoe_repro import plan, progress, config, fingerprint as f; " + (
        "f.fingerprint('mmoe_repro.blocks'); print('torch' in sys.modules)"
    )
    assert run(sys.executable, "-c", code).stdout.strip() == "False"


def test_lint_and_format() -> None:
    assert run("snakemake", "--lint").returncode == 0
    assert run("snakefmt", "--check", "Snakefile", "workflow").returncode == 0


def test_a_plan_covers_every_seed_once() -> None:
    config = load([CONFIG], SCHEMA)
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


def test_progress_says_what_is_done_and_how_long_the_rest_takes(tmp_path: Path) -> None:
    blocks = [plan.Block("reported", "mmoe", "0.5", "chosen", 10 * i, 10) for i in range(4)]
    first = tmp_path / f"{blocks[0].path()}.runs.parquet"
    first.parent.mkdir(parents=True)
    first.touch()
    start(tmp_path / "plan.json", tmp_path, blocks)
    import json

    began = json.loads((tmp_path / "plan.json").read_text())["started"]
    assert line(tmp_path / "plan.json", began + 5).endswith("1 of 4 blocks trained, 25%")
    (tmp_path / f"{blocks[1].path()}.runs.parquet").touch()
    assert "50%, about 2 min left" in line(tmp_path / "plan.json", began + 60)
    assert (duration(3900), duration(30)) == ("1 h 05 min", "30 s")


def test_a_fingerprint_sees_code_and_nothing_else() -> None:
    behind = modules_behind("mmoe_repro.blocks")
    assert "mmoe_repro.training.trainer" in behind
    assert "mmoe_repro.models.mmoe" in behind
    assert not any("report" in name or "calibration" in name for name in behind)
    assert len(fingerprint("mmoe_repro.blocks")) == 12


# The order of the rooms, from the ground up: a room imports only from rooms above it here.
ROOMS = """
    processor files locks config seeds fingerprint paper reading compiled synthetic models learners
    training plan progress records blocks selection universes statistics claims calibration census cost
    report cli
""".split()  # noqa: SIM905


def test_imports_run_one_way() -> None:
    for path in (ROOT / "mmoe_repro").rglob("*.py"):
        parts = path.relative_to(ROOT / "mmoe_repro").with_suffix("").parts
        if parts == ("__init__",):
            continue
        room = parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mmoe_repro"):
                names = [f"{node.module}.{a.name}" for a in node.names]
            for name in names:
                other = name.split(".")[1]
                assert ROOMS.index(other) <= ROOMS.index(room), f"{path} imports {name}"
