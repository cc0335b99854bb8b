"""LaTeX numbers and the compiled report."""


use rule stage as numbers with:
    """Every number of the report's prose."""
    input:
        NUMBERS_FROM,
    output:
        R / "numbers.json",
        R / "numbers_from.json",
        output=R / "numbers.tex",
    log:
        LOGS / "numbers.log",
    params:
        **call(
            "report numbers",
            config=CONFIG,
            results=R,
            beside=FOLDERS.beside,
        ),
        **PAPER,


use rule stage as report with:
    """The compiled report, and what number and page each figure and table has in it."""
    input:
        [*Path("paper").glob("*.*"), *Path("paper/sections").glob("*.tex")],
        FIGURES,
        TABLES,
        R / "numbers.tex",
        REPORT_FROM,
    output:
        output=report(
            R / "report.pdf",
            caption="../report/report.rst",
            category="Report",
            labels={"figure": "Compiled report", "format": "PDF"},
        ),
        captions=R / "captions.json",
    log:
        LOGS / "report.log",
    params:
        **call(
            f"report compile {R}/figures {R}/tables {R}/numbers.tex",
            paper="paper",
        ),
