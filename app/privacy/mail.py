"""The mail of a person who is erased.

Mail that they alone of all outsiders took part in goes altogether. Mail with other outsiders is theirs, too: it stays
without this person's name, address and number, and without its formatted version, which hides text in many ways.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import String, delete, exists, literal, select, update
from sqlmodel import Session, col

from app.core.bulk import among, insert_missing, table_of
from app.core.ids import new_id
from app.mail.colleagues import colleagues
from app.privacy.cleaning import clean_rows
from app.privacy.person import Person
from app.privacy.traces import MARK
from app.records.address_kinds import is_no_reply
from app.records.erased import ERASED
from app.timeline.recount import recount
from app.timeline.search.indexing import texts_of
from app.timeline.search.texts import drop_texts, write_texts
from models import (
    Attachment,
    Correspondent,
    DealChoice,
    EntryAccess,
    Event,
    MailboxMessage,
    MailThread,
    Message,
    MessageBody,
    Outbox,
    OutgoingPlan,
    Participant,
    SearchDue,
    Task,
    ThreadCandidate,
    ThreadLink,
    TimelineEntry,
    TimelineLink,
)

AT_ONCE = 100
"""Messages of one transaction."""
NOBODY = ":erased"
"""The key of the correspondent who stands for all who were erased: no address has it."""


def erase_some_mail(session: Session, *, workspace_id: str, person: Person) -> dict[str, int]:
    """Erase some of the mail that the person took part in; what was done with how many, nothing once none is left."""
    theirs = select(col(Correspondent.id)).where(
        col(Correspondent.workspace_id) == workspace_id, col(Correspondent.key).in_(person.keys)
    )
    here = col(Participant.correspondent_id).in_(theirs)
    found = session.scalars(select(col(Participant.message_id)).where(here).distinct().limit(AT_ONCE)).all()
    if not found:
        correspondents = session.scalars(theirs).all()
        session.execute(delete(Correspondent).where(col(Correspondent.id).in_(correspondents)))
        _forget_plans(session, workspace_id, person)
        return {}
    kept = _of_others_too(session, workspace_id, person, found)
    gone = set(found) - kept
    if gone:
        _delete(session, gone)
    if kept:
        clean_mail(session, person=person, message_ids=sorted(kept))
        _take_out_of(session, workspace_id, person, sorted(kept))
    return {"messages deleted": len(gone), "messages without their name": len(kept)}


def _of_others_too(session: Session, workspace_id: str, person: Person, message_ids: Sequence[str]) -> set[str]:
    """Those in which another outsider takes part; machines that deliver mail are nobody."""
    us = colleagues(session, workspace_id=workspace_id)
    query = (
        select(col(Participant.message_id), col(Correspondent.key), col(Correspondent.domain))
        .join(Correspondent, col(Correspondent.id) == col(Participant.correspondent_id))
        .where(among(session, col(Participant.message_id), message_ids), col(Correspondent.key).not_in(person.keys))
    )
    rows = session.execute(query)
    return {id for id, key, domain in rows if not us.include(key, domain) and not (is_no_reply(key) or key == NOBODY)}


def _delete(session: Session, message_ids: Collection[str]) -> None:
    """Mail with all that hangs on it. Its mailboxes remember that it was there, and why it is not taken in again."""
    ids = sorted(message_ids)
    entries = session.scalars(
        select(col(TimelineEntry.id)).where(among(session, table_of(TimelineEntry).c.message_id, ids))
    ).all()
    links = among(session, col(TimelineLink.entry_id), entries)
    records = set(session.scalars(select(col(TimelineLink.record_id)).where(links)))
    threads = set(session.scalars(select(col(Message.thread_id)).where(among(session, col(Message.id), ids))))
    session.execute(delete(TimelineLink).where(links))
    for model in (EntryAccess, SearchDue):
        session.execute(delete(model).where(among(session, col(model.entry_id), entries)))
    drop_texts(session, entries)
    session.execute(delete(TimelineEntry).where(among(session, col(TimelineEntry.id), entries)))
    for part in (MessageBody, Participant, Attachment):
        session.execute(delete(part).where(among(session, col(part.message_id), ids)))
    session.execute(delete(OutgoingPlan).where(among(session, table_of(OutgoingPlan).c.message_id, ids)))
    outcome: dict[str, Any] = {
        "outcome": "filtered",
        "reason": ERASED,
        "message_id": None,
        "labels": [],
        "private": False,
    }
    copies = table_of(MailboxMessage)
    session.execute(update(copies).where(among(session, copies.c.message_id, ids)).values(outcome))
    session.execute(delete(Message).where(among(session, col(Message.id), ids)))
    silence(session, [*ids, *entries])
    _delete_empty_threads(session, threads)
    recount(session, record_ids=records)


def _delete_empty_threads(session: Session, thread_ids: Collection[str]) -> None:
    left = exists().where(col(Message.thread_id) == col(MailThread.id))
    empty = select(col(MailThread.id)).where(among(session, col(MailThread.id), sorted(thread_ids)), ~left)
    ids = session.scalars(empty).all()
    session.execute(update(Task).where(among(session, table_of(Task).c.thread_id, ids)).values(thread_id=None))
    for model in (ThreadLink, DealChoice, ThreadCandidate):
        session.execute(delete(model).where(among(session, col(model.thread_id), ids)))
    session.execute(delete(MailThread).where(among(session, col(MailThread.id), ids)))
    silence(session, ids)


def clean_mail(session: Session, *, person: Person, message_ids: Sequence[str]) -> None:
    """Take what the person is called and known by out of mail that stays, and out of what shows it."""
    ids, near = list(message_ids), person.near
    entries = select(col(TimelineEntry.id)).where(among(session, table_of(TimelineEntry).c.message_id, ids))
    entry_ids = session.scalars(entries).all()
    threads = session.scalars(select(col(Message.thread_id)).where(among(session, col(Message.id), ids))).all()
    for model, column, values in (
        (Message, col(Message.id), ids),
        (MessageBody, col(MessageBody.message_id), ids),
        (Attachment, col(Attachment.message_id), ids),
        (TimelineEntry, col(TimelineEntry.id), entry_ids),
        (MailThread, col(MailThread.id), threads),
        (Event, col(Event.subject_id), [*ids, *entry_ids, *threads]),
    ):
        clean_rows(session, table_of(model), among(session, column, list(values)), near)
    session.execute(update(MessageBody).where(among(session, col(MessageBody.message_id), ids)).values(html=""))
    session.execute(
        update(DealChoice).where(among(session, col(DealChoice.thread_id), list(threads))).values(people="")
    )
    write_texts(session, texts_of(session, entry_ids))


def _forget_plans(session: Session, workspace_id: str, person: Person) -> None:
    """What was to be done with mail to this person alone; its digest of the address is not keyed."""
    digests = [hashlib.sha256(key.encode()).hexdigest() for key in person.keys]
    here = col(OutgoingPlan.workspace_id) == workspace_id
    session.execute(delete(OutgoingPlan).where(here, col(OutgoingPlan.recipients).in_(digests)))


def _take_out_of(session: Session, workspace_id: str, person: Person, message_ids: Sequence[str]) -> None:
    """Nobody stands in the person's place among the participants.

    The digest by which copies are recognised is made of the sender, too, and not keyed: it goes, as no copy is stored.
    """
    nobody = {"workspace_id": workspace_id, "key": NOBODY, "address": "", "domain": "", "name": MARK}
    insert_missing(session, Correspondent, [{"id": new_id(), **nobody}])
    here = col(Correspondent.workspace_id) == workspace_id
    stand_in = session.scalars(select(col(Correspondent.id)).where(here, col(Correspondent.key) == NOBODY)).one()
    theirs = select(col(Correspondent.id)).where(here, col(Correspondent.key).in_(person.keys))
    session.execute(
        update(Participant)
        .where(among(session, col(Participant.message_id), message_ids))
        .where(col(Participant.correspondent_id).in_(theirs))
        .values(correspondent_id=stand_in, name=MARK, address="")
    )
    nobodys = literal("erased:", String) + col(Message.id)
    session.execute(update(Message).where(among(session, col(Message.id), message_ids)).values(group_digest=nobodys))


def silence(session: Session, subject_ids: Sequence[str]) -> None:
    """What happened stays on record, without what it was; nobody hears of it any more."""
    about = among(session, col(Event.subject_id), list(subject_ids))
    session.execute(delete(Outbox).where(col(Outbox.event_id).in_(select(col(Event.id)).where(about))))
    session.execute(update(Event).where(about).values(data={}))
