"""Signing in: a known member enters; a colleague joins by invitation or domain; anyone else founds a workspace."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import Conflict, Forbidden
from app.core.events import emit
from app.core.freemail import is_freemail
from app.core.ids import new_id
from app.workspaces.seats import give_roles
from app.workspaces.template import lay_out
from models import Invitation, Member, Role, Workspace

DECLINE = "decline"
"""The choice of somebody who wants none of the invitations they were asked about."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A Google account that has proved itself: `sub` and a verified address.

    `hosted_domain` is the Google Workspace domain that manages the account now. Only it makes people colleagues: a
    private account can have the address of a company, and keeps that of an employer its owner has left.
    """

    sub: str
    email: str
    name: str
    hosted_domain: str | None = None

    @property
    def domain(self) -> str:
        return self.email.partition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Offer:
    """An open invitation from outside the person's own company."""

    invitation_id: str
    workspace: str
    inviter: str
    inviter_email: str


class InvitationToAnswer(Conflict):
    """The person must say whether to join: whoever runs a workspace can invite any address into it."""

    code = "invitation_to_answer"

    def __init__(self, identity: Identity, offers: Sequence[Offer]) -> None:
        super().__init__("Somebody invited this address into their workspace: say whether to join it.")
        self.identity = identity
        self.offers = offers


def sign_in(session: Session, identity: Identity, *, choice: str | None = None) -> Member:
    """The member behind this account; joins or founds a workspace when there is none yet.

    An invitation by a colleague (both accounts managed by the same domain) is accepted at once. Others raise
    InvitationToAnswer until `choice` is the id of one of them, or DECLINE.
    """
    member = session.scalar(select(Member).where(col(Member.google_sub) == identity.sub))
    if member is None:
        return (
            _join_by_invitation(session, identity, choice)
            or _join_by_domain(session, identity)
            or found(session, identity)
        )
    if not member.active:
        raise Forbidden("This account was removed from its workspace: ask an admin.")
    _refresh(session, member, identity)
    return member


def found(session: Session, identity: Identity) -> Member:
    """A new workspace with its default folders, and its first admin."""
    owns_domain = identity.hosted_domain == identity.domain and not is_freemail(identity.domain)
    workspace = Workspace(
        id=new_id(),
        name=f"{identity.name or identity.domain}'s workspace",
        internal_domains=[identity.domain] if owns_domain else [],
        created_at=utcnow(),
    )
    session.add(workspace)
    session.flush()
    roles = lay_out(session, workspace.id)
    emit(session, "workspace.created", workspace_id=workspace.id, subject_id=workspace.id)
    return _add_member(session, workspace.id, [roles["Admin"].id], None, identity)


def _refresh(session: Session, member: Member, identity: Identity) -> None:
    if member.hosted_domain != identity.hosted_domain:
        member.hosted_domain = identity.hosted_domain
        session.add(member)
        emit(
            session,
            "member.changed",
            workspace_id=member.workspace_id,
            subject_id=member.id,
            actor_id=member.id,
            data={"hosted_domain": identity.hosted_domain},
        )


def _join_by_invitation(session: Session, identity: Identity, choice: str | None) -> Member | None:
    query = (
        select(Invitation, Member, Workspace)
        .join(Member, col(Member.id) == col(Invitation.invited_by))
        .join(Workspace, col(Workspace.id) == col(Invitation.workspace_id))
        .where(col(Invitation.email) == identity.email.lower(), col(Member.active))
        .where(col(Invitation.accepted_at).is_(None), col(Invitation.expires_at) > utcnow())
        .order_by(col(Invitation.created_at).desc())
        .with_for_update(of=Invitation)
    )
    offers = []
    for invitation, inviter, workspace in session.execute(query):
        if choice == invitation.id or _are_colleagues(inviter, identity):
            return _accept(session, invitation, identity)
        offers.append(Offer(invitation.id, workspace.name, inviter.name, inviter.email))
    if offers and choice != DECLINE:
        raise InvitationToAnswer(identity, offers)
    return None


def _are_colleagues(inviter: Member, identity: Identity) -> bool:
    return identity.hosted_domain is not None and inviter.hosted_domain == identity.hosted_domain


def _accept(session: Session, invitation: Invitation, identity: Identity) -> Member:
    invitation.accepted_at = utcnow()
    session.add(invitation)
    here = select(col(Role.id)).where(col(Role.workspace_id) == invitation.workspace_id)
    promised = session.scalars(here.where(col(Role.id).in_(invitation.role_ids))).all()
    given = promised or [_default_role(session, invitation.workspace_id)]
    return _add_member(session, invitation.workspace_id, given, invitation.territory_id, identity)


def _join_by_domain(session: Session, identity: Identity) -> Member | None:
    if identity.hosted_domain != identity.domain or is_freemail(identity.domain):
        return None
    for workspace in session.scalars(select(Workspace).order_by(col(Workspace.created_at))):
        if identity.domain in workspace.join_domains:
            return _add_member(session, workspace.id, [_default_role(session, workspace.id)], None, identity)
    return None


def _default_role(session: Session, workspace_id: str) -> str:
    role = select(col(Role.id)).where(col(Role.workspace_id) == workspace_id, col(Role.is_default))
    return session.scalars(role).one()


def _add_member(
    session: Session, workspace_id: str, role_ids: Sequence[str], territory_id: str | None, identity: Identity
) -> Member:
    member = Member(
        id=new_id(),
        workspace_id=workspace_id,
        territory_id=territory_id,
        email=identity.email.lower(),
        name=identity.name or identity.email.partition("@")[0],
        google_sub=identity.sub,
        hosted_domain=identity.hosted_domain,
        created_at=utcnow(),
    )
    session.add(member)
    give_roles(session, member=member, role_ids=role_ids)
    emit(session, "member.joined", workspace_id=workspace_id, subject_id=member.id, actor_id=member.id)
    return member
