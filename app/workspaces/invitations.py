"""Inviting people into a workspace: they join when they sign in with Google at that address."""

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
from app.workspaces.access import Viewer, require_power
from app.workspaces.seating import roles_to_give
from models import Invitation, Member, Role

INVITATION_DAYS = 14


def open_invitations(session: Session, *, viewer: Viewer) -> Sequence[Invitation]:
    query = select(Invitation).where(
        col(Invitation.workspace_id) == viewer.workspace_id,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.expires_at) > utcnow(),
    )
    return session.scalars(query.order_by(col(Invitation.email))).all()


def invite(session: Session, *, viewer: Viewer, email: str, role_ids: Sequence[str]) -> Invitation:
    """Let the holder of `email` join with these roles on their next sign-in; asking again renews the invitation."""
    require_power(viewer, "members")
    address = _address(email)
    roles = roles_to_give(session, viewer=viewer, role_ids=role_ids)
    _check_not_here(session, viewer, address)
    earlier = select(Invitation).where(
        col(Invitation.workspace_id) == viewer.workspace_id, col(Invitation.email) == address
    )
    invitation = session.scalar(earlier) or Invitation(id=new_id(), **_terms(viewer, address, roles))
    invitation.sqlmodel_update({**_terms(viewer, address, roles), "accepted_at": None})
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


def withdraw(session: Session, *, viewer: Viewer, invitation_id: str) -> None:
    """Take an open invitation back. Raises NotFound for one that is gone, or was accepted."""
    require_power(viewer, "members")
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.workspace_id != viewer.workspace_id or invitation.accepted_at:
        raise NotFound("This invitation does not exist, or was accepted.")
    session.delete(invitation)
    emit(
        session,
        "member.uninvited",
        workspace_id=viewer.workspace_id,
        subject_id=invitation.id,
        actor_id=viewer.member_id,
        data={"email": invitation.email},
    )


def _check_not_here(session: Session, viewer: Viewer, address: str) -> None:
    colleague = session.scalar(
        select(Member).where(col(Member.workspace_id) == viewer.workspace_id, col(Member.email) == address)
    )
    if colleague:
        state = "a member already" if colleague.active else "a removed member: let them back in instead"
        raise Conflict(f"email: {address} is {state}.", field="email")


def _terms(viewer: Viewer, address: str, roles: Sequence[Role]) -> dict[str, Any]:
    return {
        "workspace_id": viewer.workspace_id,
        "email": address,
        "role_ids": [role.id for role in roles],
        "invited_by": viewer.member_id,
        "created_at": utcnow(),
        "expires_at": utcnow() + timedelta(days=INVITATION_DAYS),
    }


def _address(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidInput(f"email: {error}", field="email") from None
