"""People who become contacts by mail alone, as far as the policy allows."""

from collections.abc import Iterator, Sequence

import structlog
from sqlmodel import Session

from app.core.errors import SidenoteError
from app.core.locks import hold
from app.records.address_kinds import is_person
from app.records.keys import company_name_from_domain, person_name
from app.records.service import create_record
from models import Mailbox, Member, Record, Workspace
from sync.envelope import Envelope, Person
from sync.ingest.placing import Placed
from sync.locks import contacts_lock
from sync.match import COMPANY, Found, Index, business_domains, look_up
from sync.parse import Kind

WRITTEN_BY_PEOPLE = frozenset({Kind.HUMAN, Kind.INVITATION})

log = structlog.get_logger()


def create_contacts(session: Session, mailbox: Mailbox, placed: Sequence[Placed], index: Index) -> None:
    """Create contacts (and their companies) for strangers in this mail, and add them to `index`.

    The policy is the mailbox's, else the workspace's: `sent` (people this mailbox wrote to), `sent_and_received`
    (also people who wrote to it), `none`. Machines, mailing lists and shared addresses never become contacts.
    """
    workspace = session.get_one(Workspace, mailbox.workspace_id)
    policy = mailbox.contact_policy or workspace.contact_policy
    strangers = _strangers(placed, policy, index)
    if not strangers:
        return
    hold(session, contacts_lock(workspace.id))
    known = look_up(session, workspace_id=workspace.id, people=strangers.values())
    index.by_address.update(known.by_address)
    index.by_domain.update(known.by_domain)
    owner = session.get_one(Member, mailbox.member_id)
    for key, person in strangers.items():
        if key not in known.by_address:
            _create(session, owner, person, index)


def _strangers(placed: Sequence[Placed], policy: str, index: Index) -> dict[str, Person]:
    """By key; of several appearances the first that has a name."""
    strangers: dict[str, Person] = {}
    for one in placed:
        for person in () if one.unlogged else _candidates(one.envelope, policy):
            earlier = strangers.get(person.key)
            if earlier is None and (person.key in index.by_address or not is_person(person.address)):
                continue
            if earlier is None or (person.name and not earlier.name):
                strangers[person.key] = person
    return strangers


def _candidates(envelope: Envelope, policy: str) -> Iterator[Person]:
    message = envelope.message
    if policy == "none" or message.kind not in WRITTEN_BY_PEOPLE or message.automatic:
        return
    roles: set[str] = set()
    if "SENT" in message.label_ids:
        roles = {"to", "cc", "bcc"}
    elif policy == "sent_and_received" and envelope.direction == "in":
        roles = {"from"}
    yield from (person for person in envelope.outsiders if person.role in roles and person.domain)


def _create(session: Session, owner: Member, person: Person, index: Index) -> None:
    """What a workspace's own required fields do not allow is left to people."""
    try:
        contact = _record(
            session, owner, "contact", name=person_name(person.name, person.address), email=person.address
        )
    except SidenoteError as error:
        log.warning("contact not created", workspace_id=owner.workspace_id, code=error.code, field=error.field)
        return
    contact.company_id = _company(session, owner, person, index)
    session.flush()
    index.by_address[person.key] = [Found(contact.id, contact.kind, contact.company_id)]


def _company(session: Session, owner: Member, person: Person, index: Index) -> str | None:
    if not business_domains([person]):
        return None
    for found in index.by_domain.get(person.domain, ()):
        if found.kind == COMPANY:
            return found.record_id
    try:
        name = company_name_from_domain(person.domain)
        company = _record(session, owner, COMPANY, name=name, domain=person.domain)
    except SidenoteError as error:
        log.warning("company not created", workspace_id=owner.workspace_id, code=error.code, field=error.field)
        return None
    index.by_domain[person.domain].append(Found(company.id, COMPANY, None))
    return company.id


def _record(session: Session, owner: Member, kind: str, **values: str) -> Record:
    """The mailbox's member owns what their mail brings in."""
    values |= {"owner": owner.id}
    if kind != COMPANY:
        values |= {"source": "email"}
    record = create_record(session, workspace_id=owner.workspace_id, kind=kind, values=values)
    record.territory_id = owner.territory_id
    return record
