"""Taking over what an email says about a record, or not wanting it."""

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.freemail import is_freemail
from app.core.locks import hold
from app.records.identity import contacts_lock, find_by_key
from app.records.keys import domain_of
from app.records.schema import schema_of
from app.records.service import Outdated, get_record, update_record
from app.workspaces.access import Viewer
from gmail_addon.actions.contacts import company_named
from gmail_addon.actions.registry import Done, writes
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Folder, Record
from sync.proposals import dismiss


@writes("accept_proposal")
def accept(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """Nothing is overwritten that the person has not seen: else the card is drawn anew, and says so."""
    record = get_record(session, viewer=visit.viewer, record_id=id_parameter(visit, "record"))
    key, value = parameter(visit, "field"), parameter(visit, "value")
    name = _field_name(session, visit.viewer, record, key)
    if record.kind == "contact" and key == "company":
        value = _company(session, visit, record, value).id
    version = _version(visit)
    try:
        update_record(session, viewer=visit.viewer, record_id=record.id, values={key: value}, version=version)
    except Outdated:
        return Done(
            t("{record} was changed meanwhile: nothing was saved. Look at it and accept again.", record=record.name)
        )
    return Done(t("{field} of {record} saved", field=t(name), record=record.name))


@writes("dismiss_proposal")
def do_dismiss(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    record_id, key, value = id_parameter(visit, "record"), parameter(visit, "field"), parameter(visit, "value")
    dismiss(session, viewer=visit.viewer, record_id=record_id, field_key=key, value=value)
    return Done(t("This is not offered again"))


def _version(visit: Visit) -> int:
    text = parameter(visit, "version")
    if not text.isdecimal() or len(text) > 9:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="version")
    return int(text)


def _field_name(session: Session, viewer: Viewer, record: Record, key: str) -> str:
    return schema_of(session, folder=session.get_one(Folder, record.folder_id), viewer=viewer).field(key).name


def _company(session: Session, visit: Visit, contact: Record, name: str) -> Record:
    """That of the contact's domain, else that of this name, made if it is new."""
    hold(session, contacts_lock(visit.viewer.workspace_id))
    domains = [domain_of(address) for address in contact.data.get("email") or ()]
    for domain in domains:
        if domain and not is_freemail(domain):
            for company in find_by_key(session, viewer=visit.viewer, kind="domain", value=domain):
                if company.kind == "company":
                    return company
    return company_named(session, visit, name=name, domain=next(iter(domains), ""))
