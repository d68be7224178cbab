"""The body of a message: its HTML as received, its whole text, and what the author typed."""

from dataclasses import dataclass

from sync.parse.bodies import Part, body_parts, joined_html
from sync.parse.html_text import node_text, parse_body, too_deep, without_tags
from sync.parse.quotes import author_text_of_html, author_text_of_plain
from sync.parse.text import clean

MAX_FULL_TEXT = 200_000
MAX_HTML = 500_000
MAX_BODY_PARTS = 30


@dataclass(frozen=True, slots=True)
class Content:
    """`leaves` are the parts the body was taken from; `raw_html` is "" for a plain text mail."""

    leaves: list[Part]
    raw_html: str
    full_text: str
    visible_text: str


def read_content(parts: list[Part], *, subject: str, problems: list[str]) -> Content:
    """Read the body from the parts of the payload (root first); limits are recorded in `problems`."""
    leaves = body_parts(parts[0])
    if len(leaves) > MAX_BODY_PARTS:
        problems.append(f"payload: {len(leaves)} body parts, the first {MAX_BODY_PARTS} are read")
        leaves = leaves[:MAX_BODY_PARTS]
    texts = [leaf.text(problems) for leaf in leaves]
    if not any(leaf.mime_type == "text/html" for leaf in leaves):
        full, visible = _plain(texts, subject, problems)
        return Content(leaves, "", full, visible)
    html = joined_html(leaves, texts)
    if len(html) > MAX_HTML:
        problems.append(f"html: {len(html)} characters, cut at {MAX_HTML}")
        html = html[:MAX_HTML]
    full, visible = _of_html(html, subject, problems)
    if not full:
        # Only pictures in the HTML: the alternative in plain text says more.
        plain = [part.text(problems) for part in parts if part.mime_type == "text/plain" and not part.enclosed]
        full, visible = _plain(plain[:1], subject, problems)
    return Content(leaves, html, full, visible)


def _plain(texts: list[str], subject: str, problems: list[str]) -> tuple[str, str]:
    full = "\n\n".join(texts).replace("\r\n", "\n").replace("\r", "\n").strip()
    full = _bounded(full, problems)
    return full, author_text_of_plain(full, subject=subject)


def _of_html(html: str, subject: str, problems: list[str]) -> tuple[str, str]:
    if too_deep(html):
        problems.append("html: nested too deep, read without its tags")
        return _plain([without_tags(html)], subject, problems)
    body = parse_body(html)
    if body is None:
        return "", ""
    full = node_text(body)
    if "&#" in html:  # a character reference may bring back what decoding dropped
        full = clean(full)
    if len(full) > MAX_FULL_TEXT:
        return _plain([full], subject, problems)
    return full, author_text_of_html(body, full_text=full, subject=subject)


def _bounded(full: str, problems: list[str]) -> str:
    if len(full) > MAX_FULL_TEXT:
        problems.append(f"text: {len(full)} characters, cut at {MAX_FULL_TEXT}")
    return full[:MAX_FULL_TEXT]
