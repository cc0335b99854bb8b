"""`mmoe-repro GROUP COMMAND ...`: every stage of the study as a command; rules call these.

A group is a module here, a command a function in it: its signature, types, defaults and docstring are
the help. Commands hold no logic: they read, call one function of the package, and write. What is heavy
is imported in the command that needs it.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from mmoe_repro import __version__
from mmoe_repro.cli import short
from mmoe_repro.config import BadConfig

PACKAGE = __name__.partition(".")[0]
TRACEBACK = "MMOE_TRACEBACK"  # set to 1, errors end in a traceback

app = typer.Typer(
    name="mmoe-repro",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
short.add_to(app)
for _path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    if _path.stem not in ("options", "short"):
        app.add_typer(import_module(f"{__name__}.{_path.stem}").app, name=_path.stem)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"mmoe-repro {__version__}")
        raise typer.Exit


@app.callback()
def study(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The stages of the MMoE reproduction study.

    `snakemake --cores N` calls them in order; by hand they are for looking into one thing. Paths are
    relative to the repository.

    \b
    what holds of the paper?   mmoe-repro verdicts; on one statement: mmoe-repro verdicts A3
    where is it from?          mmoe-repro why figure4; why A3; why 0.310, a number as the report has it
    what will it cost?         mmoe-repro plan
    data in hand               mmoe-repro sample --task-correlation 0.9 --seed 3 --n 3000 -o data.parquet
    train a few runs           mmoe-repro synthetic train --model mmoe --task-correlation 0.5 \\
                               --learning-rate 0.01 --n 4 --runs runs.parquet --curves curves.parquet \\
                               --universe results/published/synthetic/universe.json
    """


def function_of(words: list[str]) -> Any:
    """The function behind the words of a command, such as report figures; None where there is none."""
    group: Any = app
    for word in words[:-1]:
        group = next((g.typer_instance for g in group.registered_groups if g.name == word), None)
        if group is None:
            return None
    for command in group.registered_commands:
        name = command.name or command.callback.__name__.replace("_", "-")
        if words and name == words[-1]:
            return command.callback
    return None


def main(arguments: list[str] | None = None) -> None:
    """Run one command; errors that a user can mend end in one line and exit code 1 (usage: 2).

    Of one that the package has no name for the line says how to see where it was raised.
    """
    from typer.exceptions import TyperException

    # pandera imports hypothesis where it is installed, and that pytest, in each of a study's processes.
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")
    asked = sys.argv[1:] if arguments is None else arguments
    try:
        app(asked, standalone_mode=False, prog_name="mmoe-repro")
        sys.stdout.flush()
    except BrokenPipeError:  # a pager or `head` that has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except TyperException as error:
        usage = getattr(error, "ctx", None)
        path = getattr(usage, "command_path", "mmoe-repro")
        text = str(getattr(error, "format_message", error.__str__)())
        if text.startswith("Usage:"):  # a group without a command: its help
            print(text)
            sys.exit(2)
        print(f"{path}: {' '.join(text.split())}", file=sys.stderr)
        sys.exit(2)
    except (BadConfig, ValueError, OSError, LookupError) as error:
        if isinstance(error, KeyError | IndexError):  # not an error of the user's
            raise
        if os.environ.get(TRACEBACK) == "1":
            raise
        ours = type(error).__module__.partition(".")[0] == PACKAGE
        sys.exit(
            f"mmoe-repro: {error}" if ours else f"mmoe-repro: {error} ({TRACEBACK}=1 says where)"
        )
