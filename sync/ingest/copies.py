"""What a further copy of a message tells: blind copies, that we wrote it, that it is not private."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from app.core.bulk import among, insert_rows, table_of
from app.records.statistics import recount_mail
from models import Mailbox, MailboxMessage, Message, Participant, TimelineEntry, TimelineLink
from sync.envelope import Person
from sync.ingest.placing import Placed


def kept_private(session: Session, mailbox: Mailbox, placed: Sequence[Placed]) -> frozenset[str]:
    """Ids of the messages that this mailbox's owner keeps private: that goes for copies still to come, too.

    In a mailbox that is private by default, of those as well that it did not hold before.
    """
    copies = {one.message_id for one in placed if not one.is_new}
    held = table_of(MailboxMessage).c
    query = select(held.message_id, held.private).where(
        held.mailbox_id == mailbox.id, among(session, held.message_id, copies)
    )
    known = dict(session.execute(query).all()) if copies else {}
    kept = {message_id for message_id, private in known.items() if private}
    if mailbox.private_default:
        kept |= {one.message_id for one in placed} - known.keys()
    return frozenset(kept)


def merge_copies(
    session: Session,
    placed: Sequence[Placed],
    *,
    workspace_id: str,
    correspondents: Mapping[str, str],
    private: frozenset[str],
) -> None:
    """Complete messages that another mailbox, or an earlier copy in this one, brought in first.

    All but the `private` ones are open to the workspace from now on: what any holder leaves open is.
    """
    copies = [one for one in placed if not one.is_new]
    if not copies:
        return
    _add_blind_copies(session, copies, workspace_id, correspondents)
    _mark_as_written_by_us(session, copies)
    session.execute(
        update(table_of(TimelineEntry))
        .where(col(TimelineEntry.message_id).in_({one.message_id for one in copies} - private))
        .where(col(TimelineEntry.private))
        .values(private=False)
    )


def _add_blind_copies(
    session: Session, copies: Sequence[Placed], workspace_id: str, correspondents: Mapping[str, str]
) -> None:
    """Each recipient in Bcc sees only themselves there; the sender's copy has them all."""
    hidden: dict[str, dict[str, Person]] = defaultdict(dict)
    for one in copies:
        for person in one.envelope.people:
            if person.role == "bcc":
                hidden[one.message_id].setdefault(correspondents[person.key], person)
    if not hidden:
        return
    query = select(col(Participant.message_id), col(Participant.correspondent_id), col(Participant.position))
    query = query.where(col(Participant.message_id).in_(hidden), col(Participant.role) == "bcc")
    taken: dict[str, dict[str, int]] = defaultdict(dict)
    for message_id, correspondent_id, position in session.execute(query):
        taken[message_id][correspondent_id] = position
    rows = []
    for message_id, people in hidden.items():
        free = max(taken[message_id].values(), default=-1) + 1
        new = [(id, person) for id, person in people.items() if id not in taken[message_id]]
        for position, (correspondent_id, person) in enumerate(new, start=free):
            rows.append(
                {
                    "message_id": message_id,
                    "role": "bcc",
                    "position": position,
                    "correspondent_id": correspondent_id,
                    "workspace_id": workspace_id,
                    "name": person.name,
                    "address": person.address,
                }
            )
    insert_rows(session, Participant, rows)


def _mark_as_written_by_us(session: Session, copies: Sequence[Placed]) -> None:
    """An alias that only its owner's mailbox knows looked like a stranger until now."""
    ours = {one.message_id for one in copies if one.direction == "in" and one.envelope.direction == "out"}
    if not ours:
        return
    session.execute(update(table_of(Message)).where(col(Message.id).in_(ours)).values(direction="out"))
    entries = table_of(TimelineEntry)
    found = session.execute(select(entries.c.id, entries.c.data).where(entries.c.message_id.in_(ours))).all()
    session.connection().execute(
        update(entries).where(entries.c.id == bindparam("entry")).values(data=bindparam("new")),
        [{"entry": id, "new": {**data, "direction": "out"}} for id, data in found],
    )
    homes = select(col(TimelineLink.record_id)).where(col(TimelineLink.entry_id).in_([id for id, _ in found]))
    recount_mail(session, record_ids=set(session.scalars(homes)))
