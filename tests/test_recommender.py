"""The recommender's methods, sharded tables, training, checkpoints and simulated live experiment."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest
import torch

pytest.importorskip("torchrec", reason="torchrec is not installed")

from mmoe_repro import study
from mmoe_repro.cli import main
from mmoe_repro.files import read_json, write_json, write_parquet
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.recommender import training, tuning
from mmoe_repro.recommender.block import Live, train_block
from mmoe_repro.recommender.checkpoints import Checkpoints, Foreign
from mmoe_repro.recommender.cost import seconds_a_step
from mmoe_repro.recommender.gather import gather
from mmoe_repro.recommender.job import Job, from_text
from mmoe_repro.recommender.live import flat, responses, scores, shown
from mmoe_repro.recommender.methods import (
    CrossStitch,
    MixtureOfExperts,
    TwoNetworks,
    build,
    n_parameters,
)
from mmoe_repro.recommender.names import TASKS
from mmoe_repro.recommender.processes import Processes, TooLarge, joined, refuse_too_large
from mmoe_repro.recommender.ranker import PlainTables, Ranker
from mmoe_repro.recommender.rows import first_rows
from mmoe_repro.recommender.traffic import Traffic, draw_world
from mmoe_repro.recommender.training import begin, losses, predict, tensors, train
from mmoe_repro.recommender.widths import Widths, count, equal

# torchrec compiles a function the old way when it first looks something up
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")

METHODS = ("single_task", "shared_bottom", "l2_constrained", "cross_stitch", "omoe", "mmoe")
SMALL = Traffic(users=2_000, items=500, segments=20, categories=20)
JOB = Job(
    "mmoe", 0, SMALL, 0.1, steps=200, looks=(100, 200), batch_size=256, held_out=4_000, units=8,
    shared=(48, 32), top=32, tower=16, table_factor=256.0,
)  # fmt: skip
NONE = Live(requests=0)


# --- the dense parts ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_as_many_dense_parameters(method: str) -> None:
    whole = Widths(88)
    widths = equal(method, whole, 4)
    network = build(method, widths, 2018, 0)
    assert n_parameters(network) == count(method, widths)
    assert n_parameters(network) == pytest.approx(count("shared_bottom", whole), rel=0.01)
    x = torch.randn(5, 2, 88) if method == "single_task" else torch.randn(5, 88)
    assert network(x).shape == (5, 2)


@pytest.mark.parametrize("method", ["shared_bottom", "omoe", "mmoe"])
def test_more_tasks_have_a_tower_and_of_mmoe_a_gate_each(method: str) -> None:
    widths = Widths(88, experts=4, tasks=5)
    network = build(method, widths, 2018, 0)
    assert n_parameters(network) == count(method, widths)
    assert network(torch.randn(3, 88)).shape == (3, 5)


def test_widths_that_cannot_be_equal_are_refused() -> None:
    with pytest.raises(ValueError, match=r"mmoe: no widths with .* dense parameters"):
        equal("mmoe", Widths(4, (2,), 2, 1, 2), 4)


@pytest.mark.parametrize("method", ["omoe", "mmoe"])
def test_a_mixture_is_the_models_rooms(method: str) -> None:
    """Equations 6 to 8 as `models/` has them, on the output of the layers below."""
    widths = Widths(20, (12, 10), 6, 4, 5)
    network = build(method, widths, 2018, 3)
    assert isinstance(network, MixtureOfExperts)
    of = {"n_experts": 4, "expert_units": 6, "n_features": 10, "tower_units": 5}
    theirs = OMoE(**of) if method == "omoe" else MMoE(**of)  # type: ignore[arg-type]
    stacked = {
        "expert_weight": torch.cat([e.weight for e in network.mixture.experts]),
        "expert_bias": torch.cat([e.bias for e in network.mixture.experts])[:, None],
        "gate_weight": torch.cat([g.weight for g in network.mixture.gate]),
        "tower_weight": torch.stack([t.weight for t in network.towers.hidden]),
        "tower_bias": torch.stack([t.bias for t in network.towers.hidden])[..., None],
        "head_weight": torch.stack([t.weight for t in network.towers.head]),
        "head_bias": torch.stack([t.bias for t in network.towers.head])[..., None],
    }
    expected = theirs.parameters()
    theta = {name: value.reshape(1, *expected[name].shape) for name, value in stacked.items()}
    assert set(theta) == set(expected)
    x = torch.randn(9, 20)
    below = network.bottom(x)
    y = theirs.forward(theta, below[None])
    assert network(x).detach().numpy() == pytest.approx(y[0].T.detach().numpy(), abs=1e-6)
    gates = network.gates(x)
    assert gates.shape == (9, 1 if method == "omoe" else 2, 4)
    assert gates.sum(dim=2).detach().numpy() == pytest.approx(1, abs=1e-6)


def test_a_cross_stitch_that_mixes_nothing_is_two_networks() -> None:
    widths = Widths(20, (12, 10), 6, 1, 5)
    stitched, apart = CrossStitch(widths), TwoNetworks(widths)
    with torch.no_grad():
        for stitch in stitched.stitches:
            stitch.copy_(torch.eye(2))
        for i, layers in enumerate(stitched.layers):
            for k in range(2):
                bottom = apart.bottoms[k]
                bottom.layers[i].load_state_dict(layers[k].state_dict())  # type: ignore[index,operator,union-attr]
        apart.towers.load_state_dict(stitched.towers.state_dict())
        x = torch.randn(7, 20)
        assert stitched(x).numpy() == pytest.approx(apart(x).numpy(), abs=1e-6)
        stitched.stitches[1].copy_(torch.tensor([[0.5, 0.5], [0.5, 0.5]]))
        assert stitched(x).numpy() != pytest.approx(apart(x).numpy(), abs=1e-6)


def test_the_penalty_is_the_squared_distance() -> None:
    network = TwoNetworks(Widths(4, (3,), 2, 1, 2))
    with torch.no_grad():
        for p in network.parameters():
            p.fill_(1.0)
        assert float(network.distance()) == 0
        network.towers.head[1].weight.fill_(3.0)  # type: ignore[operator,union-attr]
        assert float(network.distance()) == pytest.approx(2 * 2**2)


@pytest.mark.parametrize("method", METHODS)
def test_weights_start_as_glorots_and_biases_at_0(method: str) -> None:
    network = build(method, equal(method, Widths(88), 4), 2018, 0)
    for name, p in network.named_parameters():
        if name.endswith("bias"):
            assert (p == 0).all()
        elif name.endswith("weight"):
            end = (6 / sum(p.shape)) ** 0.5
            assert p.abs().max() <= end
            assert p.detach().std() == pytest.approx(end / 3**0.5, rel=0.3)
    same = build(method, equal(method, Widths(88), 4), 2018, 0)
    other = build(method, equal(method, Widths(88), 4), 2018, 1)
    pairs = [dict(n.named_parameters()) for n in (network, same, other)]
    first = next(name for name in pairs[0] if name.endswith("weight"))
    assert torch.equal(pairs[0][first], pairs[1][first])
    assert not torch.equal(pairs[0][first], pairs[2][first])


# --- tables ---------------------------------------------------------------------------------------


def test_a_row_starts_the_same_whoever_holds_it() -> None:
    whole = first_rows("item", 0, 1_000, 16, 0.1, 2018, 0)
    assert np.array_equal(whole[400:450], first_rows("item", 400, 50, 16, 0.1, 2018, 0))
    assert not np.array_equal(whole, first_rows("user", 0, 1_000, 16, 0.1, 2018, 0))
    assert whole.std() == pytest.approx(0.1, rel=0.02)
    assert len(np.unique(whole, axis=0)) == 1_000
    with pytest.raises(ValueError, match="multiples of 8"):
        first_rows("item", 0, 1, 12, 0.1, 2018, 0)


def plain(job: Job) -> tuple[np.ndarray, Ranker]:
    """The losses (step, task) of a training with PyTorch's own tables in one process, and its model."""
    tables = PlainTables(job.rows(), job.units, job.copies())
    tables.fill(job.table_sd, job.study_seed, job.seed)
    network = build(job.method, job.widths(), job.study_seed, job.seed)
    model = Ranker(tables, network, job.copies())
    rates = {job.learning_rate: network, job.learning_rate * job.table_factor: tables}
    optimisers = [torch.optim.SGD(part.parameters(), lr=rate) for rate, part in rates.items()]
    world = draw_world(job.traffic, job.study_seed, job.seed)
    found = []
    for step in range(job.steps):
        some = world.examples(job.training_stream, step * job.batch_size, job.batch_size)
        loss = losses(model(*tensors(some, torch.device("cpu"))), some)
        whole = loss.sum()
        if job.penalty:
            whole = whole + job.penalty * network.distance()  # type: ignore[operator]
        for optimiser in optimisers:
            optimiser.zero_grad()
        whole.backward()
        for optimiser in optimisers:
            optimiser.step()
        found.append(loss.detach().numpy())
    return np.array(found), model


