"""The search of whole folders: all pairs that may be one, or those of a few records."""

from collections.abc import Collection, Iterator, Sequence
from math import log2
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.database import transaction
from app.records.duplicates.blocking import bring_together, choose_rules, make_keys
from app.records.duplicates.comparing import levels_sql, probability, reasons_of, same_sql, scored_sql
from app.records.duplicates.engine import workbench
from app.records.duplicates.families import Family, family_of_folders, folders_together
from app.records.duplicates.keeping import keep_model, model_of
from app.records.duplicates.levels import BY_FREQUENCY
from app.records.duplicates.loading import load_records
from app.records.duplicates.model import Model
from app.records.duplicates.pair import Pair
from app.records.duplicates.training import Pattern, first_model, learn
from app.records.duplicates.traits import Trait
from app.records.duplicates.values import column
from models import Record

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_LEAST = 0.8
"""The probability of pairs that are told."""
AT_ONCE = 10_000


def find_all(engine: Engine, *, workspace_id: str, folder_ids: Sequence[str]) -> Iterator[Pair]:
    """All pairs of records in these folders that may be one, likeliest first.

    The folders are all of people (contacts and leads are compared with each other), all of companies, or one of
    another kind; InvalidInput otherwise. What is learned on the way is kept for `pairs_of` and `likely_duplicates`.
    Memory is bounded, see `engine`; the store is read in one transaction that ends before the first pair.
    """
    with workbench() as bench:
        with transaction(engine, read_only=True) as session:
            family = family_of_folders(session, workspace_id=workspace_id, folder_ids=folder_ids)
            records = load_records(session, bench, workspace_id=workspace_id, family=family)
        model = _learned(bench, family, records)
        with transaction(engine) as session:
            keep_model(session, workspace_id=workspace_id, family=family, model=model)
        yield from _pairs(bench, family, model)


def pairs_of(session: Session, *, workspace_id: str, record_ids: Collection[str]) -> list[Pair]:
    """The pairs that `find_all` would find of these records, if it went by what it learned last."""
    folders = set(session.scalars(select(col(Record.folder_id)).where(among(session, col(Record.id), record_ids))))
    together = folders_together(session, workspace_id=workspace_id)
    found = [_pairs_in(session, workspace_id, some, record_ids) for some in together if folders.intersection(some)]
    return [pair for pairs in found for pair in pairs]


def _pairs_in(
    session: Session, workspace_id: str, folder_ids: Sequence[str], record_ids: Collection[str]
) -> list[Pair]:
    session.flush()
    family = family_of_folders(session, workspace_id=workspace_id, folder_ids=folder_ids)
    model = model_of(session, workspace_id=workspace_id, family=family)
    with workbench() as bench:
        records = load_records(session, bench, workspace_id=workspace_id, family=family)
        make_keys(bench, family.traits)
        _note_changed(bench, record_ids)
        _weigh(bench, family.traits, model)
        rules = model.rules or choose_rules(bench, family.traits, records)
        bring_together(bench, family.traits, rules, changed_only=True)
        _compare(bench, family.traits)
        return list(_pairs(bench, family, model))


def _learned(bench: "DuckDBPyConnection", family: Family, records: int) -> Model:
    model = first_model(bench, family.traits, records)
    make_keys(bench, family.traits)
    model.rules = choose_rules(bench, family.traits, records)
    _weigh(bench, family.traits, model)
    bring_together(bench, family.traits, model.rules, changed_only=False)
    _compare(bench, family.traits)
    learn(model, family.traits, _patterns(bench, family.traits), people=family.is_people)
    return model


def _note_changed(bench: "DuckDBPyConnection", record_ids: Collection[str]) -> None:
    bench.execute("CREATE TABLE changed AS SELECT n FROM rec WHERE id IN (SELECT unnest($1))", [list(record_ids)])


def _weigh(bench: "DuckDBPyConnection", traits: Sequence[Trait], model: Model) -> None:
    """The columns `f<place>` of `rec`; see `frequency`."""
    for place, trait in enumerate(traits):
        if trait.sort not in BY_FREQUENCY:
            continue
        weights = model.of(trait)
        bench.execute(f"ALTER TABLE rec ADD COLUMN f{place} FLOAT DEFAULT {log2(weights.rest)}")
        if weights.common:
            values = [list(weights.common), [log2(share) for share in weights.common.values()]]
            bench.execute(
                "CREATE OR REPLACE TEMP TABLE common AS SELECT unnest($1) AS value, unnest($2) AS bits", values
            )
            value = f"unnest({column(place)})" if trait.is_list else column(place)
            bench.execute(
                f"""
                UPDATE rec SET f{place} = bits FROM (
                    SELECT n AS m, max(bits) AS bits FROM (SELECT n, {value} AS value FROM rec)
                    JOIN common USING (value) GROUP BY n
                ) WHERE n = m
                """
            )


def _compare(bench: "DuckDBPyConnection", traits: Sequence[Trait]) -> None:
    """The table `compared`, in place of `candidate`: of each trait the level, and how rare is what both have."""
    levels = ", ".join(f"({sql})::TINYINT AS g{place}" for place, sql in enumerate(levels_sql(traits)))
    shared = ", ".join(f"{sql} AS s{place}" for place, sql in enumerate(same_sql(traits)))
    bench.execute(
        f"""
        CREATE TABLE compared AS SELECT a.n AS first, b.n AS second, {levels}, {shared}
        FROM candidate c JOIN rec a ON a.n = c.a JOIN rec b ON b.n = c.b
        """
    )
    bench.execute("DROP TABLE candidate")


def _patterns(bench: "DuckDBPyConnection", traits: Sequence[Trait]) -> list[Pattern]:
    levels = ", ".join(f"g{place}" for place in range(len(traits)))
    found = bench.execute(f"SELECT count(*), {levels} FROM compared GROUP BY ALL").fetchall()
    return [Pattern(tuple(levels), count) for count, *levels in found]


def _pairs(bench: "DuckDBPyConnection", family: Family, model: Model) -> Iterator[Pair]:
    least = log2(AT_LEAST / (1 - AT_LEAST))
    scored = scored_sql(
        family.traits,
        model,
        source="SELECT *, first AS first_id, second AS second_id FROM compared",
        people=family.is_people,
    )
    found = bench.execute(
        f"""
        SELECT least(a.id, b.id) AS one, greatest(a.id, b.id) AS other, bits, levels, weights
        FROM ({scored}) JOIN rec a ON a.n = first_id JOIN rec b ON b.n = second_id
        WHERE bits >= {least} ORDER BY bits DESC, one, other
        """
    )
    while some := found.fetchmany(AT_ONCE):
        for first_id, second_id, bits, levels, weights in some:
            reasons = reasons_of(family.traits, family.labels, levels, weights)
            yield Pair(first_id, second_id, probability(bits), reasons)
