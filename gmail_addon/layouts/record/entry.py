"""An entry of a timeline on a card of its own: all that it says, and what can be done with it."""

from app.timeline.entry_types import FILE, entry_type
from app.timeline.feed import Entry
from app.timeline.opening import WholeEntry
from gmail_addon.card_types import Button, Card, Section, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.layouts.entry_words import entry_title
from gmail_addon.layouts.parts import BRAND, brief, who_did
from gmail_addon.text import link
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, text_paragraph
from gmail_addon.wording import t, when
from models import EntryAccess

MOST_HOMES, MOST_ASKING = 10, 10
PART, MOST_PARTS = 3_500, 4
"""A text too long for one paragraph goes on in the next."""


def entry_card(visit: Visit, view: WholeEntry) -> Card:
    parts = [_said(visit, view), _requests(visit, view), _homes(visit, view)]
    title = entry_title(view.entry)
    return card(
        *[part for part in parts if part],
        header=header(title, subtitle=t(entry_type(view.entry.type).label)),
        name=visit.at or None,
    )


def _said(visit: Visit, view: WholeEntry) -> Section:
    entry = view.entry
    at = when(entry.occurred_at, visit.now, visit.zone)
    rows: list[Widget] = [decorated_text(brief(who_did(visit, entry) or t("Sidenote")), bottom_label=at)]
    if minutes := entry.data.get("minutes"):
        rows.append(decorated_text(t("{count} minutes", count=minutes), top_label=t("Duration")))
    if entry.type == FILE.name and entry.data.get("url"):
        rows.append(text_paragraph(link(entry.title, str(entry.data["url"]))))
    rows += [text_paragraph(part) for part in parts_of(view.text)]
    if buttons := _buttons(visit, view):
        rows.append(button_list(*buttons))
    return section(*rows)


def parts_of(text: str) -> list[str]:
    """The text in pieces that fit a widget each, as far as a card has room."""
    pieces = [text[start : start + PART] for start in range(0, len(text), PART)]
    return pieces[:MOST_PARTS]


def _buttons(visit: Visit, view: WholeEntry) -> list[Button]:
    entry, where = view.entry, {"entry": view.entry.id, "record": view.record_id}
    found = []
    if view.may_ask:
        found.append(button(t("Ask for access"), visit.tell("ask_for_entry", entry=entry.id), filled=BRAND))
    if entry.locked and view.asked:
        found.append(button(t("You asked for access"), visit.ask("refresh"), disabled=True))
    if _is_mine(visit, entry) and entry.type != FILE.name:
        found.append(button(t("Change"), visit.ask("entry_form", **where)))
    if view.may_pin:
        name = t("Unpin") if entry.pinned else t("Pin")
        found.append(button(name, visit.tell("pin_entry", **where, pinned="" if entry.pinned else "on")))
    if view.may_delete:
        found.append(button(t("Delete"), visit.ask("confirm_delete_entry", **where)))
    return found


def _is_mine(visit: Visit, entry: Entry) -> bool:
    return not entry.locked and entry.actor_id == visit.viewer.member_id and entry_type(entry.type).is_written


def _requests(visit: Visit, view: WholeEntry) -> Section | None:
    rows = [row for asked in view.requests[:MOST_ASKING] for row in _request(visit, view, asked)]
    return section(*rows, header=t("Who asks to read this")) if rows else None


def _request(visit: Visit, view: WholeEntry, asked: EntryAccess) -> list[Widget]:
    name = visit.name_of(asked.member_id) or t("someone else")
    state = {"asked": t("Asks to read this"), "granted": t("May read this"), "refused": t("May not read this")}
    answer = {"entry": view.entry.id, "member": asked.member_id}
    give = button(t("Give access"), visit.tell("answer_entry", **answer, state="granted"))
    refuse = button(t("Refuse"), visit.tell("answer_entry", **answer, state="refused"))
    row = decorated_text(brief(name), bottom_label=state[asked.state])
    return [row, button_list(*({"granted": [refuse], "refused": [give]}.get(asked.state) or [give, refuse]))]


def _homes(visit: Visit, view: WholeEntry) -> Section | None:
    rows = [
        decorated_text(brief(home.name), on_click=visit.ask("open_record", id=home.id))
        for home in view.homes[:MOST_HOMES]
    ]
    return section(*rows, header=t("On the timeline of"), shown=3) if rows else None


def delete_entry_card(visit: Visit, *, entry_id: str, record_id: str) -> Card:
    """Asked before an entry goes for good."""
    delete = visit.tell("delete_entry", entry=entry_id, record=record_id)
    return card(
        section(
            text_paragraph(t("It goes from every timeline, and cannot be brought back.")),
            button_list(button(t("Delete"), delete, filled=BRAND)),
        ),
        header=header(t("Delete this entry?")),
        name="delete-entry",
    )
