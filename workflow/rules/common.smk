"""What every rules file uses: the study's paths, what it adds to, and parameters of its rules."""

import json
import re
import shlex

from mmoe_repro import needs
from mmoe_repro.calibration.plan import SPACE
from mmoe_repro.claims import statements
from mmoe_repro.claims.plan import CLAIMS
from mmoe_repro.cli import function_of
from mmoe_repro.files import sha256
from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.provenance.code import modules_of
from mmoe_repro.report.rooms import COMMITTED

R = Path(config["study"]["results"])
LOGS = R / "logs"
PLAN_FILE = R / "plan.json"
SEED = config["study"]["seed"]
CONFIDENCE = config["plots"]["confidence"]
CONFIG = json.dumps(config, sort_keys=True)
PLOTS = json.dumps(config["plots"], sort_keys=True)
PACKAGE = Path(study.__file__).parent
LOOK = sha256(PACKAGE / "report/darkgrid.mplstyle")  # of every figure
# Of what judges by the paper's values or shows them: it is made again when one is corrected.
PAPER = {"paper": [sha256(path) for path in sorted((PACKAGE / "paper/data").glob("*.csv"))]}
try:
    STATEMENTS = statements.load(CLAIMS)
except statements.BadClaims as error:
    raise WorkflowError(str(error))
FOLDERS = study.folders(config)  # results, and what is read beside them
REFERENCE = FOLDERS["calibration"] / "reference.json"
BENCHMARKS = FOLDERS["benchmarks"]

# What the experiments add to: the report's figures and tables, records, and what these rest on.
FIGURES, TABLES, RECORDS, NUMBERS_FROM, EVIDENCE = [], [], [], [], []
DOCUMENT_FROM, REPORT_FROM = [], []  # what else the verdicts' document and the PDF wait for
WEIGHTS = {}  # block's record file -> its share of the work, for the progress line


def options(values):
    """Options of the command line: --name value; a list of numbers has commas, others are repeated."""
    words = []
    for name, value in values.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, dict):
            words += [word for pair in value.items() for word in (option, "=".join(map(str, pair)))]
        elif isinstance(value, (list, tuple)) and all(
            isinstance(v, (int, float)) for v in value or "x"
        ):
            words += [option, ",".join(map(str, value))]
        elif isinstance(value, (list, tuple)):
            words += [word for v in value for word in (option, str(v))]
        elif value is True:
            words.append(option)
        elif value is not None and value is not False:
            words += [option, str(value)]
    return words


def filled(value, wildcards):
    """A setting; one that is a wildcard, such as "{model}", or a function of them, with its value."""
    if callable(value):
        return value(wildcards)
    name = re.fullmatch(r"\{(\w+)\}", value) if isinstance(value, str) else None
    return wildcards[name[1]] if name else value


def code_of(*words):
    """The modules behind `mmoe-repro WORDS`."""
    found = modules_of(shlex.join(["mmoe-repro", *map(str, words)]), function_of)
    if not found:
        raise WorkflowError(f"mmoe-repro {' '.join(map(str, words))}: there is no such command")
    return found


def call(command, arguments=None, code=None, **settings):
    """Parameters of a rule that inherits from `stage`, one call of `mmoe-repro COMMAND`.

    Named inputs and outputs become options of their name, unnamed ones are only waited for; the input
    called `arguments` is given without a name. Settings become options, too, with {wildcards} filled
    in. The rule runs again when the code changes that the command imports, or, of a rule that trains,
    the modules that it names as `code`: those that decide on a run, so that no other edit trains again.
    """

    def whole(wildcards, input, output):
        named = {**dict(input.items()), **dict(output.items())}
        given = named.pop(arguments, [])
        words = [*command.split(), *([given] if isinstance(given, str) else given)]
        words += options({name: files for name, files in named.items() if len(files)})
        words += options({name: filled(value, wildcards) for name, value in settings.items()})
        return shlex.join(["mmoe-repro", *map(str, words)])

    given = options({name: value for name, value in settings.items() if not callable(value)})
    return {"command": whole, "code": fingerprint(*(code or code_of(*command.split(), *given)))}


def figure_files(name, category, title):
    """The three files of a figure, added to the report's; the SVG has its place in the HTML report."""
    FIGURES.append(R / f"figures/{name}.pdf")
    return {
        "pdf": R / f"figures/{name}.pdf",
        "svg": report(
            R / f"figures/{name}.svg",
            caption=f"../report/{name}.rst",
            category=category,
            labels={"figure": title, "format": "SVG"},
        ),
        "png": R / f"figures/{name}.png",
    }


def drawing(room, *names):
    """Parameters of a rule that draws figures of a room from its named inputs."""

    def whole(wildcards, input):
        words = ["mmoe-repro", "report", "figures", room, *names]
        settings = {"input": dict(input.items()), "plots": PLOTS, "output": R / "figures"}
        return shlex.join([*words, *options(settings)])

    return {
        "command": whole,
        "code": fingerprint(*code_of("report", "figures", room, *names)),
        "look": LOOK,
        **PAPER,
    }


def table_files(names):
    """The files of a room's tables, added to the report's."""
    files = [R / f"tables/{name}.tex" for name in names]
    TABLES.extend(files)
    return files


def tabulating(room, names):
    """Parameters of a rule that writes a room's tables."""
    return PAPER | call(
        f"report tables {room} {' '.join(names)}",
        results=R,
        beside=FOLDERS.beside,
        output=str(R / "tables"),
    )


def publishing(room, folder=None, results=R):
    """Parameters of a rule that copies finished results of a room to its committed folder."""
    return call(
        f"report publish {room}",
        results=results,
        beside=FOLDERS.beside,
        target=COMMITTED / (folder or room),
    )


def on_a_node(seconds, megabytes, start=needs.START):
    """Resources of a rule whose jobs go to a node of a cluster; rules without stay where snakemake runs.

    `seconds` of one core, all threads together: a number or a function of the wildcards; `megabytes` of
    one process. A training is one of `trainings`, which a profile can limit within a group of jobs.
    """

    def runtime(wildcards, threads, attempt):
        return needs.minutes(filled(seconds, wildcards) / threads, attempt, start)

    def mem_mb(wildcards, threads):
        return needs.memory(megabytes, threads)

    return {"trainings": 1, "runtime": runtime, "mem_mb": mem_mb}
