"""What a workspace holds about a person, table by table: the basis of what is counted, exported and erased."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, func, or_, select
from sqlmodel import Session, col

from app.core.bulk import table_of
from app.privacy.cleaning import COPIES, may_hold, searched_tables
from app.privacy.person import Person
from app.privacy.surroundings import related_records
from models import (
    Attachment,
    Correspondent,
    Event,
    MailboxMessage,
    MailThread,
    Message,
    MessageBody,
    Participant,
    QuoteLine,
    QuoteVersion,
    Record,
    SearchWord,
    Task,
    TaskLink,
    TimelineEntry,
    TimelineLink,
)
from models.base import metadata


@dataclass(frozen=True)
class Held:
    """Rows of a table that are about a person."""

    table: Table
    condition: ColumnElement[bool]


def held(session: Session, *, workspace_id: str, person: Person) -> list[Held]:
    """Everything that is the person's, or about them, by the ids of their records and their addresses.

    Where they are only mentioned: `mentions`.
    """
    related = related_records(session, workspace_id=workspace_id, person=person)
    own, around = col(Record.id).in_(person.records), col(Record.id).in_(related)
    tasks = select(col(TaskLink.task_id)).where(col(TaskLink.record_id).in_(person.records))
    special = [
        Held(table_of(Record), or_(own, around)),
        *_of_mail(workspace_id, person),
        Held(table_of(Task), col(Task.id).in_(tasks)),
        Held(table_of(SearchWord), col(SearchWord.record_id).in_(person.records)),
        Held(table_of(Event), col(Event.subject_id).in_(person.records)),
        Held(table_of(QuoteLine), col(QuoteLine.quote_id).in_(related)),
        Held(table_of(QuoteVersion), col(QuoteVersion.quote_id).in_(related)),
    ]
    tables = {one.table for one in special}
    return [*special, *(one for one in _by_reference(person) if one.table not in tables)]


def mentions(workspace_id: str, person: Person, held: list[Held]) -> Iterator[Held]:
    """Rows of all other kinds that may mention the person; which of them do, is for `Traces` to say.

    What colleagues keep to themselves in their mail stays with them.
    """
    met = {one.table: one.condition for one in held}
    private = select(table_of(TimelineEntry).c.message_id).where(col(TimelineEntry.private))
    for table in searched_tables():
        if table in COPIES | {table_of(MailThread)}:
            continue
        conditions = [table.c.workspace_id == workspace_id, may_hold(table, person.anywhere)]
        if table in met:
            conditions.append(~met[table])
        message_id = table.c.id if table is table_of(Message) else table.c.get("message_id")
        if message_id is not None:
            conditions.append(or_(message_id.is_(None), message_id.not_in(private)))
        yield Held(table, and_(*conditions))


def count_held(session: Session, *, workspace_id: str, person: Person) -> dict[str, int]:
    """How many rows of each table are held about a person, where there are any."""
    counts = {
        one.table.name: session.scalar(select(func.count()).select_from(one.table).where(one.condition)) or 0
        for one in held(session, workspace_id=workspace_id, person=person)
    }
    return {name: count for name, count in counts.items() if count}


def _of_mail(workspace_id: str, person: Person) -> Iterator[Held]:
    """Mail that they took part in, and mail on their timelines, unless a colleague keeps that to themselves."""
    theirs = and_(col(Correspondent.workspace_id) == workspace_id, col(Correspondent.key).in_(person.keys))
    correspondents = select(col(Correspondent.id)).where(theirs)
    part = col(Participant.correspondent_id).in_(correspondents)
    entries = table_of(TimelineEntry).c
    shown = (
        select(entries.message_id)
        .join(TimelineLink, col(TimelineLink.entry_id) == entries.id)
        .where(col(TimelineLink.record_id).in_(person.records), entries.message_id.is_not(None), ~entries.private)
    )
    with_them = select(col(Participant.message_id)).where(part)
    messages = select(col(Message.id)).where(or_(col(Message.id).in_(with_them), col(Message.id).in_(shown)))
    on_timeline = select(col(TimelineLink.entry_id)).where(col(TimelineLink.record_id).in_(person.records))
    open_entry = or_(~entries.private, entries.message_id.in_(with_them))
    yield Held(table_of(TimelineEntry), and_(entries.id.in_(on_timeline), open_entry))
    yield Held(table_of(Correspondent), theirs)
    yield Held(table_of(Participant), part)
    yield Held(table_of(Message), col(Message.id).in_(messages))
    yield Held(table_of(MessageBody), col(MessageBody.message_id).in_(messages))
    yield Held(table_of(Attachment), col(Attachment.message_id).in_(messages))
    yield Held(table_of(MailboxMessage), table_of(MailboxMessage).c.message_id.in_(messages))


def _by_reference(person: Person) -> Iterator[Held]:
    """Whatever refers to one of their records."""
    record = table_of(Record)
    for table in metadata.sorted_tables:
        references = [column for column in table.c if any(key.column.table is record for key in column.foreign_keys)]
        if table is not record and references:
            yield Held(table, or_(*(column.in_(person.records) for column in references)))
