"""What Gmail's sidebar asks of a card beyond the schemas: what is one of several, how much, and from where.

Rules as in https://developers.google.com/workspace/add-ons/concepts/cards, /widgets and /actions.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

from gmail_addon.widgets import KNOWN_ICONS

SIDEBAR_WIDGETS = {
    "textParagraph", "decoratedText", "image", "divider", "buttonList", "textInput", "selectionInput",
    "dateTimePicker", "grid",
}  # fmt: skip
ONLY_ELSEWHERE = {
    "materialIcon", "placeholderText", "textSyntax", "topLabelText", "contentText", "bottomLabelText",
    "startIconVerticalAlignment", "horizontalAlignment", "externalDataSource", "platformDataSource",
    "dataSourceConfigs", "hostAppDataSource", "interaction", "expressionData", "eventActions", "collapseControl",
    "columns", "carousel",
}  # fmt: skip
ON_CLICKS = {"action", "openLink", "openDynamicLinkAction", "overflowMenu"}
INPUTS = ("textInput", "selectionInput", "dateTimePicker", "switchControl")
ACTIONS = ("action", "openDynamicLinkAction", "onChangeAction", "autoCompleteAction")
PLAIN = (
    "title", "subtitle", "topLabel", "bottomLabel", "label", "hintText", "actionLabel", "altText", "imageAltText",
    "bottomText",
)  # fmt: skip
HTML_TAGS = {"b", "i", "u", "s", "font", "a", "time", "br"}
DECEPTIVE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

Node = dict[str, Any]


def rule_problems(card: Node, base_url: str) -> Iterator[str]:
    nodes = list(_nodes(card, "card"))
    yield from _structure_problems(card)
    yield from _input_problems(nodes)
    for key, node in nodes:
        yield from _node_problems(key, node)
        yield from _url_problems(key, node, base_url)
        yield from _text_problems(key, node)


def _nodes(value: Any, key: str) -> Iterator[tuple[str, Node]]:
    """Every object with the key that it stands under (for a list, the list's)."""
    if isinstance(value, dict):
        yield key, value
        for name, part in value.items():
            yield from _nodes(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _nodes(part, key)


def _structure_problems(card: Node) -> Iterator[str]:
    sections = card.get("sections", [])
    if not sections or not all(section.get("widgets") for section in sections):
        yield "a card needs sections, and each a widget"
    if sum(len(section.get("widgets", ())) for section in sections) > 100:
        yield "more than 100 widgets"
    for section in sections:
        folded = section.get("uncollapsibleWidgetsCount")
        if folded is not None and not (section.get("collapsible") and 0 <= folded < len(section["widgets"])):
            yield "uncollapsibleWidgetsCount without, or beyond, a collapsible section"
    if "header" in card and not card["header"].get("title"):
        yield "a header needs a title"
    footer = card.get("fixedFooter")
    if footer is not None and (
        "primaryButton" not in footer or not all(button.get("text") for button in footer.values())
    ):
        yield "a footer needs a primary button, and its buttons text"


def _input_problems(nodes: list[tuple[str, Node]]) -> Iterator[str]:
    names = [node.get("name") for key, node in nodes if key in INPUTS]
    if not all(names):
        yield "an input has no name"
    if len(set(names)) < len(names):
        yield f"an input name is used twice: {names}"
    for _, node in nodes:
        if missing := set(node.get("requiredWidgets", ())) - set(names):
            yield f"an action requires inputs that are not there: {missing}"


def _node_problems(key: str, node: Node) -> Iterator[str]:
    if banned := ONLY_ELSEWHERE & node.keys():
        yield f"the sidebar does not know {banned} in {key}"
    if key == "widgets" and (len(node) != 1 or not node.keys() <= SIDEBAR_WIDGETS):
        yield f"a widget must be exactly one of the sidebar's, not {list(node)}"
    if key == "onClick" and (len(node) != 1 or not node.keys() <= ON_CLICKS):
        yield f"a click must do exactly one thing, not {list(node)}"
    if key == "overflowMenu" and not node.get("items"):
        yield "an empty menu"
    if key == "items" and "overflowMenu" in node.get("onClick", ()):
        yield "a menu within a menu"
    if key == "decoratedText" and len({"button", "switchControl", "endIcon"} & node.keys()) > 1:
        yield "a decorated text with two ends"
    if key in ("textParagraph", "decoratedText") and not node.get("text"):
        yield f"{key} without text"
    if key in ("icon", "startIcon", "endIcon"):
        yield from _icon_problems(node)
    if key in ("buttons", "button", "primaryButton", "secondaryButton"):
        yield from _button_problems(node)
    if key == "textInput":
        yield from _text_input_problems(node)
    if key == "selectionInput":
        yield from _selection_problems(node)


def _icon_problems(icon: Node) -> Iterator[str]:
    if len({"knownIcon", "iconUrl"} & icon.keys()) != 1:
        yield "an icon is either known or has a URL"
    if "knownIcon" in icon and icon["knownIcon"] not in KNOWN_ICONS:
        yield f"Gmail knows no icon {icon['knownIcon']}"


def _button_problems(button: Node) -> Iterator[str]:
    if not button.get("text") and not (button.get("icon") and button.get("altText")):
        yield "a button needs text, or an icon that is described"
    if "onClick" not in button:
        yield "a button that does nothing"
    if "type" in button:
        yield "a button's type is for Chat"
    color = button.get("color", {})
    if color and (color.keys() != {"red", "green", "blue"} or not all(0 <= part <= 1 for part in color.values())):
        yield f"no colour: {color}"


def _text_input_problems(made: Node) -> Iterator[str]:
    if not made.get("label") and not made.get("hintText"):
        yield "a text input needs a label or a hint"
    if made.get("type") == "MULTIPLE_LINE" and made.keys() & {"initialSuggestions", "autoCompleteAction"}:
        yield "suggestions need a single line"


def _selection_problems(made: Node) -> Iterator[str]:
    items = made.get("items", [])
    if not 1 <= len(items) <= 100:
        yield f"a selection offers 1 to 100 items, not {len(items)}"
    if len({item.get("value") for item in items}) < len(items) or not all(item.get("text") for item in items):
        yield "items need text, and values of their own"
    if made.get("type") in ("DROPDOWN", "RADIO_BUTTON") and sum(bool(item.get("selected")) for item in items) > 1:
        yield "two selected where one may be"


def _url_problems(key: str, node: Node, base_url: str) -> Iterator[str]:
    if key in ACTIONS:
        if not str(node.get("function", "")).startswith(f"{base_url}/"):
            yield f"function is not under {base_url}: {node.get('function')}"
        if not all(part.get("key") and isinstance(part.get("value"), str) for part in node.get("parameters", ())):
            yield "parameters need a key and a string"
    allowed = (f"{base_url}/", "https://mail.google.com/", "mailto:", "tel:")
    if key == "openLink" and not node.get("url", "").startswith(allowed):
        yield f"Gmail would not open {node.get('url')}"
    for name in ("imageUrl", "iconUrl", "imageUri"):
        url = node.get(name)
        if url is not None and (not url.startswith((f"{base_url}/", "https://")) or ".svg" in url):
            yield f"Gmail cannot show {url}"


def _text_problems(key: str, node: Node) -> Iterator[str]:
    html = [node[name] for name in ("text",) if key in ("textParagraph", "decoratedText") and name in node]
    if key == "sections" and "header" in node:
        html.append(node["header"])
    for text in html:
        yield from (f"{problem} in {text!r}" for problem in html_problems(text))
    plain = [node[name] for name in PLAIN if isinstance(node.get(name), str)]
    if not html and isinstance(node.get("text"), str):
        plain.append(node["text"])
    yield from (f"a plain text must be one visible line: {text!r}" for text in plain if DECEPTIVE.search(text))


def html_problems(text: str) -> list[str]:
    reader = _CardHtml()
    reader.feed(text)
    reader.close()
    problems = reader.problems + [f"<{tag}> stays open" for tag in reader.open]
    if re.search(r"&(?!(?:amp|lt|gt);)", text):
        problems.append("a bare ampersand")
    if DECEPTIVE.search(unescape(text)):
        problems.append("a control or deceptive character")
    return problems


class _CardHtml(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HTML_TAGS:
            self.problems.append(f"<{tag}>")
        if tag != "br":
            self.open.append(tag)
        given = dict(attrs)
        expected = {"font": ["color"], "a": ["href"]}.get(tag, [])
        if list(given) != expected:
            self.problems.append(f"<{tag}> with {list(given)}")
        if tag == "font" and not re.fullmatch("#[0-9a-f]{6}", given.get("color") or ""):
            self.problems.append(f"no colour: {given}")
        if tag == "a" and not (given.get("href") or "").startswith(("https://", "http://127.0.0.1", "mailto:", "tel:")):
            self.problems.append(f"no link: {given}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> out of place")

    def handle_data(self, data: str) -> None:
        if "<" in data or ">" in data:
            self.problems.append("a bare angle bracket")

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"a declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        self.problems.append(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"a processing instruction: {data}")
