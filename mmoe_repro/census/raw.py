"""From the raw files to what training reads, and what is said about them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmoe_repro.census.encode import Encoding, Rows, encode, fit
from mmoe_repro.census.facts import facts
from mmoe_repro.census.fetch import FILES, TEST, TRAIN, require
from mmoe_repro.census.table import ROWS, labels, read_raw


def encoded(
    folder: Path, keep: Sequence[str], study_seed: int, scaled: bool = True
) -> tuple[Rows, Rows, Encoding, dict[str, Any]]:
    """The training rows, the test rows, their encoding (fitted on the former), and facts.

    `keep` names columns kept as inputs; numbers may be left as they are in the file. Raises NoCensusData
    or BadCensusData for other files.
    """
    for file in FILES:
        require(file, folder / file.name, str(folder / file.name))
    train = read_raw(folder / TRAIN.name, ROWS["train"])
    test = read_raw(folder / TEST.name, ROWS["test"])
    of_train, of_test = labels(train), labels(test)
    found = facts(train, test, of_train, of_test, study_seed)
    encoding = replace(fit(train, keep), scaled=scaled)
    found["input_columns"] = len(encoding.names)
    rows = encode(train, of_train, encoding), encode(test, of_test, encoding)
    return *rows, encoding, found
