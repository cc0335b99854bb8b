"""The numbers of the prose as LaTeX macros: \\val{figure4.mmoe.0.5.ours}."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from mmoe_repro.config import Config
from mmoe_repro.report.tabular import escape


def of_study(config: Config, experiments: Sequence[str]) -> dict[str, str]:
    """What every report says of its study; `experiments` are all that there are."""
    has = config["study"]["experiments"]
    return {
        "study.name": config["study"]["name"],
        "study.seed": str(config["study"]["seed"]),
        "study.confidence": f"{config['plots']['confidence']:.0%}".replace("%", r"\%"),
        **{f"study.{name}": "yes" if name in has else "no" for name in experiments},
        "software.python": platform.python_version(),
        "software.torch": version("torch").partition("+")[0],  # the same of every build
        "software.snakemake": version("snakemake"),
    }


def unlike(changed: Sequence[str], elsewhere: str) -> dict[str, str]:
    """Whether sentences on results are asserted, as in the published study, and if not why: `changed`
    are the keys by which its settings are others, `elsewhere` a sentence on who made its runs."""
    why = [f"Its settings are others: {', '.join(map(escape, changed))}."] if changed else []
    why += [elsewhere] if elsewhere else []
    return {"study.asserted": "no" if why else "yes", "study.unlike": " ".join(why)}


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
