"""Members of a workspace: inviting and removing them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.workspaces.access import Viewer, require_admin
from models import Invitation, Member, MemberRole, Role

INVITATION_DAYS = 14


def members(session: Session, *, viewer: Viewer) -> Sequence[Member]:
    query = select(Member).where(col(Member.workspace_id) == viewer.workspace_id).order_by(col(Member.name))
    return session.scalars(query).all()


def roles(session: Session, *, viewer: Viewer) -> Sequence[Role]:
    return session.scalars(
        select(Role).where(col(Role.workspace_id) == viewer.workspace_id).order_by(col(Role.name))
    ).all()


def role_names(session: Session, *, viewer: Viewer) -> dict[str, list[str]]:
    """The names of each member's roles, by member id."""
    held = (
        select(col(MemberRole.member_id), col(Role.name))
        .join(Role, col(Role.id) == col(MemberRole.role_id))
        .where(col(MemberRole.workspace_id) == viewer.workspace_id)
        .order_by(col(Role.name))
    )
    names: dict[str, list[str]] = {}
    for member_id, name in session.execute(held):
        names.setdefault(member_id, []).append(name)
    return names


def open_invitations(session: Session, *, viewer: Viewer) -> Sequence[Invitation]:
    query = select(Invitation).where(
        col(Invitation.workspace_id) == viewer.workspace_id,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.expires_at) > utcnow(),
    )
    return session.scalars(query.order_by(col(Invitation.email))).all()


def invite(session: Session, *, viewer: Viewer, email: str, role_id: str) -> Invitation:
    """Let the holder of `email` join on their next sign-in; asking again renews the invitation."""
    require_admin(viewer)
    address = _address(email)
    role = session.get(Role, role_id)
    if role is None or role.workspace_id != viewer.workspace_id:
        raise InvalidInput("role: choose one of the roles of this workspace.", field="role")
    _check_not_here(session, viewer, address)
    earlier = select(Invitation).where(
        col(Invitation.workspace_id) == viewer.workspace_id, col(Invitation.email) == address
    )
    invitation = session.scalar(earlier) or Invitation(id=new_id(), **_terms(viewer, address, role))
    invitation.sqlmodel_update({**_terms(viewer, address, role), "accepted_at": None})
    session.add(invitation)
    emit(
        session,
        "member.invited",
        workspace_id=viewer.workspace_id,
        subject_id=invitation.id,
        actor_id=viewer.member_id,
        data={"email": address},
    )
    return invitation


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


def _check_not_here(session: Session, viewer: Viewer, address: str) -> None:
    colleague = session.scalar(
        select(Member).where(col(Member.workspace_id) == viewer.workspace_id, col(Member.email) == address)
    )
    if colleague:
        state = "a member already" if colleague.active else "a removed member: let them back in instead"
        raise Conflict(f"email: {address} is {state}.", field="email")


def _terms(viewer: Viewer, address: str, role: Role) -> dict[str, Any]:
    return {
        "workspace_id": viewer.workspace_id,
        "email": address,
        "role_id": role.id,
        "invited_by": viewer.member_id,
        "created_at": utcnow(),
        "expires_at": utcnow() + timedelta(days=INVITATION_DAYS),
    }


def _address(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidInput(f"email: {error}", field="email") from None
