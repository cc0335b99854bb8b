"""The numbers of the prose as LaTeX macros: \\val{figure4.mmoe.0.5.ours}."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from mmoe_repro.config import Config
from mmoe_repro.report.tabular import escape


def of_study(config: Config, experiments: Sequence[str], changed: Sequence[str]) -> dict[str, str]:
    """What every report says of its study; `experiments` are all that there are, `changed` the keys by
    which it is not the published study."""
    has = config["study"]["experiments"]
    return {
        "study.name": config["study"]["name"],
        "study.asserted": "no" if changed else "yes",
        "study.changed": ", ".join(map(escape, changed)),
        "study.seed": str(config["study"]["seed"]),
        "study.confidence": f"{config['plots']['confidence']:.0%}".replace("%", r"\%"),
        **{f"study.{name}": "yes" if name in has else "no" for name in experiments},
        "software.python": platform.python_version(),
        "software.torch": version("torch"),
        "software.snakemake": version("snakemake"),
    }


def to_latex(numbers: Mapping[str, str], sections: Sequence[str] = ()) -> str:
    """The definitions that \\val looks up, and \\othersections: sections/NAME of each of `sections`."""
    lines = ["% Made by `mmoe-repro report numbers`; every value comes from a file under results/."]
    for name, value in sorted(numbers.items()):
        if "%" in value.replace(r"\%", ""):
            raise ValueError(f"number {name!r} holds a bare %: {value!r}")
        lines.append(rf"\expandafter\def\csname val@{name}\endcsname{{{value}}}")
    inputs = "".join(rf"\input{{sections/{name}}}" for name in sections)
    lines.append(rf"\newcommand{{\othersections}}{{{inputs}}}")
    return "\n".join(lines) + "\n"
