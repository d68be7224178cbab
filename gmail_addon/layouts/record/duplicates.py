"""Records that may be one: a section on the card of a record, all of them, and two of them side by side."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from app.core.errors import SidenoteError
from app.core.hot import Reader
from app.records.duplicates.on_card import PossibleDuplicate, duplicates_around
from app.records.fields import as_json, is_empty, type_of
from app.records.merging import ALL, Choice, Preview
from app.records.reading import reading_of
from app.records.seen import Seen
from app.workspaces.access import may
from gmail_addon.card_types import Card, CardAction, Section, Widget
from gmail_addon.cards import card, card_action, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import dropdown, option
from gmail_addon.layouts.home.record_row import one_called, record_icon
from gmail_addon.layouts.parts import BRAND, brief, problem
from gmail_addon.lookup import Opened
from gmail_addon.text import NOTHING, plain
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, text_paragraph
from gmail_addon.wording import t

KINDS = ("contact", "lead", "company")
SHOWN, MOST_FIELDS, VALUE_LENGTH = 3, 25, 80
TAKE = "take."
"""Begins the names of the inputs that say whose value a field takes."""


def duplicates_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """The likeliest; one statement."""
    found = duplicates_around(reader, viewer=visit.viewer, record_id=record.id) if record.kind in KINDS else []
    if not found:
        return None
    rows = [_row(visit, record.id, one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        rows.append(button_list(button(t("All of them"), visit.ask("duplicates", record=record.id))))
    return section(*rows, header=t("Possible duplicates"))


def duplicates_entry(visit: Visit, record: Seen) -> CardAction | None:
    """The menu entry that looks for them; no statement."""
    if record.kind not in KINDS:
        return None
    return card_action(t("Possible duplicates"), visit.ask("duplicates", record=record.id))


def duplicates_card(visit: Visit, record: Seen, found: Sequence[PossibleDuplicate], *, merge_id: str) -> Card:
    """`merge_id` is the merge that was just made, and can be undone."""
    rows = [_row(visit, record.id, one) for one in found]
    back = button(t("Undo"), visit.tell("undo_merge", merge=merge_id, record=record.id))
    undo = [section(decorated_text(t("They are one record now"), button=back))] if merge_id else []
    return card(
        *undo,
        section(*(rows or [text_paragraph(t("Nothing else looks like this one."))])),
        header=header(t("Possible duplicates"), subtitle=record.name),
        name=visit.at or None,
    )


def compare_card(session: Session, visit: Visit, seen: Preview, *, error: SidenoteError | None = None) -> Card:
    """Two records side by side: what they say differently, and whose word counts."""
    into, other = seen.into, seen.others[0]
    ends = [
        decorated_text(
            brief(one.name),
            top_label=words,
            icon=record_icon(visit, one),
            bottom_label=one_called(visit, one.folder_id),
            on_click=visit.ask("open_record", id=one.id),
        )
        for one, words in ((into, t("Stays")), (other, t("Becomes part of it")))
    ]
    choosing = [choice for choice in seen.choices if choice.open and choice.differs][:MOST_FIELDS]
    inputs = _inputs(session, visit, choosing) if seen.allowed else []
    return card(
        section(*problem(error), *ends),
        *([section(*inputs, header=t("Whose value counts?"))] if inputs else []),
        section(button_list(*_buttons(visit, seen, choosing))) if _may_decide(visit, seen) else section(_barred()),
        header=header(t("Are these the same?")),
        name=visit.at or None,
    )


def _row(visit: Visit, record_id: str, one: PossibleDuplicate) -> Widget:
    owner = visit.name_of(one.owner_id)
    return decorated_text(
        brief(one.name),
        icon=record_icon(visit, one),
        top_label=_why(visit, one) or None,
        bottom_label=" · ".join(filter(None, (one_called(visit, one.folder_id), owner))),
        on_click=visit.ask("compare", record=record_id, other=one.id),
    )


def _why(visit: Visit, one: PossibleDuplicate) -> str:
    """The fields in which the two are alike, as far as the viewer may know of them."""
    fields = visit.catalog.fields.get(one.folder_id, ())
    names = {field.key: t(field.name) for field in fields if not visit.viewer.access.hides(one.folder_id, field.key)}
    alike = [names[reason["field"]] for reason in one.reasons if reason["weight"] > 0 and reason["field"] in names]
    return t("Alike in: {fields}", fields=", ".join(dict.fromkeys(alike))) if alike else ""


def _inputs(session: Session, visit: Visit, choosing: Sequence[Choice]) -> list[Widget]:
    rows: list[dict[str, Any]] = [
        {choice.field.key: as_json(one.value)} for choice in choosing for one in choice.candidates
    ]
    reading = reading_of(session, viewer=visit.viewer, fields=[choice.field for choice in choosing], values=rows)
    formats = replace(visit.formats, names=reading.names)
    values = iter(rows)
    made = []
    for choice in choosing:
        options = []
        for one in choice.candidates:
            value = next(values)[choice.field.key]
            shown = NOTHING if is_empty(value) else type_of(choice.field).show(choice.field, value, formats)
            words = plain(shown, VALUE_LENGTH) or NOTHING
            options.append(option(one.record_id, words, selected=choice.chosen == one.record_id))
        if isinstance(choice.value, list):
            options.append(option(ALL, t("Both"), selected=choice.chosen == ALL))
        made.append(dropdown(TAKE + choice.field.key, *options, label=t(choice.field.name)))
    return made


def _buttons(visit: Visit, seen: Preview, choosing: Sequence[Choice]) -> list[Any]:
    ends = {"record": seen.into.id, "other": seen.others[0].id}
    refuse = button(t("Not a duplicate"), visit.tell("refuse_pair", **ends))
    if not seen.allowed:
        return [refuse]
    fields = ",".join(TAKE + choice.field.key for choice in choosing)
    merge = visit.write("merge_pair", fields=fields, record=ends["record"], other=ends["other"])
    return [button(t("Merge"), run(merge), filled=BRAND), refuse]


def _may_decide(visit: Visit, seen: Preview) -> bool:
    return any(may(visit.viewer, "edit", one) for one in (seen.into, *seen.others))


def _barred() -> Widget:
    return text_paragraph(t("Neither record is yours to decide on: ask an owner."))
