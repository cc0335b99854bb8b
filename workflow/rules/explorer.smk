"""The page to look into: verdicts, universes and runs in one file for a browser."""

EXPLORER = R / "explorer.html"
WITH_CENSUS = (
    {"census": R / "census/all_runs.parquet"} if "census" in study.experiments(config) else {}
)


use rule stage as explorer with:
    """One file of HTML, which needs no network."""
    input:
        RECORDS_OF_UNIVERSES,
        **WITH_CENSUS,
        verdicts=VERDICTS,
        universes=M / "verdicts.parquet",
        space=SPACE,
        label_functions=FUNCTIONS,
    output:
        output=report(
            EXPLORER,
            caption="../report/explorer.rst",
            category="Explorer",
            labels={"figure": "A page to look into", "format": "HTML"},
        ),
    log:
        LOGS / "explorer.log",
    params:
        **call(
            "report explorer",
            folder=UNIVERSES,
            plots=PLOTS,
        ),
        **PAPER,
        page=sha256(PACKAGE / "explorer/page.html"),
