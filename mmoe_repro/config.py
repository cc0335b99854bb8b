"""The configuration: reading, filling in defaults, and refusing what is wrong in one line."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from mmoe_repro import allowed

Config = dict[str, Any]
SCHEMA = Path("workflow/schemas/config.schema.yaml")  # from the repository's root


class BadConfig(ValueError):
    """A configuration that cannot be run; the text is one line: key, value, what is allowed."""


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Config:
    """`base` with the values of `over`; sections are merged, lists and values replaced."""
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def differences(one: Mapping[str, Any], other: Mapping[str, Any], at: str = "") -> list[str]:
    """The keys, with dots, of which two configurations have different values."""
    found: list[str] = []
    for key in dict.fromkeys([*one, *other]):
        a, b = one.get(key), other.get(key)
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            found += differences(a, b, f"{at}{key}.")
        elif a != b:
            found.append(f"{at}{key}")
    return found


_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")


def _fill(config: Mapping[str, Any], schema: Mapping[str, Any]) -> Config:
    filled = dict(config)
    for key, part in schema.get("properties", {}).items():
        if key not in filled and "default" in part:
            filled[key] = part["default"]
        if isinstance(filled.get(key), Mapping):
            filled[key] = _fill(filled[key], part)
        elif key in filled:
            filled[key] = _number(filled[key], part)
    return filled


def _number(value: Any, schema: Mapping[str, Any]) -> Any:
    """1e-3 is text to YAML, which wants 1.0e-3; where a number is due, it is one."""
    if isinstance(value, list):
        return [_number(one, schema.get("items", {})) for one in value]
    is_due = schema.get("type") in ("number", ["number", "null"])
    return (
        float(value) if is_due and isinstance(value, str) and _EXPONENT.fullmatch(value) else value
    )


def _one_line(error: Any) -> str:
    path = list(error.absolute_path)
    of_list = bool(path) and isinstance(path[-1], int)
    key = ".".join(str(part) for part in (path[:-1] if of_list else path))
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - set(known))[0]
        where = f"{key}.{unknown}" if key else unknown
        near = allowed.nearest(unknown, known)
        return f"configuration: {where} is not a key{near}; allowed are {', '.join(known)}"
    if error.validator == "required":
        lacking = [name for name in error.validator_value if name not in error.instance]
        needed = ", ".join(error.validator_value)
        return f"configuration: {key} lacks {', '.join(lacking)}; needed are {needed}"
    verb, value = "has" if of_list else "is", allowed.value(error.instance)
    schema = error.schema
    if of_list and "enum" not in schema:
        schema = {"type": "array", "items": schema}
    near = allowed.nearest(str(error.instance), map(str, schema.get("enum", ())))
    return f"configuration: {key} {verb} {value}{near}; allowed is {allowed.words(schema)}"


def check(config: Mapping[str, Any], schema_path: Path) -> Config:
    """The configuration with every default filled in.

    Raises BadConfig, in one line, at the first key that is unknown, of the wrong type or out of
    range.
    """
    schema = yaml.safe_load(schema_path.read_text())
    filled = _fill(config, schema)
    errors = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(filled),
        key=lambda error: list(map(str, error.absolute_path)),
    )
    if errors:
        raise BadConfig(_one_line(errors[0]))
    return filled


def _problem(error: Exception) -> str:
    """Where and why a text is not YAML, in one line."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return " ".join(str(error).split())
    return f"line {mark.line + 1}, column {mark.column + 1}: {getattr(error, 'problem', '')}"


def read(paths: list[Path]) -> Config:
    """The configuration of the files, unchecked, later ones over earlier ones.

    Raises BadConfig for a file that is missing or is not YAML.
    """
    config: Config = {}
    for path in paths:
        try:
            values = yaml.safe_load(path.read_text()) or {}
        except OSError:
            raise BadConfig(f"configuration: {path} does not exist, or is no file") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise BadConfig(f"configuration: {path} is not YAML: {_problem(error)}") from None
        if not isinstance(values, Mapping):
            raise BadConfig(
                f"configuration: {path} has no keys; expected are sections, such as study"
            )
        config = merge(config, values)
    return config


def read_checked(path: Path, schema: Path, wrong: type[ValueError]) -> Any:
    """The YAML in `path`, if it fits its schema. Raises `wrong` in one line: where, what is allowed."""
    try:
        values = yaml.safe_load(path.read_text())
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        raise wrong(f"{path} is not YAML: {_problem(broken)}") from None
    errors = jsonschema.Draft202012Validator(yaml.safe_load(schema.read_text())).iter_errors(values)
    for error in errors:
        where = ".".join(str(part) for part in error.absolute_path) or "the file"
        raise wrong(f"{path}: {where}: {error.message}")
    return values


def describe(schema: Mapping[str, Any], reference: Mapping[str, Any]) -> str:
    """The page of every key, what it means, what is allowed, its default (config/README.md).

    `reference` has the choices of the calibrated universe, the defaults of the section of that name.
    """
    lines = [
        "# Configuration",
        "",
        "`config.yaml` is the study; over it go `published.yaml` to make figures and report from the",
        "published records, `smoke.yaml` for a run of minutes, `full.yaml` for the",
        "variants too, `multiverse_run.yaml` for universes without records, `census.yaml` for 400 runs",
        "per method, and `census_search.yaml` for a search of one's own. Layers are",
        "merged key by key: `snakemake --configfile config/smoke.yaml`, or a file of your own with",
        "`universe: {batch_size: 128}`. Unknown keys are refused. This page is made from",
        "`workflow/schemas/config.schema.yaml` by `mmoe-repro describe-config`; a test keeps it so.",
    ]
    for section, part in schema["properties"].items():
        defaults = reference if section == "universe" else {}
        lines += ["", f"## `{section}`", "", _flat(part["description"]), ""]
        lines += ["| key | what | allowed | default |", "|---|---|---|---|"]
        lines += _rows(part, "", defaults)
    return "\n".join(lines) + "\n"


def _rows(part: Mapping[str, Any], prefix: str, defaults: Mapping[str, Any]) -> list[str]:
    rows = []
    for key, value in part["properties"].items():
        name, said = f"{prefix}{key}", _flat(value["description"])
        if "properties" in value:
            rows += [f"| `{name}` | {said} | | |"]
            rows += _rows(value, f"{name}.", defaults.get(key, {}))
        else:
            default = value.get("default", defaults.get(key, _NONE))
            shown = "" if default is _NONE else f"`{json.dumps(default, ensure_ascii=False)}`"
            rows.append(f"| `{name}` | {said} | {allowed.words(value)} | {shown} |")
    return rows


_NONE = object()  # null is a default, too


def _flat(text: str) -> str:
    return " ".join(text.split())
