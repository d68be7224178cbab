"""Quotes on cards: those of a customer or deal, the lines and totals of one, and the link that was sent."""

from decimal import Decimal

from app.core.hot import Reader
from app.records.quotes.drafts import DISCOUNT, totals_with
from app.records.quotes.on_card import LastVersion, last_version, lines_seen, quotes_around
from app.records.quotes.totals import Totals
from app.records.seen import Seen
from app.workspaces.access import may, may_create
from gmail_addon.card_types import Button, Card, CardAction, Section, Widget
from gmail_addon.cards import card, card_action, header, section
from gmail_addon.clicks import open_link
from gmail_addon.inputs import text_input
from gmail_addon.layouts.parts import BRAND, brief
from gmail_addon.lookup import Opened
from gmail_addon.record_form import schema_for
from gmail_addon.text import GREEN, GREY, RED, bold, color
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import day, money, t, when
from models import QuoteLine

SOLD_TO = ("deal", "contact", "company")
SHOWN_LINES = 30


def quotes_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """The latest quotes of a company, for a person or a deal; one statement."""
    if record.kind not in SOLD_TO:
        return None
    found = quotes_around(reader, viewer=visit.viewer, record=record)
    return section(*(_row(visit, quote) for quote in found), header=t("Quotes")) if found else None


def quote_entry(visit: Visit, record: Seen) -> CardAction | None:
    folder = visit.catalog.folder_of("quote")
    if record.kind not in SOLD_TO or folder is None or not may_create(visit.viewer, folder.id):
        return None
    if visit.viewer.access.hides(folder.id, "amount"):
        return None
    return card_action(t("New quote"), visit.ask("quote_form", record=record.id))


def quote_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section | None:
    """Lines, exact totals and what the customer said; two statements. None where the viewer's role hides amounts."""
    if record.kind != "quote" or visit.viewer.access.hides(record.folder_id, "amount"):
        return None
    lines = lines_seen(reader, viewer=visit.viewer, quote=record)
    totals = totals_with(lines, discount=record.data.get(DISCOUNT))
    changeable = may(visit.viewer, "edit", record) and record.status != "Accepted"
    rows = [_line(visit, record, line, totals.lines[n], changeable) for n, line in enumerate(lines[:SHOWN_LINES])]
    if len(lines) > SHOWN_LINES:
        rows.append(text_paragraph(t("And {count} more lines", count=len(lines) - SHOWN_LINES)))
    rows += _sums(visit, record, totals) if lines else [text_paragraph(t("No lines yet"))]
    rows += _standing(visit, record, last_version(reader, viewer=visit.viewer, quote=record))
    if changeable:
        rows.append(button_list(*_buttons(visit, record, sendable=bool(lines))))
    return section(*rows, header=t("Quote {number}", number=record.data.get("number") or ""))


def sent_card(visit: Visit, quote: Seen, *, token: str, sealed: str) -> Card:
    """The link that the customer accepts with: shown this once. `sealed` is the token as buttons may carry it."""
    page = visit.addon.site.url(f"/quotes/{token}")
    pdf = visit.addon.site.url(f"/quotes/{token}/document.pdf")
    insert = [button(t("Insert the link"), visit.ask("insert_quote", link=sealed), filled=BRAND)] if visit.draft else []
    return card(
        section(
            text_paragraph(t("Whoever has this link can read and accept the quote. It is shown this once.")),
            text_input("link", t("Copy link"), value=page),
            button_list(*insert, button(t("Open"), open_link(page)), button(t("PDF"), open_link(pdf))),
        ),
        header=header(quote.name, subtitle=t("Sent")),
        name=visit.at or None,
    )


def _row(visit: Visit, quote: Seen) -> Widget:
    today = visit.now.astimezone(visit.zone).date()
    until = t("valid until {day}", day=day(quote.close_on, today)) if quote.close_on else ""
    total = money(quote.amount, quote.currency) if quote.amount is not None else ""
    status = t(quote.status) if quote.status else ""
    return decorated_text(
        brief(quote.name),
        top_label=str(quote.data.get("number") or "") or None,
        icon=icon("DESCRIPTION", t("Quote")),
        bottom_label=" · ".join(filter(None, (total, status, until))) or None,
        on_click=visit.ask("open_record", id=quote.id),
    )


def _line(visit: Visit, quote: Seen, line: QuoteLine, amount: int, changeable: bool) -> Widget:
    currency = quote.currency or visit.currency
    exact = visit.formats.exact
    facts = [f"{exact(Decimal(line.quantity))} × {money(line.unit_price, currency)}"]
    if line.discount_percent != "0":
        facts.append(t("{percent} % off", percent=exact(Decimal(line.discount_percent))))
    if line.tax_percent != "0":
        facts.append(t("{percent} % tax", percent=exact(Decimal(line.tax_percent))))
    change = visit.ask("line_form", quote=quote.id, line=line.id) if changeable else None
    return decorated_text(
        brief(line.description), top_label=money(amount, currency), bottom_label=" · ".join(facts), on_click=change
    )


def _sums(visit: Visit, quote: Seen, totals: Totals) -> list[Widget]:
    currency = quote.currency or visit.currency
    rows = []
    if totals.discount:
        rows.append(decorated_text(money(-totals.discount, currency), top_label=t("Discount")))
    if totals.tax:
        rows.append(decorated_text(money(totals.net, currency), top_label=t("Net")))
        rows.append(decorated_text(money(totals.tax, currency), top_label=t("Tax")))
    return [*rows, decorated_text(bold(money(totals.total, currency)), top_label=t("Total"))]


def _standing(visit: Visit, quote: Seen, sent: LastVersion | None) -> list[Widget]:
    if sent is None:
        return [decorated_text(t(quote.status or "Draft"), top_label=t("Status"))]
    at = when(sent.answered_at or sent.sent_at, visit.now, visit.zone)
    today = visit.now.astimezone(visit.zone).date()
    words: str
    if sent.state == "accepted":
        words = color(t("Accepted by {name}, {when}", name=sent.answered_by, when=at), GREEN)
    elif sent.state == "declined":
        words = color(t("Declined {when}", when=at), RED)
    elif sent.valid_until < today:
        words = color(t("Expired {day}", day=day(sent.valid_until, today)), GREY)
    else:
        words = t("Sent {when}, valid until {day}", when=at, day=day(sent.valid_until, today))
    return [decorated_text(words, top_label=sent.number, bottom_label=sent.reason or None)]


def _buttons(visit: Visit, quote: Seen, *, sendable: bool) -> list[Button]:
    schema = schema_for(visit, visit.catalog.folders[quote.folder_id])
    made = [button(t("Add line"), visit.ask("line_form", quote=quote.id))]
    for key, label in ((DISCOUNT, t("Set discount")), ("valid_until", t("Set last day"))):
        if schema.has(key) and key not in schema.locked:
            made.append(button(label, visit.ask("edit_field", id=quote.id, field=key)))
    if sendable:
        send = visit.tell("send_quote", quote=quote.id, version=str(quote.version))
        made.append(button(t("Send"), send, filled=BRAND))
    return made
