"""Builders: what they make is valid, and what Gmail would refuse cannot be made."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmail_addon.card_types import Widget
from gmail_addon.cards import card, card_action, fixed_footer, header, section
from gmail_addon.clicks import action, open_link, run
from gmail_addon.errors import CardError
from gmail_addon.inputs import (
    check_boxes,
    date_picker,
    datetime_picker,
    dropdown,
    multi_select,
    option,
    switch,
    text_input,
)
from gmail_addon.responses import autocomplete, pop, render_action, render_trigger, update
from gmail_addon.widgets import (
    button,
    button_list,
    decorated_text,
    icon,
    image,
    text_paragraph,
)
from tests.addon.card_checks import assert_valid_card, assert_valid_response
from tests.addon.sample_cards import BERLIN, SITE, form_card, reading_card

HOSTILE = [
    "",
    "<a href='https://evil.example'>Bob</a>",
    "</b></font><script>alert(1)</script>",
    "&lt;b&gt; &amp; &#x202e; &nbsp;",
    "<!-- <![CDATA[ <?php <!DOCTYPE",
    "\u202ereversed\u2066\u200b\x00\ud800",
    "javascript:alert(1)",
    "a\r\nb\tc\u2028d",
    "x" * 5000,
    "👩\u200d👩\u200d👧" * 50,
]


@pytest.mark.parametrize("made", [reading_card, form_card])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_valid_cards(made: Callable[[str], Any], text: str) -> None:
    finished = made(text)
    assert_valid_response(render_trigger(finished), "trigger", SITE.base_url)
    assert_valid_response(render_action(update(finished), notify=text or "Done"), "action", SITE.base_url)


@given(st.text(st.characters(), max_size=60) | st.text("<>&\"'/ab=\u202e\u200d\n\\", max_size=40))
def test_any_text_makes_valid_cards(text: str) -> None:
    assert_valid_card(reading_card(text), SITE.base_url)
    assert_valid_card(form_card(text), SITE.base_url)
    assert_valid_response(autocomplete(text), "autocomplete", SITE.base_url)
    assert_valid_response(render_action(pop(), notify=text), "action", SITE.base_url)


def test_a_stranger_cannot_put_a_link_on_a_card() -> None:
    rows = reading_card("<a href='https://evil.example'>Bob</a>")["sections"][0]
    drawn = [rows["header"], *(text for row in rows["widgets"] for part in row.values() for text in [part["text"]])]
    assert len(drawn) == 5
    assert not [text for text in drawn if "<a" in text or "evil.example'&gt;Bob" not in text]


SAVE = run(action(SITE.action))
ROW = text_paragraph("row")
FIELD = text_input("title", "Title")
CHOICES = [option(str(number), "x") for number in range(101)]

UNBUILDABLE: dict[str, Callable[[], object]] = {
    "card without section": lambda: card(),
    "section without widget": lambda: section(),
    "101 widgets": lambda: card(*[section(*[ROW] * 51), section(*[ROW] * 50)]),
    "64 kB": lambda: card(section(*[text_paragraph("x" * 4000)] * 20)),
    "input name used twice": lambda: card(section(FIELD), section(FIELD)),
    "input name used twice by a switch": lambda: card(section(FIELD, decorated_text("x", switch=switch("title")))),
    "required input missing": lambda: card(
        section(FIELD), footer=fixed_footer(button("Save", run(action(SITE.action, required=["name"]))))
    ),
    "101 options": lambda: dropdown("a", *CHOICES, label="A"),
    "no option": lambda: dropdown("a", label="A"),
    "same value twice": lambda: dropdown("a", option("1", "x"), option("1", "y"), label="A"),
    "two choices in one": lambda: dropdown(
        "a", option("1", "x", selected=True), option("2", "y", selected=True), label="A"
    ),
    "details outside a multi-select": lambda: check_boxes("a", option("1", "x", detail="y"), label="A"),
    "input without name": lambda: text_input("", "A"),
    "input with odd name": lambda: date_picker("a b", "A"),
    "input without label": lambda: text_input("a"),
    "suggestions on several lines": lambda: text_input("a", "A", multiline=True, suggestions=["x"]),
    "two ends of a row": lambda: decorated_text("x", button=button("B", SAVE), end_icon=icon("STAR")),
    "unknown icon": lambda: icon("UNICORN"),  # type: ignore[arg-type]
    "no button": lambda: button_list(),
    "button without words": lambda: button("\u200b", SAVE),
    "colour by name": lambda: button("x", SAVE, filled="red"),
    "no lines": lambda: text_paragraph("x", max_lines=0),
    "function elsewhere": lambda: action("https://evil.example/addon"),  # type: ignore[arg-type]
    "function by mere text": lambda: action(f"{SITE.base_url}/addon"),  # type: ignore[arg-type]
    "parameter that is a number": lambda: action(SITE.action, {"id": 42}),  # type: ignore[dict-item]
    "parameter without key": lambda: action(SITE.action, {"": "x"}),
    "parameter of half a character": lambda: action(SITE.action, {"id": "\ud800"}),
    "script link": lambda: open_link("javascript:alert(1)"),
    "http link": lambda: open_link("http://crm.example.com/"),
    "link to a site outside the manifest": lambda: open_link("https://evil.example/"),
    "link that looks like Gmail": lambda: open_link("https://mail.google.com.evil.example/"),
    "http picture": lambda: image("http://example.com/a.png", "x"),
    "SVG": lambda: image("https://example.com/a.svg", "x"),
    "data picture": lambda: header("x", url="data:image/png;base64,xx"),
    "empty card action": lambda: card_action("", SAVE),
}


@pytest.mark.parametrize("build", UNBUILDABLE.values(), ids=UNBUILDABLE.keys())
def test_what_gmail_would_refuse_cannot_be_built(build: Callable[[], object]) -> None:
    with pytest.raises(CardError):
        build()


def test_a_folded_section_shows_its_first_widgets() -> None:
    assert section(ROW, ROW, ROW, shown=2)["uncollapsibleWidgetsCount"] == 2
    assert "collapsible" not in section(ROW, ROW, shown=2)


def test_a_multi_select_lets_all_be_chosen() -> None:
    """Gmail allows three unless told otherwise."""
    widget = multi_select("a", *CHOICES[:5], label="A")
    assert widget["selectionInput"]["multiSelectMaxSelectedItems"] == 5


def test_dates_are_midnight_utc_and_times_the_moment_with_its_offset() -> None:
    assert _picker(date_picker("a", "A", value=date(2026, 12, 1)))["valueMsEpoch"] == "1796083200000"
    due = _picker(datetime_picker("a", "A", value=datetime(2026, 12, 1, 8, tzinfo=UTC), zone=BERLIN))
    assert (due["valueMsEpoch"], due["timezoneOffsetDate"]) == ("1796112000000", 60)


def test_a_click_keeps_what_was_typed_unless_told() -> None:
    assert action(SITE.action)["persistValues"] is True
    assert action(SITE.action, persist=False)["persistValues"] is False


def _picker(widget: Widget) -> dict[str, Any]:
    made: dict[str, Any] = widget["dateTimePicker"]
    return made
