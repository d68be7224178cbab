"""Rows, buttons and pictures of a card. See https://developers.google.com/workspace/add-ons/concepts/widgets

Arguments named `text` of paragraphs and decorated texts are HTML (a `str` is escaped, a `Markup` is not); all
others are plain. Left out are the widgets that the Gmail sidebar does not draw: columns, carousels, material icons.
"""

import re
from typing import Any, get_args

from gmail_addon.card_types import Button, Icon, KnownIcon, OnClick, Switch, Widget
from gmail_addon.errors import CardError, UnsafeUrl
from gmail_addon.site import SiteUrl
from gmail_addon.text import LINE_LENGTH, body, caption, is_linkable, line, plain

KNOWN_ICONS = frozenset(get_args(KnownIcon))


def text_paragraph(text: str, *, max_lines: int | None = None) -> Widget:
    """`max_lines` folds the rest behind "show more"."""
    made: dict[str, Any] = {"text": body(text)}
    if max_lines is not None:
        made["maxLines"] = _at_least_one(max_lines)
    return Widget({"textParagraph": made})


def decorated_text(
    text: str,
    *,
    top_label: str | None = None,
    bottom_label: str | None = None,
    icon: Icon | None = None,
    on_click: OnClick | None = None,
    button: Button | None = None,
    switch: Switch | None = None,
    end_icon: Icon | None = None,
    wrap: bool = True,
) -> Widget:
    """The row that most cards are made of. At its end stands one of a button, a switch and an icon."""
    if sum(end is not None for end in (button, switch, end_icon)) > 1:
        raise CardError("a decorated text ends in one of button, switch and end icon")
    made = {
        "startIcon": icon,
        "topLabel": plain(top_label, LINE_LENGTH) if top_label else None,
        "text": body(text),
        "bottomLabel": plain(bottom_label, LINE_LENGTH) if bottom_label else None,
        "wrapText": wrap or None,
        "onClick": on_click,
        "button": button,
        "switchControl": switch,
        "endIcon": end_icon,
    }
    return Widget({"decoratedText": {key: value for key, value in made.items() if value}})


def button_list(*buttons: Button) -> Widget:
    if not buttons:
        raise CardError("a button list needs a button")
    return Widget({"buttonList": {"buttons": list(buttons)}})


def button(
    text: str,
    on_click: OnClick,
    *,
    filled: str | None = None,
    icon: Icon | None = None,
    disabled: bool = False,
    alt: str | None = None,
) -> Button:
    """`filled` is the colour, #rrggbb, of a button that should stand out."""
    made: dict[str, Any] = {"text": caption(text), "onClick": on_click}
    if icon is not None:
        made["icon"] = icon
    if filled is not None:
        made["color"] = _color(filled)
    if disabled:
        made["disabled"] = True
    if alt is not None:
        made["altText"] = caption(alt)
    return Button(made)


def icon(known: KnownIcon, alt: str | None = None) -> Icon:
    """One of KNOWN_ICONS, Google's own."""
    if known not in KNOWN_ICONS:
        raise CardError(f"Gmail knows no icon {known!r}")
    return Icon({"knownIcon": known, "altText": caption(alt)} if alt else {"knownIcon": known})


def image(url: str, alt: str, *, on_click: OnClick | None = None) -> Widget:
    made: dict[str, Any] = {"imageUrl": image_url(url), "altText": line(alt)}
    if on_click is not None:
        made["onClick"] = on_click
    return Widget({"image": made})


def image_url(url: str) -> str:
    """An https URL, or one of ours, that Google's servers can fetch without a session; Gmail draws no SVG."""
    drawable = isinstance(url, SiteUrl) or (url.startswith("https://") and is_linkable(url))
    if not drawable or ".svg" in url.lower():
        raise UnsafeUrl(f"Gmail cannot show the image {url[:200]!r}")
    return str(url)


def _color(rgb: str) -> dict[str, float]:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", rgb):
        raise CardError(f"colour must be #rrggbb, got {rgb!r}")
    red, green, blue = (round(part / 255, 4) for part in bytes.fromhex(rgb[1:]))
    return {"red": red, "green": green, "blue": blue}


def _at_least_one(count: int) -> int:
    if count < 1:
        raise CardError(f"expected at least 1, got {count}")
    return count
