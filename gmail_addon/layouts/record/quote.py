"""A quote on cards: its lines and totals, how it stands, and the customer's link."""

from decimal import Decimal

from app.core.hot import Reader
from app.records.quotes.drafts import DISCOUNT, totals_with
from app.records.quotes.on_card import LastVersion, last_version, lines_seen
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
from gmail_addon.widgets import button, button_list, decorated_text, text_paragraph
from gmail_addon.wording import day, money, t, when
from models import QuoteLine

SOLD_TO = ("deal", "contact", "company")
SHOWN_LINES = 30


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
    sent = last_version(reader, viewer=visit.viewer, quote=record)
    rows += _standing(visit, record, sent)
    if sent and sent.sealed_token and may(visit.viewer, "edit", record):
        rows.append(button_list(button(t("Link for the customer"), visit.ask("quote_link", quote=record.id))))
    if changeable:
        rows.append(button_list(*_buttons(visit, record, sendable=bool(lines))))
    return section(*rows, header=t("Quote {number}", number=record.data.get("number") or ""))


def sent_card(visit: Visit, quote: Seen, *, token: str) -> Card:
    """The link that the customer accepts with."""
    page = visit.addon.site.url(f"/quotes/{token}")
    pdf = visit.addon.site.url(f"/quotes/{token}/document.pdf")
    put_in = button(t("Insert the link"), visit.ask("insert_quote", quote=quote.id), filled=BRAND)
    return card(
        section(
            text_paragraph(t("Whoever has this link can read and accept the quote.")),
            text_input("link", t("Copy link"), value=page),
            button_list(
                *([put_in] if visit.draft else []), button(t("Open"), open_link(page)), button(t("PDF"), open_link(pdf))
            ),
        ),
        header=header(quote.name, subtitle=t("Link for the customer")),
        name=visit.at or None,
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
