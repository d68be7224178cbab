"""Keeping the words of records in step with them, in the transaction that writes the record."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlmodel import Session, col

from app.core.bulk import among, insert_rows, insert_texts
from app.core.events import react_together
from app.records.search.spelling import learn_words
from app.records.search.words import WordReader, record_words
from models import FieldDef, Record, SearchWord

Words = set[tuple[str, str]]
"""Pairs of field key and word."""
WordRow = dict[str, str]
"""Of `search_word`."""


def write_words(session: Session, record: Record, fields: Sequence[FieldDef]) -> None:
    """Bring what the record is found by in line with its values. `fields` are all of its folder."""
    wanted = record_words(record.name, record.data, fields)
    mine = col(SearchWord.record_id) == record.id
    query = select(col(SearchWord.field), col(SearchWord.word)).where(mine)
    present = {(field, word) for field, word in session.execute(query)}
    if gone := present - wanted:
        session.execute(delete(SearchWord).where(mine, tuple_(col(SearchWord.field), col(SearchWord.word)).in_(gone)))
    _insert(session, record.workspace_id, {record.id: wanted - present}, fields)


def word_rows(record: Record, fields: Sequence[FieldDef]) -> list[WordRow]:
    """What a new record is found by, to be inserted; then `learn_names` of these rows."""
    return _rows(record.workspace_id, {record.id: record_words(record.name, record.data, fields)})


def learn_names(session: Session, rows: Sequence[WordRow], fields: Sequence[FieldDef]) -> None:
    """Have slips in names be forgiven."""
    names = {field.key for field in fields if field.column == "name"}
    named = {row["word"] for row in rows if row["field"] in names}
    if named:
        learn_words(session, workspace_id=rows[0]["workspace_id"], words=named)


def insert_words(session: Session, rows: Sequence[Mapping[str, Any]], fields: Sequence[FieldDef]) -> None:
    """The words of new rows of `record`, all of one folder."""
    if not rows:
        return
    workspace_id, reader = rows[0]["workspace_id"], WordReader(fields)
    names = {field.key for field in fields if field.column == "name"}
    found: list[tuple[str, ...]] = []
    named: set[str] = set()
    for row in rows:
        record_id = row["id"]
        for key, word in reader.read(row["name"], row["data"]):
            found.append((word, record_id, key, workspace_id))
            if key in names:
                named.add(word)
    found.sort()
    insert_texts(session, SearchWord, ("word", "record_id", "field", "workspace_id"), found)
    learn_words(session, workspace_id=workspace_id, words=named)


def rewrite_words(session: Session, records: Sequence[Record], fields: Sequence[FieldDef]) -> None:
    """The words of records of one folder, all made anew."""
    drop_words(session, [record.id for record in records])
    words = {record.id: record_words(record.name, record.data, fields) for record in records}
    if records:
        _insert(session, records[0].workspace_id, words, fields)


def drop_words(session: Session, record_ids: Iterable[str]) -> None:
    session.execute(delete(SearchWord).where(among(session, col(SearchWord.record_id), list(record_ids))))


@react_together("record.purged")
def drop_words_of_purged(session: Session, events: list[dict[str, Any]]) -> None:
    drop_words(session, [event["subject_id"] for event in events])


def _insert(session: Session, workspace_id: str, words: Mapping[str, Words], fields: Sequence[FieldDef]) -> None:
    rows = _rows(workspace_id, words)
    insert_rows(session, SearchWord, rows)
    learn_names(session, rows, fields)


def _rows(workspace_id: str, words: Mapping[str, Words]) -> list[WordRow]:
    return [
        {"record_id": record_id, "word": word, "field": field, "workspace_id": workspace_id}
        for record_id, pairs in words.items()
        for field, word in sorted(pairs)
    ]
