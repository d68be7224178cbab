"""HTML of a mail made safe to show on a page of ours.

Mail is stored as received and sanitised when it is shown, so that a stricter policy holds for past mail at once; a
template that forgets to call `display_html` prints escaped source, since templates escape by default. The policy:

- only text markup survives: no script, form, frame, embedded object, media, comment, event handler, id, class or name;
- links go to http, https, mailto or tel, open apart, and tell the target nothing (noopener noreferrer nofollow);
- no picture loads by itself: a remote one keeps its address in `data-src`, an attached one (cid:) its content id in
  `data-cid`; tracking pixels are dropped;
- of CSS only inline properties that style text and boxes, and none that carries a url().
"""

import html
import re

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sync.parse.html_text import too_deep, without_tags
from sync.parse.text import clean

MAX_HTML = 500_000
_TAGS = set(
    "a abbr address b bdi bdo blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2"
    " h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub sup table tbody"
    " td tfoot th thead tr tt u ul var wbr".split()
)
_DROPPED_WITH_CONTENT = {
    "script", "style", "title", "textarea", "noscript", "noembed", "noframes", "iframe", "object", "embed", "applet",
    "svg", "math", "template", "select", "audio", "video", "canvas", "frameset", "xmp", "plaintext",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"align", "valign", "dir", "lang", "style", "title", "width", "height", "bgcolor"},
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "img": {"alt", "data-src", "data-cid"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_STYLES = set(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right"
    " border-spacing border-style border-top border-width color direction font font-family font-size font-style"
    " font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right"
    " margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top text-align"
    " text-decoration text-indent text-transform unicode-bidi vertical-align white-space width word-break".split()
)
_HARMLESS_FUNCTION = re.compile(r"\b(?:rgba?|hsla?)\([\d\s.,%/]*\)", re.IGNORECASE)
_ACTIVE_STYLE = re.compile(r"[(\\@<]|javascript", re.IGNORECASE)
_REMOTE = re.compile(r"\s*https?://", re.IGNORECASE)
_PIXEL = re.compile(r"\s*[012](?:\.\d+)?\s*(?:px)?\s*", re.IGNORECASE)


def display_html(raw_html: str) -> str:
    """Sanitised HTML of a mail for a page; "" for "". Never raises.

    HTML nested too deep to be parsed in reasonable time comes back as its text alone.
    """
    bounded = clean(raw_html[:MAX_HTML])
    if not bounded.strip():
        return ""
    if too_deep(bounded):
        return f"<p>{html.escape(without_tags(bounded))}</p>"
    tree = LexborHTMLParser(bounded)
    if tree.body is None:
        return ""
    for picture in tree.css("img"):
        _disarm(picture)
    return _CLEANER.clean(tree.body.inner_html or "")


def _disarm(picture: LexborNode) -> None:
    attributes = picture.attributes
    if any(_PIXEL.fullmatch(attributes.get(side) or "") for side in ("width", "height")):
        picture.decompose()
        return
    source = attributes.get("src") or ""
    for name in ("src", "srcset", "data-src", "data-cid"):
        if name in attributes:
            del picture.attrs[name]
    if _REMOTE.match(source):
        picture.attrs["data-src"] = source.strip()
    elif source.strip().lower().startswith("cid:"):
        picture.attrs["data-cid"] = source.strip()[4:]


def _keep(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "style" and _ACTIVE_STYLE.search(_HARMLESS_FUNCTION.sub("", value)):
        return None
    if attribute == "data-src" and not _REMOTE.match(value):
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_keep,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    filter_style_properties=_STYLES,
)
