"""Leads converted: into a contact, perhaps with their company and a deal."""

from sqlmodel import Session

from app.core.errors import InvalidInput, NotFound
from app.core.hot import reader_of, reading
from app.records.conversion import Choice, convert_lead
from app.records.fields import type_of
from app.records.keys import domain_of
from app.records.leads import get_lead
from app.records.picking import Goal, Pick, meant, suggested
from app.records.seen import Seen, seen_by_id
from app.records.service import update_record
from app.records.writing import read_value
from gmail_addon.actions.contacts import company_named
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.record.lead import ConversionDraft, convert_form
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, identifier
from gmail_addon.record_form import schema_for
from gmail_addon.responses import Navigation, Response, autocomplete, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t

COMPANIES = Goal(kind="company")


@shows("convert_form")
def open_convert_form(visit: Visit) -> Response:
    """With the lead's own name, company and expected value."""
    record_id = id_parameter(visit, "record")
    with reading(visit.addon.engine) as reader:
        lead = seen_by_id(reader, viewer=visit.viewer, record_id=record_id)
    if lead is None or lead.kind != "lead":
        raise NotFound("This lead does not exist, or you have no access to it.")
    company = lead.company.name if lead.company else str(lead.data.get("company_name") or "")
    draft = ConversionDraft(
        record=record_id, name=lead.name, company=company, deal=company or lead.name, amount=_expected(visit, lead)
    )
    return render_action(push(convert_form(visit, draft)))


def _expected(visit: Visit, lead: Seen) -> str:
    """The expected value as an input takes it; empty where it is hidden, or in another currency than new deals."""
    schema = schema_for(visit, visit.catalog.folders[lead.folder_id])
    if lead.amount is None or not schema.has("amount") or lead.currency not in (None, visit.currency):
        return ""
    field = schema.field("amount")
    return type_of(field).cell(field, read_value(lead, field)).replace(".", visit.formats.decimal_mark)


@shows("suggest_companies")
def suggest_companies(visit: Visit) -> Response:
    with reading(visit.addon.engine) as reader:
        found = suggested(reader, viewer=visit.viewer, goal=COMPANIES, text=visit.event.form.text("company") or "")
    return autocomplete(*(pick.label for pick in found))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    form, several = visit.event.form, list[Pick]()
    typed = (form.text("company") or "").strip()
    if error.field == "company_id":
        with reading(visit.addon.engine) as reader:
            several = meant(reader, viewer=visit.viewer, goal=COMPANIES, text=typed)
    draft = ConversionDraft(
        record=id_parameter(visit, "record"),
        name=form.text("name") or "",
        company=typed,
        several=several,
        chosen=form.choice("company_id") or (several[0].id if several else ""),
        with_deal=bool(form.choices("with_deal")),
        deal=form.text("deal") or "",
        amount=form.text("amount") or "",
        stage=form.choice("stage") or "",
    )
    return update(convert_form(visit, draft, error=error))


@writes("convert_lead", again=_again)
def convert(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    form, viewer, lead_id = visit.event.form, visit.viewer, id_parameter(visit, "record")
    lead = get_lead(session, viewer=viewer, lead_id=lead_id)
    name = (form.text("name") or "").strip()
    if name and name != lead.name and lead.status != "Converted":
        update_record(session, viewer=viewer, record_id=lead_id, values={"name": name})
    company_id = _company(session, visit, next(iter(lead.data.get("email") or ()), ""))
    choice = Choice(company_id=company_id, with_company=company_id is not None, deal=_deal(visit))
    made = convert_lead(session, viewer=viewer, lead_id=lead_id, choice=choice)
    return Done(t("Converted: {name}", name=name or lead.name), at=f"record:{made.contact_id}")


def _company(session: Session, visit: Visit, address: str) -> str | None:
    """The company that was typed, chosen where several have its name, made where none has."""
    form = visit.event.form
    typed = (form.text("company") or "").strip()
    if not typed:
        return None
    found = meant(reader_of(session), viewer=visit.viewer, goal=COMPANIES, text=typed)
    chosen = form.choice("company_id")
    if chosen and identifier(chosen) in {pick.id for pick in found}:
        return chosen
    if len(found) > 1:
        raise InvalidInput(t("Several companies have this name: choose one."), field="company_id")
    return found[0].id if found else company_named(session, visit, name=typed, domain=domain_of(address)).id


def _deal(visit: Visit) -> dict[str, object] | None:
    form = visit.event.form
    if not form.choices("with_deal"):
        return None
    given = {"name": (form.text("deal") or "").strip(), "amount": form.text("amount"), "stage": form.choice("stage")}
    return {key: value for key, value in given.items() if value}
