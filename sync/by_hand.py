"""What people decide about mail themselves: each call may be repeated, each change leaves an event."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlmodel import Session, col

from app.core.bulk import insert_missing, table_of
from app.core.clock import utcnow
from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.keys import domain_of
from app.records.service import get_record
from app.records.statistics import counted_as
from app.timeline.entries import NewLink, link_entries, unlink_entry
from app.workspaces.access import Viewer, require_admin, require_writer, visible
from models import (
    Exclusion,
    Mailbox,
    MailboxMessage,
    Message,
    Record,
    ThreadLink,
    TimelineEntry,
    TimelineLink,
)
from sync.attribution.offered import withdraw_deals
from sync.filters import normal_exclusion
from sync.past_mail import link_past_of_thread
from sync.stored_people import rules_of_stored

HAND = "hand"
"""The rule by which a person put a thread on a record."""


def log_message(session: Session, *, viewer: Viewer, message_id: str, record_ids: Sequence[str]) -> None:
    """Put a message on these records. If somebody took it off the timelines, what its rules say comes back, too."""
    require_writer(viewer)
    message = _reachable(session, viewer, message_id)
    entry = session.scalars(select(TimelineEntry).where(col(TimelineEntry.message_id) == message.id)).one()
    records = [get_record(session, viewer=viewer, record_id=record_id) for record_id in record_ids]
    there = set(session.scalars(select(col(TimelineLink.record_id)).where(col(TimelineLink.entry_id) == entry.id)))
    new = [record.id for record in records if record.id not in there]
    if not new and message.unlogged_by is None:
        return
    rules = {} if message.unlogged_by is None else rules_of_stored(session, message)
    message.unlogged_by = None
    by_rule = {record_id: rule for record_id, rule in rules.items() if record_id not in {*new, *there}}
    where, mail = (entry.occurred_at, viewer.workspace_id), counted_as(message.direction, message.kind)
    by_hand = [NewLink(entry.id, record_id, *where, "hand", viewer.member_id, mail) for record_id in new]
    link_entries(session, by_hand + [NewLink(entry.id, id, *where, rule, mail=mail) for id, rule in by_rule.items()])
    _emit(session, "message.logged", viewer, message.id, {"record_ids": [*new, *by_rule]})


def unlog_message(session: Session, *, viewer: Viewer, message_id: str) -> None:
    """Take a message off every timeline; no rule puts it back."""
    require_writer(viewer)
    message = _reachable(session, viewer, message_id)
    if message.unlogged_by is not None:
        return
    message.unlogged_by = viewer.member_id
    entry = session.scalars(select(col(TimelineEntry.id)).where(col(TimelineEntry.message_id) == message.id)).one()
    unlink_entry(session, entry_id=entry)
    _emit(session, "message.unlogged", viewer, message.id, {})


def link_thread(session: Session, *, viewer: Viewer, thread_id: str, record_id: str) -> None:
    """Put a thread, its past and its coming mail, on a record; on a deal's company, too."""
    require_writer(viewer)
    record = get_record(session, viewer=viewer, record_id=record_id)
    messages = select(col(Message.id)).where(col(Message.thread_id) == thread_id, _within_reach(viewer))
    if session.scalars(messages.limit(1)).first() is None:
        raise NotFound("This thread does not exist, or you have no access to its mail.")
    link = session.get(ThreadLink, (thread_id, record.id))
    if link and link.rule == HAND:
        return
    withdraw_deals(session, thread_id=thread_id)
    if link:
        link.rule, link.member_id, link.reasons = HAND, viewer.member_id, []
    else:
        row = {"thread_id": thread_id, "record_id": record.id, "workspace_id": viewer.workspace_id}
        why = {"member_id": viewer.member_id, "rule": HAND, "reasons": [], "created_at": utcnow()}
        insert_missing(session, ThreadLink, [row | why])
        link_past_of_thread(session, thread_id=thread_id, record_id=record.id)
    _emit(session, "thread.linked", viewer, thread_id, {"record_id": record.id})


