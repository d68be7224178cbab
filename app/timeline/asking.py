"""Asking to read mail that is not open to one, and what its holders answer."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.events import emit
from app.timeline.holders import holders_of
from app.timeline.pages import one_entry
from app.workspaces.access import Viewer
from app.workspaces.notifications import notify
from models import EntryAccess, TimelineEntry

ANSWERS = ("granted", "refused")


def ask_to_read(session: Session, *, viewer: Viewer, entry_id: str) -> EntryAccess:
    """Ask the holders of a locked email to open it; they are notified. Asking again changes nothing.

    Raises NotFound for an entry out of sight, Conflict for one that is open or belongs to nobody's mailbox.
    """
    entry = one_entry(session, viewer=viewer, entry_id=entry_id)
    asked = session.get(EntryAccess, (entry_id, viewer.member_id))
    if asked is not None:
        return asked
    holders = holders_of(session, entry_ids=[entry_id])[entry_id]
    if not entry.locked or not holders:
        raise Conflict("There is nothing to ask for: this entry is open to you, or nobody can open it.")
    asked = EntryAccess(
        entry_id=entry_id,
        member_id=viewer.member_id,
        workspace_id=viewer.workspace_id,
        state="asked",
        asked_at=utcnow(),
    )
    session.add(asked)
    notify(
        session,
        workspace_id=viewer.workspace_id,
        member_ids=holders,
        type="access_request",
        title=f"{viewer.name} asks to read an email of yours",
        data={"entry_id": entry_id, "member_id": viewer.member_id},
    )
    _emit(session, "entry.access_asked", viewer, entry_id, viewer.member_id)
    return asked


def access_requests(session: Session, *, viewer: Viewer, entry_id: str) -> Sequence[EntryAccess]:
    """Who asked to read an email of which the viewer is a holder, and what became of it; newest first."""
    _check_holder(session, viewer, entry_id)
    query = select(EntryAccess).where(col(EntryAccess.entry_id) == entry_id)
    return session.scalars(query.order_by(col(EntryAccess.asked_at).desc())).all()


def answer(session: Session, *, viewer: Viewer, entry_id: str, member_id: str, state: str) -> EntryAccess:
    """`granted` or `refused`, by any holder, who may change their mind. Whoever asked is told when it is granted."""
    if state not in ANSWERS:
        raise InvalidInput(f"state: choose one of {', '.join(ANSWERS)}.", field="state")
    _check_holder(session, viewer, entry_id)
    asked = session.get(EntryAccess, (entry_id, member_id), with_for_update=True)
    if asked is None:
        raise NotFound("Nobody with this id asked to read this entry.")
    if asked.state == state:
        return asked
    asked.state, asked.answered_by, asked.answered_at = state, viewer.member_id, utcnow()
    session.add(asked)
    if state == "granted":
        notify(
            session,
            workspace_id=viewer.workspace_id,
            member_ids=[member_id],
            type="access_granted",
            title=f"{viewer.name} opened an email to you",
            data={"entry_id": entry_id},
        )
    _emit(session, f"entry.access_{state}", viewer, entry_id, member_id)
    return asked


def _check_holder(session: Session, viewer: Viewer, entry_id: str) -> None:
    entry = session.get(TimelineEntry, entry_id)
    if entry is None or entry.workspace_id != viewer.workspace_id:
        raise NotFound("This entry does not exist, or you have no access to it.")
    if viewer.member_id not in holders_of(session, entry_ids=[entry_id])[entry_id]:
        one_entry(session, viewer=viewer, entry_id=entry_id)
        raise Forbidden("Only those whose mailbox holds this email may open it to others.")


def _emit(session: Session, type: str, viewer: Viewer, entry_id: str, member_id: str) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=entry_id,
        actor_id=viewer.member_id,
        data={"member_id": member_id},
    )
