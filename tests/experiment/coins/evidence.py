"""What the statement on coins is judged on."""

from typing import Any

from mmoe_repro.claims.evidence import Evidence, Sample
from mmoe_repro.files import read_table, sha256
from mmoe_repro.report.folders import Folders

TITLES = {"fair": "the fair coin", "bent": "the bent coin"}
TOSSES = "coins/tosses.csv"


def published(config: dict[str, Any], folders: Folders) -> Evidence:
    """The paper tosses no coins."""
    return Evidence({}, paired=False, absent="the paper tosses no coins")


def evidence(choice: str, config: dict[str, Any], folders: Folders) -> Evidence:
    """Shares of heads, a person each."""
    tosses = read_table(folders.results / TOSSES, *TITLES)
    people = tosses.iloc[:10] if choice == "first_ten" else tosses
    found = {f"{name}@coins": Sample.known(people[name].to_numpy()) for name in TITLES}
    return Evidence(found, paired=True)


def about(config: dict[str, Any], folders: Folders) -> dict[str, Any]:
    """The checksum of the tosses."""
    return {"records": {TOSSES: sha256(folders.results / TOSSES)}}
