"""Quotes: made of products, changed line by line, sent."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput, NotFound
from app.core.hot import Reader, reader_of, reading
from app.records.fields.formats import minor_digits
from app.records.picking import Goal, meant, suggested
from app.records.quotes.lines import NewLine, add_line, change_line, remove_line, set_lines
from app.records.quotes.on_card import lines_seen, products_seen
from app.records.quotes.versions import send_quote
from app.records.seen import Seen, seen_by_id
from app.records.service import create_record, get_record
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.layouts.forms.quote_form import NO_PRODUCT, LineDraft, QuoteDraft, line_form, quote_form
from gmail_addon.layouts.record.quote import SOLD_TO
from gmail_addon.layouts.record.quote_places import SENT, link_to, sent_place
from gmail_addon.lookup import Opened
from gmail_addon.parameters import id_parameter, identifier, parameter
from gmail_addon.responses import (
    Navigation,
    Response,
    autocomplete,
    draft_body,
    push,
    render_action,
    update,
    update_draft,
)
from gmail_addon.visit import Visit
from gmail_addon.wording import t
from models import QuoteLine

PRODUCTS = Goal(kind="product")
_NUMBER = re.compile(r"\d{1,13}(?:[.,]\d{1,6})?")
_ID = re.compile(r"[0-9a-z]{26}")


@shows("quote_form")
def open_quote_form(visit: Visit) -> Response:
    record_id = id_parameter(visit, "record")
    with reading(visit.addon.engine) as reader:
        record = _seen(visit, reader, record_id)
        draft = QuoteDraft(record=record_id, title=t("Quote for {name}", name=record.name[:150]))
        return render_action(push(quote_form(visit, draft, products_seen(reader, viewer=visit.viewer))))


@shows("line_form")
def open_line_form(visit: Visit) -> Response:
    return render_action(push(_line_form(visit, None)))


@shows("suggest_products")
def suggest_products(visit: Visit) -> Response:
    text = visit.event.form.text(parameter(visit, "input")) or ""
    with reading(visit.addon.engine) as reader:
        found = suggested(reader, viewer=visit.viewer, goal=PRODUCTS, text=text)
    return autocomplete(*(pick.label for pick in found))


@shows("quote_link")
def show_link(visit: Visit) -> Response:
    return render_action(push(sent_place(visit, parameter(visit, "quote"))))


@shows("insert_quote")
def insert_quote(visit: Visit) -> Response:
    """The customer's link at the cursor of the mail that is being written."""
    if visit.draft is None:
        raise NotFound("Open this card beside a mail that you are writing.")
    with reading(visit.addon.engine) as reader:
        _, token = link_to(visit, reader, id_parameter(visit, "quote"))
    link = str(visit.addon.site.url(f"/quotes/{token}"))
    return render_action(draft=update_draft(body=draft_body(link, html=False)))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    form = visit.event.form
    draft = QuoteDraft(
        record=id_parameter(visit, "record"),
        title=form.text("title") or "",
        products=form.choices("products") or (),
        quantity=form.text("quantity") or "",
        discount=form.text("discount") or "",
        valid_until=form.date("valid_until"),
    )
    with reading(visit.addon.engine) as reader:
        return update(quote_form(visit, draft, products_seen(reader, viewer=visit.viewer), error=error))


@writes("create_quote", again=_again)
def create(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    form, viewer = visit.event.form, visit.viewer
    about = get_record(session, viewer=viewer, record_id=id_parameter(visit, "record"))
    if about.kind not in SOLD_TO:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="record")
    given = {
        "name": (form.text("title") or "").strip(),
        "company": about.company_id,
        about.kind: about.id,
        "discount_percent": form.text("discount"),
        "valid_until": form.date("valid_until"),
    }
    values = {key: value for key, value in given.items() if value}
    quantity = _decimal(visit, "quantity", t("Quantity")) or Decimal(1)
    products = [_product(session, visit, given) for given in form.choices("products") or () if given.strip()]
    quote = create_record(session, workspace_id=viewer.workspace_id, kind="quote", values=values, viewer=viewer)
    lines = [NewLine(product_id=product, quantity=quantity) for product in products]
    if lines:
        set_lines(session, viewer=viewer, quote_id=quote.id, lines=lines)
    return Done(t("Quote {number} created", number=quote.data.get("number") or ""), at=f"record:{quote.id}")


def _again_line(visit: Visit, error: InvalidInput) -> Navigation | None:
    return update(_line_form(visit, error))