@pytest.mark.parametrize("method", METHODS)
def test_sharded_tables_train_as_plain_ones(method: str) -> None:
    """Against nn.EmbeddingBag(sparse=True): sums are rounded in another order, and with that a ReLU may
    flip (2e-5 was seen); a learning rate of the tables that is 1 % off is 6e-4 away."""
    penalty = 0.001 if method == "l2_constrained" else 0.0
    job = replace(JOB, method=method, penalty=penalty, learning_rate=0.02)
    expected, oracle = plain(job)
    with joined("cpu") as processes:
        progress, model, world = train(job, processes, Checkpoints(None, "", 1))
        held = world.examples("held_out", 0, 2_000)
        ours, _ = predict(model, held, processes.device)
    found = pd.DataFrame(progress.curve)[["engagement", "satisfaction"]].to_numpy()
    assert found == pytest.approx(of_hundreds(expected), abs=1e-4)
    with torch.no_grad():
        theirs = oracle(*tensors(held, torch.device("cpu"))).numpy().T
    assert np.sqrt(np.square(ours - theirs).mean()) < 1e-2
    assert found[1].sum() < found[0].sum()  # it learns
    if method == "mmoe":
        off, _ = plain(replace(job, table_factor=job.table_factor * 1.01))
        assert np.abs(of_hundreds(off) - found).max() > 3e-4


