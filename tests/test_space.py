"""The space of universes, and the search in it: coordinates, what is refused, and that it searches."""

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import qmc

from mmoe_repro.calibration import finalists, plan, search
from mmoe_repro.calibration.figure2 import read_fits
from mmoe_repro.calibration.targets import figure3
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.provenance.workflow import jobs
from mmoe_repro.synthetic.label_function import LabelFunction
from mmoe_repro.synthetic.space import BadSpace, Space, load
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.synthetic.universes import resolve
from mmoe_repro.training.trainer import Schedule
from tests.conftest import ROOT

SPACE, SCHEMA = ROOT / "config/multiverse.yaml", ROOT / "workflow/schemas/multiverse.schema.yaml"
FITS = read_fits(ROOT / "results/published/calibration/label_functions.json")


@pytest.fixture
def space() -> Space:
    return load(SPACE, FITS, SCHEMA)


def test_a_design_takes_values_by_their_weights_and_every_point_is_a_universe(space: Space) -> None:
    points = qmc.Sobol(space.size, rng=3).random(1024)
    choices = [space.choices(point) for point in points]
    taken = pd.Series([c["batch_size"] for c in choices]).value_counts() / len(points)
    assert taken[128] == pytest.approx(1 / 7.4, abs=0.01)
    assert taken[512] == pytest.approx(0.1 / 7.4, abs=0.005)
    for point, chosen in zip(points, choices, strict=True):
        function = space.label_function(chosen["label_function"], point, 2018)
        u = space.universe(chosen, function)
        assert Universe.from_dict(u.as_dict()) == u
    kinds = {c["label_function"] for c in choices}
    assert kinds == {"figure2", "free", "keras_mmoe", "ple", "google_research"}


def test_label_functions_of_public_code_are_theirs(space: Space) -> None:
    point = np.full(space.size, 0.5)
    theirs = space.label_function("google_research", point, 2018)
    assert theirs.alpha[:3] == (1, 2, 3)
    assert theirs.beta[:4] == (0, 1, 4, 9)  # i from 0
    drawn = space.label_function("keras_mmoe", point, 2018)
    assert (drawn.c, drawn.n_sines) == (0.3, 5)
    assert drawn == space.label_function("keras_mmoe", point, 2018)
    assert drawn != space.label_function("keras_mmoe", point + 0.1, 2018)
    with pytest.raises(BadSpace, match="'cosine': allowed are figure2, free"):
        space.label_function("cosine", point, 2018)


def test_a_free_function_lies_in_its_ranges(space: Space) -> None:
    for point in qmc.Sobol(space.size, rng=4).random(256):
        f = space.label_function("free", point, 2018)
        assert 0.1 <= f.c <= 3
        assert 1 <= f.n_sines <= 4
        assert list(f.alpha) == sorted(f.alpha)
        assert all(0.2499 <= a * f.c <= 20.01 for a in f.alpha)


def test_a_wrong_space_is_refused_in_one_line(tmp_path: Path) -> None:
    values = yaml.safe_load(SPACE.read_text())
    del values["dimensions"]["biases"]
    path = tmp_path / "space.yaml"
    path.write_text(yaml.safe_dump(values))
    with pytest.raises(BadSpace, match="dimensions: 'biases' is a required property"):
        load(path, FITS, SCHEMA)
    path.write_text("a: [")
    with pytest.raises(BadSpace, match="is not YAML"):
        load(path, FITS, SCHEMA)


def test_every_value_and_every_missing_sentence_has_a_source() -> None:
    for name, part in yaml.safe_load(SPACE.read_text())["dimensions"].items():
        assert len(part["missing"]) > 20, name
        assert all(len(v["source"]) > 10 for v in part["values"]), name


def test_trials_are_believable_and_of_their_family(space: Space) -> None:
    for family, number in (("one_function", 7), ("own", 3)):
        for point in qmc.Sobol(space.size, rng=5).random(64):
            u = search.at(space, family, point, number, 2018).universe
            assert u.batch_size >= 16
            assert (u.label_function in FITS) == (family == "one_function")
            assert np.isfinite(search.features(u)).all()


