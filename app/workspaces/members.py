"""Members of a workspace, and removing them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, NotFound
from app.core.events import emit
from app.workspaces.access import Viewer, require_admin
from models import Member


def members(session: Session, *, viewer: Viewer) -> Sequence[Member]:
    query = select(Member).where(col(Member.workspace_id) == viewer.workspace_id).order_by(col(Member.name))
    return session.scalars(query).all()


def set_active(session: Session, *, viewer: Viewer, member_id: str, active: bool) -> Member:
    """Remove a member, who is refused from the next request on, or let them back in. What they did stays."""
    require_admin(viewer)
    member = session.get(Member, member_id, with_for_update=True)
    if member is None or member.workspace_id != viewer.workspace_id:
        raise NotFound("This member does not exist.")
    if member.id == viewer.member_id:
        raise Conflict("You cannot remove yourself: ask another admin.")
    if member.active != active:
        member.active = active
        session.add(member)
        emit(
            session,
            "member.restored" if active else "member.removed",
            workspace_id=viewer.workspace_id,
            subject_id=member.id,
            actor_id=viewer.member_id,
        )
    return member