def of_hundreds(found: np.ndarray) -> np.ndarray:
    """Means of every hundred steps."""
    return found.reshape(-1, 100, 2).mean(axis=1)


def test_an_id_out_of_range_is_an_error() -> None:
    with joined("cpu") as processes:
        model = begin(JOB, processes)
        ids = torch.zeros(5, 4, dtype=torch.int64)
        ids[1, 2] = SMALL.items
        with pytest.raises(ValueError, match=r"item: id 500 of a table with 500 rows"):
            model(ids, torch.zeros(4, 8))
        ids[1, 2] = -1
        with pytest.raises(ValueError, match=r"item: id -1"):
            model(ids, torch.zeros(4, 8))


def test_tables_that_do_not_fit_are_refused_before_they_are_there() -> None:
    with joined("cpu") as processes:
        huge = replace(JOB, traffic=replace(SMALL, users=10**12))
        began = time.perf_counter()
        with pytest.raises(TooLarge, match=r"29802\.3 GiB, 29802\.3 of it on this machine"):
            begin(huge, processes)
        assert time.perf_counter() - began < 5
        # over four machines each has a quarter
        with pytest.raises(TooLarge, match=r"29802\.3 GiB, 7450\.6 of it"):
            refuse_too_large(huge.table_bytes(), Processes(0, 4, 1, torch.device("cpu")))
        refuse_too_large(JOB.table_bytes(), processes)


# --- training -------------------------------------------------------------------------------------


