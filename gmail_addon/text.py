"""Text for cards: plain for labels and titles, a little HTML where Gmail draws it.

HTML is drawn only in text paragraphs, in the text of decorated texts and in section headers; there, a `str` is
escaped and a `Markup` is not. Everywhere else text is plain and is never escaped.
See https://developers.google.com/workspace/add-ons/concepts/widgets#text_formatting
"""

import re
from html import escape
from urllib.parse import urlsplit

from gmail_addon.display import display
from gmail_addon.errors import CardError
from gmail_addon.site import SiteUrl

RED, AMBER, GREEN, GREY = "#d93025", "#b06000", "#188038", "#5f6368"

LABEL_LENGTH = 60
LINE_LENGTH = 200
TEXT_LENGTH = 4000
MAX_URL_LENGTH = 2000
NOTHING = "–"


class Markup(str):
    """HTML that is safe in a card. Only the functions of this module make it."""

    __slots__ = ()


def esc(text: str, *, limit: int = TEXT_LENGTH) -> Markup:
    """Markup of any text: neutralised, cut at `limit` characters, escaped, with line breaks kept."""
    if isinstance(text, Markup):
        return text
    return Markup(escape(_cut(display(text), limit), quote=False).replace("\n", "<br>"))


def bold(text: str) -> Markup:
    return Markup(f"<b>{esc(text)}</b>")


def strike(text: str) -> Markup:
    return Markup(f"<s>{esc(text)}</s>")


def color(text: str, rgb: str) -> Markup:
    """`rgb` as #rrggbb."""
    if not re.fullmatch(r"#[0-9a-f]{6}", rgb):
        raise CardError(f"colour must be #rrggbb in lower case, got {rgb!r}")
    return Markup(f'<font color="{rgb}">{esc(text)}</font>')


def link(text: str, url: str) -> Markup:
    """A link to an https, mailto or tel URL. Any other, as a record may hold, leaves the text without a link."""
    return Markup(f'<a href="{escape(url, quote=False)}">{esc(text)}</a>') if is_linkable(url) else esc(text)


def join(*parts: str, sep: str = " ") -> Markup:
    """The parts that are not empty, with the escaped `sep` between them."""
    return Markup(esc(sep).join(esc(part) for part in parts if part))


def lines(*parts: str) -> Markup:
    return join(*parts, sep="\n")


def body(text: str) -> Markup:
    """HTML of a whole widget; a text without a visible character becomes a dash, as Gmail draws no empty row."""
    html = esc(text)
    return html if html.strip() else Markup(NOTHING)


def line(text: str) -> str:
    """A person's words on one plain line; a dash if none can be seen."""
    return plain(text, LINE_LENGTH) or NOTHING


def plain(text: str, limit: int) -> str:
    """One line of at most `limit` characters, for titles, labels, buttons and notifications."""
    return _cut(" ".join(display(text).split()), limit)


def caption(text: str) -> str:
    """Our own words on a button, menu item or input: one line that cannot be empty."""
    shown = plain(text, LABEL_LENGTH)
    if not shown:
        raise CardError("a label must hold a visible character")
    return shown


def encodable(text: str) -> str:
    """A machine-made value that must arrive as it is, which half a surrogate pair cannot."""
    if not text.isascii() and _SURROGATE.search(text):
        raise CardError(f"{text[:40]!r} cannot be encoded")
    return text


def typed(text: str, *, multiline: bool) -> str:
    """The value of a text input: what a person will edit and save, so only what no input holds is left out."""
    value = _UNTYPABLE.sub("", text.replace("\r\n", "\n"))
    return value if multiline else value.replace("\n", " ")


def is_linkable(url: str) -> bool:
    """Whether Gmail opens it: https with a host and no user before it, mailto or tel, in ASCII; or a page of ours."""
    if isinstance(url, SiteUrl):
        return True
    if len(url) > MAX_URL_LENGTH or not _PRINTABLE_URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname) and "@" not in parts.netloc
    return parts.scheme in ("mailto", "tel")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


_SURROGATE = re.compile("[\ud800-\udfff]")
_UNTYPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PRINTABLE_URL = re.compile(r"[!#-;=?-Z\[\]_a-z~%^`{|}]+")
