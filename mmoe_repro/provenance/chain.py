"""From what a reader sees down to records, and from these to the runs, in lines of text."""

import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.provenance import code, workflow
from mmoe_repro.provenance.behind import (
    Behind,
    Study,
    checksum,
    committed,
    conditions,
    manifest,
    twin,
)
from mmoe_repro.provenance.code import Find
from mmoe_repro.provenance.workflow import Job

IN_ROW = 6  # words of a command without an option between them that are shown
FIRST = 2  # records that a summary names

NOT_ESTABLISHED = """
  That the records are what their commands give: a checksum says that a file is the published one.
  Some runs are made again for the report, which says how many had the same bits.
  The same bits on another kind of processor: they are those of x86-64 with AVX2 and FMA. Elsewhere,
  and with MMOE_NATIVE=1, a run rounds otherwise and may end elsewhere.
""".rstrip()


def summary(found: Behind, study: Study, find: Find) -> Iterator[str]:
    """A few lines on what is behind a thing: its file, what made it, of what, when, and how again."""
    files = [path for name in found.targets for path in _both(Path(name), study)]
    if files:
        yield _line("file", [f"{path}  {checksum(path, study)}" for path in files], 2 * FIRST)
        rules = " <- ".join(dict.fromkeys(job.rule for _, job in found.made))
        modules = code.modules_of(found.made[0][1].command, find) if found.made else []
        made_by = [f"rule {rules}", f"code {', '.join(modules)}"]
        yield _line("made by", made_by[: bool(rules) + bool(modules)], len(made_by))
    of = [study.records[name] for name in found.records]
    of += [Path(name) for names in found.committed.values() for name in names]
    of = sorted(
        filter(Path.exists, of), key=lambda path: ("runs" not in path.name, -path.stat().st_size)
    )
    yield _line("of", [f"{path}  {_rows(path)}".rstrip() for path in of], FIRST)
    if study.is_published:
        times = dict.fromkeys(committed(path).partition(", with Python")[0] for path in of)
        yield _line("", [said for said in times if said.startswith("published")], FIRST)
    if found.targets:
        trains = "" if study.takes else "  (trains what is lacking)"
        yield _line("again", [f"{study.again(*found.targets)}{trains}"], 1)


def _line(title: str, texts: list[str], most: int) -> str:
    """A title and texts under each other, no more than so many."""
    left = [f"and {len(texts) - most} more"] if len(texts) > most else []
    shown = [*texts[:most], *left]
    return "\n".join(f"  {title if i == 0 else '':<9}{text}" for i, text in enumerate(shown))


def _both(path: Path, study: Study) -> list[Path]:
    same = twin(path, study)
    return [same, path] if same else [path]


def _rows(path: Path) -> str:
    return conditions(path)[0] if path.suffix == ".parquet" else ""


def whole(found: Behind, study: Study, find: Find) -> Iterator[str]:
    """All that there is behind a thing; `find` gives the function of a command's words.

    Raises NoWorkflow.
    """
    if found.targets:
        yield "\nMADE, from the end backwards:"
        for files, job in found.made:
            yield from _made(files, job, study, find)
        yield f"  again: {study.again(*found.targets)}"
    if found.committed:
        yield "\nCOMMITTED:"
    for said, files in found.committed.items():
        yield f"  {said}"
        yield from (f"      {file}  {checksum(Path(file), study)}" for file in files)
    if found.records:
        yield from _records(found.records, study, find)
    if found.records and study.takes:
        yield f"\nNOT ESTABLISHED by this:{NOT_ESTABLISHED}"


def _made(files: list[str], job: Job, study: Study, find: Find) -> Iterator[str]:
    """Files with their checksums, and the command that makes them."""
    for path in [path for file in files for path in _both(Path(file), study)]:
        yield f"  {path}  {checksum(path, study)}"
    yield f"      rule {job.rule}: {_short(job.command)}"
    modules = code.modules_of(job.command, find)
    if modules:
        yield f"      code {fingerprint(*modules)}: {', '.join(modules)}"


def _records(names: list[str], study: Study, find: Find) -> Iterator[str]:
    """The records, what is in them, and the jobs that made them."""
    trained = {
        name: str(study.trained_in / Path(name).relative_to(study.made_in)) for name in names
    }
    makers = workflow.by_output(workflow.jobs(study.training, list(trained.values())))
    yield f"\nRECORDS{', published' if study.is_published else ''}:"
    examples: dict[str, Job] = {}
    for name in names:
        path = study.records[name]
        yield f"  {path}  {checksum(path, study)}"
        if study.is_published:
            yield f"      {committed(path)}"
        if path.suffix == ".parquet" and path.exists():
            rows, by_name = conditions(path)
            yield f"      {rows}: {by_name}" if by_name else f"      {rows}"
        found = workflow.behind(trained[name], makers)
        for job in found:
            examples.setdefault(job.rule, job)
        jobs = ", ".join(f"{rule} {n}" for rule, n in Counter(job.rule for job in found).items())
        yield f"      jobs: {jobs}"
        yield f"      again: {study.again(trained[name], trained=True)}"
    about = manifest(study.records[names[0]])
    yield "\nJOBS behind the records, one of each rule:"
    for rule, job in examples.items():
        yield f"  {rule}: {_short(job.command)}"
        modules = code.modules_of(job.command, find)
        if modules:
            said = f"code {fingerprint(*modules)}"
            yield f"      {_since(about['commit'], modules, said) if about else said}"


def _since(commit: str, modules: list[str], said: str) -> str:
    """Whether the code behind a command is still what it was when records were published."""
    changed = code.changed_since(commit, code.files_of(modules))
    if changed is None:
        return f"{said}; this checkout does not know commit {commit[:12]}"
    if not changed:
        return f"{said}, as it was at commit {commit[:12]}"
    return f"{said}; since commit {commit[:12]} these have changed: {', '.join(changed)}"


def _short(command: str) -> str:
    """A command without the configuration's whole text and without most of many files, all of which
    `snakemake -n -p` shows."""
    words: list[str] = []
    in_row = 0
    for word in shlex.split(command):
        in_row = 0 if word.startswith("-") else in_row + 1
        if words and words[-1] in ("--config", "--plots"):
            word = "'...'"
        if in_row <= IN_ROW:
            words.append(word)
        elif in_row == IN_ROW + 1:
            words.append("...")
    return " ".join(words)
