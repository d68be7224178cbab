"""Addresses and domains that are kept out: which there are, and letting one in again. Adding one: `by_hand.exclude`."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.events import emit
from app.workspaces.access import Viewer, require_admin
from models import Exclusion, Mailbox
from sync.jobs import ACTIVE_STATES
from sync.mailboxes import rescan


def exclusions_of(session: Session, *, viewer: Viewer) -> Sequence[Exclusion]:
    """The viewer's own and the workspace's, by value."""
    query = select(Exclusion).where(
        col(Exclusion.workspace_id) == viewer.workspace_id,
        or_(col(Exclusion.member_id).is_(None), col(Exclusion.member_id) == viewer.member_id),
    )
    return session.scalars(query.order_by(col(Exclusion.value), col(Exclusion.id))).all()


def lift(session: Session, *, viewer: Viewer, exclusion_id: str) -> None:
    """Let mail with this address or domain in again, past mail too. Only an admin lifts what holds for everybody.

    Lifting one that is gone, or was never there for the viewer's workspace, changes nothing.
    """
    exclusion = session.get(Exclusion, exclusion_id, with_for_update=True)
    if exclusion is None or exclusion.workspace_id != viewer.workspace_id:
        return
    mine = exclusion.member_id == viewer.member_id
    if not (mine or exclusion.member_id is None):
        raise NotFound("This exclusion does not exist, or is not yours.")
    if not mine:
        require_admin(viewer)
    session.delete(exclusion)
    emit(
        session,
        "exclusion.removed",
        workspace_id=viewer.workspace_id,
        subject_id=exclusion.id,
        actor_id=viewer.member_id,
        data={"kind": exclusion.kind, "value": exclusion.value, "workspace_wide": not mine},
    )
    rescan_all(session, workspace_id=viewer.workspace_id, member_id=viewer.member_id if mine else None)


def rescan_all(session: Session, *, workspace_id: str, member_id: str | None = None) -> None:
    """Have filtered mail judged anew in the workspace's mailboxes, or in this member's."""
    query = select(Mailbox).where(col(Mailbox.workspace_id) == workspace_id, col(Mailbox.state).in_(ACTIVE_STATES))
    if member_id:
        query = query.where(col(Mailbox.member_id) == member_id)
    for mailbox in session.scalars(query):
        rescan(session, mailbox=mailbox)
