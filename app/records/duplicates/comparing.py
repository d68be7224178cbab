"""The comparison of two rows `a` and `b`, as SQL: one definition for a whole folder and for a single record."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import log2

from app.records.duplicates.levels import (
    BY_FREQUENCY,
    CONTEXT,
    LEVELS,
    LIKE_NAME,
    MISSING,
    MOST_OF_CONTEXT,
    NAME,
    OWN,
    OWN_BITS,
    says,
)
from app.records.duplicates.model import Model, Weights
from app.records.duplicates.pair import Reason
from app.records.duplicates.traits import Sort, Trait
from app.records.duplicates.values import column, columns_of

_PARTS_OF_PLACE = ("", "code", "city")


def levels_sql(traits: Sequence[Trait]) -> list[str]:
    """For each trait, the expression that gives the level at which `a` and `b` are alike in it."""
    swap = _swapped(traits)
    return [_level(place, trait, swap) for place, trait in enumerate(traits)]


def weights_sql(traits: Sequence[Trait], model: Model) -> list[str]:
    """For each trait, the bits that its level, the column `g<place>`, counts for."""
    return [_weight(place, trait, model.of(trait)) for place, trait in enumerate(traits)]


def same_sql(traits: Sequence[Trait]) -> list[str]:
    """For each trait, how rare the value is that `a` and `b` share, in bits: their columns `f<place>`."""
    swap = _swapped(traits)
    return [
        swap.turned(sql) if swap and trait.sort in NAME else sql
        for trait, sql in ((trait, _frequency(place, trait)) for place, trait in enumerate(traits))
    ]


def compared_sql(traits: Sequence[Trait], source: str) -> str:
    """Of the pairs in `source`, a join of `a` and `b`, the ids, the levels `g<place>` and the rarities `s<place>`."""
    levels = ", ".join(f"{sql} AS g{place}" for place, sql in enumerate(levels_sql(traits)))
    shared = ", ".join(f"{sql} AS s{place}" for place, sql in enumerate(same_sql(traits)))
    return f"SELECT a.id AS first_id, b.id AS second_id, {levels}, {shared} {source}"


def total_sql(traits: Sequence[Trait], *, people: bool) -> str:
    """The bits of all traits, the columns `w<place>`, together."""
    if not people:
        return _sum(range(len(traits)))
    places = {sort: [place for place, trait in enumerate(traits) if trait.sort == sort] for sort in Sort}
    context = [place for sort in CONTEXT for place in places[sort]]
    name = [place for sort in NAME for place in places[sort]]
    mail = places[Sort.EMAIL]
    others = [place for place in range(len(traits)) if place not in {*context, *name, *mail}]
    of_name = _sum(name)
    for place in mail:
        of_name = (
            f"CASE WHEN g{place} IN {LIKE_NAME} AND {of_name} > 0 AND w{place} > 0 "
            f"THEN greatest({of_name}, w{place}) ELSE {of_name} + w{place} END"
        )
    return f"{_sum(others)} + {of_name} + least({_sum(context)}, {MOST_OF_CONTEXT})"


def _sum(places: Iterable[int]) -> str:
    return " + ".join(f"w{place}" for place in places) or "0"


def scored_sql(traits: Sequence[Trait], model: Model, *, source: str, people: bool) -> str:
    """Of the pairs in `source`, as `compared_sql` gives them: bits in all, and the lists of levels and their bits."""
    weights = ", ".join(f"{sql} AS w{place}" for place, sql in enumerate(weights_sql(traits, model)))
    places = range(len(traits))
    listed = f"[{', '.join(f'g{n}' for n in places)}] AS levels, [{', '.join(f'w{n}' for n in places)}] AS weights"
    bits = f"{model.prior_bits} + {total_sql(traits, people=people)}"
    for own in _own(traits, model):
        bits = f"greatest({bits}, CASE WHEN {own} THEN {OWN_BITS} END)"
    return f"""
        SELECT first_id, second_id, {bits} AS bits, {listed}
        FROM (SELECT *, {weights} FROM ({source}))
    """


def reasons_of(
    traits: Sequence[Trait], labels: dict[str, str], levels: Sequence[int], weights: Sequence[float]
) -> tuple[Reason, ...]:
    """What speaks for and against, weightiest first."""
    found = [
        Reason(trait.key, says(trait, level, labels.get(trait.key, trait.key)), round(weight, 1))
        for trait, level, weight in zip(traits, levels, weights, strict=True)
        if level != MISSING
    ]
    found.sort(key=_importance)
    return tuple(found)


def _importance(reason: Reason) -> float:
    return -abs(reason.weight)


def probability(bits: float) -> float:
    return 1 / (1 + 2 ** -max(min(bits, 60), -60))


def rows_of_texts(traits: Sequence[Trait]) -> str:
    """The source of `compared_sql` for rows that come as the parameters $1 (`a`) and $2 (`b`): JSON, a list each."""
    columns: dict[str, str] = {"id": "VARCHAR"} | columns_of(traits)
    columns |= {f"f{place}": "FLOAT" for place in range(len(traits))}
    members = ", ".join(f'"{name}": {_json_type(type)}' for name, type in columns.items())
    type = f"[{{{members}}}]"
    rows = [f"(SELECT unnest(from_json(${n}::VARCHAR, '{type}'), recursive := true))" for n in (1, 2)]
    return f"FROM {rows[0]} a, {rows[1]} b"


def _own(traits: Sequence[Trait], model: Model) -> Iterator[str]:
    for place, trait in enumerate(traits):
        if trait.sort in OWN:
            yield f"g{place} = 0 AND s{place} <= {log2(model.of(trait).rest) + 0.01}"


def _level(place: int, trait: Trait, swap: "_Swap | None") -> str:
    conditions = [level.sql.format(t=column(place), g=column(place - 1)) for level in LEVELS[trait.sort] if level.sql]
    parts = _PARTS_OF_PLACE if trait.sort == Sort.PLACE else ("",)
    whens = [
        f"WHEN {_all_null('a', place, parts)} OR {_all_null('b', place, parts)} THEN {MISSING}",
        *(f"WHEN {condition} THEN {level}" for level, condition in enumerate(conditions)),
    ]
    sql = f"CASE {' '.join(whens)} ELSE {len(conditions)} END"
    return swap.turned(sql) if swap and trait.sort in NAME else sql


def _all_null(side: str, place: int, parts: Sequence[str]) -> str:
    return "(" + " AND ".join(f"{side}.{column(place, part)} IS NULL" for part in parts) + ")"


def _weight(place: int, trait: Trait, weights: Weights) -> str:
    bits = [str(weights.bits(level)) for level in range(len(weights.m))]
    if trait.sort in BY_FREQUENCY:
        bits[0] = f"{log2(weights.m[0])} - s{place}"
    whens = " ".join(f"WHEN {level} THEN {value}" for level, value in enumerate(bits))
    return f"CASE g{place} {whens} ELSE 0 END"


def _frequency(place: int, trait: Trait) -> str:
    """In bits, that of the value which both have; lists share the rarer one of what is common in each."""
    if trait.sort not in BY_FREQUENCY:
        return "0"
    return f"{'least' if trait.is_list else 'greatest'}(a.f{place}, b.f{place})"


def _json_type(type: str) -> str:
    return '["VARCHAR"]' if type == "VARCHAR[]" else f'"{type}"'


def _swapped(traits: Sequence[Trait]) -> "_Swap | None":
    for place, (first, second) in enumerate(pairwise(traits)):
        if (first.sort, second.sort) == (Sort.GIVEN, Sort.FAMILY):
            return _Swap(place)
    return None


class _Swap:
    """Given and family name of `b` change places where the two are written in different order."""

    def __init__(self, place: int) -> None:
        given, family = column(place), column(place + 1)
        straight = f"(coalesce(a.{given} = b.{given}, false) OR coalesce(a.{family} = b.{family}, false))"
        crossed = f"(coalesce(a.{given} = b.{family}, false) OR coalesce(a.{family} = b.{given}, false))"
        self._condition = f"({crossed} AND NOT {straight})"
        self._other = {given: family, family: given, f"f{place}": f"f{place + 1}", f"f{place + 1}": f"f{place}"}
        self._pattern = re.compile(rf"\bb\.({'|'.join(self._other)})(_heard)?(?!\w)")

    def turned(self, sql: str) -> str:
        return self._pattern.sub(self._choice, sql)

    def _choice(self, found: re.Match[str]) -> str:
        name, part = found[1], found[2] or ""
        return f"(CASE WHEN {self._condition} THEN b.{self._other[name]}{part} ELSE b.{name}{part} END)"
