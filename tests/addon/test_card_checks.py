"""The validator itself: a card or response with one fault must fail, so that passing means something."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from gmail_addon.responses import autocomplete, push, render_action, render_trigger
from tests.addon.card_checks import assert_valid_card, assert_valid_response
from tests.addon.card_rules import html_problems
from tests.addon.sample_cards import SITE, form_card, reading_card

Node = dict[str, Any]


def _widget(card: Node, section: int, index: int) -> Node:
    widget: Node = card["sections"][section]["widgets"][index]
    return widget


FAULTS: dict[str, Callable[[Node], object]] = {
    "unknown field": lambda card: card.update(colour="red"),
    "snake case": lambda card: card.update(section_divider_style="NO_DIVIDER"),
    "null": lambda card: card.update(name=None),
    "enum as number": lambda card: card["header"].update(imageType=1),
    "unknown enum": lambda card: card["header"].update(imageType="ROUND"),
    "object for list": lambda card: card.update(cardActions=card["cardActions"][0]),
    "functionName": lambda card: _action(card).update(functionName=_action(card).pop("function")),
    "number for string": lambda card: _action(card)["parameters"][0].update(value=1),
    "no sections": lambda card: card.update(sections=[]),
    "empty section": lambda card: card["sections"][0].update(widgets=[]),
    "header without title": lambda card: card["header"].pop("title"),
    "two widgets in one": lambda card: _widget(card, 1, 1).update(textParagraph={"text": "x"}),
    "no widget": lambda card: _widget(card, 1, 1).clear(),
    "columns": lambda card: card["sections"][0]["widgets"].append({"columns": {"columnItems": []}}),
    "101 widgets": lambda card: card["sections"][0]["widgets"].extend([{"divider": {}}] * 100),
    "two clicks": lambda card: card["cardActions"][0]["onClick"].update(action=_action(card)),
    "no click": lambda card: card["cardActions"][0]["onClick"].clear(),
    "two ends": lambda card: _widget(card, 0, 2)["decoratedText"].update(button=card["fixedFooter"]["primaryButton"]),
    "two icons": lambda card: _widget(card, 0, 2)["decoratedText"]["startIcon"].update(iconUrl="https://a.example/x"),
    "unknown icon": lambda card: _widget(card, 0, 2)["decoratedText"]["startIcon"].update(knownIcon="UNICORN"),
    "material icon": lambda card: _widget(card, 0, 2)["decoratedText"]["endIcon"].update(materialIcon={"name": "x"}),
    "Chat's placeholder": lambda card: _widget(card, 0, 0)["textParagraph"].update(textSyntax="MARKDOWN"),
    "interaction": lambda card: _action(card).update(interaction="OPEN_DIALOG"),
    "http picture": lambda card: card["header"].update(imageUrl="http://example.com/a.png"),
    "function elsewhere": lambda card: _action(card).update(function="https://evil.example/x"),
    "link elsewhere": lambda card: card["cardActions"][0]["onClick"]["openLink"].update(url="https://evil.example"),
    "colour of 255": lambda card: _widget(card, 1, 1)["buttonList"]["buttons"][0]["color"].update(red=255),
    "empty footer": lambda card: card.update(fixedFooter={}),
    "secondary alone": lambda card: card["fixedFooter"].pop("primaryButton"),
    "fold beyond the end": lambda card: card["sections"][0].update(uncollapsibleWidgetsCount=9),
    "script": lambda card: _widget(card, 0, 0)["textParagraph"].update(text="<script>"),
    "bare ampersand": lambda card: card["sections"][0].update(header="R&D"),
    "two lines in a title": lambda card: card["header"].update(title="a\nb"),
    "override in a label": lambda card: _widget(card, 0, 2)["decoratedText"].update(topLabel="a\u202eb"),
    "64 kB": lambda card: card["sections"][0]["widgets"].append({"textParagraph": {"text": "x" * 65_536}}),
}

FORM_FAULTS: dict[str, Callable[[Node], object]] = {
    "no name": lambda card: _widget(card, 0, 0)["textInput"].pop("name"),
    "a name twice": lambda card: _widget(card, 0, 0)["textInput"].update(name="stage"),
    "a switch's name twice": lambda card: _widget(card, 0, 6)["decoratedText"]["switchControl"].update(name="stage"),
    "no label": lambda card: _widget(card, 0, 2)["textInput"].pop("label"),
    "suggestions on lines": lambda card: _widget(card, 0, 0)["textInput"].update(type="MULTIPLE_LINE"),
    "placeholder": lambda card: _widget(card, 0, 0)["textInput"].update(placeholderText="x"),
    "101 items": lambda card: _widget(card, 0, 3)["selectionInput"].update(
        items=[{"text": "x", "value": str(number)} for number in range(101)]
    ),
    "no item": lambda card: _widget(card, 0, 3)["selectionInput"].update(items=[]),
    "two selected": lambda card: _widget(card, 0, 3)["selectionInput"]["items"][1].update(selected=True),
    "a date as number": lambda card: _widget(card, 0, 9)["dateTimePicker"].update(valueMsEpoch=1),
    "a required input elsewhere": lambda card: _action(card).update(requiredWidgets=["nowhere"]),
}


@pytest.mark.parametrize("damage", FAULTS.values(), ids=FAULTS.keys())
def test_a_card_with_a_fault_fails(damage: Callable[[Node], object]) -> None:
    _assert_fails(reading_card("Bob"), damage)


@pytest.mark.parametrize("damage", FORM_FAULTS.values(), ids=FORM_FAULTS.keys())
def test_a_form_with_a_fault_fails(damage: Callable[[Node], object]) -> None:
    _assert_fails(form_card("Bob"), damage)


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>", "<b>x", "x</b>", "<b><i>x</b></i>", '<a href="javascript:x">y</a>', "<a>x</a>",
        '<font color="red">x</font>', '<b onclick="x">y</b>', "a < b", "R&D", "&nbsp;", "<!-- x -->", "<?php ?>",
        "a\u202eb", "<img src=x>",
    ],
)  # fmt: skip
def test_html_that_gmail_does_not_draw_fails(html: str) -> None:
    assert html_problems(html)


def test_html_that_gmail_draws_passes() -> None:
    assert not html_problems('<b>R&amp;D</b><br><font color="#d93025">late</font> <a href="https://a.example/">a</a>')


CARD = reading_card("Bob")
CLICKED = render_action(push(CARD), notify="Done", state_changed=True)

WRONG_ENVELOPES: list[tuple[Any, Any]] = [
    (render_trigger(CARD), "action"),
    (CLICKED, "trigger"),
    (CLICKED["renderActions"], "trigger"),
    (autocomplete("x"), "action"),
    (CARD, "trigger"),
    ({}, "action"),
    ({"renderActions": {}}, "action"),
    ({"renderActions": {"action": {}}}, "action"),
    ({"renderActions": {"action": {"navigations": [{"popCard": True}]}}}, "action"),
    ({"renderActions": {"action": {"navigations": [{"pop": True, "popToRoot": True}]}}}, "action"),
    ({"renderActions": {"action": {"notification": {"text": "a\nb"}}}}, "action"),
    ({"render_actions": {"action": {"notification": {"text": "a"}}}}, "action"),
    ({"action": {"navigations": [{"pushCard": CARD}, {"pushCard": CARD}]}}, "trigger"),
    ({"action": {"navigations": [{"pushCard": {"sections": []}}]}}, "trigger"),
    ({"requestingGoogleScopes": {"scopes": ["x"]}}, "trigger"),
    ({"autoComplete": {"items": [{"text": "x", "value": "1"}]}}, "autocomplete"),
]


@pytest.mark.parametrize(("body", "entry"), WRONG_ENVELOPES)
def test_a_response_in_the_wrong_envelope_fails(body: Any, entry: Any) -> None:
    with pytest.raises(AssertionError):
        assert_valid_response(body, entry, SITE.base_url)


def _action(card: Node) -> Node:
    made: Node = card["fixedFooter"]["primaryButton"]["onClick"]["action"]
    return made


def _assert_fails(sound: Any, damage: Callable[[Node], object]) -> None:
    assert_valid_card(sound, SITE.base_url)
    damaged = deepcopy(sound)
    damage(damaged)
    with pytest.raises(AssertionError):
        assert_valid_card(damaged, SITE.base_url)