def exclude(session: Session, *, viewer: Viewer, kind: str, value: str, workspace_wide: bool) -> Exclusion:
    """Never store coming mail with this `address` or `domain` (and its subdomains); what is stored stays.

    For the viewer's own mailboxes, or, by an admin, for everybody's.
    """
    if workspace_wide:
        require_admin(viewer)
    member_id = None if workspace_wide else viewer.member_id
    normal = _checked_exclusion(kind, value)
    same = (
        select(Exclusion)
        .where(
            col(Exclusion.workspace_id) == viewer.workspace_id, col(Exclusion.member_id).is_not_distinct_from(member_id)
        )
        .where(col(Exclusion.kind) == kind, col(Exclusion.value) == normal)
    )
    if earlier := session.scalars(same).first():
        return earlier
    exclusion = Exclusion(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        member_id=member_id,
        kind=kind,
        value=normal,
        created_at=utcnow(),
    )
    session.add(exclusion)
    _emit(
        session,
        "exclusion.added",
        viewer,
        exclusion.id,
        {"kind": kind, "value": normal, "workspace_wide": workspace_wide},
    )
    return exclusion


def set_private(session: Session, *, viewer: Viewer, mailbox_id: str, gmail_id: str, private: bool) -> None:
    """Keep the subject and text of a message to those who hold it; the mailbox's owner decides for their copy.

    The workspace sees what any holder leaves open.
    """
    mailbox = session.get(Mailbox, mailbox_id)
    copy = session.get(MailboxMessage, (mailbox_id, gmail_id))
    if mailbox is None or mailbox.member_id != viewer.member_id or copy is None or copy.message_id is None:
        raise NotFound("This message is not stored from a mailbox of yours.")
    if copy.private == private:
        return
    message = select(col(Message.id)).where(col(Message.id) == copy.message_id)
    session.execute(message.with_for_update(key_share=True))
    copy.private = private
    session.flush()
    open_copy = exists().where(col(MailboxMessage.message_id) == copy.message_id, ~col(MailboxMessage.private))
    session.execute(
        update(table_of(TimelineEntry))
        .where(col(TimelineEntry.message_id) == copy.message_id)
        .values(private=~open_copy)
    )
    _emit(session, "message.private_set", viewer, copy.message_id, {"mailbox_id": mailbox_id, "private": private})


def _checked_exclusion(kind: str, value: str) -> str:
    normal = normal_exclusion(kind, value)
    if kind == "address" and "@" in normal.strip("@"):
        return normal
    if kind == "domain" and domain_of(normal):
        return normal
    raise InvalidInput(
        "value: write an address such as jo@example.com, or a domain such as example.com.", field="value"
    )


def _reachable(session: Session, viewer: Viewer, message_id: str) -> Message:
    message = session.scalar(select(Message).where(col(Message.id) == message_id, _within_reach(viewer)))
    if message is None:
        raise NotFound("This message does not exist, or you have no access to it.")
    return message


def _within_reach(viewer: Viewer) -> Any:
    """Mail that the viewer holds, or that is open on a record they may see."""
    held = exists().where(
        col(MailboxMessage.message_id) == col(Message.id),
        col(Mailbox.id) == col(MailboxMessage.mailbox_id),
        col(Mailbox.member_id) == viewer.member_id,
    )
    on_record = exists().where(
        col(TimelineEntry.message_id) == col(Message.id),
        ~col(TimelineEntry.private),
        col(TimelineLink.entry_id) == col(TimelineEntry.id),
        col(Record.id) == col(TimelineLink.record_id),
        visible(viewer),
    )
    return (col(Message.workspace_id) == viewer.workspace_id) & or_(held, on_record)


def _emit(session: Session, type: str, viewer: Viewer, subject_id: str, data: dict[str, Any]) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=subject_id,
        actor_id=viewer.member_id,
        data=data,
    )
