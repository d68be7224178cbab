"""Who "we" are: the addresses and domains of a workspace's own people."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.freemail import is_freemail
from app.records.keys import domain_of, email_key
from models import Mailbox, Member, Workspace


@dataclass(frozen=True, slots=True)
class Colleagues:
    """`members` maps the key of each address of a member to the member's id; `domains` are registrable."""

    members: Mapping[str, str]
    domains: frozenset[str]

    def include(self, key: str, domain: str) -> bool:
        return key in self.members or domain in self.domains


def colleagues(session: Session, *, workspace_id: str) -> Colleagues:
    """Members' sign-in addresses, the addresses and aliases of their mailboxes, and the internal domains."""
    members = select(col(Member.email), col(Member.id)).where(col(Member.workspace_id) == workspace_id)
    mailboxes = select(col(Mailbox.address), col(Mailbox.aliases), col(Mailbox.member_id))
    by_key = {email_key(address): member_id for address, member_id in session.execute(members)}
    for address, aliases, member_id in session.execute(mailboxes.where(col(Mailbox.workspace_id) == workspace_id)):
        by_key |= {email_key(own): member_id for own in (address, *aliases)}
    internal = session.scalars(select(col(Workspace.internal_domains)).where(col(Workspace.id) == workspace_id)).one()
    domains = frozenset(domain_of(domain) for domain in internal if not is_freemail(domain))
    return Colleagues(by_key, domains - {""})
