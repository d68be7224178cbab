"""A record of any kind on one card: beside the email that it has to do with, or on its own.

A section is a function of what is drawn; SECTIONS tells which stand on the card of a kind, in order. Beside an email
stands what a rep needs while reading it; a record on its own shows all there is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.hot import Reader
from app.records.seen import Seen
from gmail_addon.card_types import Card, CardAction, Footer, Section
from gmail_addon.cards import card, card_action, fixed_footer, header
from gmail_addon.layouts.deals import deals_section, stage_section
from gmail_addon.layouts.facts import facts_section
from gmail_addon.layouts.frame import top
from gmail_addon.layouts.headline import subtitle
from gmail_addon.layouts.next_steps import next_section
from gmail_addon.layouts.parts import BRAND, latest_section
from gmail_addon.layouts.people import company_people_section, thread_people_section
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import button
from gmail_addon.wording import t

Part = Callable[[Visit, Reader, Seen, Opened | None], Section | None]
Entry = Callable[[Visit, Seen], CardAction | None]


@dataclass(frozen=True, slots=True)
class Layout:
    beside: tuple[Part, ...]
    alone: tuple[Part, ...]


PERSON = Layout(
    beside=(facts_section, deals_section, next_section, latest_section),
    alone=(facts_section, deals_section, next_section, latest_section),
)
LAYOUTS = {
    "contact": PERSON,
    "lead": PERSON,
    "company": Layout(
        beside=(facts_section, deals_section, next_section, latest_section),
        alone=(facts_section, deals_section, company_people_section, next_section, latest_section),
    ),
    "deal": Layout(
        beside=(stage_section, facts_section, next_section, thread_people_section, latest_section),
        alone=(stage_section, facts_section, next_section, latest_section),
    ),
}
OTHER = Layout(
    beside=(stage_section, facts_section, next_section, latest_section),
    alone=(stage_section, facts_section, next_section, latest_section),
)
MENU: tuple[Entry, ...] = ()


def record_card(visit: Visit, reader: Reader, *, record: Seen, opened: Opened | None) -> Card:
    """`opened` is the message that it stands beside; None when it is reached from elsewhere."""
    layout = LAYOUTS.get(record.kind, OTHER)
    parts = [part(visit, reader, record, opened) for part in (layout.beside if opened else layout.alone)]
    entries = [entry(visit, record) for entry in MENU]
    return card(
        *top(visit, opened),
        *(part for part in parts if part),
        header=header(record.name, subtitle=subtitle(visit, record)),
        name=visit.at or None,
        actions=[*(entry for entry in entries if entry), card_action(t("Refresh"), visit.ask("refresh"))],
        footer=_footer(visit, record),
    )


def _footer(visit: Visit, record: Seen) -> Footer:
    note = visit.ask("note_form", record=record.id)
    if record.kind not in ("contact", "lead"):
        return fixed_footer(button(t("Add note"), note, filled=BRAND))
    deal = visit.ask("deal_form", person=record.id)
    return fixed_footer(button(t("New deal"), deal, filled=BRAND), button(t("Add note"), note))