def test_whether_a_model_learns_is_told_by_the_constant_prediction() -> None:
    u = Universe(LabelFunction(1.0, (2.0,), (0.0,)), 16, standardise=False)
    constant = u.label_function.label_variance(u.noise_variance)
    curve = pd.DataFrame({"task_correlation": 1.0, "step": [0, 100], "held_out": [9.0, 0.0]})
    for last, learns in ((0.99, True), (1.01, False), (np.nan, False)):
        curve.loc[1, "held_out"] = last * constant
        assert search.learns(curve, u) == learns


def test_the_process_finds_what_a_design_does_not(
    space: Space, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a made-up misfit that some features decide, the search beats as many random points."""

    def made_up(trials: list, *_: object) -> pd.DataFrame:
        values = [
            0.05
            + abs(np.log(t.universe.label_function.label_variance(0.01) / 1.2)) / 5
            + abs(np.log2(t.universe.batch_size) - 6) / 20
            + 0.1 * t.universe.standardise
            for t in trials
        ]
        return pd.DataFrame({"number": [t.number for t in trials], "misfit": values})

    monkeypatch.setattr(search, "evaluate", made_up)
    monkeypatch.setattr(search, "POOL", 800)
    found = search.search(space, "own", figure3(), 16, 48, 1, 7, tmp_path, 1)
    assert found["number"].tolist() == list(range(48))
    start, rest = found["misfit"][:16], found["misfit"][16:]
    assert rest.min() < start.min()
    assert rest.median() < start.median()


def test_finished_trials_are_read(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SCHEDULE", Schedule(200, 100, 20, 20))
    trial = search.at(space, "own", np.full(space.size, 0.4), 0, 2018)
    with ProcessPoolExecutor(1) as pool:
        first = search.evaluate([trial], 0, 1, 2018, figure3(), tmp_path, pool)
        times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
        again = search.evaluate([trial], 0, 1, 2018, figure3(), tmp_path, pool)
    assert len(times) == 1
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    pd.testing.assert_frame_equal(first, again)


def test_trials_of_another_schedule_code_or_seed_are_kept_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = "results/calibration/own.parquet"
    (rule,) = [j for j in jobs([Path("config/config.yaml")], [target]) if target in j.outputs]
    code = fingerprint("mmoe_repro.calibration.figure3")
    here = plan.trials(Path("results/calibration/trials"), code, 2018)
    assert f"--cache {here} " in rule.command
    assert Schedule(*plan.SCHEDULE) == search.SCHEDULE
    others = [plan.trials(here.parent, code, 7), plan.trials(here.parent, "other", 2018)]
    monkeypatch.setattr(plan, "SCHEDULE", (200, 100, 20, 20))
    others.append(plan.trials(here.parent, code, 2018))
    assert len({here, *others}) == 4


def finals(*misfits: tuple[float, float, int]) -> pd.DataFrame:
    """Two trainings of made-up finalists: (misfit, misfit, batch size)."""
    rows = []
    for number, (first, second, batch) in enumerate(misfits):
        u = Universe(LabelFunction(1.0, (2.0,), (0.0,)), batch, standardise=False)
        for training, misfit in enumerate((first, second)):
            for error, more in (("plain", 0.5), ("half", 0.0)):
                rows.append(
                    {"number": number, "loss": "held_out", "error": error, "steps_a_unit": 1,
                     "misfit": misfit + more, "learns": True, "training": training,
                     "universe": json.dumps(u.as_dict())}
                )  # fmt: skip
    return pd.DataFrame(rows)


def test_of_finalists_that_are_equal_the_most_usual_is_chosen(space: Space) -> None:
    rows = finalists.ranking(
        finals((0.040, 0.044, 16), (0.041, 0.045, 128), (0.09, 0.094, 128)), space
    )
    assert (rows["error"] == "half").all()
    assert rows["misfit"].tolist() == pytest.approx([0.042, 0.043, 0.092])
    assert rows["noise"][0] == pytest.approx(0.004 / 2**0.5)
    assert rows["equal"].tolist() == [True, True, False]
    found = finalists.chosen(rows)
    assert (found["universe"]["batch_size"], found["departures"]) == (128, 0)
    far = finalists.ranking(finals((0.040, 0.0401, 16), (0.05, 0.0501, 128)), space)
    assert finalists.chosen(far)["universe"]["batch_size"] == 16


def test_the_better_family_is_the_reference_and_one_function_of_equals() -> None:
    def of(misfit: float) -> dict[str, float]:
        return {"misfit": misfit, "noise": 0.002}

    assert finalists.reference({"one_function": of(0.05), "own": of(0.03)}) == "own"
    assert finalists.reference({"one_function": of(0.033), "own": of(0.03)}) == "one_function"


def test_what_does_not_learn_is_no_finalist() -> None:
    u = json.dumps(Universe(LabelFunction(1.0, (2.0,), (0.0,)), 16).as_dict())
    trials = pd.DataFrame(
        {"number": [0, 1, 2], "misfit": [0.01, 0.03, 0.02], "learns": [False, True, True],
         "universe": u, "point": [[0.5]] * 3}
    )  # fmt: skip
    assert [trial.number for trial in finalists.best_of(trials, 5)] == [2, 1]


def test_points_that_are_one_universe_are_one_trial(space: Space) -> None:
    points = np.random.default_rng(3).random((200, space.size))
    pool = [search.at(space, "one_function", point, 0, 2018) for point in points]
    pool += [replace(trial, point=trial.point / 2 + 0.5) for trial in pool[:50]]  # same universes
    found = search._new(pool, pool[:20])
    universes = [trial.universe for trial in found]
    assert len(set(universes)) == len(universes)
    assert not {trial.universe for trial in pool[:20]} & set(universes)
    assert set(universes) == {trial.universe for trial in pool} - {t.universe for t in pool[:20]}


def calibrated(batch: int, **more: object) -> dict[str, object]:
    u = Universe(LabelFunction(1.0, (2.0,), (0.0,)), batch)
    reading = {"loss": "held_out", "error": "plain", "steps_a_unit": 1}
    return {"universe": u.as_dict(), "learning_rate": 0.001, "reading": reading, **more}


def test_a_companion_is_named_and_changed_like_the_reference() -> None:
    memorising = calibrated(2) | {"learning_rate": 0.01}
    reference = calibrated(16, companions={"memorising": memorising})
    as_it_is = resolve(reference, {})
    assert as_it_is["is_reference"]
    assert as_it_is["universe"]["batch_size"] == 16
    named = resolve(reference, {"like": "memorising"})
    assert (named["universe"]["batch_size"], named["learning_rate"]) == (2, 0.01)
    assert (named["is_reference"], named["like"], named["changes"]) == (False, "memorising", {})
    changed = resolve(reference, {"like": "memorising", "batch_size": 32})
    assert changed["universe"]["batch_size"] == 32
    assert changed["changes"] == {"batch_size": 32}
    with pytest.raises(ValueError, match=r"companions are memorising$"):
        resolve(reference, {"like": "own"})
    with pytest.raises(ValueError, match="batch is not one of its choices, nearest is batch_size"):
        resolve(reference, {"batch": 3})


def test_the_reference_has_the_other_family_and_the_by_heart_universe_beside_it() -> None:
    choices = {
        "one_function": {"misfit": 0.05, "noise": 0.001, "universe": {}},
        "own": {"misfit": 0.03, "noise": 0.001, "universe": {}},
    }
    found = finalists.with_companions(choices, {"misfit": 0.01})
    assert (found["family"], found["label_function"]) == ("own", "free")
    assert list(found["companions"]) == ["one_function", "memorising"]
    assert found["companions"]["one_function"]["label_function"] == "figure2"
    with pytest.raises(ValueError, match="needed are one_function, own"):
        finalists.with_companions({"own": choices["own"]}, {})


def test_improvement_is_what_simulation_says() -> None:
    random = np.random.default_rng(5)
    draws = np.maximum(random.normal(0.3, 0.5, 1_000_000) - 0.6, 0)
    found = search.improvement(np.array([0.3]), np.array([0.5]), 0.6)
    assert found[0] == pytest.approx(draws.mean(), rel=0.01)
