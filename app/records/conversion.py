"""Turning a lead into a contact, a company and a deal, in one transaction and only once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import insert_missing
from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput
from app.core.events import emit
from app.core.freemail import is_freemail
from app.core.locks import hold
from app.records.deals import create_staged
from app.records.fields import is_empty, type_of
from app.records.first_touch import CONVERSION, hand_on_first_touch
from app.records.history import note_changes
from app.records.identity import contacts_lock, drop_keys, find_by_key, name_key
from app.records.keys import company_name_from_domain, domain_of, email_key
from app.records.lead_rules import CONVERTED
from app.records.leads import lead_to_change
from app.records.lifecycle import inherit
from app.records.links import link_records
from app.records.relations import is_relation
from app.records.schema import folder_of, folder_of_kind, schema_of
from app.records.service import check_version, create_in, get_record, update_record
from app.records.writing import read_value
from app.workspaces.access import Viewer, visible
from models import Folder, Record, RecordLink

LABEL = "converted"
"""Of the links from a lead to what it became."""
NOT_CARRIED = ("name", "company", "status", "lifecycle", "stage", "probability")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a lead is to become. `contact_id` and `company_id` name existing ones.

    Without them, the contact with the lead's address and the company with its domain or name are taken, or made.
    `deal` are the values of a deal to make; None makes none.
    """

    contact_id: str | None = None
    company_id: str | None = None
    with_company: bool = True
    deal: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """Ids of what a lead became."""

    contact_id: str | None
    company_id: str | None
    deal_id: str | None


class AlreadyConverted(Conflict):
    """Someone converted the lead before; `conversion` is what it became, as far as the viewer may see it."""

    code = "already_converted"

    def __init__(self, conversion: Conversion) -> None:
        super().__init__("This lead has been converted already: see what it became.")
        self.conversion = conversion
        self.details = asdict(conversion)


def convert_lead(
    session: Session, *, viewer: Viewer, lead_id: str, choice: Choice | None = None, version: int | None = None
) -> Conversion:
    """Make a lead a customer's contact, with links and timeline carried over; the lead stays readable.

    Raises AlreadyConverted the second time, Outdated when the lead has another `version`.
    """
    lead, choice = lead_to_change(session, viewer=viewer, lead_id=lead_id), choice or Choice()
    if lead.status == CONVERTED:
        raise AlreadyConverted(conversion_of(session, viewer=viewer, lead=lead))
    check_version(lead, version)
    hold(session, contacts_lock(lead.workspace_id))
    company = _company(session, viewer, lead, choice)
    known = _known_contact(session, viewer, lead, choice)
    _lock_in_order(session, [record.id for record in (company, known) if record])
    contact = _contact(session, viewer, lead, known, company)
    for account in filter(None, (contact, company)):
        inherit(session, lead=lead, account=account, actor_id=viewer.member_id)
    deal = _deal(session, viewer, lead, choice, contact, company)
    made = {record.kind: record.id for record in (contact, company, deal) if record}
    _carry_links(session, lead, contact)
    for record_id in made.values():
        link_records(session, workspace_id=lead.workspace_id, from_id=lead.id, to_id=record_id, label=LABEL)
    _close(session, viewer, lead, made)
    return Conversion(contact.id, made.get("company"), made.get("deal"))


def conversion_of(session: Session, *, viewer: Viewer, lead: Record) -> Conversion:
    """What a lead became, as far as the viewer may see it."""
    query = (
        select(col(Record.kind), col(Record.id))
        .join(RecordLink, col(RecordLink.to_id) == col(Record.id))
        .where(col(RecordLink.from_id) == lead.id, col(RecordLink.label) == LABEL, visible(viewer))
    )
    made = {row[0]: row[1] for row in session.execute(query)}
    return Conversion(made.get("contact"), made.get("company"), made.get("deal"))


def _company(session: Session, viewer: Viewer, lead: Record, choice: Choice) -> Record | None:
    if choice.company_id:
        return _chosen(session, viewer, choice.company_id, "company")
    if not choice.with_company:
        return None
    known = select(Record).where(col(Record.id) == lead.company_id, visible(viewer))
    if company := session.scalars(known).first():
        return company
    domain = next((domain_of(address) for address in _addresses(lead) if not is_freemail(address)), "")
    name = str(lead.data.get("company_name") or "") or company_name_from_domain(domain)
    for kind, value in (("domain", domain), ("name", name_key(name))):
        found = find_by_key(session, viewer=viewer, kind=kind, value=value) if value else ()
        if companies := [record for record in found if record.kind == "company"]:
            return companies[0]
    if not name:
        return None
    values = {"name": name, "domain": domain}
    return _made(session, viewer, lead, "company", {key: value for key, value in values.items() if value})


def _lock_in_order(session: Session, account_ids: Sequence[str]) -> None:
    """The accounts that will change, in the order of their ids, as by everybody: nobody waits in a circle."""
    here = select(col(Record.id)).where(col(Record.id).in_(account_ids))
    session.execute(here.order_by(col(Record.id)).with_for_update(key_share=True)).all()


