"""A record of any kind on one card: beside the email that it has to do with, or on its own.

A section is a function of what is drawn; LAYOUTS tells which stand on the card of a kind, in order. Beside an email
stands what a rep needs while reading it; a record on its own shows all there is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.core.hot import Reader
from app.records.seen import Seen
from gmail_addon.card_types import Card, CardAction, Footer, Section
from gmail_addon.cards import card, card_action, fixed_footer, header
from gmail_addon.layouts.forms.record_form import edit_entry
from gmail_addon.layouts.frame import top
from gmail_addon.layouts.mail.people import company_people_section, thread_people_section
from gmail_addon.layouts.mail.proposals import proposals_section
from gmail_addon.layouts.mail.thread import other_deal_entry
from gmail_addon.layouts.parts import BRAND, latest_section
from gmail_addon.layouts.record.at_a_glance import glance_section
from gmail_addon.layouts.record.doing import (
    call_entry,
    follow_entry,
    meeting_entry,
    note_entry,
    related_entry,
    task_entry,
)
from gmail_addon.layouts.record.duplicates import duplicates_entry, duplicates_section
from gmail_addon.layouts.record.facts import facts_section
from gmail_addon.layouts.record.headline import subtitle
from gmail_addon.layouts.record.lead import convert_entry, qualification_section
from gmail_addon.layouts.record.matters import matters_sections
from gmail_addon.layouts.record.next_steps import next_section
from gmail_addon.layouts.record.quick_edit import quick_section
from gmail_addon.layouts.record.quick_note import note_section
from gmail_addon.layouts.record.quote import quote_entry, quote_section
from gmail_addon.layouts.record.related import links_section
from gmail_addon.layouts.record.stage import may_make_deals, stage_section
from gmail_addon.layouts.record.status import status_section
from gmail_addon.layouts.record.stay import quiet_section, stay_section
from gmail_addon.layouts.record.ticket import clock_section, ticket_entry
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import button
from gmail_addon.wording import t

Part = Callable[[Visit, Reader, Seen, Opened | None], Section | Sequence[Section] | None]
Entry = Callable[[Visit, Seen], CardAction | None]


@dataclass(frozen=True, slots=True)
class Layout:
    beside: tuple[Part, ...]
    alone: tuple[Part, ...]


AROUND = (glance_section, matters_sections)
DOING = (next_section, proposals_section, note_section)
ENDING = (latest_section, quick_section)

PERSON = Layout(
    beside=(quiet_section, facts_section, matters_sections, *DOING, *ENDING),
    alone=(quiet_section, facts_section, duplicates_section, *AROUND, *DOING, *ENDING),
)
LAYOUTS = {
    "contact": PERSON,
    "lead": Layout(
        beside=(status_section, qualification_section, *PERSON.beside),
        alone=(status_section, qualification_section, *PERSON.alone),
    ),
    "company": Layout(
        beside=(facts_section, matters_sections, *DOING, *ENDING),
        alone=(facts_section, duplicates_section, *AROUND, company_people_section, *DOING, *ENDING),
    ),
    "deal": Layout(
        beside=(stage_section, stay_section, facts_section, *DOING, matters_sections, thread_people_section, *ENDING),
        alone=(stage_section, stay_section, facts_section, *DOING, matters_sections, links_section, *ENDING),
    ),
    "ticket": Layout(
        beside=(status_section, clock_section, facts_section, *DOING, *ENDING),
        alone=(status_section, clock_section, facts_section, *DOING, links_section, *ENDING),
    ),
    "quote": Layout(
        beside=(quote_section, facts_section, *DOING, *ENDING),
        alone=(quote_section, facts_section, *DOING, links_section, *ENDING),
    ),
}
OTHER = Layout(
    beside=(stage_section, facts_section, *DOING, *ENDING),
    alone=(stage_section, facts_section, *DOING, links_section, *ENDING),
)
MENU: tuple[Entry, ...] = (
    edit_entry,
    note_entry,
    call_entry,
    meeting_entry,
    task_entry,
    ticket_entry,
    quote_entry,
    convert_entry,
    related_entry,
    duplicates_entry,
    follow_entry,
)


def record_card(visit: Visit, reader: Reader, *, record: Seen, opened: Opened | None) -> Card:
    """`opened` is the message that it stands beside; None when it is reached from elsewhere."""
    layout = LAYOUTS.get(record.kind, OTHER)
    parts = layout.beside if opened else layout.alone
    entries = [entry(visit, record) for entry in MENU]
    return card(
        *top(visit, opened),
        *(each for part in parts for each in _sections(part(visit, reader, record, opened))),
        header=header(record.name, subtitle=subtitle(visit, record)),
        name=visit.at or None,
        actions=[
            *filter(None, (*entries, other_deal_entry(visit, opened), _deal_entry(visit, record, opened))),
            card_action(t("Refresh"), visit.ask("refresh")),
        ],
        footer=None if opened and opened.is_automatic else _footer(visit, record),
    )


def _sections(made: Section | Sequence[Section] | None) -> Iterator[Section]:
    if isinstance(made, Sequence):
        yield from made
    elif made:
        yield made


def _footer(visit: Visit, record: Seen) -> Footer | None:
    """For a person, a new deal; what else there is to do has its place on the card."""
    if not _may_sell(visit, record):
        return None
    return fixed_footer(button(t("New deal"), visit.ask("deal_form", person=record.id), filled=BRAND))


def _deal_entry(visit: Visit, record: Seen, opened: Opened | None) -> CardAction | None:
    """In the menu alone beside a newsletter, which seldom leads to a deal."""
    if opened is None or not opened.is_automatic or not _may_sell(visit, record):
        return None
    return card_action(t("New deal"), visit.ask("deal_form", person=record.id))


def _may_sell(visit: Visit, record: Seen) -> bool:
    return record.kind in ("contact", "lead") and may_make_deals(visit)
