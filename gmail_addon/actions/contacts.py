"""Contacts from the people of an email, and the companies they come with."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, InvalidInput
from app.core.freemail import is_freemail
from app.core.hot import reading
from app.core.locks import hold
from app.records.address_kinds import is_group, is_no_reply
from app.records.identity import PEOPLE, contacts_lock, find_by_key, name_key
from app.records.keys import domain_of, email_key
from app.records.service import create_record, get_record, update_record
from app.workspaces.access import may
from gmail_addon.actions.from_mail import log_on, people_of
from gmail_addon.actions.registry import Done, writes
from gmail_addon.layouts.forms.contact_form import NO_COMPANY, ContactDraft, contact_form
from gmail_addon.layouts.mail.message import refused_card
from gmail_addon.lookup import Attendee, Firm, Opened, open_message
from gmail_addon.parameters import id_parameter, identifier, parameter
from gmail_addon.responses import Navigation, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Member, Record, RecordKey


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    """The form as it was filled in, on the card where it stands."""
    opened = open_message(visit)
    draft = contact_draft(visit)
    if opened is None:
        return update(contact_form(visit, draft, error=error))
    with reading(visit.addon.engine) as reader:
        return update(refused_card(visit, reader, opened=opened, draft=draft, error=error))


@writes("create_contact", prepare=open_message, again=_again)
def create_contact(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """The contact, their company if it is new, and the open email on both."""
    draft = contact_draft(visit)
    _refuse_known_address(session, visit, draft.email)
    company_id = _company(session, visit, draft)
    told = {"name": draft.name, "email": draft.email, "title": draft.title, "phone": draft.phone}
    values = {**told, "company": company_id}
    filled = {key: value for key, value in values.items() if value}
    viewer = visit.viewer
    contact = create_record(
        session, workspace_id=viewer.workspace_id, kind="contact", values=filled, viewer=viewer, via="card"
    )
    log_on(session, visit, opened, [contact.id, company_id])
    return Done(t("{name} is now in Sidenote", name=contact.name), at=None if opened else f"record:{contact.id}")


@writes("add_address", prepare=open_message)
def add_address(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """This address belongs to someone who is in Sidenote already."""
    record_id, address = id_parameter(visit, "id"), parameter(visit, "address")
    _refuse_known_address(session, visit, address)
    known = get_record(session, viewer=visit.viewer, record_id=record_id)
    addresses = [*(known.data.get("email") or []), address]
    record = update_record(session, viewer=visit.viewer, record_id=record_id, values={"email": addresses})
    log_on(session, visit, opened, [record.id])
    return Done(t("{address} now belongs to {name}", address=address, name=record.name))


def contact_draft(visit: Visit) -> ContactDraft:
    """What the short form was filled in with."""
    form = visit.event.form
    chosen = form.choice("company")
    return ContactDraft(
        name=form.text("name") or "",
        email=(form.text("email") or "").strip(),
        title=form.text("title") or "",
        phone=(form.text("phone") or "").strip(),
        company=(form.text("company_name") or "").strip(),
        firm=Firm(chosen, "") if chosen and chosen != NO_COMPANY else None,
        at_firm=chosen != NO_COMPANY,
    )


def contacts_of(session: Session, visit: Visit, people: Iterable[Attendee], *, company: Record | None) -> list[str]:
    """Ids of everyone's contact, made where it is missing. Machines, desks and lists do not become contacts.

    Those new come to the company of their domain, or to `company` when it has that domain. Who became a contact since
    `people` were read is taken as they are now; the caller holds the contacts lock, so that nobody follows.
    """
    ids: list[str] = []
    for attendee in people:
        if attendee.person:
            ids.append(attendee.person.id)
        elif not (attendee.is_hidden or is_no_reply(attendee.address) or is_group(attendee.address)):
            ids.extend(_contact(session, visit, attendee, company))
    return ids


def newcomers(session: Session, visit: Visit, opened: Opened | None, values: Mapping[str, Any]) -> list[str]:
    """Ids of contacts made of those in the open email who were none, for a deal with `values`."""
    people = [one for one in people_of(visit, opened) if one.person is None]
    if not people:
        return []
    hold(session, contacts_lock(visit.viewer.workspace_id))
    company_id, chosen = values.get("company"), values.get("contacts") or ()
    company = get_record(session, viewer=visit.viewer, record_id=company_id) if company_id else None
    return [id for id in contacts_of(session, visit, people, company=company) if id not in chosen]


def company_named(session: Session, visit: Visit, *, name: str, domain: str) -> Record:
    """The company of this name, made if it is new; `domain`, unless anyone can have it, leads coming mail to it."""
    found = find_by_key(session, viewer=visit.viewer, kind="name", value=name_key(name)) if name_key(name) else []
    for record in found:
        if record.kind == "company":
            return record
    values = {"name": name, "domain": domain if domain and not is_freemail(domain) else None}
    viewer = visit.viewer
    return create_record(
        session, workspace_id=viewer.workspace_id, kind="company", values=values, viewer=viewer, via="card"
    )


def _contact(session: Session, visit: Visit, attendee: Attendee, company: Record | None) -> list[str]:
    """The id of their contact; none when it is out of the viewer's sight."""
    viewer = visit.viewer
    if known := _known(session, visit, attendee.address):
        return [record.id for record, _ in known if may(viewer, "read", record)][:1]
    same = company is not None and company.data.get("domain") == attendee.domain
    company_id = company.id if company and same else attendee.firm.id if attendee.firm else None
    values = {"name": attendee.name, "email": attendee.address, "company": company_id}
    contact = create_record(
        session, workspace_id=viewer.workspace_id, kind="contact", values=values, viewer=viewer, via="card"
    )
    return [contact.id]


def _company(session: Session, visit: Visit, draft: ContactDraft) -> str | None:
    if draft.firm:
        return identifier(draft.firm.id)
    if draft.company:
        return company_named(session, visit, name=draft.company, domain=domain_of(draft.email)).id
    return None


def _refuse_known_address(session: Session, visit: Visit, address: str) -> None:
    """An address has one contact, whoever else is making it now. Who owns it may be told, as their card does."""
    hold(session, contacts_lock(visit.viewer.workspace_id))
    if known := _known(session, visit, address):
        owner = known[0][1] or t("nobody yet")
        raise Conflict(t("{address} is in Sidenote already, looked after by {owner}.", address=address, owner=owner))


def _known(session: Session, visit: Visit, address: str) -> list[tuple[Record, str | None]]:
    """Everyone in the workspace with this address and the name of their owner, oldest first."""
    if not address:
        return []
    query = (
        select(Record, col(Member.name))
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .outerjoin(Member, col(Member.id) == col(Record.owner_id))
        .where(col(RecordKey.workspace_id) == visit.viewer.workspace_id, col(RecordKey.kind) == "email")
        .where(col(RecordKey.value) == email_key(address), col(Record.kind).in_(PEOPLE))
        .where(col(Record.archived_at).is_(None))
        .order_by(col(Record.created_at), col(Record.id))
    )
    return [(record, owner) for record, owner in session.execute(query)]
