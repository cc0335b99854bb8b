"""What a schema allows, in words: a whole number from 1; a list of one or more different numbers."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]
_KINDS = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
}
_LONGEST = 60  # characters of a value in a message


def words(schema: Schema) -> str:
    """The values that a schema allows; its `title`, where it has one, says them."""
    kind = schema.get("type")
    if isinstance(kind, list):  # [integer, "null"]
        return f"{words({**schema, 'type': kind[0]})}, or null"
    if "title" in schema:
        return str(schema["title"])
    if "enum" in schema:
        return f"one of {_listed(schema['enum'])}"
    if kind == "array":
        return f"a list of {_several(schema)}"
    if kind == "object":
        of = schema.get("properties")
        return f"a section with {_listed(of)}" if of else f"a section of names: {_any_of(schema)}"
    if kind == "boolean":
        return _KINDS[kind]
    return f"a {_KINDS.get(str(kind), 'value')}{_range(schema)}"


def _several(schema: Schema) -> str:
    """The items of a list: at least 2 different numbers from 0."""
    item, least = schema.get("items", {}), schema.get("minItems", 0)
    different = "different " if schema.get("uniqueItems") else ""
    exactly = least == schema.get("maxItems")
    number = (
        ("", "one or more ")[least] if least < 2 else f"{'' if exactly else 'at least '}{least} "
    )
    if "enum" in item:
        return f"{number or 'any '}of {_listed(item['enum'])}"
    if item.get("type") == "array":
        return f"lists of {_several(item)}"
    return f"{number}{different}{_KINDS[item['type']].rstrip()}s{_range(item)}"


def _any_of(schema: Schema) -> str:
    """What may stand at a name of one's own."""
    of = schema.get("additionalProperties")
    return words(of) if isinstance(of, Mapping) else "anything"


def _range(schema: Schema) -> str:
    """' from 1 to 9', ' above 0 and below 1', ' from 8, a multiple of 8'; empty without ends."""
    low = _end(schema, "minimum", "from", "exclusiveMinimum", "above")
    high = _end(schema, "maximum", "to", "exclusiveMaximum", "below")
    both = " " if low.startswith(" from") and high.startswith(" to") else " and "
    said = f"{low}{both}{high.strip()}" if low and high else low or high.replace(" to", " up to")
    return said + (f", a multiple of {schema['multipleOf']}" if "multipleOf" in schema else "")


def _end(schema: Schema, closed: str, word: str, opened: str, other: str) -> str:
    if closed in schema:
        return f" {word} {schema[closed]:g}"
    return f" {other} {schema[opened]:g}" if opened in schema else ""


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(str, values))


def value(wrong: Any) -> str:
    """A wrong value, as far as a line has room."""
    text = repr(wrong)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def nearest(name: str, known: Iterable[str]) -> str:
    """', nearest is seeds' for a name that is misspelt; empty where none is like it."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f", nearest is {found[0]}" if found else ""