def test_measures_gates_and_what_can_be_had(tmp_path: Path) -> None:
    live = Live(requests=200, candidates=20, slots=3, weights=(0.0, 0.5))
    with joined("cpu") as processes:
        found = train_block(JOB, [0, 1], processes, live, "small", tmp_path / "keep")
    runs, gates, answered = (found[kind] for kind in ("runs", "gates", "live"))
    assert len(runs) == 2 * 2 * 2
    assert (runs["auc"] < runs["bayes_auc"]).all()
    last = runs[(runs["step"] == 200) & (runs["task"] == "engagement")]
    assert (last["auc"] > 0.57).all()
    assert gates.groupby(["seed", "step", "task"])["weight"].sum().to_numpy() == pytest.approx(1)
    assert len(answered) == 2 * 2
    asked = answered[["requests", "candidates", "slots"]].drop_duplicates()
    assert asked.to_numpy().tolist() == [[200, 20, 3]]
    # more weight on satisfaction gives more of it; and chance alone 20 and 3 %
    rate = answered.groupby("weight")[["expected_engaged", "expected_satisfied"]].sum() / 1_200
    assert rate.loc[0.0, "expected_engaged"] > 0.25
    assert set(runs["trained_by"].str.split(",").str[0]) == {"torchrec"}
    looks = runs[runs["seed"] == 0].to_dict("records")
    found["trials"] = pd.DataFrame([tuning.row(0, 2, JOB, looks, "torchrec")])
    assert (runs["observed"] == JOB.held_out).all()
    assert runs["predicted_rate"].to_numpy() == pytest.approx(runs["label_rate"], abs=0.05)
    # the noise of labels aside, a loss is the truth's and the divergence from it
    excess = runs["loss"] - runs["bayes_loss"]
    assert runs["divergence"].to_numpy() == pytest.approx(excess.to_numpy(), abs=0.01)
    assert (runs["divergence"] > 0).all()
    assert runs["gate_entropy"].between(0, np.log(4)).all()
    assert runs["gate_largest"].between(0.25, 1).all()
    for kind, frame in found.items():
        write_parquet(frame, tmp_path / f"{kind}.parquet")
        pd.testing.assert_frame_equal(gather([tmp_path / f"{kind}.parquet"], kind), frame)


def test_satisfaction_that_is_not_observed_teaches_nothing() -> None:
    of = draw_world(replace(SMALL, observed="engaged", satisfaction_rate=0.1), 2018, 0)
    some = of.examples("training", 0, 1_000)
    logits = torch.zeros(1_000, 2, requires_grad=True)
    losses(logits, some).sum().backward()
    assert logits.grad is not None
    unseen = torch.from_numpy(some.observed[1] == 0)
    assert (logits.grad[unseen, 1] == 0).all()
    assert (logits.grad[~unseen, 1] != 0).all()
    assert float(losses(logits.detach(), some)[1]) == pytest.approx(
        np.log(2) * some.observed[1].mean()
    )


def test_a_run_that_diverges_is_a_record(tmp_path: Path) -> None:
    with joined("cpu") as processes:
        found = train_block(replace(JOB, learning_rate=1e4), [0], processes, NONE)
    runs = found["runs"]
    assert set(runs["status"]) == {"diverged"}
    assert len(runs) == 4
    assert runs["auc"].isna().all()
    write_parquet(runs, tmp_path / "runs.parquet")
    assert gather([tmp_path / "runs.parquet"], "runs")["auc"].isna().all()


def test_a_run_that_becomes_nan_in_its_last_step_has_diverged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No loss has it yet: the curve is of what was predicted before each step."""
    taken, step = iter(range(1, JOB.steps + 1)), training.step

    def poisoned(model: Any, *more: Any) -> torch.Tensor:
        loss = step(model, *more)
        if next(taken) == JOB.steps:
            with torch.no_grad():
                model.module.network.towers.head[1].weight.fill_(torch.nan)
        return loss

    monkeypatch.setattr(training, "step", poisoned)
    with joined("cpu") as processes:
        found = train_block(JOB, [0], processes, Live(requests=64))
    assert np.isfinite(found["curves"][list(TASKS)]).all(axis=None)
    assert set(found["runs"]["status"]) == {"diverged"}
    assert found["runs"].groupby("step")["auc"].count().to_dict() == {100: 2, 200: 0}
    assert set(found["gates"]["step"]) == {100}
    assert found["live"].empty


def test_checkpoints_are_where_a_point_of_the_curve_ends() -> None:
    with joined("cpu") as of, pytest.raises(ValueError, match=r"150 steps: .* multiples of 100"):
        train(JOB, of, Checkpoints(None, "", 1), 150)


def test_batches_must_be_divided_evenly() -> None:
    with joined("cpu") as of, pytest.raises(ValueError, match="each must get the same number"):
        begin(JOB, Processes(0, 3, 3, of.device))


def call(folder: Path, *more: str, steps: int = 400, processes: int = 1) -> list[str]:
    small = {"looks": [steps], "steps": steps, "batch_size": 256, "held_out": 4_000, "units": 8}
    dense = {"shared": [48, 32], "top": 32, "tower": 16, "table_factor": 256}
    traffic = {"users": 20_001, "items": 500, "segments": 20, "categories": 20}
    settings = json.dumps({**small, **dense, "traffic": traffic})
    paths = [f"--{kind}={folder / kind}.parquet" for kind in ("runs", "curves", "gates", "live")]
    return [
        sys.executable, "-m", "mmoe_repro.cli", "recommender", "train", "--method=mmoe",
        "--learning-rate=0.1", f"--settings={settings}", '--live-settings={"requests": 0}',
        f"--processes={processes}", "--checkpoint-every=100", *paths, *more,
    ]  # fmt: skip


def curve(folder: Path) -> np.ndarray:
    return pd.read_parquet(folder / "curves.parquet")[["engagement", "satisfaction"]].to_numpy()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one process from its beginning to its end."""
    folder = tmp_path_factory.mktemp("whole")
    subprocess.run(call(folder), check=True)
    return folder


