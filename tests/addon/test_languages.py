"""Six languages: complete, held through a request and never beyond it, with the region's dates and amounts."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from app.core.database import transaction
from app.records.deals import create_deal
from gmail_addon.language import FOLDER, language_for, speak
from gmail_addon.wording import day, money, t, when
from models import Member
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, texts
from tests.addon.spoken_words import modules, template_words

LANGUAGES = ("de", "fr", "es", "uk", "zh-TW")
GREETINGS = {"de": "Hallo", "fr": "Bonjour", "es": "Hola", "uk": "Вітаємо", "zh-TW": "您好", "en-US": "Hello"}
NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    speak(language_for("en", None))


def test_what_is_said_can_be_found() -> None:
    assert [unknown for module in modules() for unknown in module.unknown] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    said = set().union(*(module.said for module in modules())) | template_words()
    catalog = orjson.loads((FOLDER / f"{language}.json").read_bytes())
    assert sorted(said - set(catalog)) == []
    assert sorted(set(catalog) - said) == []
    assert [each for each, words in catalog.items() if names(each) != names(words) or not words] == []


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize(
    ("locale", "moment", "date", "amount", "yen"),
    [
        (None, "Fri 9:05 PM", "Oct 19, 2025", "€12,500", "¥1,500"),
        ("en-US", "Fri 9:05 PM", "Oct 19, 2025", "€12,500", "¥1,500"),
        ("en-GB", "Fri 21:05", "19 Oct 2025", "€12,500", "JP¥1,500"),
        ("de-AT", "Fr, 21:05", "19. Okt. 2025", "€ 12.500", "¥ 1.500"),
        ("de", "Fr, 21:05", "19. Okt. 2025", "12.500 €", "1.500 ¥"),
        ("fr", "ven. 21:05", "19 oct. 2025", "12 500 €", "1 500 JPY"),
        ("uk", "пт, 21:05", "19 жовт. 2025 р.", "12 500 EUR", "1 500 ¥"),
        ("zh-TW", "週五 晚上9:05", "2025年10月19日", "€12,500", "¥1,500"),
        ("zh-CN", "Fri 9:05 PM", "Oct 19, 2025", "€12,500", "¥1,500"),
    ],
)
def test_dates_and_amounts_are_those_of_the_region(
    locale: str | None, moment: str, date: str, amount: str, yen: str
) -> None:
    speak(language_for("", locale))
    today = NOW.date()
    said = (
        when(NOW - timedelta(days=3), NOW, BERLIN),
        day(today - timedelta(days=400), today),
        money(1_250_000, "EUR"),
        money(1_500, "JPY"),
    )
    assert tuple(re.sub(r"\s", " ", each) for each in said) == (moment, date, amount, yen)


def test_a_choice_goes_before_gmail_and_the_unknown_is_english() -> None:
    assert language_for("uk", "de-DE").code == "uk"
    assert {language_for("", told).code for told in ("zh-Hant", "zh-HK", "zh_TW")} == {"zh-TW"}
    assert {language_for("", told).code for told in ("zh", "zh-Hans-TW", "sv-SE", "", "-", None)} == {"en"}


def test_braces_in_names_are_text() -> None:
    speak(language_for("de", None))
    assert t("Create {name}", name="{0} {x}") == "{0} {x} anlegen"
    assert t("Acme {0.x} no sentence") == "Acme {0.x} no sentence"


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_english_is_left_on_the_cards(locale: str, desk: Desk) -> None:
    bob = speaking(desk.sit(desk.cast.bob), locale)
    gmail_id = desk.receive(desk.cast.bob, letter("Jane Roe <jane@acme.example>", "bob@ours.example"))
    with transaction(desk.context.engine) as session:
        create_deal(session, viewer=desk.cast.bob, values={"name": "Q4", "amount": 1_250_000})
    catalog = orjson.loads((FOLDER / f"{locale}.json").read_bytes())
    english = {each for each, words in catalog.items() if each != words} - set(catalog.values())
    for card in (bob.home(), bob.open(gmail_id)):
        assert not english & set(texts(card))
    assert GREETINGS[locale] in " ".join(texts(bob.home()))


def test_each_gets_their_own_language_at_once(desk: Desk) -> None:
    people = [(desk.sit(desk.cast.bob), "de"), (desk.sit(desk.cast.alice), "en-US")] * 12

    def greeted(person: Sidebar, locale: str) -> bool:
        own = speaking(Sidebar(person.client, person.signer, person.subject, person.email), locale)
        return GREETINGS[locale] in " ".join(texts(own.home()))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda one: greeted(*one), people))


def test_the_language_chosen_holds_whatever_gmail_says(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        session.get_one(Member, desk.cast.bob.member_id).language = "uk"
    assert GREETINGS["uk"] in " ".join(texts(speaking(desk.sit(desk.cast.bob), "de").home()))


def test_a_stranger_is_spoken_to_in_gmails_language(desk: Desk) -> None:
    mallory = speaking(desk.sit(desk.cast.mallory), "fr")
    mallory.subject = "nobody"
    assert any("Connecte" in text for text in texts(mallory.home()))


def speaking(person: Sidebar, locale: str) -> Sidebar:
    """Their Gmail, set to this locale."""
    plain_event = person.event

    def event(*given: Any, **form: Any) -> dict[str, Any]:
        told = plain_event(*given, **form)
        told["commonEventObject"]["userLocale"] = locale
        return told

    person.event = event  # type: ignore[method-assign]
    return person
