"""How often the bootstrap errs: populations at the edge, errors about the level where runs are many."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.claims.evidence import Evidence, Sample
from mmoe_repro.claims.sizes import COLUMNS, MOVED, first_parts, population, sizes
from mmoe_repro.claims.statements import Claims, Part, load
from mmoe_repro.claims.tables import sizes as table
from mmoe_repro.files import write_csv
from mmoe_repro.report.folders import Folders
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def claims() -> Claims:
    return load(ROOT / "config/claims.yaml", ROOT / "workflow/schemas/claims.schema.yaml")


def drawn(part: Part, n: int, paired: bool = True) -> Evidence:
    random = np.random.default_rng(4)
    values = {name: random.standard_normal(n) for name in part.conditions}
    return Evidence({name: Sample.known(of) for name, of in values.items()}, paired)


def test_every_estimand_that_the_bootstrap_tests_has_a_population_at_its_edge(
    claims: Claims,
) -> None:
    parts = first_parts(claims)
    assert {part.estimand for part in parts} == set(MOVED)
    for part in parts:
        found = population(part, drawn(part, 400))
        assert found
        edge = float(ESTIMANDS[part.estimand].compute(found.a, found.b))
        assert edge == pytest.approx(found.edge, abs=1 / 400)
        assert found.edge == pytest.approx(
            np.log(part.smallest) if ESTIMANDS[part.estimand].ratio else part.smallest
        )


def test_there_is_no_population_of_few_runs_nor_of_runs_that_are_all_alike(claims: Claims) -> None:
    part = first_parts(claims)[0]
    assert population(part, drawn(part, 19)) is None
    alike = {name: Sample.known(np.ones(50)) for name in part.conditions}
    assert population(part, Evidence(alike, True)) is None
    assert population(part, Evidence({}, True)) is None
    found = sizes(claims, {"ours": Evidence({}, True), "paper": drawn(part, 50)}, 1)
    assert tuple(found) == COLUMNS
    assert found.empty


def test_runs_of_one_bin_are_spread_over_it(claims: Claims) -> None:
    part = next(p for p in first_parts(claims) if p.estimand == "difference_of_low_quantiles")
    low = np.repeat([0.0, 0.1], 20)
    of_bins = Sample(low, low + 0.1)
    found = population(part, Evidence(dict.fromkeys(part.conditions, of_bins), False))
    assert found
    assert len(np.unique(found.b)) == 40
    assert (found.b[:20] < 0.1).all()


def test_errors_are_about_the_level_with_many_normal_runs_and_the_same_again(
    claims: Claims,
) -> None:
    part = first_parts(claims)[0]
    assert part.estimand == "ratio_of_sds"
    one = replace(claims, claims=(next(c for c in claims.claims if part in c.parts),))
    bodies = {"ours": drawn(part, 2_000)}
    found = sizes(one, bodies, 1, {100: 200})
    for side in ("above", "below"):  # 4 standard errors of 200 studies
        assert found[side].item() == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 200) ** 0.5)
    pd.testing.assert_frame_equal(found, sizes(one, bodies, 1, {100: 200}))


def test_the_table_has_a_row_a_population(tmp_path: Path) -> None:
    rows = [
        ("difference_of_low_quantiles", "a b", whose, runs, 100, 0.05, 0.225)
        for whose in ("ours", "paper")
        for runs in (20, 200)
    ]
    write_csv(pd.DataFrame(rows, columns=list(COLUMNS)), tmp_path / "claims/sizes.csv")
    lines = table(Folders(tmp_path)).splitlines()
    assert r"\multicolumn{2}{c}{20 runs} & \multicolumn{2}{c}{200 runs}" in lines[2]
    assert r"difference of 5\% quantiles & our runs & 5.0 & 22.5 & 5.0 & 22.5 \\" in lines
    empty = pd.DataFrame([], columns=list(COLUMNS))
    write_csv(empty, tmp_path / "claims/sizes.csv")
    assert table(Folders(tmp_path)).count(r"\\") == 2
