"""The customer on one card: since when, how far, how much mail, and what their deals, tickets and quotes come to."""

from datetime import date

from app.core.hot import Reader
from app.records.around import Sums, sums_around
from app.records.seen import Seen
from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.widgets import decorated_text, icon
from gmail_addon.wording import day, money, t, when

UNFOLDED = 2


def glance_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """Of a contact, company or lead; one statement."""
    if record.kind not in ("contact", "company", "lead"):
        return None
    sums = sums_around(reader, viewer=visit.viewer, record=record)
    rows = [_customer(visit, record), _deals(visit, sums), _mail(visit, record), _service(sums)]
    filled = [row for row in rows if row]
    return section(*filled, header=t("At a glance"), shown=UNFOLDED) if filled else None


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
        said.append(_counted(visit, t("Open: {count}", count=sums.open_deals), sums.open_amount))
    if sums.won_deals:
        said.append(_counted(visit, t("Won: {count}", count=sums.won_deals), sums.won_amount))
    return decorated_text(" · ".join(said), top_label=t("Deals"), icon=icon("DOLLAR", t("Deals")))


def _counted(visit: Visit, words: str, amount: int | None) -> str:
    return words if amount is None else f"{words}, {money(amount, visit.currency)}"


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
