"""What the author typed, apart from the text they quoted.

Quotations are found three ways: by the classes mail programs put on them, by the line or header block that
introduces them, and by "> " in front of the lines. A forward is never cut: its content is the message.
"""

from selectolax.lexbor import LexborNode

from sync.parse.html_text import QUOTE, find, node_text
from sync.parse.quote_marks import (
    ATTRIBUTION_END,
    ATTRIBUTION_START,
    DATED,
    FORWARD_MARK,
    FORWARD_SUBJECT,
    HEADER_LINE,
    HEADER_START,
    ORIGINAL_MESSAGE,
    REPLY_SUBJECT,
    RULER,
    UNUSUAL_INTRODUCTION,
)

_MARKED_QUOTES = ", ".join(
    (
        "blockquote.gmail_quote",
        "blockquote[type=cite]",
        ".gmail_attr",
        ".yahoo_quoted",
        ".moz-cite-prefix",
        ".protonmail_quote",
        ".tutanota_quote",
        ".zmail_extra",
        "#OLK_SRC_BODY_SECTION",
        "#mail-editor-reference-message-container",
        "[data-marker=__QUOTED_TEXT__]",
    )
)
_GMAIL_CONTAINER = "div.gmail_quote"
_OUTLOOK_HEADER = "#divRplyFwdMsg, #appendonsend"
_ATTRIBUTION_LINES = 3
_ATTRIBUTION_LENGTH = 400
_HEADER_BLOCK_LINES = 8
_DIVIDER_STARTS = frozenset("-_=*0123456789")


def author_text_of_html(body: LexborNode, *, full_text: str, subject: str) -> str:
    """The author's text of an HTML body from `parse_body`; changes the tree. `full_text` is its whole text."""
    if is_forward(subject, full_text):
        return full_text
    quotes = _marked_quotes(body)
    for quote in quotes:
        quote.replace_with(QUOTE)
    return _author_text(node_text(body) if quotes else full_text, whole=full_text)


def _marked_quotes(body: LexborNode) -> list[LexborNode]:
    """The elements that mail programs mark as quoted; an inner one may stand after the outer that holds it."""
    quotes = find(body, _MARKED_QUOTES)
    # Gmail's container also holds what was typed between the quotations; without any it is the quotation.
    quotes += [node for node in find(body, _GMAIL_CONTAINER) if not find(node, "blockquote")]
    # Not by the selector "~ *", which takes quadratic time.
    below: LexborNode | None = next(iter(find(body, _OUTLOOK_HEADER)), None)
    while below is not None:
        quotes.append(below)
        below = below.next
    return quotes


def author_text_of_plain(full_text: str, *, subject: str) -> str:
    """The author's text of a plain text body, the whole of it when no quotation is found."""
    if is_forward(subject, full_text):
        return full_text
    return _author_text(full_text, whole=full_text)


def is_forward(subject: str, text: str) -> bool:
    """Whether the mail passes another one on: its subject says so, or a forward's opening line stands in it."""
    if FORWARD_SUBJECT.match(subject):
        return True
    return not REPLY_SUBJECT.match(subject) and FORWARD_MARK.search(f"\n{text}") is not None


def _author_text(text: str, *, whole: str) -> str:
    lines = text.replace(QUOTE, f"\n{QUOTE}\n").split("\n")
    return "\n".join(_without_quotes(lines)).strip() or whole


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for at, line in enumerate(lines):
        stripped = line.strip()
        if QUOTE in line or (stripped.startswith(">") and stripped != ">:"):
            _drop_introduction(kept)
            continue
        kept.append(line)
        if ":" not in stripped and "：" not in stripped and stripped[:1] not in _DIVIDER_STARTS:
            continue
        if _opens_header_block(lines, at, stripped) or _is_divider(stripped):
            kept.pop()
            _drop_introduction(kept)
            break
        if stripped[-1:] in (":", "：") and not _quoted_lines_follow(lines, at):
            introduction = _attribution_length(kept, dated=True)
            del kept[len(kept) - introduction :]
            if introduction and any(text.strip() for text in kept):
                break
    return kept


def _drop_introduction(kept: list[str]) -> None:
    """Take back the "On ... wrote:" lines or the ruler that stood right before a quotation."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and RULER.fullmatch(kept[-1].strip()):
        kept.pop()
    elif kept and kept[-1].rstrip()[-1] in ":：":
        del kept[len(kept) - _attribution_length(kept, dated=False) :]


def _attribution_length(kept: list[str], *, dated: bool) -> int:
    """How many of the last lines make up an "On ... wrote:", 0 when they do not; `dated`: only with a date in it."""
    joined = ""
    likely = 0
    for length in range(1, min(_ATTRIBUTION_LINES, len(kept)) + 1):
        line = kept[-length].strip()
        joined = f"{line} {joined}".rstrip()
        if not line or len(joined) > _ATTRIBUTION_LENGTH:
            break
        if not ATTRIBUTION_END.search(joined) or (dated and not DATED.search(joined)):
            continue
        if ATTRIBUTION_START.match(joined):
            return length
        likely = likely or length
    return likely


def _quoted_lines_follow(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at + 1 : at + 4] if line.strip()), "")
    return QUOTE in following or following.lstrip().startswith(">")


def _is_divider(stripped: str) -> bool:
    if stripped[:1] not in _DIVIDER_STARTS:
        return False
    return ORIGINAL_MESSAGE.fullmatch(stripped) is not None or UNUSUAL_INTRODUCTION.fullmatch(stripped) is not None


def _opens_header_block(lines: list[str], at: int, stripped: str) -> bool:
    """Whether an Outlook "From: Sent: To: Subject:" block starts here; all below it is quoted."""
    if len(stripped) > _ATTRIBUTION_LENGTH or not HEADER_START.match(stripped):
        return False
    following = [line.strip() for line in lines[at + 1 : at + _HEADER_BLOCK_LINES]]
    return sum(1 for line in following if HEADER_LINE.match(line)) >= 2
