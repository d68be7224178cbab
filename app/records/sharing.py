"""Records opened by hand to members whom their roles do not let in. What hangs on a record is not opened with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.records.service import get_record, record_to_change
from app.workspaces.access import Viewer
from app.workspaces.seats import hold_access, refresh_access
from models import Member, RecordShare

LEVELS = ("read", "edit")
MAX_SHARES = 1_000
"""Of one member: they are part of what is read with each request."""


@dataclass(frozen=True, slots=True)
class Share:
    """`shared_by` is the id of the member who opened the record."""

    member_id: str
    name: str
    email: str
    level: str
    shared_by: str
    created_at: datetime


def shares_of(session: Session, *, viewer: Viewer, record_id: str) -> Sequence[Share]:
    """With whom a record that the viewer may see is shared, by name."""
    record_id = get_record(session, viewer=viewer, record_id=record_id).id
    query = (
        select(
            col(Member.id),
            col(Member.name),
            col(Member.email),
            col(RecordShare.level),
            col(RecordShare.shared_by),
            col(RecordShare.created_at),
        )
        .join(Member, col(Member.id) == col(RecordShare.member_id))
        .where(col(RecordShare.record_id) == record_id)
        .order_by(col(Member.name), col(Member.id))
    )
    return [Share(*row) for row in session.execute(query)]


def share_record(session: Session, *, viewer: Viewer, record_id: str, member_id: str, level: str) -> Share:
    """Open a record, which the viewer may change, to a colleague; sharing again changes the level."""
    hold_access(session, workspace_id=viewer.workspace_id)
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    if level not in LEVELS:
        raise InvalidInput(f"level: one of {', '.join(LEVELS)}.", field="level")
    member = session.get(Member, member_id)
    if member is None or member.workspace_id != viewer.workspace_id or not member.active:
        raise NotFound("member_id: this member does not exist.", field="member_id")
    share = session.get(RecordShare, (record.id, member.id))
    if share is None:
        _check_room(session, member)
        share = RecordShare(
            record_id=record.id,
            member_id=member.id,
            workspace_id=viewer.workspace_id,
            level="",
            shared_by=viewer.member_id,
            created_at=utcnow(),
        )
    if share.level != level:
        share.level = level
        session.add(share)
        _note(session, viewer, "record.shared", share)
    return Share(member.id, member.name, member.email, share.level, share.shared_by, share.created_at)


def stop_sharing(session: Session, *, viewer: Viewer, record_id: str, member_id: str) -> None:
    """Close the record to this colleague again, as far as their roles do not let them in."""
    hold_access(session, workspace_id=viewer.workspace_id)
    record_id = record_to_change(session, viewer=viewer, record_id=record_id).id
    share = session.get(RecordShare, (record_id, member_id))
    if share is None:
        raise NotFound("This record is not shared with this member.")
    session.delete(share)
    _note(session, viewer, "record.unshared", share)


def _check_room(session: Session, member: Member) -> None:
    held = select(func.count()).select_from(RecordShare).where(col(RecordShare.member_id) == member.id)
    if session.scalars(held).one() >= MAX_SHARES:
        raise Conflict(
            f"member_id: {MAX_SHARES:,} records are shared with {member.name} already. "
            "Give them a team, a territory or a wider role instead.",
            field="member_id",
        )


def _note(session: Session, viewer: Viewer, type: str, share: RecordShare) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=share.record_id,
        actor_id=viewer.member_id,
        data={"member_id": share.member_id, "level": share.level},
    )
    refresh_access(session, workspace_id=viewer.workspace_id, only=share.member_id)
