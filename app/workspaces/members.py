"""Members of a workspace: inviting them, letting a domain in, API keys."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput
from app.core.events import emit
from app.core.ids import new_id
from app.core.security import new_token, token_hash
from app.workspaces.access import Viewer, require_admin
from models import ApiKey, Invitation, Member, Role, Workspace

INVITATION_DAYS = 14


def members(session: Session, *, viewer: Viewer) -> Sequence[Member]:
    query = select(Member).where(col(Member.workspace_id) == viewer.workspace_id).order_by(col(Member.name))
    return session.scalars(query).all()


def roles(session: Session, *, viewer: Viewer) -> Sequence[Role]:
    return session.scalars(select(Role).where(col(Role.workspace_id) == viewer.workspace_id)).all()


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
    colleague = select(Member).where(col(Member.workspace_id) == viewer.workspace_id, col(Member.email) == address)
    if session.scalar(colleague):
        raise Conflict(f"email: {address} is a member already.", field="email")
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


def set_join_domains(session: Session, *, viewer: Viewer, domains: Sequence[str]) -> Workspace:
    """Let colleagues with a verified address at these domains join by themselves.

    An admin can only open the domain of their own address: the others are not theirs to give.
    """
    require_admin(viewer)
    own = viewer.email.partition("@")[2]
    wanted = sorted({domain.strip().lower() for domain in domains if domain.strip()})
    if any(domain != own for domain in wanted):
        raise InvalidInput(f"domains: only {own}, the domain of your own address, can be opened.", field="domains")
    workspace = session.get_one(Workspace, viewer.workspace_id)
    workspace.join_domains = wanted
    session.add(workspace)
    emit(
        session,
        "workspace.changed",
        workspace_id=workspace.id,
        subject_id=workspace.id,
        actor_id=viewer.member_id,
        data={"join_domains": wanted},
    )
    return workspace


def create_api_key(session: Session, *, viewer: Viewer, name: str, days: int | None = None) -> str:
    """A new key for the REST API, returned this once; the store keeps its hash."""
    token = f"sn_{new_token()}"
    expires_at = utcnow() + timedelta(days=days) if days else None
    key = ApiKey(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        member_id=viewer.member_id,
        name=name,
        key_hash=token_hash(token),
        created_at=utcnow(),
        expires_at=expires_at,
    )
    session.add(key)
    emit(
        session,
        "api_key.created",
        workspace_id=viewer.workspace_id,
        subject_id=key.id,
        actor_id=viewer.member_id,
        data={"name": name},
    )
    return token


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
