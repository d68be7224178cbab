"""What an admin decides for the whole workspace: who may join, whose mail stays out, who becomes a contact."""

import re
from collections.abc import Iterable, Sequence

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.events import emit
from app.core.freemail import is_freemail
from app.workspaces.access import Viewer, require_admin
from models import Member, Workspace

CONTACT_POLICIES = ("sent", "sent_and_received", "none")
"""Who becomes a contact by mail alone: people we wrote to, people who wrote to us too, nobody."""

_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def set_join_domains(session: Session, *, viewer: Viewer, domains: Sequence[str]) -> Workspace:
    """Let colleagues whose Google accounts are managed by these domains join by themselves.

    An admin can only open the domain that manages their own account: anyone can sign up to Google with the address
    that a company gave them. Closing is always possible.
    """
    wanted = _normal(domains, field="domains")
    own = session.get_one(Member, viewer.member_id).hosted_domain
    for domain in wanted:
        if domain != own:
            raise InvalidInput(
                f"domains: {domain} can only be opened by an admin whose Google account it manages. Ask such an admin, "
                "or sign in again if it manages yours by now.",
                field="domains",
            )
    return _change(session, viewer, join_domains=wanted)


def set_internal_domains(session: Session, *, viewer: Viewer, domains: Sequence[str]) -> Workspace:
    """Keep mail out whose every participant is at one of these domains."""
    return _change(session, viewer, internal_domains=_normal(domains, field="domains"))


def contact_policy(session: Session, *, viewer: Viewer) -> str:
    """The one of CONTACT_POLICIES that holds in the workspace; a mailbox may have its own."""
    return session.get_one(Workspace, viewer.workspace_id).contact_policy


def set_contact_policy(session: Session, *, viewer: Viewer, policy: str) -> Workspace:
    """Choose one of CONTACT_POLICIES; people who are contacts already stay."""
    if policy not in CONTACT_POLICIES:
        raise InvalidInput(f"policy: choose one of {', '.join(CONTACT_POLICIES)}.", field="policy")
    return _change(session, viewer, contact_policy=policy)


def _normal(domains: Iterable[str], *, field: str) -> list[str]:
    wanted = sorted({domain.strip().lower().removeprefix("@") for domain in domains if domain.strip()})
    for domain in wanted:
        if not _DOMAIN.fullmatch(domain):
            raise InvalidInput(f"{field}: write domains such as example.com.", field=field)
        if is_freemail(domain):
            raise InvalidInput(f"{field}: anyone can have an address at {domain}, so it is nobody's own.", field=field)
    return wanted


def _change(session: Session, viewer: Viewer, **values: object) -> Workspace:
    require_admin(viewer)
    workspace = session.get_one(Workspace, viewer.workspace_id, with_for_update=True)
    changes = {name: value for name, value in values.items() if getattr(workspace, name) != value}
    if changes:
        workspace.sqlmodel_update(changes)
        session.add(workspace)
        emit(
            session,
            "workspace.changed",
            workspace_id=workspace.id,
            subject_id=workspace.id,
            actor_id=viewer.member_id,
            data=changes,
        )
    return workspace