def _contact(session: Session, viewer: Viewer, lead: Record, existing: Record | None, company: Record | None) -> Record:
    if existing is None:
        own = {"name": lead.name, **({"company": company.id} if company else {})}
        return _made(session, viewer, lead, "contact", own)
    held = {email_key(address) for address in existing.data.get("email") or ()}
    new = [address for address in _addresses(lead) if email_key(address) not in held]
    values: dict[str, object] = {"email": [*(existing.data.get("email") or ()), *new]} if new else {}
    if company and existing.company_id is None:
        values["company"] = company.id
    if values:
        update_record(session, viewer=viewer, record_id=existing.id, values=values, via=CONVERSION)
    return existing


def _known_contact(session: Session, viewer: Viewer, lead: Record, choice: Choice) -> Record | None:
    if choice.contact_id:
        return _chosen(session, viewer, choice.contact_id, "contact")
    for address in _addresses(lead):
        for record in find_by_key(session, viewer=viewer, kind="email", value=email_key(address)):
            if record.kind == "contact":
                return record
    return None


def _deal(
    session: Session, viewer: Viewer, lead: Record, choice: Choice, contact: Record, company: Record | None
) -> Record | None:
    if choice.deal is None:
        return None
    folder = folder_of_kind(session, workspace_id=lead.workspace_id, kind="deal")
    carried = _carried(session, viewer, lead, folder)
    own = {"company": company.id} if company else {}
    values = {"name": company.name if company else lead.name, **carried, **own, **choice.deal}
    return create_staged(session, viewer=viewer, folder=folder, values=values, contact_ids=[contact.id])


def _made(session: Session, viewer: Viewer, lead: Record, kind: str, values: Mapping[str, object]) -> Record:
    """A contact or company of the lead, whose first touch it shares."""
    folder = folder_of_kind(session, workspace_id=lead.workspace_id, kind=kind)
    carried = _carried(session, viewer, lead, folder) if kind == "contact" else {}
    record = create_in(session, folder=folder, values={**carried, **values}, viewer=viewer, via=CONVERSION)
    hand_on_first_touch(session, lead=lead, record=record)
    return record


def _carried(session: Session, viewer: Viewer, lead: Record, folder: Folder) -> dict[str, object]:
    """The lead's values in fields that both folders have, in the form in which a person would write them."""
    theirs = schema_of(session, folder=folder_of(session, lead), viewer=viewer)
    ours = schema_of(session, folder=folder, viewer=viewer)
    values: dict[str, object] = {}
    for field in ours.fields:
        if field.key in NOT_CARRIED or field.computed or field.key in ours.locked or is_relation(field):
            continue
        if not theirs.has(field.key) or theirs.field(field.key).type != field.type:
            continue
        value: Any = read_value(lead, theirs.field(field.key))
        if not is_empty(value):
            values[field.key] = type_of(field).cell(field, value) if field.type == "currency" else value
    return values


def _carry_links(session: Session, lead: Record, contact: Record) -> None:
    """What the lead was related to, the contact is from now on."""
    ours = (col(RecordLink.from_id) == lead.id) | (col(RecordLink.to_id) == lead.id)
    links: Sequence[RecordLink] = session.scalars(select(RecordLink).where(ours)).all()
    rows = []
    for link in links:
        ends = {"from_id": link.from_id, "to_id": link.to_id}
        moved = {name: contact.id if id == lead.id else id for name, id in ends.items()}
        if moved["from_id"] != moved["to_id"]:
            rows.append({**moved, "label": link.label, "workspace_id": link.workspace_id, "created_at": utcnow()})
    insert_missing(session, RecordLink, rows)


def _close(session: Session, viewer: Viewer, lead: Record, made: Mapping[str, str]) -> None:
    """The lead keeps its values; mail finds the contact from now on."""
    now = utcnow().replace(microsecond=0).isoformat()
    changes = {"status": (lead.status, CONVERTED), "converted_at": (None, now)}
    lead.status, lead.data = CONVERTED, {**lead.data, "converted_at": now}
    drop_keys(session, lead)
    note_changes(session, record=lead, changes=changes, actor_id=viewer.member_id)
    emit(
        session,
        "lead.converted",
        workspace_id=lead.workspace_id,
        subject_id=lead.id,
        actor_id=viewer.member_id,
        data={kind: made.get(kind) for kind in ("contact", "company", "deal")},
    )


def _chosen(session: Session, viewer: Viewer, record_id: str, kind: str) -> Record:
    record = get_record(session, viewer=viewer, record_id=record_id)
    if record.kind != kind:
        raise InvalidInput(f"{kind}_id: {record.name} is not a {kind}.", field=f"{kind}_id")
    return record


def _addresses(lead: Record) -> list[str]:
    return list(lead.data.get("email") or ())
