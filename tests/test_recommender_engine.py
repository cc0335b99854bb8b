"""From the engine to the paper's size, on paper; published runs made again; settings and defaults."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from mmoe_repro import study
from mmoe_repro.audit import job
from mmoe_repro.recommender import plan
from mmoe_repro.recommender.again import MEASURES, shortened
from mmoe_repro.recommender.job import Job, from_text
from mmoe_repro.recommender.numbers import _remade
from mmoe_repro.recommender.on_paper import a_step, network_bytes, on_paper, table_bytes
from mmoe_repro.recommender.traffic import Traffic
from mmoe_repro.recommender.widths import Widths, count
from mmoe_repro.report.assumptions import BadAssumption, read, values
from tests.conftest import ROOT

FILE = ROOT / "config/cluster.yaml"


def test_the_page_on_paper_by_hand() -> None:
    """A small cluster, every sum written out."""
    of = values(FILE) | {
        "users": 90.0, "items": 10.0, "units": 4.0, "features": 2.0, "dense_parameters": 100.0,
        "gpus_a_host": 2.0,
    }  # fmt: skip
    assert table_bytes(of) == 100 * 16
    # one GPU sends nothing; of two, half of 8 examples' 2 rows of 8 + 2 x 16 bytes is the other's
    assert network_bytes(of, 1, 16) == (0, 0)
    assert network_bytes(of, 2, 16) == (8 * 2 * 40 / 2 + 2 / 2 * 400, 0)
    # of four on two hosts a quarter is the neighbour's and half is on the other host
    assert network_bytes(of, 4, 16) == (4 * 2 * 40 / 4, 4 * 2 * 40 / 2 + 2 * 3 / 4 * 400)
    seconds = a_step(of, 1, 16)
    reached = of["arithmetic"] * of["arithmetic_reached"]
    assert seconds["arithmetic"] == pytest.approx(6 * 16 * 100 / reached)
    assert seconds["network"] == 0


def test_at_the_papers_size_tables_fit_and_hours_follow_from_steps() -> None:
    of = values(FILE)
    found = on_paper(of)
    assert (found["fits"] < 1).all()
    row = found[(found["gpus"] == 8) & (found["batch_size"] == 1_024)].iloc[0]
    assert row["hours"] == pytest.approx(3e10 / 1_024 * row["milliseconds"] / 3.6e6)
    inputs = int(of["features"] * of["units"]) + 8
    assert of["dense_parameters"] == count("shared_bottom", Widths(inputs))


def test_an_assumption_without_a_source_or_below_zero_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cluster.yaml"
    path.write_text(yaml.safe_dump({"users": {"value": 1, "unit": "rows"}}))
    with pytest.raises(BadAssumption, match=r"users has .*; expected are value, unit, source"):
        read(path)
    path.write_text(yaml.safe_dump({"users": {"value": 0, "unit": "rows", "source": "-"}}))
    with pytest.raises(BadAssumption, match="users is 0; allowed are numbers above 0"):
        read(path)


def test_a_call_without_a_configuration_has_the_configurations_defaults() -> None:
    config = study.check({"study": {"experiments": ["synthetic", "recommender"]}})
    settings = plan.settings(config, config["recommender"]["traffic"])
    text = json.dumps(settings)
    named = {"method": "mmoe", "learning_rate": 0.1}
    assert from_text(text, **named) == Job("mmoe", 0, Traffic(), 0.1)
    from mmoe_repro.recommender import block

    assert block.Live.from_text(json.dumps(config["recommender"]["live"])) == block.Live()


TINY = {
    "steps": 200, "looks": [100, 200], "batch_size": 256, "held_out": 1_000, "units": 8,
    "shared": [48, 32], "top": 32, "tower": 16,
    "traffic": {"users": 2_000, "items": 500, "segments": 20, "categories": 20},
}  # fmt: skip


def test_runs_are_made_again_to_their_first_look_and_a_changed_bit_is_found(tmp_path: Path) -> None:
    pytest.importorskip("torchrec", reason="torchrec is not installed")
    from mmoe_repro.recommender.block import Live, train_block
    from mmoe_repro.recommender.processes import joined

    tiny = from_text(json.dumps(TINY), method="omoe", learning_rate=0.1)
    with joined("cpu") as processes:
        records = train_block(tiny, range(2), processes, Live(requests=0))["runs"]
    wild = records["seed"] == 1
    records.loc[wild, "status"] = "diverged"
    records.to_parquet(tmp_path / "runs.parquet")
    folders = {"recommender": tmp_path}
    published = job.read(folders)
    (run,) = published["recommender"].to_dict("records")  # the one that did not diverge
    assert (run["condition"], run["seed"]) == ("OMoE, traffic reference", 0)
    look = records[(records["seed"] == 0) & (records["step"] == 100)].set_index("task")
    assert run["satisfaction_auc"] == look.at["satisfaction", "auc"]
    again = shortened(run["job"])
    assert (again.steps, again.looks, again.method) == (100, (100,), "omoe")

    def compared() -> pd.DataFrame:
        return job.compared(folders, published, 3, 2018, study.check({}), {})

    whole = compared()
    assert whole["measure"].tolist() == list(MEASURES)
    assert set(whole["is"]) == {"equal"}
    published["recommender"]["engagement_auc"] *= 1 + 1e-9
    apart = compared()
    assert apart.loc[apart["is"] != "equal", "measure"].tolist() == ["engagement_auc"]
    assert _remade(whole) == {
        "recommender.remade": "1", "recommender.remade.equal": "1", "recommender.remade.apart": "0",
    }  # fmt: skip
    assert _remade(apart)["recommender.remade.equal"] == "0"
    assert _remade(apart)["recommender.remade.apart"] == "$10^{-9}$"


def test_without_torchrec_no_run_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmoe_repro.recommender.launch.find_spec", lambda name: None)
    folders = {"recommender": Path("nowhere"), "synthetic": Path("elsewhere")}
    found = job.missing(folders, {})
    assert list(found) == ["recommender"]
    assert found["recommender"].startswith("the recommender needs torchrec")
    nothing = job.compared({}, {}, 3, 2018, study.check({}), {})
    assert _remade(nothing)["recommender.remade"] == "0"
    assert job.said(nothing, {}, [], 0.95)["together"]["at_most"] == 1


def test_without_torchrec_the_study_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmoe_repro.recommender.launch.find_spec", lambda name: None)
    named = ["synthetic", "recommender"]
    reading = study.check({"study": {"experiments": named}})
    assert study.possible(reading) == (reading, [])  # published runs are read without it
    training = study.check({"study": {"experiments": named}, "recommender": {"train": True}})
    config, said = study.possible(training)
    assert config["study"]["experiments"] == ["synthetic"]
    assert len(said) == 1
    assert said[0].startswith(
        "recommender is left out of the study: the recommender needs torchrec"
    )
