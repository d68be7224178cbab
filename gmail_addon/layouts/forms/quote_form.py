"""Forms of quotes: a new one made of products, and one of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import SidenoteError
from app.records.quotes.lines import MAX_DESCRIPTION
from app.records.seen import Seen
from gmail_addon.card_types import Card, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.inputs import date_picker, dropdown, multi_select, option, text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import money, t

NO_PRODUCT = "none"
LINE_FIELDS = "product_name,description,quantity,unit_price,discount_percent,tax_percent"


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    record: str
    title: str = ""
    products: Sequence[str] = ()
    quantity: str = "1"
    discount: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class LineDraft:
    """Texts as people write them. `line` is the id of the one that is changed; "" is a new one."""

    quote: str
    line: str = ""
    product: str = ""
    description: str = ""
    quantity: str = "1"
    unit_price: str = ""
    discount_percent: str = ""
    tax_percent: str = ""


def quote_form(
    visit: Visit, draft: QuoteDraft, products: Sequence[Seen], *, error: SidenoteError | None = None
) -> Card:
    """`products`: those to choose from; none where they are too many for a list."""
    typed = "title,products,quantity,discount,valid_until"
    save = visit.write("create_quote", required=("title",), fields=typed, record=draft.record)
    return card(
        section(
            *problem(error),
            text_input("title", t("Title"), value=draft.title, limit=200),
            _products(visit, draft, products),
            text_input("quantity", t("Quantity of each"), value=draft.quantity),
            text_input("discount", t("Discount in %"), value=draft.discount),
            date_picker("valid_until", t("Valid until"), value=draft.valid_until),
            button_list(button(t("Create quote"), run(save), filled=BRAND)),
        ),
        header=header(t("New quote")),
        name="quote-form",
    )


def line_form(
    visit: Visit,
    draft: LineDraft,
    products: Sequence[Seen],
    *,
    currency: str,
    error: SidenoteError | None = None,
) -> Card:
    save = run(visit.write("save_line", fields=LINE_FIELDS, quote=draft.quote, line=draft.line))
    buttons = [button(t("Save line"), save, filled=BRAND)]
    if draft.line:
        buttons.append(button(t("Remove"), visit.tell("remove_line", quote=draft.quote, line=draft.line)))
    return card(
        section(
            *problem(error),
            *([] if draft.line else [_product(visit, draft, products)]),
            text_input("description", t("Description"), value=draft.description, limit=MAX_DESCRIPTION),
            text_input("quantity", t("Quantity"), value=draft.quantity),
            text_input("unit_price", t("Unit price in {currency}", currency=currency), value=draft.unit_price),
            text_input("discount_percent", t("Discount in %"), value=draft.discount_percent),
            text_input("tax_percent", t("Tax in %"), value=draft.tax_percent),
            button_list(*buttons),
        ),
        header=header(t("Line of the quote")),
        name="line-form",
    )


def _products(visit: Visit, draft: QuoteDraft, products: Sequence[Seen]) -> Widget:
    if not products:
        asked = visit.call("suggest_products", input="products")
        return text_input("products", t("Product"), value="".join(draft.products[:1]), autocomplete=asked)
    options = [option(one.id, one.name, selected=one.id in draft.products, detail=_price(one)) for one in products]
    return multi_select("products", *options, label=t("Products"))


def _product(visit: Visit, draft: LineDraft, products: Sequence[Seen]) -> Widget:
    if not products or len(products) > 99:
        asked = visit.call("suggest_products", input="product_name")
        return text_input("product_name", t("Product"), value=draft.product, autocomplete=asked)
    options = [option(one.id, one.name, selected=one.id == draft.product) for one in products]
    none = option(NO_PRODUCT, t("No product"), selected=draft.product in ("", NO_PRODUCT))
    return dropdown("product_name", none, *options, label=t("Product"))


def _price(product: Seen) -> str | None:
    return money(product.amount, product.currency) if product.amount is not None else None
