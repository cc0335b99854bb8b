"""The configuration: defaults, layers, and one line for what is wrong."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from mmoe_repro import study
from mmoe_repro.config import BadConfig, check, describe, differences, merge, read
from mmoe_repro.synthetic.models import MODELS, TITLES
from mmoe_repro.synthetic.universes import read_universe
from tests.conftest import ROOT

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def test_the_committed_configuration_spells_out_every_default() -> None:
    committed = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    assert committed == check(committed, SCHEMA)
    assert check({}, SCHEMA) == committed


def test_smoke_goes_over_the_default() -> None:
    config = check(read([ROOT / "config/config.yaml", ROOT / "config/smoke.yaml"]), SCHEMA)
    assert config["study"]["name"] == "smoke"
    assert config["synthetic"]["task_correlations"] == [0.5, 0.9, 1.0]
    assert config["synthetic"]["schedule"]["steps"] == 200


def test_every_key_has_a_description() -> None:
    def walk(schema: dict[str, Any], at: str) -> None:
        for key, part in schema.get("properties", {}).items():
            assert part.get("description"), f"{at}{key} has no description"
            assert len(key) >= 2 or at.startswith("universe.label_function"), key
            if part.get("type") == "object" and "properties" in part:
                assert part["additionalProperties"] is False
            walk(part, f"{at}{key}.")

    walk(yaml.safe_load(SCHEMA.read_text()), "")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"synthetic": {"sedes": 3}},
            r"synthetic\.sedes is not a key, nearest is seeds; allowed are",
        ),
        ({"synthetc": {}}, r"synthetc is not a key, nearest is synthetic; allowed are"),
        (
            {"synthetic": {"seeds": "many"}},
            r"synthetic\.seeds is 'many'; allowed is a whole number from 2 to 9999$",
        ),
        (
            {"synthetic": {"models": ["resnet"]}},
            r"models has 'resnet'; allowed is one of shared_bot",
        ),
        (
            {"synthetic": {"task_correlations": [1.5]}},
            r"has 1\.5; allowed is a list of numbers from -1 to 1$",
        ),
        (
            {"synthetic": {"task_correlations": [0.5, 0.5]}},
            r"is \[0\.5, 0\.5\]; allowed is a list of one or more different numbers from -1 to 1$",
        ),
        ({"synthetic": {"schedule": {"steps": 150}}}, r"steps is 150; allowed are multiples"),
        ({"synthetic": {"schedule": {"curve_samples": 20000}}}, r"at most final_samples"),
        (
            {"universe": {"initialisation": "glorut"}},
            r"is 'glorut', nearest is glorot; allowed is one",
        ),
        ({"plots": {"confidence": 95}}, r"is 95; allowed is a number above 0\.5 and below 1$"),
        (
            {"plots": {"colours": {"mmoe": "red"}}},
            r"colours\.mmoe is 'red'; allowed is a colour, \"#rrggbb\" in quotes$",
        ),
        (
            {"training": {"learner": "torch", "device": "gpu"}},
            r"device is 'gpu'; allowed is cpu, or a device of torch's, such as cuda, cuda:1",
        ),
        (
            {"universe": {"label_function": "google-research"}},
            r"is 'google-research'; allowed is a section with c, alpha, beta$",
        ),
        (
            {"universe": {"label_function": {"alpha": [1], "beta": [0]}}},
            r"universe\.label_function lacks c; needed are c, alpha, beta$",
        ),
        (
            {"recommender": {"units": 12}},
            r"is 12; allowed is a whole number from 8, a multiple of 8$",
        ),
        ({"census": {"repeats": 1001}}, r"is 1001; allowed is a whole number from 1 to 1000$"),
        ({"census": {"raw": 3}}, r"census\.raw is 3; allowed is a folder, or null$"),
        (
            {"figure3": {"seeds": 4}},
            r"figure3\.seeds is 4; allowed are synthetic\.seeds, 200, or more",
        ),
        (
            {"universe": {"label_function": {"c": 1, "alpha": [1, 2], "beta": [0]}}},
            r"beta has 1 phases; allowed are as many as alpha has frequencies, 2",
        ),
        (
            {"universe": {"label_function": {"c": 1, "alpha": [], "beta": []}}},
            r"alpha is \[\]; allowed is a list of one or more numbers$",
        ),
        (
            {"training": {"device": "cuda"}},
            r"device is cuda; allowed with the compiled learner is cpu",
        ),
        (
            {"census": {"steps": 300}},
            r"census\.steps is 300; allowed are multiples of evaluate_every, 200",
        ),
        (
            {"census": {"published": False}},
            r"census\.repeats is 1; allowed without published runs beside it are 2 or more",
        ),
        ({"census": {"first": 1}}, r"census\.first is 1; allowed are seeds below repeats, 1"),
        (
            {
                "study": {"experiments": ["synthetic", "recommender"]},
                "recommender": {"looks": [4000]},
            },
            r"looks is \[4000\]; allowed are steps in order, the last of them recommender\.steps, 6000",
        ),
        *[
            ({"study": {"experiments": ["synthetic", "recommender"]}, "recommender": wrong}, said)
            for wrong, said in (
                ({"methods": ["mmoe", "omoe"]}, r"methods lacks shared_bottom; needed are shared_"),
                ({"methods": ["shared_bottom", "omoe"]}, r"lacks mmoe; .* mmoe, whose gates are"),
                (
                    {"variants": {"reference": {"cosine": 0}}},
                    r"variants\.reference has a name that",
                ),
                ({"variants": {"first_half": {"cosine": 0}}}, r"variants\.first_half has a name"),
                ({"variants": {"published": {"cosine": 0}}}, r"variants\.published has a name"),
                (
                    {"variants": {"other": {"cosin": 0}}},
                    r"variants\.other\.cosin is not a key, nearest is cosine; allowed are affinity",
                ),
                (
                    {"variants": {"other": {"cosine": 2}}},
                    r"variants\.other\.cosine is 2; allowed is a number from -1 to 1$",
                ),
                (
                    {"batch_size": 1001, "processes": 2},
                    r"batch_size is 1001; allowed are multiples",
                ),
                ({"trials": 1, "near": 1}, r"finalists is 3; allowed are at most .* together, 2$"),
                ({"held_out": 10_001, "processes": 2}, r"held_out is 10001; allowed are multiples"),
                ({"live": {"slots": 51}}, r"live\.slots is 51; allowed are at most .*tes, 50$"),
                (
                    {"traffic": {"items": 99}},
                    r"candidates is 50; allowed are at most half of .* 99",
                ),
                ({"looks": [150, 6000]}, r"looks is \[150, 6000\]; allowed are multiples of 100"),
                ({"steps": 250, "looks": [250]}, r"looks is \[250\]; allowed are multiples of 100"),
            )
        ],
        (
            {"multiverse": {"seeds": 30}},
            r"multiverse\.seeds is 30; allowed with the records of results/published/multiverse is 20",
        ),
        (
            {"multiverse": {"selection_seeds": 6, "train": True}},
            r"selection_seeds is 6; .* is 5, as",
        ),
        (
            {"multiverse": {"train": True}, "study": {"seed": 7}},
            r"study\.seed is 7; allowed with multiverse\.train and the records .* is 2018",
        ),
        (
            {"census": {"splits": 7}},
            r"census\.splits is 7; allowed with the published runs are at most 5, .*published false",
        ),
        *[
            ({"study": {"results": folder}}, r"results is .*; allowed is any folder outside of")
            for folder in (
                "results/published",
                "results/published/mine",
                "results/x/../published",
                str(ROOT / "results/published"),
                ".",
                "results/..",
                str(ROOT),
                "..",
                "/",
            )
        ],
    ],
)
def test_a_wrong_value_is_refused_in_one_line(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadConfig, match=said) as error:
        study.check(wrong, SCHEMA)
    assert "\n" not in str(error.value)


def test_results_may_go_anywhere_else(tmp_path: Path) -> None:
    for folder in ("results", "results/mine", "results/published2", "elsewhere", str(tmp_path)):
        study.check({"study": {"results": folder}}, SCHEMA)


# A value that is not the default, of every key that changes no result
FREELY = {
    "study.name": "mine", "study.experiments": ["synthetic"], "study.records": "published",
    "study.results": "results/mine", "synthetic.block_size": 7, "census.raw": "folder",
    "census.sources": ["package"], "census.block_size": 7, "recommender.block_size": 7,
    "variants.train": True, "multiverse.train": True, "recommender.train": True,
    "plots.colours": {"mmoe": "#000000"},
}  # fmt: skip


def test_keys_that_change_no_result_are_told_from_those_that_do() -> None:
    assert set(FREELY) == set(study.FREE)
    for key, value in FREELY.items():
        section, name = key.split(".")
        config = study.check({section: {name: value}}, SCHEMA)
        assert differences(config, check({}, SCHEMA)), key  # it is another value, and yet
        assert study.changed(config, SCHEMA) == []
    schema = yaml.safe_load(SCHEMA.read_text())["properties"]
    keys = {f"{section}.{name}" for section, of in schema.items() for name in of["properties"]}
    assert set(study.FREE) <= keys
    for section, name, value in (("study", "seed", 7), ("census", "repeats", 7)):
        config = study.check({section: {name: value}}, SCHEMA)
        assert study.changed(config, SCHEMA) == [f"{section}.{name}"]


def test_a_census_got_by_hand_goes_with_published_records() -> None:
    study.check({"study": {"records": "published"}, "census": {"raw": "folder"}}, SCHEMA)


def test_a_multiverse_of_ones_own_may_have_other_seeds() -> None:
    own = {"seeds": 30, "selection_seeds": 6, "train": True}
    for folder in (None, "results/mine"):
        study.check({"multiverse": {**own, "folder": folder}, "study": {"seed": 7}}, SCHEMA)
    study.check({"study": {"seed": 7}}, SCHEMA)  # published universes, not gone on with


def test_a_number_without_a_point_before_its_exponent_is_a_number(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "synthetic: {learning_rates: [1e-3, 0.01, 2E-2]}\nuniverse: {adam_epsilon: 1e-7}\n"
    )
    config = check(read([file]), SCHEMA)
    assert config["synthetic"]["learning_rates"] == [0.001, 0.01, 0.02]
    assert config["universe"]["adam_epsilon"] == 1e-7
    with pytest.raises(BadConfig, match="name is '1e-3'"):
        check({"study": {"name": "1e-3"}}, SCHEMA)  # text where text is due


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="does not exist"):
        check(read([tmp_path / "none.yaml"]), SCHEMA)
    broken = tmp_path / "broken.yaml"
    broken.write_text("study: [1,\n")
    with pytest.raises(
        BadConfig, match=r"broken\.yaml is not YAML: line 2, column 1: expected"
    ) as error:
        check(read([broken]), SCHEMA)
    assert "\n" not in str(error.value)


def test_merge_replaces_lists_and_joins_sections() -> None:
    assert merge({"a": {"b": [1], "c": 2}}, {"a": {"b": [3]}}) == {"a": {"b": [3], "c": 2}}


def test_the_page_of_keys_is_the_schemas() -> None:
    page = (ROOT / "config/README.md").read_text()
    reference = read_universe(ROOT / "results/published/calibration/reference.json")
    assert page == describe(yaml.safe_load(SCHEMA.read_text()), asdict(reference))
    assert f"| a whole number from 1 | `{reference.batch_size}` |" in page  # the reference's
    assert "| one of glorot, he, lecun, " in page
    assert not re.search(r"exclusiveM|minItems|\bm..imum\b", page)


def test_the_schema_names_models_that_there_are() -> None:
    """A model is added in synthetic/models.py, and allowed here."""
    schema = yaml.safe_load(SCHEMA.read_text())["properties"]
    named = schema["synthetic"]["properties"]["models"]["items"]["enum"]
    assert set(named) | set(schema["variants"]["properties"]["models"]["items"]["enum"]) < set(
        MODELS
    )
    assert set(MODELS) == set(TITLES)


def test_conda_users_get_the_same_constraints() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert "python=3.11" in environment["dependencies"]
    assert environment["dependencies"][-1] == {
        "pip": ["-c constraints.txt", "./workflow/fbgemm-gpu", "-e .[test,recommender]"]
    }
