"""The customer on one card: since when, how far, how much mail, and what their deals, tickets and quotes come to."""

from datetime import date

from app.core.hot import Reader
from app.records.around import Sums, sums_around
from app.records.seen import Seen
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.layouts.mail.people import company_people_section
from gmail_addon.layouts.record.matters import matters_sections
from gmail_addon.layouts.record.related import links_section
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import day, t, when, worth

KINDS = ("contact", "company", "lead")
CUSTOMER = "customer"
"""The place of the card on the stack."""


def glance_section(visit: Visit, _reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """Of a contact, company or lead, with a way to the customer's whole card; no statement."""
    if record.kind not in KINDS:
        return None
    rows = [row for row in (_customer(visit, record), _mail(visit, record)) if row]
    whole = button(t("Customer record"), visit.ask("customer", record=record.id))
    return section(*rows, button_list(whole), header=t("At a glance"))


def customer_card(visit: Visit, reader: Reader, record: Seen) -> Card:
    """Four statements."""
    sums = sums_around(reader, viewer=visit.viewer, record=record)
    rows = [row for row in (_customer(visit, record), _deals(visit, sums), _mail(visit, record), _service(sums)) if row]
    parts = [
        section(*rows or [text_paragraph(t("Nothing has happened yet."))], header=t("At a glance")),
        *matters_sections(visit, reader, record, None),
        company_people_section(visit, reader, record, None) if record.kind == "company" else None,
        links_section(visit, reader, record, None),
    ]
    return card(
        *[part for part in parts if part],
        header=header(record.name, subtitle=t("Customer record")),
        name=visit.at or None,
    )


def _customer(visit: Visit, record: Seen) -> Widget | None:
    since = record.data.get("customer_since")
    words = t(record.lifecycle) if record.lifecycle else ""
    below = None
    if since:
        on = day(date.fromisoformat(since), visit.now.astimezone(visit.zone).date())
        below = t("Customer since {day}", day=on)
    if not (words or below):
        return None
    return decorated_text(words or t("Customer"), icon=icon("MEMBERSHIP", t("Lifecycle")), bottom_label=below)


def _deals(visit: Visit, sums: Sums) -> Widget | None:
    """Open and won; without amounts for those from whom they are hidden."""
    if not (sums.open_deals or sums.won_deals):
        return None
    said = []
    if sums.open_deals:
        said.append(_counted(visit, t("Open: {count}", count=sums.open_deals), sums.open_amount, sums.open_abroad))
    if sums.won_deals:
        said.append(_counted(visit, t("Won: {count}", count=sums.won_deals), sums.won_amount, sums.won_abroad))
    return decorated_text(" · ".join(said), top_label=t("Deals"), icon=icon("DOLLAR", t("Deals")))


def _counted(visit: Visit, words: str, amount: int | None, abroad: int) -> str:
    return words if amount is None else f"{words}, {worth(amount, visit.currency, abroad=abroad)}"


def _mail(visit: Visit, record: Seen) -> Widget | None:
    """None where the statistics are hidden, or there was no mail."""
    if not (record.emails_in or record.emails_out):
        return None
    came, went = record.last_email_in_at, record.last_email_out_at
    last = [
        t("Last from them {when}", when=when(came, visit.now, visit.zone)) if came else "",
        t("Last from us {when}", when=when(went, visit.now, visit.zone)) if went else "",
    ]
    said = t("{received} received, {sent} sent", received=record.emails_in or 0, sent=record.emails_out or 0)
    below = " · ".join(filter(None, last)) or None
    return decorated_text(said, top_label=t("Emails"), icon=icon("EMAIL", t("Emails")), bottom_label=below)


def _service(sums: Sums) -> Widget | None:
    said = [
        t("Open tickets: {count}", count=sums.open_tickets) if sums.open_tickets else "",
        t("Quotes: {count}", count=sums.quotes) if sums.quotes else "",
    ]
    words = " · ".join(filter(None, said))
    return decorated_text(words, icon=icon("CONFIRMATION_NUMBER_ICON", t("Tickets"))) if words else None
