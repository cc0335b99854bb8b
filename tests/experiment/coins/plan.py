"""What the experiment will run and show."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmoe_repro.claims import choices as shared

TABLES = ("coins_heads",)
SECTIONS = ()  # no section of the configuration


def mistakes(config: dict[str, Any]) -> Iterator[str]:
    """No two settings that might not go together."""
    yield from ()


def choices(config: dict[str, Any]) -> dict[str, str]:
    """What the tosses are judged under."""
    return {shared.REFERENCE: shared.TITLES[shared.REFERENCE], "first_ten": "the first ten people"}


def beside(config: dict[str, Any]) -> dict[str, Path]:
    """Nothing is read beside the results."""
    return {}
