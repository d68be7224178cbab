"""Deals: made from the open thread, moved through the pipeline, lost with a reason."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.freemail import is_freemail
from app.core.hot import reading
from app.core.locks import hold
from app.records.deals import create_deal, move_stage
from app.records.identity import contacts_lock
from app.records.keys import company_name_from_domain
from app.records.seen import Seen, seen_by_id
from app.records.service import get_record
from app.records.stage_entry import FieldsMissing
from gmail_addon.actions.contacts import company_named, contacts_of
from gmail_addon.actions.from_mail import people_of, put_thread_on, thread_to_take
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.form_making import fields_form, missing_for
from gmail_addon.layouts.forms.deal_form import NO_COMPANY, DealDraft, bare_subject, deal_form
from gmail_addon.layouts.mail.people import company_of
from gmail_addon.lookup import Attendee, Firm, Opened, open_message
from gmail_addon.parameters import id_parameter, identifier
from gmail_addon.record_form import LOST
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import Record

NEW_COMPANY = "new."
MOST_CONTACTS = 20


@shows("deal_form")
def open_deal_form(visit: Visit) -> Response:
    return render_action(push(deal_form(visit, _proposal(visit))))


def deal_draft(visit: Visit) -> DealDraft:
    """What the short form was filled in with, above what the open thread says."""
    form = visit.event.form
    return replace(
        _proposal(visit),
        name=form.text("name") or "",
        company=form.choice("company") or NO_COMPANY,
        stage=form.choice("stage") or "",
        amount=form.text("amount") or "",
        close_on=form.date("close_on"),
    )


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    return update(deal_form(visit, deal_draft(visit), error=error))


@writes("create_deal", prepare=thread_to_take, again=_again)
def create(session: Session, visit: Visit, opened: Opened | None) -> Done:
    """The deal with all outside participants of the thread, and the thread on it."""
    form, viewer = visit.event.form, visit.viewer
    hold(session, contacts_lock(viewer.workspace_id))
    people = people_of(visit, opened)
    company = _company(session, visit, people)
    values = {
        "name": form.text("name"),
        "company": company.id if company else None,
        "stage": _known_stage(visit, form.choice("stage")),
        "amount": form.text("amount"),
        "close_on": form.date("close_on"),
    }
    filled = {key: value for key, value in values.items() if value}
    contacts = contacts_of(session, visit, people, company=company)
    if person := visit.event.parameters.get("person"):
        contacts.append(identifier(person))
    deal = create_deal(session, viewer=viewer, values=filled, contact_ids=list(dict.fromkeys(contacts)))
    if opened is None:
        return Done(t("Deal created: {name}", name=deal.name), at=visit.at or f"record:{deal.id}")
    if not put_thread_on(session, visit, opened, deal.id):
        return Done(t("Deal created. Its email could not be fetched yet: log it in a moment."), at=f"record:{deal.id}")
    return Done(t("Deal created: {name}", name=deal.name))


def _chosen_stage(visit: Visit) -> str:
    stage = visit.event.form.choice(f"stage.{id_parameter(visit, 'deal')}")
    return _known_stage(visit, stage)


def _ask_fields(visit: Visit, error: InvalidInput) -> Navigation | None:
    """A form of what the stage asks for; None where that is nothing that the viewer could fill in."""
    if not isinstance(error, FieldsMissing) and error.field not in LOST:
        return None
    stage = visit.catalog.stages[_chosen_stage(visit)]
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=id_parameter(visit, "deal"))
        keys = missing_for(visit, reader, record=record, stage=stage) if record else []
        return push(fields_form(visit, reader, record=record, keys=keys, stage=stage)) if record and keys else None


@writes("move_stage", again=_ask_fields, choice=_chosen_stage)
def move(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """Move a record of any folder with a pipeline."""
    deal_id, stage_id = id_parameter(visit, "deal"), _chosen_stage(visit)
    deal = move_stage(session, viewer=visit.viewer, deal_id=deal_id, stage_id=stage_id)
    name = visit.catalog.stages[deal.stage_id or ""].name
    return Done(t("{deal} moved to {stage}", deal=deal.name, stage=t(name)))


def _known_stage(visit: Visit, stage_id: str | None) -> str:
    stage = visit.catalog.stages.get(stage_id or "")
    if stage is None or stage.archived_at:
        raise InvalidInput("Stage: choose one from the list.", field="stage")
    return stage.id


def _proposal(visit: Visit) -> DealDraft:
    """What the open thread says about a deal; without one, or from a person's card, what that person says."""
    opened = open_message(visit)
    people = people_of(visit, opened)
    person = _person(visit)
    firms = list(dict.fromkeys(firm for attendee in people if (firm := company_of(attendee))))
    names = [attendee.name for attendee in people if not attendee.is_hidden]
    known = [attendee.person.id for attendee in people if attendee.person]
    if person and all(attendee.person is None or attendee.person.id != person.id for attendee in people):
        names.insert(0, person.name)
        known.insert(0, person.id)
        firms = list(dict.fromkeys([Firm(person.company.id, person.company.name), *firms] if person.company else firms))
    if not firms:
        firms = _new_firms(people)
    name = bare_subject(opened.subject) if opened else (person.name if person else "")
    chosen = firms[0].id if firms else NO_COMPANY
    return DealDraft(name, names, known[:MOST_CONTACTS], firms[:10], chosen, person=person.id if person else "")


def _person(visit: Visit) -> Seen | None:
    """The contact from whose card the form was opened."""
    if not visit.event.parameters.get("person"):
        return None
    with reading(visit.addon.engine) as reader:
        return seen_by_id(reader, viewer=visit.viewer, record_id=id_parameter(visit, "person"))


def _new_firms(people: Sequence[Attendee]) -> list[Firm]:
    """The company that the first business domain in the thread tells, to be made with the deal."""
    domains = [attendee.domain for attendee in people if attendee.domain and not is_freemail(attendee.domain)]
    return [Firm(f"{NEW_COMPANY}{domain}", company_name_from_domain(domain)) for domain in domains[:1]]


def _company(session: Session, visit: Visit, people: Sequence[Attendee]) -> Record | None:
    chosen = visit.event.form.choice("company")
    if chosen is None or chosen == NO_COMPANY:
        return None
    for firm in _new_firms(people):
        if firm.id == chosen:
            return company_named(session, visit, name=firm.name, domain=chosen.removeprefix(NEW_COMPANY))
    return get_record(session, viewer=visit.viewer, record_id=identifier(chosen))
