"""Records that come after their mail: a new record, a new address or a new thread finds what was stored before."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, literal, null, or_, select
from sqlmodel import Session, col

from app.core.bulk import insert_into, table_of
from app.core.events import subscribe
from app.core.locks import hold
from app.mail.colleagues import Colleagues, colleagues
from app.mail.locks import ingest_lock
from app.records.statistics import recount_mail
from app.timeline.entries import recount_last_activity
from models import (
    Correspondent,
    Event,
    Message,
    Participant,
    Record,
    RecordKey,
    ThreadLink,
    TimelineEntry,
    TimelineLink,
)
from sync.envelope import CORRESPONDING, FAILED
from sync.parse import Kind


@subscribe(
    "link-past-mail", "record.created", "record.keys_changed", "record.updated", "record.restored", "thread.linked"
)
def link_past_mail(session: Session, event: Event) -> None:
    """Idempotent, and complete: mail being stored at this moment is waited for."""
    if event.type == "record.updated" and "company" not in event.data["changes"]:
        return
    hold(session, ingest_lock(event.workspace_id))
    if event.type == "thread.linked":
        link_past_of_thread(session, thread_id=event.subject_id, record_id=event.data["record_id"])
        return
    record = session.get(Record, event.subject_id)
    if record and record.deleted_at is None:
        _link_past_of_record(session, record)
        if event.type == "record.restored":
            _link_past_of_threads(session, record)


def _link_past_of_threads(session: Session, record: Record) -> None:
    threads = select(col(ThreadLink.thread_id)).where(col(ThreadLink.record_id) == record.id)
    for thread_id in session.scalars(threads).all():
        link_past_of_thread(session, thread_id=thread_id, record_id=record.id)


def link_past_of_thread(session: Session, *, thread_id: str, record_id: str) -> None:
    """Put the stored mail of a thread that a person linked on that record and on its company."""
    record = session.get(Record, record_id)
    if record is None or record.deleted_at is not None:
        return
    put_there_by = select(col(ThreadLink.member_id)).where(
        col(ThreadLink.thread_id) == thread_id, col(ThreadLink.record_id) == record_id
    )
    member_id = session.scalar(put_there_by)
    for home in filter(None, (record.id, record.company_id)):
        _link(session, home, "thread", _entries().where(col(Message.thread_id) == thread_id), member_id=member_id)


def _link_past_of_record(session: Session, record: Record) -> None:
    us = colleagues(session, workspace_id=record.workspace_id)
    keys = select(col(RecordKey.kind), col(RecordKey.value)).where(col(RecordKey.record_id) == record.id)
    found = session.execute(keys).all()
    addresses = [value for kind, value in found if kind == "email" and value not in us.members]
    domains = [value for kind, value in found if kind == "domain" and value not in us.domains]
    if addresses:
        mail = _of_correspondents(record.workspace_id, col(Correspondent.key).in_(addresses))
        _link(session, record.id, "address", mail)
        if record.company_id:
            _link(session, record.company_id, "company", mail)
    if domains:
        mail = _of_correspondents(record.workspace_id, _at_domains(domains, us))
        _link(session, record.id, "domain", mail)


def _at_domains(domains: Collection[str], us: Colleagues) -> ColumnElement[bool]:
    return and_(col(Correspondent.domain).in_(domains), col(Correspondent.key).not_in(us.members.keys()))


def _of_correspondents(workspace_id: str, who: ColumnElement[bool]) -> Select[str, datetime, str]:
    """Entries of the mail in which they take part, as `Envelope.linking` counts it."""
    bounced = col(Message.kind) == Kind.BOUNCE.value
    counts = or_(
        and_(~bounced, col(Participant.role).in_(CORRESPONDING)), and_(bounced, col(Participant.role) == FAILED)
    )
    return (
        _entries()
        .join(Participant, col(Participant.message_id) == col(Message.id))
        .join(Correspondent, col(Correspondent.id) == col(Participant.correspondent_id))
        .where(col(Correspondent.workspace_id) == workspace_id, who, counts)
        .distinct()
    )


def _entries() -> Select[str, datetime, str]:
    """Entries of messages that nobody took off the timelines."""
    return (
        select(col(TimelineEntry.id), col(TimelineEntry.occurred_at), col(TimelineEntry.workspace_id))
        .join(Message, col(Message.id) == col(TimelineEntry.message_id))
        .where(col(Message.unlogged_by).is_(None))
    )


def _link(
    session: Session, record_id: str, rule: str, entries: Select[str, datetime, str], *, member_id: str | None = None
) -> None:
    link = table_of(TimelineLink).c
    columns = [link.entry_id, link.occurred_at, link.workspace_id, link.record_id, link.rule, link.member_id]
    by = literal(member_id) if member_id else null()
    rows = entries.add_columns(literal(record_id), literal(rule), by)
    insert = insert_into(session, TimelineLink).from_select(columns, rows).on_conflict_do_nothing()
    if session.connection().execute(insert).rowcount:
        recount_last_activity(session, [record_id])
        recount_mail(session, record_ids=[record_id])
