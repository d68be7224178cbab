"""What stands around a person: entries of timelines, tasks, and the deals, tickets and quotes that they are part of.

Much of it is other people's, too. There, parts of the name are taken out as well: it is certain who is meant.
"""

from collections.abc import Sequence

from sqlalchemy import Text, cast, delete, exists, false, or_, select, update
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.privacy.cleaning import clean_rows
from app.privacy.mail import clean_mail, silence
from app.privacy.person import Person
from app.privacy.records import clean_record
from app.privacy.traces import MARK
from app.records.identity import PEOPLE
from app.timeline.search.indexing import texts_of
from app.timeline.search.texts import write_texts
from models import (
    Event,
    FieldChange,
    QuoteLine,
    QuoteVersion,
    Record,
    RecordLink,
    StageChange,
    Task,
    TaskLink,
    TimelineEntry,
    TimelineLink,
)

NOT_CLEANED = (*PEOPLE, "company", "product")
"""Kinds of records that are not about their contacts: of these, only what is certainly the person's is taken out."""


def related_records(session: Session, *, workspace_id: str, person: Person) -> list[str]:
    """Ids of the deals, tickets, quotes and records of other kinds that are linked to the person's, or name them."""
    ids = person.records
    links = or_(among(session, col(RecordLink.from_id), ids), among(session, col(RecordLink.to_id), ids))
    both = select(col(RecordLink.from_id), col(RecordLink.to_id)).where(links)
    linked = {id for pair in session.execute(both) for id in pair} - set(ids)
    here = [col(Record.workspace_id) == workspace_id, col(Record.kind).not_in(NOT_CLEANED)]
    naming = or_(false(), *(cast(col(Record.data), Text).like(f'%"{id}"%') for id in ids))
    named = session.scalars(select(col(Record.id)).where(*here, naming))
    near = session.scalars(select(col(Record.id)).where(*here, among(session, col(Record.id), sorted(linked))))
    return sorted({*named, *near})


def entries_on(session: Session, record_ids: Sequence[str]) -> list[str]:
    links = select(col(TimelineLink.entry_id)).where(among(session, col(TimelineLink.record_id), record_ids))
    return sorted(set(session.scalars(links)))


def tasks_on(session: Session, record_ids: Sequence[str]) -> list[str]:
    links = select(col(TaskLink.task_id)).where(among(session, col(TaskLink.record_id), record_ids))
    return sorted(set(session.scalars(links)))


def clean_entries(session: Session, *, person: Person, ids: Sequence[str]) -> dict[str, int]:
    """Clean entries of timelines with the mail that they show, and the index of search."""
    here = among(session, col(TimelineEntry.id), ids)
    mail = select(table_of(TimelineEntry).c.message_id).where(here, table_of(TimelineEntry).c.message_id.is_not(None))
    clean_mail(session, person=person, message_ids=sorted(session.scalars(mail)))
    changed = clean_rows(session, table_of(TimelineEntry), here, person.near)
    clean_rows(session, table_of(Event), among(session, col(Event.subject_id), ids), person.near)
    write_texts(session, texts_of(session, [key[0] for key in changed]))
    return {"timeline entries without their name": len(changed)}


def clean_tasks(session: Session, *, person: Person, ids: Sequence[str]) -> dict[str, int]:
    """Delete the tasks that are about nothing but the person, and clean the others."""
    elsewhere = exists().where(
        col(TaskLink.task_id) == col(Task.id), ~among(session, col(TaskLink.record_id), person.records)
    )
    here = among(session, col(Task.id), ids)
    alone = session.scalars(select(col(Task.id)).where(here, ~elsewhere, table_of(Task).c.thread_id.is_(None))).all()
    session.execute(delete(Task).where(among(session, col(Task.id), alone)))
    silence(session, alone)
    changed = clean_rows(session, table_of(Task), here, person.near)
    clean_rows(session, table_of(Event), among(session, col(Event.subject_id), ids), person.near)
    return {"tasks deleted": len(alone), "tasks without their name": len(changed)}


def clean_related(session: Session, *, person: Person, ids: Sequence[str]) -> dict[str, int]:
    """Clean records with their history, and quotes with all their versions."""
    records = session.scalars(select(Record).where(among(session, col(Record.id), ids)).with_for_update()).all()
    changed = sum(clean_record(session, record, person.near) for record in records)
    for model, column in (
        (FieldChange, col(FieldChange.record_id)),
        (StageChange, col(StageChange.record_id)),
        (QuoteLine, col(QuoteLine.quote_id)),
        (QuoteVersion, col(QuoteVersion.quote_id)),
        (Event, col(Event.subject_id)),
    ):
        clean_rows(session, table_of(model), among(session, column, ids), person.near)
    signed = col(QuoteVersion.answered_by) != ""
    signatures = update(QuoteVersion).where(among(session, col(QuoteVersion.quote_id), ids), signed)
    session.execute(signatures.values(answered_by=MARK))
    return {"related records without their name": changed}
