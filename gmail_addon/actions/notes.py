"""Notes, and the colleagues whom they mention."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.timeline.mentions import mentioned
from app.timeline.notes import add_comment, add_note
from app.timeline.rewriting import change_entry
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.colleagues import chosen_colleagues, suggested_colleagues
from gmail_addon.layouts.forms.note_form import MENTIONS, note_form
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.responses import Navigation, Response, autocomplete, update
from gmail_addon.visit import Visit
from gmail_addon.wording import listed, t


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    return update(
        note_form(
            visit,
            record_id=id_parameter(visit, "record"),
            text=_text(visit),
            mentions=visit.event.form.choices(MENTIONS) or (),
            entry_id=visit.event.parameters.get("entry", ""),
            error=error,
        )
    )


@shows("suggest_colleagues")
def suggest_colleagues(visit: Visit) -> Response:
    """For any input of a card that takes a colleague by name."""
    return autocomplete(*suggested_colleagues(visit, visit.event.form.text(parameter(visit, "input")) or ""))


@writes("add_note", again=_again)
def write_note(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """A note, or a comment where it mentions colleagues: those chosen are named in it, so that all read for whom."""
    record_id, text = id_parameter(visit, "record"), _text(visit)
    chosen = chosen_colleagues(visit, MENTIONS)
    told = [member.name for member in mentioned(session, viewer=visit.viewer, text=text, ids=chosen)]
    if not told:
        add_note(session, viewer=visit.viewer, record_ids=[record_id], text=text)
        return Done(t("Note saved"))
    add_comment(session, viewer=visit.viewer, record_id=record_id, text=_naming(text, visit, chosen), mentions=chosen)
    return Done(t("Note saved, and {names} told", names=listed(told)))


@writes("change_note", again=_again)
def change_note(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    change_entry(session, viewer=visit.viewer, entry_id=id_parameter(visit, "entry"), values={"text": _text(visit)})
    return Done(t("Note saved"))


def _naming(text: str, visit: Visit, member_ids: Sequence[str]) -> str:
    """The text, and after it the chosen colleagues whom it does not name."""
    names = [f"@{visit.catalog.members[id].name}" for id in member_ids]
    missing = [name for name in names if name.casefold() not in text.casefold()]
    return f"{text.rstrip()}\n{' '.join(missing)}" if missing and text.strip() else text


def _text(visit: Visit) -> str:
    """From the form, or from the input on a record's card that the button names."""
    return visit.event.form.text(visit.event.parameters.get("input", "note")) or ""
