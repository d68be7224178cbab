"""How alike two values of a trait can be: the levels of each sort, best first, what they say, and what they weigh.

`m` is how often a level occurs between two records that are one, `u` how often between two that are not (Fellegi and
Sunter, A Theory for Record Linkage, 1969). The numbers here are the ones to begin with; `training` learns better ones
from the folder itself.
"""

from dataclasses import dataclass
from functools import lru_cache

from app.records.duplicates.traits import Sort, Trait

MISSING = -1
"""The level where one of the two has no value: it says nothing."""
VERY_LIKE, LIKE, RATHER_LIKE = 0.92, 0.88, 0.8
"""Similarities of Jaro and Winkler, of texts with a slip or two."""


@dataclass(frozen=True, slots=True)
class Level:
    """`sql` is a condition on the rows `a` and `b`, in which `{t}` is the trait's column; the last level has none."""

    says: str
    m: float
    u: float
    sql: str = ""


def _like(column: str, similarity: float) -> str:
    return f"jaro_winkler_similarity(a.{column}, b.{column}) >= {similarity}"


_SAME = "a.{t} = b.{t}"
_SAME_TOWN = "(a.{t}_code = b.{t}_code OR a.{t}_city = b.{t}_city)"
_FIRST = "a.{t}[1], b.{t}[1]"
_SAME_DIGITS = r"regexp_replace(a.{t}[1], '\D', '', 'g') = regexp_replace(b.{t}[1], '\D', '', 'g')"
_PREFIX = "(starts_with(a.{t}, b.{t}) OR starts_with(b.{t}, a.{t}))"
_WITHIN = "(list_has_all(a.{t}_words, b.{t}_words) OR list_has_all(b.{t}_words, a.{t}_words))"
_WITHIN_NAMES = "(contains(a.{g}_words, ' ' || b.{t} || ' ') OR contains(b.{g}_words, ' ' || a.{t} || ' '))"
_LOCAL = "split_part(a.{t}[1], '@', 1) = split_part(b.{t}[1], '@', 1)"
_SWAPPED_DAY = "a.{t} = b.{t}[:5] || b.{t}[9:] || '-' || b.{t}[6:7]"

LEVELS: dict[Sort, tuple[Level, ...]] = {
    Sort.GIVEN: (
        Level("same first name", 0.72, 0.006, _SAME),
        Level("first name in another form", 0.10, 0.002, "a.{t}_heard = b.{t}_heard"),
        Level("first name spelled almost the same", 0.10, 0.003, _like("{t}", LIKE)),
        Level("first name shortened", 0.04, 0.006, _PREFIX),
        Level("other first name", 0.04, 0.983),
    ),
    Sort.FAMILY: (
        Level("same last name", 0.82, 0.002, _SAME),
        Level("last name sounds the same", 0.06, 0.0004, "a.{t}_heard = b.{t}_heard"),
        Level("last name spelled almost the same", 0.07, 0.0015, _like("{t}", LIKE)),
        Level("last name is among the other's names", 0.01, 0.0005, _WITHIN_NAMES),
        Level("other last name", 0.04, 0.9956),
    ),
    Sort.FIRM: (
        Level("same name", 0.72, 0.00002, _SAME),
        Level("name spelled almost the same", 0.14, 0.00008, _like("{t}", VERY_LIKE)),
        Level("name is part of the other", 0.08, 0.0005, _WITHIN),
        Level("name somewhat alike", 0.03, 0.01, _like("{t}", RATHER_LIKE)),
        Level("other name", 0.03, 0.9894),
    ),
    Sort.EMAIL: (
        Level("same email address", 0.6, 0.00001, "list_has_any(a.{t}, b.{t})"),
        Level(
            "email address almost the same",
            0.08,
            0.00002,
            f"jaro_winkler_similarity({_FIRST}) >= 0.95 AND {_SAME_DIGITS}",
        ),
        Level("same mailbox name at another domain", 0.05, 0.0002, _LOCAL),
        Level("same email domain", 0.1, 0.005, "a.{t}_host = b.{t}_host"),
        Level("other email address", 0.17, 0.99477),
    ),
    Sort.PHONE: (
        Level("same phone", 0.6, 0.00002, "list_has_any(a.{t}, b.{t})"),
        Level("phone differs by a digit", 0.08, 0.0001, f"levenshtein({_FIRST}) <= 1"),
        Level("other phone", 0.32, 0.99988),
    ),
    Sort.DOMAIN: (
        Level("same domain", 0.75, 0.00005, "list_has_any(a.{t}, b.{t})"),
        Level("same domain name under another ending", 0.08, 0.0001, _LOCAL.replace("'@'", "'.'")),
        Level("other domain", 0.17, 0.99985),
    ),
    Sort.PLACE: (
        Level("same address", 0.55, 0.0001, f"{_SAME} AND {_SAME_TOWN}"),
        Level("address almost the same", 0.2, 0.0003, f"{_like('{t}', LIKE)} AND {_SAME_TOWN}"),
        Level("same street", 0.1, 0.001, _like("{t}", LIKE)),
        Level("same town", 0.08, 0.01, _SAME_TOWN),
        Level("other address", 0.07, 0.9886),
    ),
    Sort.DATE: (
        Level("same {field}", 0.85, 0.001, _SAME),
        Level("{field} almost the same", 0.1, 0.005, f"{_SWAPPED_DAY} OR levenshtein(a.{{t}}, b.{{t}}) <= 1"),
        Level("other {field}", 0.05, 0.994),
    ),
    Sort.TEXT: (
        Level("same {field}", 0.6, 0.01, _SAME),
        Level("{field} almost the same", 0.15, 0.01, _like("{t}", VERY_LIKE)),
        Level("{field} somewhat alike", 0.05, 0.03, _like("{t}", RATHER_LIKE)),
        Level("other {field}", 0.2, 0.95),
    ),
    Sort.EXACT: (
        Level("same {field}", 0.7, 0.1, _SAME),
        Level("other {field}", 0.3, 0.9),
    ),
}

BY_FREQUENCY = frozenset(set(Sort) - {Sort.PLACE})
"""Sorts whose first level weighs the more, the rarer the value is that the two share."""
CONTEXT = frozenset({Sort.PHONE, Sort.DOMAIN, Sort.PLACE, Sort.EXACT})
"""What people share with those they live or work with: together it proves little of them, see `MOST_OF_CONTEXT`."""
MOST_OF_CONTEXT = 10.0
"""Bits that the traits of CONTEXT count for together, between people."""
NAME = frozenset({Sort.GIVEN, Sort.FAMILY})
LIKE_NAME = (1, 2)
"""Levels of addresses that are alike without being the same. Addresses of people are made of their names: what is alike
in both counts once, as the larger of the two."""
OWN = frozenset({Sort.EMAIL, Sort.DOMAIN})
"""What belongs to one record: sharing a value of it that hardly any others have is told, whatever the names are."""
OWN_BITS = 2.0
"""The odds, in bits, of two that share one, at least."""


@lru_cache(maxsize=4096)
def says(trait: Trait, level: int, label: str) -> str:
    """What this level means, in words; `label` is the name of the trait's field."""
    return LEVELS[trait.sort][level].says.format(field=label)
