"""More than one machine: what jobs ask for, the profiles, and a million runs on paper."""

import errno
import fcntl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from benchmarks import many
from mmoe_repro import locks, needs, study
from mmoe_repro.census import needs as of_census
from mmoe_repro.census.cost import seconds_a_step
from mmoe_repro.census.plan import METHODS
from mmoe_repro.census.plan import blocks as census_blocks
from mmoe_repro.files import read_json
from mmoe_repro.multiverse.train import SCHEDULE
from mmoe_repro.recommender import needs as of_recommender
from mmoe_repro.speed.on_paper import on_paper
from mmoe_repro.synthetic import needs as of_synthetic
from mmoe_repro.synthetic.cost import SAMPLES, measured, seconds_a_run
from mmoe_repro.synthetic.plan import Block, blocks
from mmoe_repro.synthetic.universe import Universe
from tests.conftest import ROOT, run

MEASURED = ROOT / "results/published/benchmarks"
PROFILES = ("slurm", "kubernetes")
DEFAULT = study.load([ROOT / "config/config.yaml"])
LEAST = 600  # seconds of a job
TOO_MUCH = 30  # times what a job takes is no answer any more


def profile(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / f"profiles/{name}/profile.yaml").read_text())
    return found


# --- what jobs ask for ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference() -> Universe:
    path = ROOT / "results/published/calibration/reference.json"
    return Universe.from_dict(read_json(path, "universe")["universe"])


@pytest.mark.parametrize("model", ["shared_bottom_16", "mmoe", "shared_bottom_452"])
def test_a_block_asks_for_more_minutes_than_it_takes(model: str, reference: Universe) -> None:
    a_run = seconds_a_run(reference, model, SCHEDULE, "compiled")
    minutes = needs.minutes(of_synthetic.block(MEASURED, DEFAULT, model, 100), start=needs.TOGETHER)
    assert 100 * a_run < 60 * minutes < TOO_MUCH * 100 * a_run + 2 * needs.TOGETHER


@pytest.mark.parametrize("batch_size", [1, 16, 256, 4096])
def test_a_cost_is_measured_on_few_samples(batch_size: int, reference: Universe) -> None:
    few, many, often = measured(replace(reference, batch_size=batch_size), SCHEDULE)
    assert 1 <= few < many
    between = SCHEDULE.evaluate_every * batch_size
    assert (few + many) * often * between <= max(SAMPLES * 4, 3 * between)


@pytest.mark.parametrize("method", METHODS)
def test_repeats_of_the_census_ask_for_more_minutes_than_they_take(method: str) -> None:
    for group in ("income", "education"):
        tuned = ROOT / f"results/published/census/tuned/{group}/{method}.json"
        of = read_json(tuned, "choice", "steps")
        took = 40 * (of["steps"] + of_census.LOOK) * seconds_a_step(method, of["choice"], 1024)
        assert took < 60 * needs.minutes(of_census.repeats(MEASURED, DEFAULT, 40))


def test_what_is_asked_for_is_on_the_line_between_what_was_measured(tmp_path: Path) -> None:
    rows = [("omoe", 32, 40), ("mmoe", 32, 50), ("mmoe", 128, 110), ("mmoe", 512, 470)]
    columns = ["model", "batch_size", "step_microseconds_per_run"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "share_of_floor_fresh.csv", index=False)
    found = {
        batch: of_synthetic.step(tmp_path, batch) for batch in (2, 32, 80, 128, 320, 512, 1024)
    }
    assert found == {2: 50, 32: 50, 80: 80, 128: 110, 320: 290, 512: 470, 1024: 940}
    assert of_synthetic.seconds(tmp_path, 2, 10_000, 32, weight=1 / 3) == 1.0
    assert of_synthetic.seconds(tmp_path, 2, 10_000, 32, weight=2) == 2.0
    # 300 s to begin with and four times 75: ten minutes, and twice as many the second time
    assert (needs.minutes(75), needs.minutes(75, attempt=2), needs.minutes(75.1)) == (10, 20, 11)


def test_memory_grows_with_processes_and_tables() -> None:
    assert needs.memory(100, processes=1) == 700  # beside two snakemakes, half as much again
    assert needs.memory(100, processes=16) == 2_900
    held = [of_recommender.megabytes(MEASURED, users) for users in (1, 10**6, 10**8, 10**9)]
    assert held == sorted(held)
    assert held[3] == pytest.approx(10 * held[2])
    plain = of_census.megabytes(MEASURED)
    assert of_synthetic.megabytes(MEASURED) < plain < 1_000  # not that of plain PyTorch


def of_jobs(text: str) -> dict[str, str]:
    """Rule -> what the dry run says of its last job."""
    found = {}
    for part in (
        text.replace("localrule ", "rule ").replace("checkpoint ", "rule ").split("rule ")[1:]
    ):
        name, _, rest = part.partition(":")
        found[name] = rest.partition("\n\n")[0].partition("\n[")[0]
    return found


