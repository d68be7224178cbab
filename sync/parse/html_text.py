"""HTML of a mail to the text a reader sees, with its lines and paragraphs."""

import re
from collections import Counter

from selectolax.lexbor import LexborCSSSelector, LexborHTMLParser, LexborNode

MAX_DEPTH = 1_000
QUOTE = "\x04"
"""Stands in the text where a quotation was cut out."""

# Line ends are marked in front of the tags before parsing. The marks are control characters that count as no white
# space, so that runs of it fold around them; of cells the end is marked, for text beside a cell would leave the table.
_LINE, _BREAK = "\x01", "\x02"
_LINE_TAGS = re.compile(r"<(?=/?(?:div|li|[uo]l|d[td]|pre|address|blockquote|table|section|article)[\s>]|/t[dh]>)")
_BREAK_TAGS = re.compile(r"<(?=[bh]r[\s>/]|/?p[\s>]|/?h[1-6][\s>])")
_UPPER_CASE_TAG = re.compile(r"</?[A-Z]")
_TAG_NAME = re.compile(r"</?[a-zA-Z]+")
# A blank line stands where a break follows another mark: <div>a</div><div><br></div><div>b</div>, </p><p>, <br><br>;
# <div>a<br></div><div>b</div> shows none.
_BLANK_LINE = re.compile("[\x01\x02][\x01 ]*\x02[\x01\x02 ]*")
_LINE_END = re.compile("[\x01\x02][\x01\x02 ]*")
_PREFORMATTED = re.compile(r"(<pre\b[^<>]*>)(.*?)(</pre\b|\Z)", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(r"<(?:script|style|title|noscript|template|svg|math|object|iframe)\b", re.IGNORECASE)
_UNSEEN_TAGS = "script, style, title, noscript, template, svg, math, object, iframe"
# One for all documents: a document that makes its own takes longer to make it than to be parsed.
_SELECTOR = LexborCSSSelector()  # type: ignore[no-untyped-call]
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_MANY_TAGS = 5_000
_NEVER_NESTED = frozenset("br img hr input meta link col p li td th tr dt dd option tbody thead wbr".split())


def too_deep(html: str) -> bool:
    """Whether the elements nest deeper than MAX_DEPTH, where HTML parsers take quadratic time."""
    if html.count("<") < _MANY_TAGS:
        return False
    depth: Counter[str] = Counter()
    total = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _NEVER_NESTED:
            continue
        if not tag[1]:
            depth[name] += 1
            total += 1
            if total > MAX_DEPTH:
                return True
        elif depth[name]:
            depth[name] -= 1
            total -= 1
    return False


def without_tags(html: str) -> str:
    """The text of HTML too deep to parse: its tags dropped by pattern."""
    return " ".join(_ANY_TAG.sub(" ", html).split())


def parse_body(html: str) -> LexborNode | None:
    """Parse HTML into its body, with line ends marked for `node_text`; None when it has no body (a frameset)."""
    if _UPPER_CASE_TAG.search(html):
        html = _TAG_NAME.sub(lambda tag: tag[0].lower(), html)
    marked = _PREFORMATTED.sub(_keep_lines, html) if "<pre" in html else html
    marked = _BREAK_TAGS.sub(f"{_BREAK}<", _LINE_TAGS.sub(f"{_LINE}<", marked))
    tree = LexborHTMLParser(marked)
    # A style sheet in the head is not under the body, so it need not be taken out.
    if tree.body is not None and _UNSEEN.search(html, max(0, html.find("<body"))):
        for unseen in find(tree.body, _UNSEEN_TAGS):
            unseen.replace_with(" ")
    return tree.body


def find(node: LexborNode, selector: str) -> list[LexborNode]:
    """The elements under a node that match a CSS selector, in document order."""
    return _SELECTOR.find(selector, node)


def _keep_lines(pre: re.Match[str]) -> str:
    return pre[1] + pre[2].replace("\r\n", "\n").replace("\n", _BREAK) + pre[3]


def node_text(node: LexborNode) -> str:
    """The text under a node from `parse_body`: one line per block or <br>, a blank line between paragraphs."""
    folded = " ".join(node.text().split())
    return _LINE_END.sub("\n", _BLANK_LINE.sub("\n\n", folded)).replace(" \n", "\n").strip()
