"""The report's text in plain words: captions by name, and the sentences in which a number stands."""

import re
from collections.abc import Mapping
from pathlib import Path

PAPER = Path("paper")  # from the repository's root
_HERE = "\0"  # marks the number that is looked for

_VAL = re.compile(r"\\val\{([^{}]*)\}")
_SAID_IF = re.compile(r"\\(?:holds|verdictis)(?:\{[^{}]*\}){3}")  # the words that hang on it follow
_DROPPED = re.compile(
    r"(?<!\\)%.*|\\(?:label|ref|cite[tp]?|source|input|figurefile|tablefile)\{[^{}]*\}"
    r"|\\ifcsname [^\\]*\\endcsname"
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[^{}]*\}(?:\[[^\]]*\]|\{[^{}]*\})?")
_PARAGRAPH = re.compile(r"\n\s*\n|\\item|\\paragraph|\\begin|\\end|\\caption|\\\\")  # and rows
_SENTENCE = re.compile(r"(?<=[.!?:]) +(?=[A-Z(])")
_SPACES = {r"\,": " ", "~": " ", "{,}": ",", r"\%": "%", r"\&": "&", r"\_": "_", "-{}-": "--"}
_MATHS = {"$": "", r"\times": "x", r"\le": "<=", r"\ge": ">="}


def plain(text: str) -> str:
    """LaTeX as a person reads it in a terminal."""
    for pattern in (_DROPPED, _ENVIRONMENT, _SAID_IF):
        text = pattern.sub("", text)
    for old, new in {**_SPACES, **_MATHS}.items():
        text = text.replace(old, new)
    text = re.sub(r"\\[a-zA-Z]+\*?|\\.|[{}]", "", text)
    return re.sub(r"\s+([.,;:)])", r"\1", " ".join(text.split()))


def caption(name: str, numbers: Mapping[str, str], paper: Path = PAPER) -> str:
    """The caption of a figure (figure4, portrait_own) or table (table:power); empty if it has none."""
    tail = name.partition("_")[2]
    macros = re.sub(r"(?m)^%.*$", "", (paper / "macros.tex").read_text()).replace("#1", tail)
    for text in [*_sections(paper), macros if tail else ""]:
        end = text.find(rf"\source{{{name}}}")
        if end >= 0:
            start = text.rfind(r"\caption{", 0, end) + len(r"\caption{")
            return plain(_filled(text[start:end], numbers))
    return ""


def sentences(name: str, numbers: Mapping[str, str], paper: Path = PAPER) -> list[str]:
    """The sentences, captions and rows of the report in which \\val{name} stands."""
    found = []
    wanted = rf"\val{{{name}}}"
    for text in _sections(paper):
        for paragraph in _PARAGRAPH.split(text):
            if wanted in paragraph:
                said = plain(_filled(paragraph.replace(wanted, _HERE), numbers))
                parts = [part for part in _SENTENCE.split(said) if _HERE in part]
                found += [part.replace(_HERE, plain(numbers[name])) for part in parts]
    return found


def _filled(text: str, numbers: Mapping[str, str]) -> str:
    return _VAL.sub(lambda found: numbers.get(found[1], "--"), text)


def _sections(paper: Path) -> list[str]:
    return [path.read_text() for path in sorted(paper.glob("sections/*.tex"))]
