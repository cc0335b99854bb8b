"""The page to look into: its data, its charts by Vega-Lite's schema, and clicks in a real browser."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import altair
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mmoe_repro import study
from mmoe_repro.explorer import data
from mmoe_repro.explorer.files import read_universes
from mmoe_repro.explorer.over_universes import VERDICTS, shown_choices
from mmoe_repro.explorer.page import page
from mmoe_repro.multiverse import store
from mmoe_repro.multiverse.design import read_members
from mmoe_repro.multiverse.words import CHOICES
from tests.conftest import ROOT

PUBLISHED = ROOT / "results/published"
PLOTS = study.from_text("{}")["plots"]
DOCUMENT = json.loads((PUBLISHED / "synthetic/claims/verdicts.json").read_text())
CLAIMS = ("S1", "A3", "T1")


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    """Verdicts drawn at random, so that numbers on the page must come from them."""
    members = read_members(PUBLISHED / "multiverse/design.parquet")
    names = [*[one.name for one in members], "reference"]
    generator = np.random.default_rng(1)
    rows = [
        {
            "name": name, "claim": claim, "verdict": generator.choice(VERDICTS),
            "margin": float(generator.normal()), "low": -2.0, "high": 2.0, "ratio": claim == "T1",
            "believable": bool(generator.random() < 0.8),
        }
        for name in names
        for claim in CLAIMS
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def universes(
    judged: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, data.Rows]:
    path = tmp_path_factory.mktemp("explorer") / "verdicts.parquet"
    judged.to_parquet(path)
    return read_universes(
        path,
        PUBLISHED / "multiverse",
        ROOT / "config/multiverse.yaml",
        PUBLISHED / "calibration/label_functions.json",
    )


@pytest.fixture(scope="module")
def census() -> data.Rows:
    runs = pd.read_parquet(PUBLISHED / "census/runs.parquet")
    return data.census(runs, DOCUMENT["titles"], 0)


@pytest.fixture(scope="module")
def html(
    universes: dict[str, data.Rows], census: data.Rows, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    path.write_text(page(DOCUMENT, PLOTS, universes, census))
    return path


def _specs(text: str) -> dict[str, Any]:
    found = re.search(r"const specs = (\{.*\})\[window", text)
    assert found
    specs: dict[str, Any] = json.loads(found[1])
    return specs


def test_every_chart_is_vega_lite(html: Path) -> None:
    specs = _specs(html.read_text())
    assert set(specs) == {"wide", "narrow"}
    for charts in specs.values():
        assert set(charts) == {"universes", "runs", "census"}
        for spec in charts.values():
            altair.Chart.from_dict(spec, validate=True)


def test_it_is_one_file_that_may_load_nothing(html: Path) -> None:
    text = html.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none';")
    before_vega = text[: text.index("<script")]
    assert not re.search(r"<(link|img|iframe)|src=|url\(", before_vega)
    assert html.stat().st_size < 5_000_000


def test_a_study_with_less_has_a_page_with_less(universes: dict[str, data.Rows]) -> None:
    alone = page(DOCUMENT, PLOTS, {}, [])
    assert all(f'id="row-{s["id"]}"' in alone for s in DOCUMENT["statements"])
    assert _specs(alone) == {"wide": {}, "narrow": {}}
    assert "A statement over universes" not in alone
    assert "Census-Income, run by run" not in alone
    assert set(_specs(page(DOCUMENT, PLOTS, universes, []))["wide"]) == {"universes", "runs"}


def test_text_of_the_study_is_escaped() -> None:
    text = page({**DOCUMENT, "study": "</script><b>"}, PLOTS, {}, [])
    assert "</script><b>" not in text
    assert "&lt;/script&gt;&lt;b&gt;" in text


def test_losses_are_those_of_the_records(universes: dict[str, data.Rows]) -> None:
    records = store.read(PUBLISHED / "multiverse", "runs")
    reference = [row for row in universes["runs"] if row["name"] == "reference"]
    assert len(reference) == 9  # models and correlations of Figure 5
    # The reference reads half the training loss, each condition at its best learning rate
    of = records[(records["name"] == "reference") & (records["model"] == "mmoe")]
    of = of[of["task_correlation"] == 0.5]
    means = of[of["seed"] >= 10_000].groupby("learning_rate")["train_loss"].mean()
    best = of[(of["learning_rate"] == means.idxmin()) & (of["seed"] < 10_000)]
    (row,) = [r for r in reference if r["model"] == "mmoe" and r["task_correlation"] == 0.5]
    assert sorted(row["losses"]) == sorted(round(float(v) / 2, 4) for v in best["train_loss"])


def test_titles_tell_what_a_departure_changes(universes: dict[str, data.Rows]) -> None:
    titles = {row["name"]: row["title"] for row in universes["universes"]}
    assert titles["batch_size-64"] == "reference, but batch size: 64"
    assert titles["label_function-ple-2"] == "reference, but label function: PLE (2)"
    assert titles["0007"] == "universe 0007"
    assert len(set(titles.values())) == len(titles)


# In a browser


MUST = "MMOE_BROWSER"  # set where a browser must be there, as in continuous integration


@pytest.fixture(scope="module", params=[(1280, 900), (390, 844)], ids=["wide", "narrow"])
def browser(
    request: pytest.FixtureRequest, html: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """Headless Chromium with the page in it."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        assert MUST not in os.environ, "chromium and chromedriver are not here"
        pytest.skip("no chromium and chromedriver here")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    width, height = request.param
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(driver))
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    found.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield found
    found.quit()