@writes("save_line", again=_again_line)
def save_line(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """A new line, or another text, quantity, price, discount or tax of one."""
    quote_id, form = id_parameter(visit, "quote"), visit.event.form
    quote = get_record(session, viewer=visit.viewer, record_id=quote_id)
    values: dict[str, Any] = {
        "description": (form.text("description") or "").strip() or None,
        "quantity": _decimal(visit, "quantity", t("Quantity")) or Decimal(1),
        "unit_price": _minor(visit, quote.currency or visit.currency),
        "discount_percent": _decimal(visit, "discount_percent", t("Discount")) or Decimal(0),
        "tax_percent": _decimal(visit, "tax_percent", t("Tax")),
    }
    if line_id := visit.event.parameters.get("line"):
        kept = {key: value for key, value in values.items() if value is not None}
        change_line(session, viewer=visit.viewer, quote_id=quote_id, line_id=identifier(line_id), values=kept)
    else:
        named = form.choice("product_name") or NO_PRODUCT
        product = None if named == NO_PRODUCT else _product(session, visit, named)
        add_line(session, viewer=visit.viewer, quote_id=quote_id, line=NewLine(product_id=product, **values))
    return Done(t("Line saved"), at=f"record:{quote_id}")


@writes("remove_line")
def remove(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    quote_id = id_parameter(visit, "quote")
    remove_line(session, viewer=visit.viewer, quote_id=quote_id, line_id=id_parameter(visit, "line"))
    return Done(t("Line removed"), at=f"record:{quote_id}")


@writes("send_quote")
def send(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    """The next version, with its link on the card that follows."""
    quote_id, version = id_parameter(visit, "quote"), parameter(visit, "version")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    sent, _ = send_quote(session, viewer=visit.viewer, quote_id=quote_id, vault=visit.addon.vault, version=seen)
    return Done(t("{number} is ready for the customer", number=sent.number), at=f"{SENT}:{quote_id}")


def _line_form(visit: Visit, error: InvalidInput | None) -> Any:
    quote_id, line_id = id_parameter(visit, "quote"), visit.event.parameters.get("line", "")
    with reading(visit.addon.engine) as reader:
        quote = _seen(visit, reader, quote_id)
        currency = quote.currency or visit.currency
        lines = {one.id: one for one in lines_seen(reader, viewer=visit.viewer, quote=quote)} if line_id else {}
        if line_id and line_id not in lines:
            raise NotFound("This quote has no such line.")
        products = [] if line_id else products_seen(reader, viewer=visit.viewer)
    draft = _drawn(quote_id, lines[line_id], currency) if line_id else LineDraft(quote_id)
    return line_form(visit, _typed(visit, draft) if error else draft, products, currency=currency, error=error)


def _drawn(quote_id: str, line: QuoteLine, currency: str) -> LineDraft:
    digits = minor_digits(currency)
    price = f"{Decimal(line.unit_price).scaleb(-digits):.{digits}f}"
    shares = (line.discount_percent, line.tax_percent)
    return LineDraft(quote_id, line.id, "", line.description, line.quantity, price, *shares)


def _typed(visit: Visit, draft: LineDraft) -> LineDraft:
    form = visit.event.form
    names = ("description", "quantity", "unit_price", "discount_percent", "tax_percent")
    return replace(draft, product=form.text("product_name") or "", **{name: form.text(name) or "" for name in names})


def _product(session: Session, visit: Visit, given: str) -> str:
    """The id of the product that was chosen from a list, or written by its name."""
    if _ID.fullmatch(given):
        return given
    found = meant(reader_of(session), viewer=visit.viewer, goal=PRODUCTS, text=given)
    if len(found) != 1:
        raise InvalidInput(t("Product: choose one of the suggestions."), field="products")
    return found[0].id


def _decimal(visit: Visit, name: str, label: str) -> Decimal | None:
    text = (visit.event.form.text(name) or "").strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise InvalidInput(t("{field}: write a number such as 2.5.", field=label), field=name)
    return Decimal(text.replace(",", "."))


def _minor(visit: Visit, currency: str) -> int | None:
    price = _decimal(visit, "unit_price", t("Unit price"))
    if price is None:
        return None
    minor = price.scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        raise InvalidInput(t("Unit price: too many decimals for {currency}.", currency=currency), field="unit_price")
    return int(minor)


def _seen(visit: Visit, reader: Reader, record_id: str) -> Seen:
    record = seen_by_id(reader, viewer=visit.viewer, record_id=record_id)
    if record is None:
        raise NotFound("This record does not exist, or you have no access to it.")
    return record