def test_what_takes_many_cores_or_trains_asks_for_a_node_and_the_rest_stays(checkout: Path) -> None:
    done = run("snakemake", "-n", "--configfile", "config/smoke.yaml", cwd=checkout)
    assert done.returncode == 0, done.stderr
    found = of_jobs(done.stdout)
    for rule, said in found.items():
        if "threads: " in said or "train" in rule.split("_"):
            assert "trainings=1" in said, rule
            assert "runtime=" in said, rule
            assert "mem_mb=" in said, rule
    assert {"multiverse_judge", "train_block", "train_chosen", "census_train"} <= found.keys()
    light = {"figure4", "gather", "report", "numbers", "select_learning_rate", "census_raw"}
    assert light & found.keys()
    assert not any("trainings" in found[rule] for rule in light & found.keys())


# --- profiles --------------------------------------------------------------------------------------


def test_profiles_say_what_is_to_be_filled_in_and_that_one_never_ran() -> None:
    for name in PROFILES:
        text = (ROOT / f"profiles/{name}/profile.yaml").read_text()
        assert "# To fill in." in text
        assert profile(name)["executor"] == name
        assert profile(name)["max-threads"] < 1024  # what a node has
        assert (
            not {"scheduler", "rerun-triggers"} & profile(name).keys()
        )  # profiles/default has them
    first = (ROOT / "profiles/kubernetes/profile.yaml").read_text().splitlines()[0]
    assert first.startswith("# DRY-RUN ONLY")
    both = ("groups", "group-components", "resources", "set-resource-scopes")
    assert all(profile("slurm")[name] == profile("kubernetes")[name] for name in both)


def test_blocks_that_are_put_together_last_ten_minutes() -> None:
    """As long as the full study has so many: by the cost model, without room to spare."""
    config = study.load([ROOT / "config/config.yaml", ROOT / "config/full.yaml"])

    def seconds(block: Block) -> float:
        return of_synthetic.block(MEASURED, config, block.model, block.n)

    together = profile("slurm")["group-components"]
    for name, chosen in (("blocks", False), ("chosen", True)):
        found = [b for b in blocks(config) if (b.learning_rate == "chosen") == chosen]
        mean = sum(map(seconds, found)) / len(found)
        assert min(together[name], len(found)) * mean >= LEAST
    # The default study's few runs of the census last less: all of them are in one job.
    of = config["census"]
    assert together["census"] >= len(census_blocks(config)) * len(of["methods"]) * len(of["groups"])
    more = study.load([ROOT / "config/config.yaml", ROOT / "config/census.yaml"])
    sizes = [n for _, n in census_blocks(more)] * len(of["methods"]) * len(of["groups"])
    a_run = of_census.seconds(MEASURED, 1, of["steps"]) / of_census.WIDEST
    assert min(together["census"], len(sizes)) * min(sizes) * a_run >= LEAST


def test_a_file_system_without_locks_clears_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    left = tmp_path / "locks/0.input.lock"
    left.parent.mkdir()
    left.touch()
    monkeypatch.setattr(fcntl, "flock", none)
    assert locks.clear_stale(tmp_path) is None
    assert left.exists()
    monkeypatch.undo()
    lock = locks.clear_stale(tmp_path)
    assert lock is not None
    lock.close()
    assert not left.exists()


def test_studies_that_are_planned_to_be_timed_have_nearly_so_many_blocks(tmp_path: Path) -> None:
    for wanted in many.BLOCKS:
        found, path = many._of_size(wanted, tmp_path)
        assert found == len(blocks(study.load([ROOT / "config/config.yaml", path])))
        assert found == pytest.approx(wanted, rel=0.05)
    assert "blocks=60" in many._together()


# --- on paper ---------------------------------------------------------------------------------------


def test_a_million_runs_by_hand() -> None:
    of = {"runs": 1000, "cores": 2, "steps": 1000, "block": 10, "job": 60, "parsed": 2}
    of |= {"submitted": 0.5, "copies": 2, "files": 6}
    steps = pd.DataFrame(
        [("mmoe", 32, 500), ("omoe", 32, 9)],
        columns=["model", "batch_size", "step_microseconds_per_run"],
    )
    dag = pd.DataFrame(
        [(10, True, 3.0), (10, False, 9.0), (100, True, 8.0), (1000, True, 50.0)],
        columns=["blocks", "grouped", "seconds"],
    )
    storage = pd.DataFrame(
        [("runs", 10, 150.0), ("runs", 90, 50.0), ("curves", 10, 1200.0), ("curves", 90, 1000.0)],
        columns=["kind", "runs_a_file", "bytes_a_run"],
    )
    rows, whole = on_paper(of, steps, dag, storage)
    # A hundred blocks of ten runs of half a second: twelve blocks a job of a minute, nine jobs.
    (row,) = rows.to_dict("records")
    assert (row["seconds"], row["blocks"], row["jobs"]) == (0.5, 12, 9)
    assert row["core_hours"] == pytest.approx((500 + 9 * 6) / 3600)
    assert row["hours"] == pytest.approx((8 + 9 * 0.5 + 5 * (60 + 6)) / 3600)
    assert whole["gigabytes"] == pytest.approx(1000 * (1350 + 1050) / 1e9)
    assert (whole["blocks"], whole["files"], whole["start"]) == (100, 600, 6.0)
    assert (whole["planning"]) == 8.0
