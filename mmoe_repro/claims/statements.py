"""The statements of config/claims.yaml."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mmoe_repro.claims.estimands import ESTIMANDS
from mmoe_repro.config import read_checked

SCHEMA = Path("workflow/schemas/claims.schema.yaml")  # from the repository's root


class BadClaims(ValueError):
    """A file of statements that cannot be judged; the text names statement and part."""


@dataclass(frozen=True)
class Part:
    """One thing that must hold: an effect more than, or within, the smallest effect of interest.

    `conditions` are model@task_correlation or method@group. `smallest` is in the estimand's units: a
    loss, an AUC, a share, or, for a ratio, the ratio.
    """

    estimand: str
    conditions: tuple[str, ...]
    rule: str  # more_than | within
    smallest: float
    test: str  # permutation | equivalence | bootstrap


@dataclass(frozen=True)
class Claim:
    """A statement of the paper; `parts` are of its nearest testable form where it has one."""

    id: str
    section: str
    statement: str
    estimand: str
    parts: tuple[Part, ...]
    trends: tuple[str, ...] = ()
    not_testable: str = ""
    nearest: str = ""
    experiment: str = ""
    measure: str = "loss"  # what its runs are judged by, in words


@dataclass(frozen=True)
class Claims:
    """All statements, the level of their family, and why smaller effects would not matter."""

    alpha: float
    claims: tuple[Claim, ...]
    reasons: dict[str, str] = field(default_factory=dict)

    def conditions(self) -> list[str]:
        """Every condition that a part asks for, in order of appearance."""
        return list(dict.fromkeys(c for k in self.claims for p in k.parts for c in p.conditions))

    def whose(self) -> dict[str, str]:
        """Condition -> the experiment of the statement that asks for it."""
        return {c: k.experiment for k in self.claims for p in k.parts for c in p.conditions}

    def of(self, experiments: Sequence[str]) -> "Claims":
        """The statements on these experiments."""
        return replace(self, claims=tuple(c for c in self.claims if c.experiment in experiments))

    def named(self, ids: Sequence[str]) -> "Claims":
        """The statements of these names."""
        return replace(self, claims=tuple(c for c in self.claims if c.id in ids))

    def scaled(self, factor: float) -> "Claims":
        """The same with smaller or larger smallest effects; a ratio's logarithm is scaled."""

        def part(p: Part) -> Part:
            ratio = ESTIMANDS[p.estimand].ratio
            return replace(p, smallest=p.smallest**factor if ratio else p.smallest * factor)

        return replace(
            self,
            claims=tuple(replace(c, parts=tuple(map(part, c.parts))) for c in self.claims),
        )


def load(path: Path, schema: Path = SCHEMA) -> Claims:
    """The checked statements. Raises BadClaims in one line: where, what, what is allowed."""
    values = read_checked(path, schema, BadClaims)
    smallest = values["smallest_effects"]
    ids = [claim["id"] for claim in values["claims"]]
    if len(set(ids)) < len(ids):
        raise BadClaims(f"{path}: claims: an id is there twice in {', '.join(ids)}")
    claims = []
    for claim in values["claims"]:
        parts = []
        for i, part in enumerate(claim.pop("parts")):
            where = f"{path}: {claim['id']}, part {i + 1}"
            if part["smallest"] not in smallest:
                raise BadClaims(
                    f"{where}: smallest is {part['smallest']}; allowed are {', '.join(smallest)}"
                )
            estimand = ESTIMANDS[part["estimand"]]
            if len(part["conditions"]) != estimand.n_conditions:
                raise BadClaims(
                    f"{where}: {len(part['conditions'])} conditions; {part['estimand']} takes "
                    f"{estimand.n_conditions}"
                )
            if part["test"] not in estimand.tests:
                raise BadClaims(
                    f"{where}: test is {part['test']}; allowed with {part['estimand']} are "
                    f"{', '.join(estimand.tests)}"
                )
            parts.append(
                Part(
                    part["estimand"],
                    tuple(part["conditions"]),
                    part["rule"],
                    float(smallest[part["smallest"]]["value"]),
                    part["test"],
                )
            )
        trends = tuple(claim.pop("trends", ()))
        words = {key: " ".join(str(value).split()) for key, value in claim.items()}
        measure = values.get("measures", {}).get(words.get("experiment"), "loss")
        claims.append(Claim(**words, parts=tuple(parts), trends=trends, measure=measure))
    reasons = {name: " ".join(value["reason"].split()) for name, value in smallest.items()}
    return Claims(values["alpha"], tuple(claims), reasons)
