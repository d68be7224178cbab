"""Values of fields through the inputs of a card, and back: nothing is lost, in whatever language."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.hot import reading
from app.records.fields import as_json, parse_value
from gmail_addon.cards import card, section
from gmail_addon.context import addon_of, identify
from gmail_addon.events import parse_event
from gmail_addon.field_inputs import Input, input_for
from gmail_addon.field_inputs.lists import items_of, joined
from gmail_addon.field_inputs.numbers import NumberInput, plain_number
from gmail_addon.forms import Form, Inputs
from gmail_addon.language import language_for, speak
from gmail_addon.visit import Visit, find_visit
from models import FieldDef
from tests.addon.conftest import Desk
from tests.addon.sidebar import form_values, wrapped

LANGUAGES = ("en", "de", "fr", "es", "uk", "zh-TW")
CHOICES = [{"value": str(number), "label": label} for number, label in enumerate(("Red", "Blue, dark", 'Say "so"'))]
OPTIONS: dict[str, dict[str, Any]] = {
    "dropdown": {"choices": CHOICES},
    "tags": {"choices": CHOICES, "open": True},
    "number": {"decimals": 6},
    "percent": {"decimals": 2},
    "rating": {"max": 7},
}
TAGS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
WRITTEN: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(max_size=80),
    "long_text": st.text(max_size=300),
    "dropdown": st.sampled_from(["Red", "Blue, dark", 'Say "so"']),
    "tags": st.lists(st.one_of(st.sampled_from(["Red", "Blue, dark"]), TAGS), max_size=5),
    "email": st.lists(st.sampled_from(["a@acme.com", "b.c@acme.de", "ü@bücher.example"]), max_size=3),
    "phone": st.lists(st.sampled_from(["+49 30 123456", "112 ext. 4", "030/123-4", "1,234,567"]), max_size=3),
    "url": st.sampled_from(["https://acme.com/?a=b&c=%20#d", "http://bücher.example/ä"]),
    "domain": st.sampled_from(["acme.com", "bücher.example"]),
    "number": st.decimals(-(2**31) + 1, 2**31 - 1, places=6).map(str),
    "currency": st.integers(-(10**15), 10**15),
    "percent": st.decimals(0, 100, places=2).map(str),
    "rating": st.integers(0, 7),
    "date": st.dates(),
    "checkbox": st.booleans(),
    "address": st.dictionaries(st.sampled_from(["street", "city", "country"]), st.text(max_size=30)),
    "file": st.lists(
        st.fixed_dictionaries(
            {"name": st.text(max_size=20), "url": st.sampled_from(["https://a.example/x", "https://b.example/y%20z"])}
        ),
        max_size=3,
    ),
}
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC))


def plain(type: str, **options: Any) -> FieldDef:
    return FieldDef(
        id="f", workspace_id="w", folder_id="o", key="k", name="Field", type=type, options=options, position=0
    )


class Seat:
    """A visit, behind a short name: hypothesis prints arguments, and a visit knows a whole workspace."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit


@pytest.fixture
def alice(door: Desk) -> Seat:
    gmail = door.sit(door.cast.alice)
    addon = addon_of(door.context)
    event = parse_event(orjson.dumps(gmail.event()))
    with reading(addon.engine) as reader:
        found = find_visit(reader, addon=addon, event=event, user=identify(addon, event))
    assert found is not None
    return Seat(found)


@contextmanager
def spoken(language: str) -> Iterator[None]:
    speak(language_for(None, language))
    yield
    speak(language_for(None, "en"))


def through(one: Input, value: Any) -> Any:
    """The value that is saved after a form was drawn with it and each input was given back as it stood."""
    shown = one.shown(value)
    drawn = card(section(*one.widgets(shown)))
    inputs = {name: Inputs.model_validate(wrapped(held)) for name, held in form_values(drawn).items()}
    typed = one.typed(Form(inputs, frozenset(one.names)))
    assert typed == shown
    return one.value(typed, value)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.one_of(*(st.tuples(st.just(kind), values) for kind, values in WRITTEN.items())))
def test_each_type_survives_its_input(alice: Seat, language: str, written: tuple[str, Any]) -> None:
    kind, value = written
    field = plain(kind, **OPTIONS.get(kind, {}))
    stored = as_json(parse_value(field, value))
    with spoken(language):
        one = input_for(alice.visit, field)
        shown = one.shown(stored)
        given_back = through(one, stored)
        assert one.shown(as_json(parse_value(field, given_back))) == shown
    if kind not in ("text", "long_text", "address", "tags", "file"):
        assert as_json(parse_value(field, given_back)) == (stored if kind != "checkbox" else bool(stored))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=MOMENTS, zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]))
def test_a_moment_is_the_same_clock_on_the_wall(alice: Seat, moment: datetime, zone: str) -> None:
    one = input_for(replace(alice.visit, zone=ZoneInfo(zone)), plain("datetime"))
    back = through(one, as_json(moment))
    assert isinstance(back, datetime)
    here = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    assert back.replace(tzinfo=None) == here


@given(items=st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), max_size=6))
def test_items_survive_one_line(items: list[str]) -> None:
    assert items_of(joined(items)) == items


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1.234,5", ",", "1234.5"),
        ("1 234,5", ",", "1234.5"),
        ("1.234", ",", "1234"),
        ("1.5", ",", "1.5"),
        ("1,234.5", ".", "1234.5"),
        ("1'234.5", ".", "1234.5"),
        ("-1,234,567", ".", "-1234567"),
        ("12,5 %", ",", "12.5 %"),
        ("a lot", ".", "a lot"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, mark: str, number: str) -> None:
    assert plain_number(text, mark=mark) == number


def test_numbers_are_shown_with_the_mark_of_the_language(alice: Seat) -> None:
    one = NumberInput(alice.visit, plain("number", decimals=3))
    with spoken("de"):
        assert one.shown(1234.567) == ("1234,567",)
    assert one.shown(0.001) == ("0.001",)
    assert input_for(alice.visit, plain("date")).shown(date(2026, 3, 1)) == ("2026-03-01",)
