"""What is going on around a customer or a deal: open deals, unsolved tickets and quotes."""

from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.matters import OpenDeals, QuoteAround, matters_of
from app.timeline.tickets.on_card import OpenTicket
from app.workspaces.access import may
from gmail_addon.card_types import Section, Widget
from gmail_addon.cards import section
from gmail_addon.layouts.parts import brief, deal_widgets
from gmail_addon.layouts.record.ticket import clock_words
from gmail_addon.lookup import Opened
from gmail_addon.text import lines
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, decorated_text, icon
from gmail_addon.wording import day, money, t, worth

BESIDE_TICKETS, BESIDE_QUOTES = 3, 1
"""As many stand beside an email, where the rest of the card is to be seen, too."""


def matters_sections(visit: Visit, reader: Reader, record: Seen, opened: Opened | None) -> list[Section]:
    """Of a person, a company or a deal; one statement."""
    found = matters_of(reader, viewer=visit.viewer, about=record)
    tickets = found.tickets[:BESIDE_TICKETS] if opened else found.tickets
    quotes = found.quotes[:BESIDE_QUOTES] if opened else found.quotes
    parts = (
        deals_section(visit, found.deals),
        section(*(_ticket(visit, one) for one in tickets), header=t("Open tickets")) if tickets else None,
        section(*(_quote(visit, one) for one in quotes), header=t("Latest quote") if opened else t("Quotes"))
        if quotes
        else None,
    )
    return [part for part in parts if part]


def deals_section(visit: Visit, known: OpenDeals) -> Section | None:
    if not known.deals:
        return None
    rows = [widget for deal in known.deals for widget in deal_widgets(visit, deal)]
    if known.count == 1:
        return section(*rows, header=t("Open deal"))
    if known.value is None or known.abroad == known.count:
        return section(*rows, header=t("{count} open deals", count=known.count))
    total = worth(known.value, visit.currency, abroad=known.abroad)
    return section(*rows, header=t("{count} open deals · {total}", count=known.count, total=total))


def _ticket(visit: Visit, ticket: OpenTicket) -> Widget:
    standing = ticket.standing
    side = standing and (standing.resolution if standing.first_response.at else standing.first_response)
    words = clock_words(visit, standing, side) if standing and side else None
    return decorated_text(
        lines(brief(ticket.name), words) if words else brief(ticket.name),
        icon=icon("CONFIRMATION_NUMBER_ICON", t("Ticket")),
        bottom_label=t(ticket.status) if ticket.status else None,
        on_click=visit.ask("open_record", id=ticket.id),
    )


def _quote(visit: Visit, around: QuoteAround) -> Widget:
    """With the customer's link, for those who might send it themselves."""
    quote = around.quote
    today = visit.now.astimezone(visit.zone).date()
    until = t("valid until {day}", day=day(quote.close_on, today)) if quote.close_on else ""
    total = money(quote.amount, quote.currency) if quote.amount is not None else ""
    status = t(quote.status) if quote.status else ""
    has_link = around.has_link and may(visit.viewer, "edit", quote)
    return decorated_text(
        brief(quote.name),
        top_label=str(quote.data.get("number") or "") or None,
        icon=icon("DESCRIPTION", t("Quote")),
        bottom_label=" · ".join(filter(None, (total, status, until))) or None,
        on_click=visit.ask("open_record", id=quote.id),
        button=button(t("Link"), visit.ask("quote_link", quote=quote.id)) if has_link else None,
    )
