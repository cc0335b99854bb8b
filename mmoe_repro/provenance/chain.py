"""From what a reader sees down to records, and from these to the runs, in lines of text."""

import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmoe_repro.files import read_json, read_table, sha256
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.provenance import code, workflow
from mmoe_repro.provenance.code import Find
from mmoe_repro.provenance.things import Thing
from mmoe_repro.provenance.workflow import Job
from mmoe_repro.report.publish import MANIFEST
from mmoe_repro.report.rooms import COMMITTED
from mmoe_repro.synthetic.plan import OWN, PUBLISHED_FOLDER, taken

FROM_PUBLISHED, WITH_RUNS = Path("config/published.yaml"), Path("config/full.yaml")
MADE_IN = Path("results/from_published")  # where the first of them writes
TRAINED_IN = Path("results")  # where the second does
DIGITS = 16  # of a checksum
IN_ROW = 6  # words of a command without an option between them that are shown
CONDITION = ("model", "group", "method", "task_correlation", "learning_rate")

NOT_ESTABLISHED = """
  That the records are what their commands give: a checksum says that a file is the published one.
  Some runs are made again for the report, which says how many had the same bits.
  The same bits on another kind of processor: they are those of x86-64 with AVX2 and FMA. Elsewhere,
  and with MMOE_NATIVE=1, a run rounds otherwise and may end elsewhere.
""".rstrip()


def lines(thing: Thing, find: Find) -> Iterator[str]:
    """All that there is behind a thing; `find` gives the function of a command's words.

    Raises NoWorkflow.
    """
    yield thing.said
    targets = [str(MADE_IN / name) for name in thing.files]
    makers = workflow.by_output(workflow.jobs(FROM_PUBLISHED, targets)) if targets else {}
    origin = {str(to): path for to, path in taken(MADE_IN).items()}
    records: list[str] = []
    committed: dict[str, list[str]] = {}
    if targets:
        yield "\nMADE, from the end backwards:"
    for files, job in _backwards([*targets, *thing.beside], makers):
        if files[0] in origin:
            records += files
        elif job is None:
            committed.setdefault(_committed(Path(files[0])), []).extend(files)
        else:
            yield from _made(files, job, find)
    if targets:
        names = " ".join(targets)
        yield f"  again: snakemake --cores 1 --configfile {FROM_PUBLISHED} -- {names}"
    if committed:
        yield "\nCOMMITTED:"
    for said, files in committed.items():
        yield f"  {said}"
        yield from (f"      {file}  {_checksum(file)}" for file in files)
    if records:
        yield from _records({name: origin[name] for name in records}, find)
        yield f"\nNOT ESTABLISHED by this:{NOT_ESTABLISHED}"


def _backwards(
    targets: list[str], makers: dict[str, Job]
) -> Iterator[tuple[list[str], Job | None]]:
    """Every file behind the targets, once, those of one job together."""
    waiting, seen = list(targets), set(targets)
    while waiting:
        job = makers.get(waiting[0])
        of_job = [file for file in waiting if job is not None and makers.get(file) is job]
        files = of_job or waiting[:1]
        waiting = [file for file in waiting if file not in files]
        yield files, job
        if job is not None and job.rule != "take":
            new = [name for name in job.inputs if name not in seen]
            seen.update(new)
            waiting += new


def _made(files: list[str], job: Job, find: Find) -> Iterator[str]:
    """Files with their checksums, and the command that makes them."""
    for file in files:
        yield f"  {file.removeprefix(f'{MADE_IN}/')}  {_checksum(file)}"
    yield f"      rule {job.rule}: {_short(job.command)}"
    modules = code.modules_of(job.command, find)
    if modules:
        yield f"      code {fingerprint(*modules)}: {', '.join(modules)}"


