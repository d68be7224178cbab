"""What the search for duplicates answers with."""

from dataclasses import dataclass
from typing import NamedTuple


class Reason(NamedTuple):
    """What two records have in common in one field, or have not.

    `weight` in bits: each bit doubles the odds that they are one; a negative one speaks against it. `field` is the key
    of a field; those of one kind that are compared together (all mail addresses, say) stand under the first one's.
    """

    field: str
    says: str
    weight: float

    def as_json(self) -> dict[str, object]:
        return {"field": self.field, "says": self.says, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one, the smaller id first; `score` is a probability, the first reason weighs most."""

    first_id: str
    second_id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be the one at hand."""

    record_id: str
    name: str
    score: float
    reasons: tuple[Reason, ...]
