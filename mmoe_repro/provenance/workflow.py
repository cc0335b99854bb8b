"""The workflow's jobs as it tells them itself: what makes a file, of what, by which command."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mmoe_repro.report.rooms import COMMITTED

_RULE = re.compile(r"(?:local)?(?:rule|checkpoint) (\w+):$")
_COMMAND = "Shell command: "
_PUBLISHER = re.compile(
    r"rule stage as (publish\w*) with:(?:(?!\nuse rule|\nrule ).)*?"
    r'\*\*publishing\("(\w+)"(?:, folder="(\w+)")?',
    re.S,
)
_LOGGED = re.compile(r" 2>&1 \| tee \S+$")


@dataclass(frozen=True)
class Job:
    """One job: its rule, its files, and the command that it is."""

    rule: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    command: str


class NoWorkflow(ValueError):
    """The workflow cannot say what it would do; the text has its last lines."""


def jobs(configfiles: Sequence[Path], targets: Sequence[str]) -> list[Job]:
    """Every job behind the targets, finished or not, of a study with these configurations.

    Raises NoWorkflow.
    """
    command = [sys.executable, "-m", "snakemake", "-n", "-p", "--forceall", "--nolock", "--nocolor"]
    command += ["--configfile", *map(str, configfiles), "--", *targets]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = " ".join((done.stdout + done.stderr).strip().splitlines()[-3:])
        raise NoWorkflow(f"snakemake does not plan {', '.join(targets)}: {last}")
    return list(_read(done.stdout))


def _read(text: str) -> Iterator[Job]:
    """The jobs of a dry run's text."""
    files: dict[str, tuple[str, ...]] = {"input": (), "output": ()}
    rule, command = "", ""
    for line in [*text.splitlines(), "rule end:"]:
        found = _RULE.match(line)
        if found:
            if rule:
                yield Job(rule, files["input"], files["output"], command)
            rule, command, files = found[1], "", {"input": (), "output": ()}
        name, _, value = line.strip().partition(": ")
        if line.startswith("    ") and name in files:
            files[name] = tuple(value.split(", "))
        elif line.startswith(_COMMAND):
            command = _LOGGED.sub("", line.removeprefix(_COMMAND))


@cache
def publishers(rules: Path = Path("workflow/rules")) -> dict[str, str]:
    """Committed folder -> the rule that publishes it, as the rules' files say."""
    text = "\n".join(path.read_text() for path in sorted(rules.glob("*.smk")))
    return {str(COMMITTED / (of or room)): rule for rule, room, of in _PUBLISHER.findall(text)}


def by_output(found: Sequence[Job]) -> dict[str, Job]:
    """File -> the job that makes it."""
    return {output: job for job in found for output in job.outputs}


def behind(file: str, makers: dict[str, Job]) -> list[Job]:
    """Every job behind a file, the last first, each once."""
    seen: dict[Job, None] = {}
    waiting = [file]
    while waiting:
        job = makers.get(waiting.pop(0))
        if job is not None and job not in seen:
            seen[job] = None
            waiting += job.inputs
    return list(seen)
