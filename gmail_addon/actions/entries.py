"""Entries of timelines: opened in full, changed, deleted, pinned, and mail asked for and opened to colleagues."""

from sqlmodel import Session

from app.core.database import confine, transaction
from app.core.errors import NotFound
from app.timeline.activities import OUTCOMES
from app.timeline.asking import answer, ask_to_read
from app.timeline.opening import WholeEntry, whole_entry
from app.timeline.pins import set_pin
from app.timeline.rewriting import delete_entry
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.card_types import Card
from gmail_addon.layouts.forms.activity_form import ActivityDraft, activity_form
from gmail_addon.layouts.forms.note_form import note_form
from gmail_addon.layouts.places import card_at
from gmail_addon.layouts.record.entry import delete_entry_card
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.responses import Response, push, render_action
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@shows("open_entry")
def open_entry(visit: Visit) -> Response:
    at = f"entry:{id_parameter(visit, 'record')}.{id_parameter(visit, 'id')}"
    return render_action(push(card_at(visit, at)))


@shows("entry_form")
def open_entry_form(visit: Visit) -> Response:
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        entry_id, record_id = id_parameter(visit, "entry"), id_parameter(visit, "record")
        seen = whole_entry(session, viewer=visit.viewer, entry_id=entry_id, record_id=record_id)
    if seen.entry.locked or seen.entry.actor_id != visit.viewer.member_id:
        raise NotFound("This entry does not exist, or you have no access to it.")
    return render_action(push(_form(visit, seen)))


def _form(visit: Visit, seen: WholeEntry) -> Card:
    entry = seen.entry
    if entry.type not in OUTCOMES:
        return note_form(visit, record_id=seen.record_id, text=entry.summary, entry_id=entry.id)
    draft = ActivityDraft(
        type=entry.type,
        record=seen.record_id,
        entry=entry.id,
        outcome=entry.data.get("outcome") or "",
        minutes=entry.data.get("minutes"),
        began=entry.occurred_at,
        text=entry.summary,
    )
    return activity_form(visit, draft)


@shows("confirm_delete_entry")
def confirm_delete(visit: Visit) -> Response:
    entry_id, record_id = id_parameter(visit, "entry"), id_parameter(visit, "record")
    return render_action(push(delete_entry_card(visit, entry_id=entry_id, record_id=record_id)))


@writes("delete_entry")
def delete(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    delete_entry(session, viewer=visit.viewer, entry_id=id_parameter(visit, "entry"))
    return Done(t("Deleted"), at=f"record:{id_parameter(visit, 'record')}")


@writes("pin_entry")
def pin(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    pinned = bool(visit.event.parameters.get("pinned"))
    entry_id, record_id = id_parameter(visit, "entry"), id_parameter(visit, "record")
    set_pin(session, viewer=visit.viewer, entry_id=entry_id, record_id=record_id, pinned=pinned)
    return Done(t("Pinned on top of the timeline") if pinned else t("Unpinned"))


@writes("ask_for_entry")
def ask(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    ask_to_read(session, viewer=visit.viewer, entry_id=id_parameter(visit, "entry"))
    return Done(t("Whoever has this email is asked to open it to you"))


@writes("answer_entry")
def answer_request(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    entry_id, member_id, state = id_parameter(visit, "entry"), id_parameter(visit, "member"), parameter(visit, "state")
    answer(session, viewer=visit.viewer, entry_id=entry_id, member_id=member_id, state=state)
    name = visit.name_of(member_id) or t("someone else")
    if state == "granted":
        return Done(t("{name} may read this email", name=name))
    return Done(t("{name} may not read this email", name=name))
