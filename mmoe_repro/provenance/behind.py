"""What is behind a thing of the published study or another: jobs, committed files, records of runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mmoe_repro import study
from mmoe_repro.files import read_json, read_table, sha256
from mmoe_repro.provenance import workflow
from mmoe_repro.provenance.things import Report, Thing
from mmoe_repro.provenance.workflow import Job
from mmoe_repro.report.publish import MANIFEST
from mmoe_repro.report.rooms import COMMITTED
from mmoe_repro.synthetic.plan import OWN, PUBLISHED_FOLDER, taken

DIGITS = 16  # of a checksum
CONDITION = ("model", "group", "method", "task_correlation", "learning_rate")


@dataclass(frozen=True)
class Study:
    """Whose report it is: how things are made of records, and where; and how these are trained."""

    report: Report = field(default_factory=Report)
    configfiles: Sequence[Path] = (Path("config/published.yaml"),)
    made_in: Path = Path("results/from_published")
    training: Sequence[Path] = (Path("config/full.yaml"),)
    trained_in: Path = Path("results")
    takes: bool = True  # its records are the published ones

    @property
    def is_published(self) -> bool:
        """Whether its report is the committed one."""
        return self.report.folder == PUBLISHED_FOLDER

    @cached_property
    def records(self) -> dict[str, Path]:
        """A file of records, as the workflow names it -> the one that is read."""
        named = taken(self.made_in)
        return {str(to): path if self.takes else to for to, path in named.items()}

    def again(self, *targets: str, trained: bool = False) -> str:
        """The command that makes targets again."""
        files = " ".join(map(str, self.training if trained else self.configfiles))
        return (
            f"snakemake --cores {2 if trained else 1} --configfile {files} -- {' '.join(targets)}"
        )


def of_configuration(configfiles: Sequence[Path]) -> Study:
    """The study of configuration files, in its own folder. Raises BadConfig."""
    settings = study.load(list(configfiles))["study"]
    results = Path(settings["results"])
    if settings["records"] == study.PUBLISHED:
        return Study(Report(results), configfiles, results)
    return Study(Report(results), configfiles, results, configfiles, results, takes=False)


@dataclass
class Behind:
    """Made files with their jobs, the last first; committed files by where they are from; records."""

    targets: list[str] = field(default_factory=list)
    made: list[tuple[list[str], Job]] = field(default_factory=list)
    committed: dict[str, list[str]] = field(default_factory=dict)
    records: list[str] = field(default_factory=list)


def behind(thing: Thing, of: Study) -> Behind:
    """Everything behind a thing. Raises NoWorkflow."""
    found = Behind([str(of.made_in / name) for name in thing.files])
    jobs = workflow.jobs(of.configfiles, found.targets) if found.targets else []
    makers = workflow.by_output(jobs)
    for files, job in _backwards([*found.targets, *thing.beside], makers, of):
        if files[0] in of.records:
            found.records += files
        elif job is None:
            found.committed.setdefault(committed(Path(files[0])), []).extend(files)
        else:
            found.made.append((files, job))
    return found


def _backwards(
    targets: list[str], makers: dict[str, Job], of: Study
) -> Iterator[tuple[list[str], Job | None]]:
    """Every file behind the targets, down to records, once, those of one job together."""
    waiting, seen = list(targets), set(targets)
    while waiting:
        job = makers.get(waiting[0])
        of_job = [file for file in waiting if job is not None and makers.get(file) is job]
        files = of_job or waiting[:1]
        waiting = [file for file in waiting if file not in files]
        yield files, job
        if job is not None and files[0] not in of.records:
            new = [name for name in job.inputs if name not in seen]
            seen.update(new)
            waiting += new


def _folder(path: Path) -> Path | None:
    """The committed folder with a manifest that a file is in."""
    for folder in path.parents:
        if COMMITTED in folder.parents and (folder / MANIFEST).exists():
            return folder
    return None


def manifest(path: Path) -> dict[str, Any]:
    """What is said of the committed folder that a file is in; empty if it is in none."""
    folder = _folder(path)
    found: dict[str, Any] = read_json(folder / MANIFEST, "commit", "sha256") if folder else {}
    return found


def committed(path: Path) -> str:
    """Where a file that no job makes comes from."""
    about = manifest(path)
    if not about:
        return "configuration, text, or the paper's values, by hand"
    rule = workflow.publishers().get(str(_folder(path)), "")
    edited = ", with uncommitted changes" if about.get("uncommitted_changes") else ""
    return (
        f"published {about['date']} at commit {about['commit'][:12]}{edited} by rule {rule}, with "
        f"Python {about['python']} on {about['processor']}; constraints "
        f"{about['constraints_sha256'][:DIGITS]}"
    )


def conditions(path: Path) -> tuple[str, str]:
    """How many rows of which runs a table of records has, and their conditions by name."""
    frame = read_table(path)
    keys = [key for key in CONDITION if key in frame]
    if not keys:
        return f"{len(frame):,} row{'s' * (len(frame) != 1)}", ""
    values = {key: ", ".join(map(_text, sorted(set(frame[key])))) for key in keys}
    seeds = f", seeds {frame['seed'].min()} to {frame['seed'].max()}" if "seed" in frame else ""
    said = f"{len(frame):,} rows of {frame.groupby(keys).ngroups} conditions{seeds}"
    return said, "; ".join(f"{key} {text}" for key, text in values.items())


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def twin(path: Path, of: Study) -> Path | None:
    """The committed file that a made one is to be equal to, if there is one."""
    if not of.takes or of.made_in not in path.parents:
        return None
    name = str(path.relative_to(of.made_in)).removeprefix(OWN)
    return PUBLISHED_FOLDER / name if (PUBLISHED_FOLDER / name).exists() else None


def checksum(path: Path, of: Study) -> str:
    """What a file's bytes are, and whether they are those of its manifest or of the committed one."""
    if not path.exists():
        return "not made by you yet"
    digest = sha256(path)
    known, same = None, twin(path, of)
    if same is not None:
        known = sha256(same)
    elif folder := _folder(path):
        known = manifest(path)["sha256"].get(str(path.relative_to(folder)))
    whether = "" if known is None else ", as published" if digest == known else ", NOT as published"
    return f"sha256 {digest[:DIGITS]}{whether}"
