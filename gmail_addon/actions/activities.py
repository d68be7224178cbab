"""Calls and meetings: logged from a record's menu, and changed."""

from dataclasses import replace

from sqlmodel import Session

from app.core.errors import InvalidInput, NotFound
from app.core.hot import reading
from app.records.around import people_around
from app.records.seen import seen_by_id
from app.timeline.activities import OUTCOMES, log_activity
from app.timeline.rewriting import change_entry
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.forms.activity_form import NOTHING, ActivityDraft, activity_form
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, identifier, parameter
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t


@shows("activity_form")
def open_activity_form(visit: Visit) -> Response:
    return render_action(push(activity_form(visit, _with_people(visit, _draft(visit)))))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    return update(activity_form(visit, _with_people(visit, _draft(visit)), error=error))


@writes("save_activity", again=_again)
def save(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    draft = _draft(visit)
    said = {"outcome": draft.outcome, "minutes": draft.minutes, "text": draft.text}
    if draft.entry:
        values = said | ({"at": draft.began} if draft.began else {})
        change_entry(session, viewer=visit.viewer, entry_id=identifier(draft.entry), values=values)
    else:
        log_activity(
            session,
            viewer=visit.viewer,
            type=draft.type,
            record_ids=[draft.record],
            participant_ids=[identifier(id) for id in draft.took_part],
            outcome=draft.outcome,
            minutes=draft.minutes,
            at=draft.began,
            text=draft.text,
        )
    return Done(t("Call saved") if draft.type == "call" else t("Meeting saved"))


def _draft(visit: Visit) -> ActivityDraft:
    form, kind = visit.event.form, parameter(visit, "type")
    if kind not in OUTCOMES:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="type")
    outcome, minutes = form.choice("outcome") or NOTHING, form.choice("minutes") or NOTHING
    return ActivityDraft(
        type=kind,
        record=id_parameter(visit, "record"),
        entry=visit.event.parameters.get("entry", ""),
        outcome="" if outcome == NOTHING else outcome,
        minutes=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else None,
        began=form.datetime("began", visit.zone),
        took_part=form.choices("people") or (),
        text=form.text("text") or "",
    )


def _with_people(visit: Visit, draft: ActivityDraft) -> ActivityDraft:
    """Whom the form offers: the contacts around the record; two statements."""
    with reading(visit.addon.engine) as reader:
        record = seen_by_id(reader, viewer=visit.viewer, record_id=draft.record)
        if record is None:
            raise NotFound("This record does not exist, or you have no access to it.")
        return replace(draft, people=() if draft.entry else people_around(reader, viewer=visit.viewer, record=record))
