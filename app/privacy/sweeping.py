"""The rest of the workspace, table by table: what is certainly the person's is taken out wherever it stands."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table, and_, delete, select, text, update
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.privacy.cleaning import COPIES, Key, clean_rows, is_one_of, keys_where, may_hold, rows_with, searched_tables
from app.privacy.person import Person
from app.privacy.records import clean_record
from app.privacy.traces import Traces
from app.records.search.folding import words_of
from app.timeline.search.indexing import texts_of
from app.timeline.search.texts import write_texts
from models import (
    Exclusion,
    ImportBatch,
    Invitation,
    MessageBody,
    Record,
    SearchSpelling,
    SearchWord,
    TimelineEntry,
)

AT_ONCE = 200


def suspects(session: Session, *, workspace_id: str, person: Person) -> Iterator[tuple[Table, list[Key]]]:
    """Rows that may mention the person, AT_ONCE of a table at a time."""
    for table in searched_tables():
        sought = _with_ids(person) if table in COPIES else person.anywhere
        here = and_(table.c.workspace_id == workspace_id, may_hold(table, sought))
        keys = list(keys_where(session, table, here))
        for start in range(0, len(keys), AT_ONCE):
            yield table, keys[start : start + AT_ONCE]


def sweep(session: Session, *, table: Table, keys: Sequence[Key], person: Person) -> dict[str, int]:
    """Clean these rows, with what is made from them."""
    special = _SPECIAL.get(table)
    if special:
        changed = special(session, keys, person)
    elif table in COPIES or table in (table_of(Exclusion), table_of(Invitation)):
        changed = _delete(session, table, keys, _with_ids(person) if table in COPIES else person.anywhere)
    else:
        changed = len(clean_rows(session, table, is_one_of(table, keys), person.anywhere))
    return {f"other rows of {table.name}": changed}


def forget_words(session: Session, *, workspace_id: str, person: Person) -> int:
    """Unlearn spellings of names that no record has any more; and have the index of texts drop what was deleted."""
    words = sorted({word for name in person.names for word in words_of(name)})
    still = select(col(SearchWord.word)).where(
        col(SearchWord.workspace_id) == workspace_id, among(session, col(SearchWord.word), words)
    )
    gone = sorted(set(words) - set(session.scalars(still.distinct())))
    here = col(SearchSpelling.workspace_id) == workspace_id
    unlearnt = session.connection().execute(
        delete(table_of(SearchSpelling)).where(here, among(session, col(SearchSpelling.word), gone))
    )
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_text (search_text) VALUES ('optimize')"))
    return unlearnt.rowcount


def _with_ids(person: Person) -> Traces:
    """What tells that a copy of an answer is about the person: their records' ids, too."""
    anywhere = person.anywhere
    return Traces(anywhere.keys, anywhere.phones, anywhere.names, anywhere.words, tuple(person.records))


def _delete(session: Session, table: Table, keys: Sequence[Key], traces: Traces) -> int:
    rows = rows_with(session, table, is_one_of(table, keys), traces)
    found = [tuple(row[column.name] for column in table.primary_key.columns) for row in rows]
    if found:
        session.execute(delete(table).where(is_one_of(table, found)))
    return len(found)


def _clean_records(session: Session, keys: Sequence[Key], person: Person) -> int:
    query = select(Record).where(among(session, col(Record.id), [key[0] for key in keys])).with_for_update()
    return sum(clean_record(session, record, person.anywhere) for record in session.scalars(query).all())


def _clean_bodies(session: Session, keys: Sequence[Key], person: Person) -> int:
    """A body that mentions the person loses its formatted version, too."""
    bodies = table_of(MessageBody)
    changed = [key[0] for key in clean_rows(session, bodies, is_one_of(bodies, keys), person.anywhere)]
    session.execute(update(bodies).where(among(session, bodies.c.message_id, changed)).values(html=""))
    entries = select(col(TimelineEntry.id)).where(among(session, table_of(TimelineEntry).c.message_id, changed))
    write_texts(session, texts_of(session, session.scalars(entries).all()))
    return len(changed)


def _clean_entries(session: Session, keys: Sequence[Key], person: Person) -> int:
    entries = table_of(TimelineEntry)
    changed = clean_rows(session, entries, is_one_of(entries, keys), person.anywhere)
    write_texts(session, texts_of(session, [key[0] for key in changed]))
    return len(changed)


def _clean_imports(session: Session, keys: Sequence[Key], person: Person) -> int:
    """A row of a file that has the person's address or number, or became their record, is emptied altogether."""
    batches, theirs = table_of(ImportBatch), Traces(person.anywhere.keys, person.anywhere.phones)
    emptied = 0
    for batch in session.scalars(select(ImportBatch).where(is_one_of(batches, keys)).with_for_update()):
        told: list[Any] = batch.outcomes or [None] * len(batch.rows)
        rows = []
        for row, outcome in zip(batch.rows, told, strict=True):
            number, problem, *cells = row
            is_theirs = theirs.are_in(cells) or (bool(outcome) and outcome[1] in person.records)
            rows.append([number, "", *([""] * len(cells))] if is_theirs else [number, problem, *cells])
            emptied += is_theirs
        batch.rows = rows
    session.flush()
    clean_rows(session, batches, is_one_of(batches, keys), person.anywhere)
    return emptied


_SPECIAL: dict[Table, Callable[[Session, Sequence[Key], Person], int]] = {
    table_of(Record): _clean_records,
    table_of(MessageBody): _clean_bodies,
    table_of(TimelineEntry): _clean_entries,
    table_of(ImportBatch): _clean_imports,
}
