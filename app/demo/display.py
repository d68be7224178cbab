"""A message body as a page of its own, for a frame that runs no scripts."""

import re
from html import escape
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.demo import assets
from sync.parse import ParsedMessage, display_html

Theme = Literal["light", "dark"]

BODY_POLICY = (
    "default-src 'none'; img-src data:; style-src 'self' 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
QUOTES = (
    "div.gmail_quote, blockquote.gmail_quote, blockquote[type=cite], div#divRplyFwdMsg, div#appendonsend, "
    'div[style*="border-top:solid"]'
)
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
OWN_COLOURS = re.compile(r"background|bgcolor|color\s*:", re.IGNORECASE)


def body_page(message: ParsedMessage, theme: Theme) -> str:
    """The whole HTML document: what the author wrote, and the quoted rest folded under it.

    Mail that brings its own colours is shown on paper white, as its author saw it.
    """
    written, quoted = _html_parts(message.raw_html) if message.raw_html else _text_parts(message)
    paper = bool(message.raw_html and OWN_COLOURS.search(message.raw_html))
    folded = f"<details><summary>Show quoted text</summary>{quoted}</details>" if quoted else ""
    sheet = f"/demo/static/{assets.version()}/css/message.css"
    return (
        f'<!doctype html><html lang="en" data-theme="{"light" if paper else theme}"><head><meta charset="utf-8">'
        f'<title>Message</title><link rel="stylesheet" href="{sheet}"></head>'
        f'<body dir="auto" class="{"paper" if paper else ""}">{written}{folded}</body></html>'
    )


def _html_parts(html: str) -> tuple[str, str]:
    tree = LexborHTMLParser(html)
    quote = tree.css_first(QUOTES)
    if quote is None or "forwarded message" in quote.text()[:60].lower():
        return display_html(html), ""
    quoted = [_outermost(quote)]
    while (following := quoted[-1].next) is not None:
        quoted.append(following)
    quoted_html = "".join(node.html or "" for node in quoted)
    for node in quoted:
        node.decompose()
    return display_html(tree.html or ""), display_html(quoted_html)


def _outermost(node: LexborNode) -> LexborNode:
    """Outlook wraps the header block of a quotation in a box of its own; what is quoted follows the box."""
    while node.parent is not None and node.parent.tag == "div" and node.prev is None and node.next is None:
        node = node.parent
    return node


def _text_parts(message: ParsedMessage) -> tuple[str, str]:
    written, whole = message.visible_text, message.full_text
    start = whole.find(written)
    if written == whole or start < 0:
        return _plain(whole), ""
    return _plain(whole[: start + len(written)]), _plain(whole[start + len(written) :].strip("\n"))


def _plain(text: str) -> str:
    parts, end = [], 0
    for match in WEB_ADDRESS.finditer(text):
        url = escape(match[0])
        parts.append(escape(text[end : match.start()]))
        parts.append(f'<a href="{url}" target="_blank" rel="noopener noreferrer">{url}</a>')
        end = match.end()
    return f'<div class="plain" dir="auto">{"".join(parts)}{escape(text[end:])}</div>'
