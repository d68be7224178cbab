"""People who become contacts by mail alone, as far as the policy allows."""

from collections.abc import Iterator, Sequence

import structlog
from sqlmodel import Session

from app.core.errors import NotFound
from app.core.locks import hold
from app.records.address_kinds import is_person
from app.records.bulk import Draft, draft_records, insert_records
from app.records.identity import contacts_lock
from app.records.keys import company_name_from_domain, person_name
from models import Mailbox, Member, Workspace
from sync.envelope import Envelope, Person
from sync.ingest.placing import Placed
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
    new = [person for key, person in strangers.items() if key not in known.by_address]
    owner = session.get_one(Member, mailbox.member_id)
    try:
        _create(session, owner, new, index)
    except NotFound:
        log.warning("the workspace has no folder for contacts or companies", workspace_id=workspace.id)


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


def _create(session: Session, owner: Member, people: Sequence[Person], index: Index) -> None:
    """Contacts at their companies; what a folder's own required fields refuse is left to people."""
    values = [{"name": person_name(one.name, one.address), "email": one.address, "source": "email"} for one in people]
    drafts = draft_records(session, workspace_id=owner.workspace_id, kind="contact", many=values)
    contacts = [(person, draft) for person, draft in zip(people, drafts, strict=True) if draft]
    companies = _companies(session, owner, [person for person, _ in contacts], index)
    for person, draft in contacts:
        draft["company_id"] = companies.get(person.domain)
        index.by_address[person.key] = [Found(draft["id"], "contact", draft["company_id"])]
    _insert(session, owner, [draft for _, draft in contacts])


def _companies(session: Session, owner: Member, people: Sequence[Person], index: Index) -> dict[str, str]:
    """Company ids by domain, after making those that are missing."""
    wanted = sorted(business_domains(people))
    companies: dict[str, str] = {}
    for domain in wanted:
        for found in index.by_domain.get(domain, ()):
            if found.kind == COMPANY:
                companies.setdefault(domain, found.record_id)
    missing = [domain for domain in wanted if domain not in companies]
    values = [{"name": company_name_from_domain(domain), "domain": domain} for domain in missing]
    drafts = draft_records(session, workspace_id=owner.workspace_id, kind=COMPANY, many=values)
    made = {domain: draft for domain, draft in zip(missing, drafts, strict=True) if draft}
    _insert(session, owner, list(made.values()))
    for domain, draft in made.items():
        companies[domain] = draft["id"]
        index.by_domain[domain].append(Found(draft["id"], COMPANY, None))
    return companies


def _insert(session: Session, owner: Member, drafts: Sequence[Draft]) -> None:
    """The mailbox's member owns what their mail brings in."""
    for draft in drafts:
        draft |= {"owner_id": owner.id, "territory_id": owner.territory_id}
    insert_records(session, drafts)
