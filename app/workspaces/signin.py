"""Signing in: a known member enters; a colleague joins by invitation or domain; anyone else founds a workspace."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Forbidden
from app.core.events import emit
from app.core.ids import new_id
from app.workspaces.template import lay_out
from models import Invitation, Member, Role, Workspace


@dataclass(frozen=True, slots=True)
class Identity:
    """A Google account that has proved itself: `sub` and a verified address."""

    sub: str
    email: str
    name: str


def sign_in(session: Session, identity: Identity) -> Member:
    """The member behind this account; joins or founds a workspace when there is none yet."""
    member = session.scalar(select(Member).where(col(Member.google_sub) == identity.sub))
    if member is None:
        return _join_by_invitation(session, identity) or _join_by_domain(session, identity) or found(session, identity)
    if not member.active:
        raise Forbidden("This account was removed from its workspace: ask an admin.")
    return member


def found(session: Session, identity: Identity) -> Member:
    """A new workspace with its default folders, and its first admin."""
    domain = identity.email.partition("@")[2]
    workspace = Workspace(
        id=new_id(), name=f"{identity.name or domain}'s workspace", internal_domains=[], created_at=utcnow()
    )
    session.add(workspace)
    session.flush()
    roles = lay_out(session, workspace.id)
    emit(session, "workspace.created", workspace_id=workspace.id, subject_id=workspace.id)
    return _add_member(session, workspace.id, roles["Admin"].id, None, identity)


def _join_by_invitation(session: Session, identity: Identity) -> Member | None:
    query = (
        select(Invitation)
        .where(col(Invitation.email) == identity.email.lower())
        .where(col(Invitation.accepted_at).is_(None), col(Invitation.expires_at) > utcnow())
        .order_by(col(Invitation.created_at).desc())
    )
    invitation = session.scalars(query.with_for_update()).first()
    if invitation is None:
        return None
    invitation.accepted_at = utcnow()
    return _add_member(session, invitation.workspace_id, invitation.role_id, invitation.territory_id, identity)


def _join_by_domain(session: Session, identity: Identity) -> Member | None:
    domain = identity.email.partition("@")[2].lower()
    for workspace in session.scalars(select(Workspace).order_by(col(Workspace.created_at))):
        if domain in workspace.join_domains:
            rep = session.scalars(
                select(Role).where(col(Role.workspace_id) == workspace.id, col(Role.name) == "Rep")
            ).one()
            return _add_member(session, workspace.id, rep.id, None, identity)
    return None


def _add_member(
    session: Session, workspace_id: str, role_id: str, territory_id: str | None, identity: Identity
) -> Member:
    member = Member(
        id=new_id(),
        workspace_id=workspace_id,
        role_id=role_id,
        territory_id=territory_id,
        email=identity.email.lower(),
        name=identity.name or identity.email.partition("@")[0],
        google_sub=identity.sub,
        created_at=utcnow(),
    )
    session.add(member)
    emit(session, "member.joined", workspace_id=workspace_id, subject_id=member.id, actor_id=member.id)
    return member
