"""Following records: whoever does is told what others do to them, once for a transaction, whatever it did.

Nobody is told of their own doings, of fields that their roles hide, or of records and mail that they may not see.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.clock import utcnow
from app.core.events import emit, react_together, subscribe
from app.records.service import get_record
from app.timeline.feed import entries_seen, is_locked
from app.workspaces.access import Viewer, viewer_by_id, visible
from app.workspaces.notifications import notify
from models import Event, Follow, Member, Notification, Record, TimelineEntry, TimelineLink

WATCHED = ("owner", "amount", "close_on")
"""Keys of the fields whose changes followers are told."""
WORDS = {
    "note": "{name} wrote a note",
    "comment": "{name} wrote a comment",
    "call": "{name} logged a call",
    "meeting": "{name} logged a meeting",
    "stage": "{name} moved it to another stage",
    "owner": "{name} changed the owner",
    "amount": "{name} changed the amount",
    "close_on": "{name} changed the closing date",
    "email": "A new email came in",
}
SEVERAL = "{name} made several changes"
NOBODY = "Sidenote"
"""Who did what no member did."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened to a record: keys of WORDS. `actor_id` is who did it, if a member did."""

    record_id: str
    actor_id: str | None
    what: tuple[str, ...]


def follow(session: Session, *, viewer: Viewer, record_id: str) -> None:
    """Have the viewer told what happens to a record that they may see; again changes nothing."""
    record = get_record(session, viewer=viewer, record_id=record_id)
    if session.get(Follow, (viewer.member_id, record.id)) is None:
        where = {"member_id": viewer.member_id, "record_id": record.id, "workspace_id": record.workspace_id}
        session.add(Follow(**where, created_at=utcnow()))
        _emit(session, "record.followed", viewer, record)


def unfollow(session: Session, *, viewer: Viewer, record_id: str) -> None:
    """Have the viewer told no more; again changes nothing."""
    record = get_record(session, viewer=viewer, record_id=record_id)
    if followed := session.get(Follow, (viewer.member_id, record.id)):
        session.delete(followed)
        _emit(session, "record.unfollowed", viewer, record)


def is_followed(session: Session, *, viewer: Viewer, record_id: str) -> bool:
    record = get_record(session, viewer=viewer, record_id=record_id)
    return session.get(Follow, (viewer.member_id, record.id)) is not None


@react_together("note.added", "comment.added")
def tell_of_writing(session: Session, events: list[dict[str, Any]]) -> None:
    _tell(
        session,
        [
            News(record_id, event["actor_id"], (event["type"].removesuffix(".added"),))
            for event in events
            for record_id in event["data"]["record_ids"]
        ],
    )


@react_together("activity.logged")
def tell_of_activity(session: Session, events: list[dict[str, Any]]) -> None:
    _tell(
        session,
        [
            News(record_id, event["actor_id"], (event["data"]["type"],))
            for event in events
            for record_id in event["data"]["record_ids"]
        ],
    )


@react_together("deal.stage_changed")
def tell_of_moves(session: Session, events: list[dict[str, Any]]) -> None:
    _tell(session, [News(event["subject_id"], event["actor_id"], ("stage",)) for event in events])


@react_together("record.updated")
def tell_of_changes(session: Session, events: list[dict[str, Any]]) -> None:
    changed = [(event, tuple(key for key in WATCHED if key in event["data"]["changes"])) for event in events]
    _tell(session, [News(event["subject_id"], event["actor_id"], keys) for event, keys in changed if keys])


def _arrived(event: dict[str, Any]) -> bool:
    facts = event["data"]
    return facts["direction"] == "in" and facts["kind"] == "human" and not facts["backfill"]


@subscribe("tell-followers-of-mail", "message.stored", when=_arrived)
def tell_of_mail(session: Session, event: Event) -> None:
    here = (
        select(col(TimelineLink.record_id))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .where(col(TimelineEntry.message_id) == event.subject_id)
    )
    for record_id, member_ids in _followers(session, session.scalars(here).all()).items():
        for member_id in member_ids:
            if _may_read(session, viewer_by_id(session, member_id), record_id, event.subject_id):
                _notify(session, News(record_id, None, ("email",)), member_id, event.workspace_id, ("email",))


def _tell(session: Session, news: Sequence[News]) -> None:
    followers = _followers(session, {one.record_id for one in news})
    for one in news:
        for member_id in followers.get(one.record_id, ()):
            if member_id != one.actor_id:
                _tell_one(session, one, viewer_by_id(session, member_id))


def _tell_one(session: Session, news: News, viewer: Viewer) -> None:
    query = select(col(Record.folder_id)).where(col(Record.id) == news.record_id, visible(viewer))
    folder_id = session.scalar(query)
    if folder_id is None:
        return
    if known := tuple(what for what in news.what if not viewer.access.hides(folder_id, what)):
        _notify(session, news, viewer.member_id, viewer.workspace_id, known)


def _followers(session: Session, record_ids: Collection[str]) -> Mapping[str, list[str]]:
    """Active members by the record that they follow."""
    query = (
        select(col(Follow.record_id), col(Follow.member_id))
        .join(Member, col(Member.id) == col(Follow.member_id))
        .where(among(session, col(Follow.record_id), record_ids), col(Member.active))
        .order_by(col(Follow.member_id))
    )
    found: dict[str, list[str]] = defaultdict(list)
    for record_id, member_id in session.execute(query) if record_ids else ():
        found[record_id].append(member_id)
    return found


def _may_read(session: Session, viewer: Viewer, record_id: str, message_id: str) -> bool:
    entry = entries_seen(viewer).where(
        col(TimelineLink.record_id) == record_id, col(TimelineEntry.message_id) == message_id, ~is_locked(viewer)
    )
    return session.execute(entry.limit(1)).first() is not None


def _notify(session: Session, news: News, member_id: str, workspace_id: str, known: tuple[str, ...]) -> None:
    """Tell a member, or put it into what they were told of this record in the same transaction."""
    told = _told(session)
    notice = told.get((member_id, news.record_id))
    is_there = notice is not None and notice in session
    what = list(dict.fromkeys([*(notice.data["what"] if notice and is_there else ()), *known]))  # type: ignore[misc]
    title = (WORDS[what[0]] if len(what) == 1 else SEVERAL).format(name=_name(session, news.actor_id))
    if notice and is_there:
        notice.title, notice.data = title, {"what": what}
        return
    [told[member_id, news.record_id]] = notify(
        session,
        workspace_id=workspace_id,
        member_ids=[member_id],
        type="followed",
        title=title,
        record_id=news.record_id,
        data={"what": what},
    )


def _told(session: Session) -> dict[tuple[str, str], Notification]:
    """What members were told in this transaction, by member and record."""
    transaction = session.get_transaction()
    kept = session.info.get(_TOLD)
    if kept is None or kept[0] is not transaction:
        kept = session.info[_TOLD] = (transaction, {})
    told: dict[tuple[str, str], Notification] = kept[1]
    return told


def _name(session: Session, member_id: str | None) -> str:
    member = session.get(Member, member_id) if member_id else None
    return member.name if member else NOBODY


def _emit(session: Session, type: str, viewer: Viewer, record: Record) -> None:
    emit(
        session,
        type,
        workspace_id=record.workspace_id,
        subject_id=record.id,
        actor_id=viewer.member_id,
    )


_TOLD = "followers_told"
