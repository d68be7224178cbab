"""Which pairs are worth comparing: those with something in common that few share.

A rule is one thing, or two together. Of each, values that many records have are passed over: how many is decided for
the folder at hand, so that no rule brings more pairs than there is time for.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from app.records.duplicates.model import Rule
from app.records.duplicates.traits import Sort, Trait
from app.records.duplicates.values import column

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = (80, 40, 20, 10, 5)
"""Records that may have a value in common, tried in this order."""
PAIRS_PER_RECORD = {1: 1.0, 2: 0.4}
"""Of a rule of one thing, and of two."""
SOON_COMPARED = 50_000
"""Pairs that a rule may bring of however few records."""


class _Thing(NamedTuple):
    """`sql` gives it for a row of `rec`; `of` are the places of the traits that it is made of."""

    sql: str
    of: frozenset[int]
    is_list: bool = False


def make_keys(bench: "DuckDBPyConnection", traits: Sequence[Trait]) -> None:
    """The table `keys`: of each record, by its number `n`, the hashes of all that it may have in common with others."""
    things = {key: thing for key, thing in _things(traits).items() if not thing.is_list}
    hashes = [f"CASE WHEN {thing.sql} IS NOT NULL THEN hash({thing.sql}) END AS {key}" for key, thing in things.items()]
    bench.execute(f"CREATE TABLE keys AS SELECT {', '.join(['n', *hashes])} FROM rec")


def choose_rules(bench: "DuckDBPyConnection", traits: Sequence[Trait], records: int) -> list[Rule]:
    """The rules that suit the records in the workbench."""
    things = _things(traits)
    rules = list(_suitable(bench, things, [(key,) for key in things], records))
    exhausted = {rule.keys[0] for rule in rules if rule.most == MOST[0]}
    rest = [key for key, thing in things.items() if key not in exhausted and not thing.is_list]
    alone = {thing.of for thing in things.values()}
    pairs = [
        (one, other)
        for one, other in combinations(rest, 2)
        if not things[one].of & things[other].of and things[one].of | things[other].of not in alone
    ]
    return rules + list(_suitable(bench, things, pairs, records))


def bring_together(
    bench: "DuckDBPyConnection", traits: Sequence[Trait], rules: Iterable[Rule], *, changed_only: bool
) -> None:
    """The table `candidate`, in place of `keys`: pairs of numbers of records, `a` < `b`.

    With `changed_only`, those of records in the table `changed`.
    """
    things = _things(traits)
    wanted = "WHERE list_has_any(together, (SELECT list(n) FROM changed))" if changed_only else ""
    pairs = " UNION ALL ".join(
        f"""
        SELECT a, unnest(together) AS b
        FROM (
            SELECT together, unnest(together) AS a
            FROM (
                SELECT list(n) AS together FROM ({_rows(things, rule.keys)}) GROUP BY key
                HAVING count(*) BETWEEN 2 AND {rule.most}
            )
            {wanted}
        )
        """
        for rule in rules
    )
    one_changed = "AND (a IN (FROM changed) OR b IN (FROM changed))" if changed_only else ""
    nothing = "SELECT 0 AS a, 0 AS b"
    bench.execute(f"CREATE TABLE candidate AS SELECT DISTINCT a, b FROM ({pairs or nothing}) WHERE a < b {one_changed}")
    bench.execute("DROP TABLE keys")


def _suitable(
    bench: "DuckDBPyConnection", things: dict[str, _Thing], choices: Iterable[tuple[str, ...]], records: int
) -> Iterator[Rule]:
    for keys in choices:
        sizes = bench.execute(
            f"""
            SELECT size, count(*)
            FROM (SELECT count(*) AS size FROM ({_rows(things, keys)}) GROUP BY key HAVING size BETWEEN 2 AND {MOST[0]})
            GROUP BY size
            """
        ).fetchall()
        for most in MOST:
            pairs = sum(size * (size - 1) // 2 * times for size, times in sizes if size <= most)
            if 0 < pairs <= max(records * PAIRS_PER_RECORD[len(keys)], SOON_COMPARED):
                yield Rule(keys, most)
                break


def _rows(things: dict[str, _Thing], keys: tuple[str, ...]) -> str:
    """Numbers of records and the `key` that those of one block share."""
    if things[keys[0]].is_list:
        return f"SELECT n, unnest(list_distinct({things[keys[0]].sql})) AS key FROM rec"
    present = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    return f"SELECT n, {keys[0] if len(keys) == 1 else f'hash({keys[0]}, {keys[1]})'} AS key FROM keys WHERE {present}"


def _things(traits: Sequence[Trait]) -> dict[str, _Thing]:
    """By the name of their column in `keys`, which says what they are, not how."""
    return {
        f"k{place}{part}": thing
        for place, trait in enumerate(traits)
        for part, thing in _THINGS.get(trait.sort, _whole)(place).items()
    }


def _whole(place: int) -> dict[str, _Thing]:
    return {"": _Thing(column(place), frozenset({place}))}


def _list(place: int) -> dict[str, _Thing]:
    return {"": _Thing(column(place), frozenset({place}), is_list=True)}


def _email(place: int) -> dict[str, _Thing]:
    return _list(place) | {"_local": _Thing(f"split_part({column(place)}[1], '@', 1)", frozenset({place}))}


def _given(place: int) -> dict[str, _Thing]:
    """Its sound, and that of the whole name in any order."""
    given, family = column(place, "heard"), column(place + 1, "heard")
    name = f"least({given}, {family}) || ' ' || greatest({given}, {family})"
    return {
        "": _Thing(given, frozenset({place})),
        "_name": _Thing(f"CASE WHEN {family} IS NOT NULL THEN {name} END", frozenset({place, place + 1})),
    }


def _family(place: int) -> dict[str, _Thing]:
    return {"": _Thing(column(place, "heard"), frozenset({place}))}


def _firm(place: int) -> dict[str, _Thing]:
    return _whole(place) | {"_begin": _Thing(f"{column(place)}[:5]", frozenset({place}))}


def _place(place: int) -> dict[str, _Thing]:
    parts = {part: column(place, part) if part else column(place) for part in ("", "code", "city")}
    return {
        f"_{part}" if part else "": _Thing(sql, frozenset({place * 100 + n}))
        for n, (part, sql) in enumerate(parts.items())
    }


_THINGS = {
    Sort.GIVEN: _given,
    Sort.FAMILY: _family,
    Sort.FIRM: _firm,
    Sort.EMAIL: _email,
    Sort.PHONE: _list,
    Sort.DOMAIN: _list,
    Sort.PLACE: _place,
}
