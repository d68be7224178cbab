"""What the levels of each trait weigh: learned from a folder, or as shipped; and how it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any

from app.records.duplicates.levels import LEVELS
from app.records.duplicates.traits import Sort, Trait

TWINS = 0.1
"""Of how many records there is another one, to begin with."""
SMALLEST = 200
"""Records of a family: with fewer, it may still grow."""
_COINCIDENCE = {Sort.EMAIL: 0.02, Sort.DOMAIN: 0.05, Sort.PHONE: 0.2}


@dataclass(slots=True)
class Weights:
    """`m` and `u` of a trait's levels; `common` is the share of records that each frequent value occurs in, `rest` that
    of an average other one."""

    m: list[float]
    u: list[float]
    common: dict[str, float] = field(default_factory=dict)
    rest: float = 0.0

    def bits(self, level: int) -> float:
        return log2(self.m[level] / self.u[level])


@dataclass(slots=True)
class Rule:
    """A way to find pairs worth comparing: they are equal in these `keys` (see `blocking`), and at most `most` are."""

    keys: tuple[str, ...]
    most: int


@dataclass(slots=True)
class Model:
    """Weights by trait (see `name_of`). `odds` are those of any two of the `records` to be one.

    Without rules it was not learned from anything.
    """

    records: int
    odds: float
    weights: dict[str, Weights]
    rules: list[Rule] = field(default_factory=list)

    @property
    def prior_bits(self) -> float:
        return log2(self.odds)

    def of(self, trait: Trait) -> Weights:
        return self.weights.get(name_of(trait)) or shipped_weights(trait, self.records)

    def as_json(self) -> dict[str, Any]:
        weights = {
            name: {"m": one.m, "u": one.u, "common": one.common, "rest": one.rest} for name, one in self.weights.items()
        }
        rules = [{"keys": list(rule.keys), "most": rule.most} for rule in self.rules]
        return {"records": self.records, "odds": self.odds, "weights": weights, "rules": rules}


def name_of(trait: Trait) -> str:
    return f"{trait.key}:{trait.sort}"


def shipped_model(traits: Sequence[Trait], records: int) -> Model:
    """For folders that nothing was learned from."""
    records = max(records, SMALLEST)
    weights = {name_of(trait): shipped_weights(trait, records) for trait in traits}
    return Model(records, 2 * TWINS / records, weights)


def shipped_weights(trait: Trait, records: int) -> Weights:
    levels = LEVELS[trait.sort]
    u = [level.u for level in levels]
    return Weights([level.m for level in levels], u, {}, rest_of(trait, records, u[0] / 4))


def rest_of(trait: Trait, records: int, share: float) -> float:
    """How likely two different records are to share a value that is not common, if a record has it with this `share`.

    A mail address belongs to one, so that two which have it are hardly ever two.
    """
    return _COINCIDENCE[trait.sort] / records if trait.sort in _COINCIDENCE else share


def model_from(stored: Mapping[str, Any]) -> Model:
    """The opposite of `as_json`."""
    weights = {name: Weights(**one) for name, one in stored["weights"].items()}
    rules = [Rule(tuple(rule["keys"]), rule["most"]) for rule in stored["rules"]]
    return Model(stored["records"], stored["odds"], weights, rules)
