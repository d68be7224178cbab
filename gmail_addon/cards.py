"""Cards and their sections. See https://developers.google.com/workspace/add-ons/concepts/cards"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from gmail_addon.card_types import Button, Card, CardAction, Footer, Header, OnClick, Section, Widget
from gmail_addon.errors import CardError, CardTooLarge
from gmail_addon.text import LINE_LENGTH, caption, encodable, esc, line
from gmail_addon.widgets import image_url

MAX_WIDGETS = 100
MAX_BYTES = 64 * 1024


def card(
    *sections: Section,
    header: Header | None = None,
    name: str | None = None,
    actions: Sequence[CardAction] = (),
    footer: Footer | None = None,
) -> Card:
    """A whole card. `name` is what responses.pop_to_card goes back to; `actions` fill the menu in its header.

    Raises CardError for what Gmail would silently cut or refuse: over 100 widgets, an input name used twice, an
    action that requires an input which is not there, over 64 kB of JSON.
    """
    if not sections:
        raise CardError("a card needs a section")
    made = {
        "name": encodable(name) if name else None,
        "header": header,
        "sections": list(sections),
        "cardActions": list(actions),
        "fixedFooter": footer,
    }
    finished = Card({key: value for key, value in made.items() if value})
    _check_widget_count(finished)
    _check_inputs(finished)
    _check_size(finished)
    return finished


def header(
    title: str,
    *,
    subtitle: str | None = None,
    url: str | None = None,
    alt: str | None = None,
    circle: bool = True,
) -> Header:
    """`url` of a picture beside the title, drawn as a circle or a square; `alt` describes it."""
    made: dict[str, Any] = {"title": line(title)}
    if subtitle:
        made["subtitle"] = line(subtitle)
    if url is not None:
        made["imageUrl"] = image_url(url)
        made["imageType"] = "CIRCLE" if circle else "SQUARE"
        made["imageAltText"] = line(alt or title)
    return Header(made)


def section(*widgets: Widget, header: str | None = None, shown: int | None = None) -> Section:
    """`header` is HTML; `shown` is how many widgets stay visible before "show more"."""
    if not widgets:
        raise CardError("a section needs a widget")
    made: dict[str, Any] = {}
    if header:
        made["header"] = esc(header, limit=LINE_LENGTH)
    if shown is not None and shown < len(widgets):
        made["collapsible"] = True
        made["uncollapsibleWidgetsCount"] = max(shown, 0)
    made["widgets"] = list(widgets)
    return Section(made)


def card_action(text: str, on_click: OnClick) -> CardAction:
    return CardAction({"actionLabel": caption(text), "onClick": on_click})


def fixed_footer(primary: Button, secondary: Button | None = None) -> Footer:
    made = {"primaryButton": primary}
    if secondary is not None:
        made["secondaryButton"] = secondary
    return Footer(made)


def _check_widget_count(made: Card) -> None:
    count = sum(len(part["widgets"]) for part in made["sections"])
    if count > MAX_WIDGETS:
        raise CardTooLarge(f"a card holds {MAX_WIDGETS} widgets, this one has {count}")


def _check_inputs(made: Card) -> None:
    names: set[str] = set()
    required: set[str] = set()
    for node in _nodes(made):
        required.update(node.get("requiredWidgets", ()))
        if "name" in node and node is not made:
            if node["name"] in names:
                raise CardError(f"two inputs are named {node['name']!r}")
            names.add(node["name"])
    if missing := required - names:
        raise CardError(f"an action requires inputs that are not on the card: {sorted(missing)}")


def _check_size(made: Card) -> None:
    size = len(orjson.dumps(made))
    if size > MAX_BYTES:
        raise CardTooLarge(f"a card may have {MAX_BYTES} bytes of JSON, this one has {size}")


def _nodes(made: Card) -> Iterator[dict[str, Any]]:
    """Every object of the card, in no order. Only the card itself and inputs have a `name`."""
    waiting: list[Any] = [made]
    while waiting:
        value = waiting.pop()
        if value.__class__ is list:
            waiting += value
        elif value.__class__ is dict:
            yield value
            waiting += value.values()