def _records(origin: dict[str, Path], find: Find) -> Iterator[str]:
    """The published records, what is in them, and the jobs that made them."""
    trained = {name: str(TRAINED_IN / Path(name).relative_to(MADE_IN)) for name in origin}
    makers = workflow.by_output(workflow.jobs(WITH_RUNS, list(trained.values())))
    yield "\nRECORDS, published:"
    examples: dict[str, Job] = {}
    for name, path in origin.items():
        yield f"  {path}  {_checksum(str(path))}"
        yield f"      {_committed(path)}"
        if path.suffix == ".parquet":
            yield f"      {_conditions(path)}"
        found = workflow.behind(trained[name], makers)
        for job in found:
            examples.setdefault(job.rule, job)
        jobs = ", ".join(f"{rule} {n}" for rule, n in Counter(job.rule for job in found).items())
        yield f"      jobs: {jobs}"
        yield f"      again: snakemake --cores 2 --configfile {WITH_RUNS} -- {trained[name]}"
    commit = _manifest(next(iter(origin.values())))["commit"]
    yield "\nJOBS behind the records, one of each rule:"
    for rule, job in examples.items():
        yield f"  {rule}: {_short(job.command)}"
        modules = code.modules_of(job.command, find)
        if modules:
            yield f"      {_since(commit, modules)}"


def _since(commit: str, modules: list[str]) -> str:
    """Whether the code behind a command is still what it was when records were published."""
    changed = code.changed_since(commit, code.files_of(modules))
    said = f"code {fingerprint(*modules)}"
    if changed is None:
        return f"{said}; this checkout does not know commit {commit[:12]}"
    if not changed:
        return f"{said}, as it was at commit {commit[:12]}"
    return f"{said}; since commit {commit[:12]} these have changed: {', '.join(changed)}"


def _folder(path: Path) -> Path | None:
    """The committed folder with a manifest that a file is in."""
    for folder in path.parents:
        if COMMITTED in folder.parents and (folder / MANIFEST).exists():
            return folder
    return None


def _manifest(path: Path) -> dict[str, Any]:
    folder = _folder(path)
    found: dict[str, Any] = read_json(folder / MANIFEST, "commit", "sha256") if folder else {}
    return found


def _committed(path: Path) -> str:
    """Where a file that no job makes comes from."""
    about = _manifest(path)
    if not about:
        return "configuration, text, or the paper's values, by hand"
    rule = workflow.publishers().get(str(_folder(path)), "")
    edited = ", with uncommitted changes" if about.get("uncommitted_changes") else ""
    return (
        f"published {about['date']} at commit {about['commit'][:12]}{edited} by rule {rule}, with "
        f"Python {about['python']} on {about['processor']}; constraints "
        f"{about['constraints_sha256'][:DIGITS]}"
    )


def _conditions(path: Path) -> str:
    """Which runs a table of records has."""
    frame = read_table(path)
    keys = [key for key in CONDITION if key in frame]
    if not keys:
        return f"{len(frame):,} rows"
    values = {key: ", ".join(map(_text, sorted(set(frame[key])))) for key in keys}
    said = "; ".join(f"{key} {text}" for key, text in values.items())
    seeds = f", seeds {frame['seed'].min()} to {frame['seed'].max()}" if "seed" in frame else ""
    return f"{len(frame):,} rows of {frame.groupby(keys).ngroups} conditions{seeds}: {said}"


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _checksum(file: str) -> str:
    """What a file's bytes are, and whether they are the published ones."""
    path = Path(file)
    about = _manifest(path)
    if about:
        known = about["sha256"].get(str(path.relative_to(_folder(path) or "")))
    else:
        name = file.removeprefix(f"{MADE_IN}/").removeprefix(OWN)
        known = _manifest(PUBLISHED_FOLDER / MANIFEST)["sha256"].get(name)
    if not path.exists():
        return f"sha256 {known[:DIGITS]} when published; not here" if known else "not here yet"
    digest = sha256(path)
    whether = "" if known is None else ", as published" if digest == known else ", NOT as published"
    return f"sha256 {digest[:DIGITS]}{whether}"


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
