"""Learning the weights from the records themselves, without anybody saying which of them are one.

How alike two different records are is seen in pairs drawn at random. How alike two are that are one is worked out from
the pairs worth comparing by expectation and maximisation, beginning with the weights as shipped (Winkler, Using the EM
Algorithm for Weight Computation in the Fellegi-Sunter Model, 1988).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from app.records.duplicates.comparing import levels_sql, probability
from app.records.duplicates.levels import BY_FREQUENCY, CONTEXT, LEVELS, LIKE_NAME, MISSING, MOST_OF_CONTEXT, NAME
from app.records.duplicates.model import Model, Weights, name_of, rest_of, shipped_model
from app.records.duplicates.traits import Sort, Trait
from app.records.duplicates.values import column

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RANDOM_PAIRS = 100_000
ROUNDS = 12
BELIEF = 10.0
"""Pairs that the shipped weights count for, against those that are seen."""
LEAST_SEEN = 0.5
"""Of the random pairs, at a level where none were seen: there may be some among more of them."""
HOPELESS = -20.0
"""Bits of a pair that no other weights will make one."""
COMMON, MOST_COMMON = 4, 1_000
"""A value that so many records have is common; so many of a trait are kept."""


class Pattern(NamedTuple):
    """The levels at which so many pairs are alike."""

    levels: tuple[int, ...]
    pairs: int


def first_model(bench: "DuckDBPyConnection", traits: Sequence[Trait], records: int) -> Model:
    """The shipped weights, with what is seen of values and of random pairs in the table `rec`."""
    model = shipped_model(traits, records)
    seen = _random_levels(bench, traits, records)
    for place, trait in enumerate(traits):
        levels = LEVELS[trait.sort]
        counts = [seen[place].get(level, 0) for level in range(len(levels))]
        total = sum(counts) + BELIEF
        u = [max(count + BELIEF * level.u, LEAST_SEEN) / total for count, level in zip(counts, levels, strict=True)]
        common, rest, u[0] = _frequencies(bench, place, trait, model.records, u[0])
        model.weights[name_of(trait)] = Weights([level.m for level in levels], u, common, rest)
    return model


def learn(model: Model, traits: Sequence[Trait], patterns: Sequence[Pattern], *, people: bool) -> None:
    """Better `m` and `odds` for the model, from the patterns of all pairs that were compared."""
    all_pairs = max(model.records * (model.records - 1) / 2, 1)
    promising = _promising(model, traits, patterns, people)
    for _ in range(ROUNDS):
        weights = [_table(model.of(trait)) for trait in traits]
        found = [[BELIEF * level.m for level in LEVELS[trait.sort]] for trait in traits]
        ones = 0.0
        for levels, pairs in promising:
            share = pairs * probability(model.prior_bits + _bits(weights, traits, levels, people))
            ones += share
            for place, level in enumerate(levels):
                if level != MISSING:
                    found[place][level] += share
        model.odds = min(max(ones, 1.0) / all_pairs, 0.5)
        for trait, counts in zip(traits, found, strict=True):
            total = sum(counts)
            model.weights[name_of(trait)].m = [count / total for count in counts]


def _promising(model: Model, traits: Sequence[Trait], patterns: Sequence[Pattern], people: bool) -> list[Pattern]:
    weights = [_table(model.of(trait)) for trait in traits]
    return [one for one in patterns if model.prior_bits + _bits(weights, traits, one.levels, people) > HOPELESS]


def _bits(weights: Sequence[Sequence[float]], traits: Sequence[Trait], levels: Sequence[int], people: bool) -> float:
    """As `comparing.total_sql` reckons."""
    identity = context = name = like_name = 0.0
    for trait, table, level in zip(traits, weights, levels, strict=True):
        bits = table[level]
        if people and trait.sort in CONTEXT:
            context += bits
        elif people and trait.sort in NAME:
            name += bits
        elif people and trait.sort == Sort.EMAIL and level in LIKE_NAME:
            like_name += bits
        else:
            identity += bits
    of_name = max(name, like_name) if name > 0 and like_name > 0 else name + like_name
    return identity + of_name + min(context, MOST_OF_CONTEXT)


def _table(weights: Weights) -> list[float]:
    """Bits by level; the last entry, which stands at -1, is that of a missing value."""
    return [*(weights.bits(level) for level in range(len(weights.m))), 0.0]


def _random_levels(bench: "DuckDBPyConnection", traits: Sequence[Trait], records: int) -> list[dict[int, int]]:
    """How often each level occurs between records drawn at random, by place of the trait."""
    if records < 2:
        return [{} for _ in traits]
    levels = ", ".join(f"{sql} AS g{place}" for place, sql in enumerate(levels_sql(traits)))
    drawn = min(RANDOM_PAIRS, records * (records - 1) // 2)
    # Multiples of a large prime, modulo the number of records, are as good as drawn at random, and always the same.
    pairs = f"""
        SELECT (i * 2654435761) % {records} AS x, (i * 40503 + i // {records} + 1) % {records} AS y
        FROM range({drawn}) numbers(i)
    """
    bench.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE drawn AS SELECT {levels}
        FROM ({pairs}) JOIN rec a ON a.n = x JOIN rec b ON b.n = y WHERE x <> y
        """
    )
    counted = (f"SELECT {place}, g{place}, count(*) FROM drawn GROUP BY ALL" for place in range(len(traits)))
    found: list[dict[int, int]] = [{} for _ in traits]
    for place, level, count in bench.execute(" UNION ALL ".join(counted)).fetchall():
        found[place][level] = count
    bench.execute("DROP TABLE drawn")
    return found


def _frequencies(
    bench: "DuckDBPyConnection", place: int, trait: Trait, records: int, u: float
) -> tuple[dict[str, float], float, float]:
    """The common values with their share of records, the share of an average other one, and `u` of the same value."""
    if trait.sort not in BY_FREQUENCY:
        return {}, 0.0, u
    value = f"unnest({column(place)})" if trait.is_list else column(place)
    bench.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT value, count(*) AS times FROM (SELECT {value} AS value FROM rec) WHERE value IS NOT NULL GROUP BY value
        """
    )
    query = f"SELECT value, times FROM counted WHERE times >= {COMMON} ORDER BY times DESC, value LIMIT {MOST_COMMON}"
    common = dict(bench.execute(query).fetchall())
    values, times, squares = bench.execute("SELECT count(*), sum(times), sum(times * times) FROM counted").fetchall()[0]
    bench.execute("DROP TABLE counted")
    if not values:
        return {}, rest_of(trait, records, u), u
    others = max(values - len(common), 1)
    rest = max(times - sum(common.values()), others) / others / times
    shares = {value: count / times for value, count in common.items()}
    return shares, rest_of(trait, records, rest), max(squares / times**2 * (rest_of(trait, records, rest) / rest), 1e-9)