@pytest.fixture
def opened(browser: Any, html: Path) -> Any:
    """The page, loaded anew and drawn."""
    browser.get(html.as_uri())
    _until(lambda: browser.execute_script("return document.body.dataset.ready") == "yes")
    return browser


def _until(done: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the page did not get there"
        time.sleep(0.05)


def _said(browser: Any) -> dict[str, tuple[int, int, int, int]]:
    """Verdict -> n, of, and the interval's ends in percent, as the page says them."""
    texts = [e.text for e in browser.find_elements("css selector", "#over-universes text")]
    pattern = re.compile(r"(\w+) in (\d+) of (\d+) \(\d+% \[(\d+), (\d+)\]\)")
    found = [match for text in texts if (match := pattern.fullmatch(text))]
    return {m[1]: (int(m[2]), int(m[3]), int(m[4]), int(m[5])) for m in found}


def _expected(
    judged: pd.DataFrame, claim: str, names: set[str], believable: bool = True
) -> dict[str, tuple[int, int, int, int]]:
    of = judged[(judged["claim"] == claim) & judged["name"].isin(names)]
    of = of[of["believable"]] if believable else of
    found = {}
    for verdict in VERDICTS:
        n = int((of["verdict"] == verdict).sum())
        ends = stats.binomtest(n, len(of)).proportion_ci(method="wilson")
        low, high = (int(np.floor(100 * end + 0.5)) for end in ends)
        found[verdict] = (n, len(of), low, high)
    return found


def _bar(browser: Any, text: str) -> Any:
    bars = browser.find_elements("css selector", "#over-universes path[aria-roledescription=bar]")
    return next(bar for bar in bars if text in bar.get_attribute("aria-label"))


def _click(browser: Any, element: Any) -> None:
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def test_it_opens_without_a_complaint_and_fits_the_window(opened: Any) -> None:
    assert opened.get_log("browser") == []
    wide, window = opened.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= window
    for part in ("over-universes", "of-one", "of-census"):
        assert opened.find_elements("css selector", f"#{part} svg")


def test_a_click_on_a_choice_changes_the_shares(
    opened: Any, judged: pd.DataFrame, universes: dict[str, data.Rows]
) -> None:
    rows = [row for row in universes["universes"] if row["kind"] == "design"]
    every = {row["name"] for row in rows}
    batch = {row["name"] for row in rows if row["batch_size"] == "16"}
    biases = {row["name"] for row in rows if row["biases"] == "with"}
    both = {row["name"] for row in rows if row["batch_size"] in ("16", "64")}
    steps = [
        (None, every),
        ("batch_size: 16;", batch),  # values of one choice together,
        ("batch_size: 64;", both),
        ("biases: with;", both & biases),  # choices each on its own,
        ("batch_size: 64;", batch & biases),  # and a second click lets go
        ("believable: no;", None),
    ]
    for text, names in steps:
        if text:
            _click(opened, _bar(opened, text))
        kept = names if names is not None else batch & biases
        expected = _expected(judged, "A3", kept, believable=names is not None)
        _until(lambda expected=expected: _said(opened) == expected, 10)


def test_a_row_of_the_table_chooses_the_statement(
    opened: Any, judged: pd.DataFrame, universes: dict[str, data.Rows]
) -> None:
    every = {row["name"] for row in universes["universes"]} - {"reference"}
    _click(opened, opened.find_element("id", "row-T1"))
    _until(lambda: _said(opened) == _expected(judged, "T1", every), 10)
    says = next(s["statement"] for s in DOCUMENT["statements"] if s["id"] == "T1")
    assert opened.find_element("id", "says").text == says
    labels = [e.text for e in opened.find_elements("css selector", "#over-universes text")]
    assert "edge" in labels  # a ratio's axis


def test_a_row_that_is_not_judged_there_says_so_and_every_row_brings_the_charts_into_view(
    opened: Any,
) -> None:
    script = "return document.getElementById('over-universes').getBoundingClientRect().top"
    for name, told in (("C5", "C5 is not judged in universes; A3 is shown still."), ("T1", "")):
        opened.execute_script("document.body.scrollIntoView()")
        _click(opened, opened.find_element("id", f"row-{name}"))
        _until(lambda told=told: opened.find_element("id", "told").text == told, 10)
        _until(lambda: 0 < opened.execute_script(script) < 500, 10)


def test_every_value_of_a_choice_is_explained(html: Path, universes: dict[str, data.Rows]) -> None:
    told = {of["choice"]: [one["words"] for one in of["values"]] for of in universes["sources"]}
    for name, values in shown_choices(universes["universes"]).items():
        assert set(values) <= set(told[CHOICES[name]])
    assert "1 / sqrt(fan_in)" in html.read_text()


def test_it_says_how_many_runs_a_universe_has(html: Path) -> None:
    assert "final losses of 20 runs per panel" in html.read_text()


def test_a_click_on_a_universe_shows_its_runs(opened: Any, universes: dict[str, data.Rows]) -> None:
    shown = {row["name"] for row in universes["runs"]}
    titles = {row["title"]: row["name"] for row in universes["universes"]}

    def uncovered(circle: Any) -> bool:
        script = """const box = arguments[0].getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        return document.elementFromPoint(x, y) === arguments[0]"""
        return bool(opened.execute_script(script, circle))

    chart = opened.find_element("id", "over-universes")
    opened.execute_script("arguments[0].scrollIntoView()", chart)
    circles = chart.find_elements("css selector", "path[aria-roledescription=circle]")
    circle = next(
        c for c in circles if titles[c.get_attribute("aria-label")] in shown and uncovered(c)
    )
    name = titles[circle.get_attribute("aria-label")]
    circle.click()
    script = "return document.getElementById('universe').value"
    _until(lambda: opened.execute_script(script) == name, 10)
    (row,) = [r for r in universes["universes"] if r["name"] == name]
    assert f"batch size: {row['batch_size']};" in opened.find_element("id", "choices").text

    of_mmoe = [r["losses"] for r in universes["runs"] if r["name"] == name and r["model"] == "mmoe"]
    expected = sum(len({int(min(v, 0.6667) * 30 + 1e-9) for v in losses}) for losses in of_mmoe)

    def bars() -> int:
        colour = PLOTS["colours"]["mmoe"]
        found = opened.find_elements("css selector", f"#of-one path[fill='{colour}']")
        return sum("loss from" in (bar.get_attribute("aria-label") or "") for bar in found)

    _until(lambda: bars() == expected, 10)


def test_choices_are_those_that_vary_and_matter(universes: dict[str, data.Rows]) -> None:
    found = shown_choices(universes["universes"])
    assert "error" not in found
    assert found["batch_size"] == ["2", "4", "8", "16", "32", "64", "128", "256", "512", "1,024"]
    assert found["biases"] == ["with", "without"]