def test_two_processes_train_as_one(whole: Path, tmp_path: Path) -> None:
    """Rows that do not divide by two; losses agree to the rounding of sums in another order."""
    done = subprocess.run(call(tmp_path, processes=2), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert curve(tmp_path) == pytest.approx(curve(whole), abs=1e-4)
    ours, theirs = (pd.read_parquet(f / "runs.parquet") for f in (tmp_path, whole))
    assert ours["auc"].to_numpy() == pytest.approx(theirs["auc"].to_numpy(), abs=1e-3)
    assert set(ours["processes"]) == {2}
    assert not list(tmp_path.glob("*.unfinished"))
    assert "Warning" not in done.stderr, done.stderr


def test_what_other_code_has_kept_is_not_taken_up(tmp_path: Path) -> None:
    keep = tmp_path / "runs.unfinished"
    paths = [f"--{kind}={tmp_path / kind}.parquet" for kind in ("runs", "curves", "gates", "live")]
    small = {"steps": 20, "looks": [20], "batch_size": 64, "held_out": 64, "units": 8}
    of_traffic = {"users": 200, "items": 50, "segments": 5, "categories": 5}
    settings = json.dumps({**small, "traffic": of_traffic})
    job = from_text(settings, method="mmoe", learning_rate=0.1)
    with joined("cpu") as of:
        train_block(job, [0], of, NONE, folder=keep / "other")
    kept = read_json(keep / "other/0.json")  # with what no run has:
    kept["rows"]["runs"] = [{**row, "auc": 2.0} for row in kept["rows"]["runs"]]
    write_json(kept, keep / "other/0.json")
    write_json(kept, keep / "0.json")
    call = ["recommender", "train", "--method", "mmoe", "--learning-rate", "0.1"]
    main([*call, "--settings", settings, "--live-settings", '{"requests": 0}', *paths])
    assert not (pd.read_parquet(tmp_path / "runs.parquet")["auc"] == 2).any()
    assert not keep.exists()


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked for does not."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("processes", [1, 2])
def test_killed_and_gone_on_with(whole: Path, tmp_path: Path, processes: int) -> None:
    """kill -9 after a checkpoint: the curve is the one without, whatever goes on with it."""
    running = subprocess.Popen(call(tmp_path, processes=processes), start_new_session=True)
    kept = tmp_path / "runs.unfinished" / fingerprint("mmoe_repro.recommender.block") / "0"
    state, newer = (kept / f"step-{step:09d}/state.json" for step in (100, 200))
    limit = time.monotonic() + 120
    while not (state.exists() or newer.exists()) and time.monotonic() < limit:
        time.sleep(0.01)
    listed = subprocess.run(["pgrep", "-P", str(running.pid)], capture_output=True, text=True)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    for child in listed.stdout.split():  # torchrun's have groups of their own, and end with it
        limit = time.monotonic() + 10
        while alive(int(child)) and time.monotonic() < limit:
            time.sleep(0.01)
        assert not alive(int(child))
    assert not (tmp_path / "runs.parquet").exists()
    assert list(kept.glob("step-*/state.json"))
    subprocess.run(call(tmp_path), check=True)
    if processes == 1:
        assert np.array_equal(curve(tmp_path), curve(whole))
    else:  # another number of processes reads it, and rounds in its own order
        assert curve(tmp_path) == pytest.approx(curve(whole), abs=1e-4)


def test_a_process_that_dies_ends_the_others_in_one_line(tmp_path: Path) -> None:
    running = subprocess.Popen(
        call(tmp_path, processes=2, steps=100_000), stderr=subprocess.PIPE, text=True
    )
    folder = tmp_path / "runs.unfinished" / fingerprint("mmoe_repro.recommender.block") / "0"
    limit = time.monotonic() + 120
    while not list(folder.glob("step-*/state.json")) and time.monotonic() < limit:
        time.sleep(0.05)
    found = subprocess.run(
        ["pgrep", "-P", str(running.pid)], capture_output=True, text=True, check=True
    )
    os.kill(int(found.stdout.split()[-1]), signal.SIGKILL)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 1
    last = said.strip().splitlines()[-1]
    assert "of 2 ended (signal 9), and the others with it" in last
    assert "Traceback" not in said
    assert list(folder.glob("step-*/state.json"))  # nothing is lost


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path: Path) -> None:
    short = replace(JOB, steps=100, looks=(100,))
    with joined("cpu") as processes:
        of = Checkpoints(tmp_path, "this", 1)
        progress, model, _ = train(short, processes, Checkpoints(None, "", 1))
        of.save(model, vars(progress))
        assert Checkpoints(tmp_path, "this", 1).load(model)
        with pytest.raises(Foreign, match="another configuration; put it aside"):
            Checkpoints(tmp_path, "that", 1).load(model)
    assert read_json(tmp_path / "step-000000100/state.json")["training"] == "this"


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        end = f"--endpoint=localhost:{taken.getsockname()[1]}"
        done = subprocess.run(
            call(tmp_path, end, processes=2), capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 1
    assert "the port is in use" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_settings_are_checked() -> None:
    assert from_text('{"steps": 7}', method="mmoe", learning_rate=0.1).steps == 7
    with pytest.raises(ValueError, match="settings of a job: 'step' is none; allowed are"):
        from_text('{"step": 7}', method="mmoe", learning_rate=0.1)
    with pytest.raises(ValueError, match="settings of traffic: 'cosin' is none"):
        from_text('{"traffic": {"cosin": 0}}', method="mmoe", learning_rate=0.1)
    with pytest.raises(ValueError, match="not JSON"):
        from_text("{", method="mmoe", learning_rate=0.1)


# --- the simulated live experiment -----------------------------------------------------------------


def test_the_best_are_shown_and_responses_are_theirs() -> None:
    logits = np.array([[[2.0, 0.0, -1.0]], [[-5.0, 0.0, 1.0]]])
    log_p = -np.log1p(np.exp(-logits))
    assert scores(logits, 0.0) == pytest.approx(log_p[0])
    assert scores(logits, 0.25) == pytest.approx(0.75 * log_p[0] + 0.25 * log_p[1])
    assert shown(scores(logits, 0.0), 2).tolist() == [[0, 1]]
    assert shown(scores(logits, 1.0), 2).tolist() == [[2, 1]]
    of = draw_world(SMALL, 2018, 0).requests(0, 40, 10)
    places = np.tile(np.arange(3), (40, 1))
    found = responses(of, places)
    assert found["engaged"] == of.labels[0, :, :3].sum()
    assert found["expected_satisfied"] == pytest.approx(of.probabilities()[1, :, :3].sum())


def test_truth_ranks_best_and_chance_worst() -> None:
    of = draw_world(SMALL, 2018, 0).requests(0, 400, 20)
    best = responses(of, shown(scores(of.logits, 0.0), 3))["expected_engaged"]
    chance = responses(of, np.tile(np.arange(3), (400, 1)))["expected_engaged"]
    noisy = of.logits + np.random.default_rng(0).normal(0, 1, of.logits.shape)
    middle = responses(of, shown(scores(noisy, 0.0), 3))["expected_engaged"]
    assert best > middle > chance
    assert flat(of).ids.shape == (5, 8_000)
    assert flat(of).dense.shape == (8_000, 8)


# --- what it costs --------------------------------------------------------------------------------


def test_a_steps_cost_has_neither_warming_up_nor_the_tables_set_up_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Estimated to within a third of what it is, where either takes as long as hundreds of steps."""
    first = iter([1.0])  # second, of the first training alone

    def trained(job: Job, *_: object) -> None:
        time.sleep(next(first, 0.0) + 0.1 + 0.002 * job.steps)

    monkeypatch.setattr("mmoe_repro.recommender.training.train", trained)
    assert seconds_a_step(study.from_text("{}")) == pytest.approx(0.002, rel=1 / 3)
