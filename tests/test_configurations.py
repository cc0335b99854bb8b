"""Any configuration that the schema allows is planned, or refused in one line before any work."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from mmoe_repro import study
from mmoe_repro.config import read
from mmoe_repro.synthetic import plan
from tests.configurations import drawn, tiny, write
from tests.conftest import copy_checkout, planned, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_checkout(tmp_path_factory.mktemp("planned") / "study")


@drawn(5, 100)
@given(config=tiny())
def test_any_configuration_is_planned(folder: Path, config: dict[str, Any]) -> None:
    study.check(config)
    files = ("config/smoke.yaml", write(config, folder))
    done = run("snakemake", "-n", "--configfile", *files, cwd=folder)
    assert done.returncode == 0, (config, (done.stdout + done.stderr)[-2000:])
    jobs = planned(done.stdout)
    blocks = len(plan.blocks(study.check(read([folder / name for name in files]))))
    assert jobs["train_chosen"] + jobs.get("train_block", 0) == blocks
