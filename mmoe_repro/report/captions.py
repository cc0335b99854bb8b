"""What number and page a figure or table has in the compiled report, as LaTeX notes it in its .aux."""

import re

_NOTED = re.compile(r"\\noted\s*" + r"\{([^{}]*)\}" * 4)


def numbered(aux: str) -> dict[str, dict[str, str]]:
    """Name, as in `mmoe-repro why NAME`, -> kind (figure, table), number and page.

    `aux` is the text of report.aux; paper/macros.tex (\\source) says what is in it.
    """
    return {
        name: {"kind": kind, "number": number, "page": page}
        for name, kind, number, page in _NOTED.findall(aux)
    }
