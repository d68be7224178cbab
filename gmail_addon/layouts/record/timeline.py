"""A record's timeline: a page at a time, of one sort of entries or of one colleague, as the viewer likes."""

from dataclasses import dataclass

from app.timeline.pages import TimelinePage
from gmail_addon.card_types import Card, Section
from gmail_addon.cards import card, header, section
from gmail_addon.inputs import MAX_OPTIONS, dropdown, option
from gmail_addon.layouts.parts import entry_widget
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, text_paragraph
from gmail_addon.wording import t

PAGE = 20
EVERYTHING, EVERYBODY = "all", "all"
SORTS = {
    EVERYTHING: (),
    "emails": ("email",),
    "meetings": ("call", "meeting"),
    "notes": ("note", "comment", "file"),
    "changes": ("change", "stage", "task", "ticket", "quote"),
}
"""The choices of the card, and the types of entries behind each."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the card shows: `sort` is a key of SORTS, `person` the id of a member or EVERYBODY."""

    sort: str = EVERYTHING
    person: str = EVERYBODY
    cursor: str = ""


def timeline_card(visit: Visit, *, record_id: str, name: str, page: TimelinePage, choice: Choice) -> Card:
    rows = [entry_widget(visit, entry, record_id=record_id) for entry in page.entries]
    if page.next:
        again = {"sort": choice.sort, "person": choice.person}
        older = visit.ask("timeline", record=record_id, cursor=page.next, **again)
        rows.append(button_list(button(t("Older"), older)))
    nothing = text_paragraph(t("Nothing older.") if choice.cursor else t("There is nothing like this."))
    return card(
        *([] if choice.cursor else [_choices(visit, record_id, choice)]),
        section(*rows or [nothing]),
        header=header(name, subtitle=t("Timeline")),
    )


def _choices(visit: Visit, record_id: str, choice: Choice) -> Section:
    show = visit.call("filter_timeline", record=record_id)
    words = {
        EVERYTHING: t("Everything"),
        "emails": t("Emails"),
        "meetings": t("Calls and meetings"),
        "notes": t("Notes"),
        "changes": t("Changes"),
    }
    sorts = [option(sort, words[sort], selected=sort == choice.sort) for sort in SORTS]
    chosen = [dropdown("sort", *sorts, label=t("Show"), on_change=show)]
    members = [one for one in visit.catalog.members.values() if one.active or one.id == choice.person]
    if 1 < len(members) < MAX_OPTIONS:
        people = [option(one.id, one.name, selected=one.id == choice.person) for one in members]
        everybody = option(EVERYBODY, t("Everybody"), selected=choice.person == EVERYBODY)
        chosen.append(dropdown("person", everybody, *people, label=t("By or with"), on_change=show))
    return section(*chosen)
