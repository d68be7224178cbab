"""The language of the person whose request this is: its sentences, and how it writes dates and numbers.

It is set once per request, in the request's own context, so that it holds in whatever thread goes on with the answer.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import orjson
from babel import Locale, UnknownLocaleError
from babel.dates import DateTimePattern, get_day_names, match_skeleton, parse_pattern
from babel.numbers import NumberPattern
from babel.numbers import parse_pattern as parse_number_pattern

ENGLISH = "en"
FOLDER = Path(__file__).parent / "languages"
_SCRIPTS = {"zh-TW": "zh_Hant"}
"""Locales of languages whose locale is not called like them."""
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
"""Scripts and regions of Chinese that are written in traditional characters."""


@dataclass(frozen=True, eq=False)
class Language:
    """`sentences` by their English; `locale` is that of the person's region, where one is known for the language."""

    code: str
    locale: Locale
    sentences: Mapping[str, str]

    @cached_property
    def clock(self) -> DateTimePattern:
        pattern: DateTimePattern = self.locale.time_formats["short"]
        return pattern

    @cached_property
    def date_of_this_year(self) -> DateTimePattern:
        return self._date("MMMd")

    @cached_property
    def date(self) -> DateTimePattern:
        return self._date("yMMMd")

    @cached_property
    def weekdays(self) -> Mapping[int, str]:
        """Short names, of Monday as 0."""
        return get_day_names("abbreviated", "stand-alone", self.locale)

    @cached_property
    def whole_money(self) -> NumberPattern:
        """How an amount without cents is written."""
        return parse_number_pattern(self.locale.currency_formats["standard"].pattern.replace(".00", ""))

    def _date(self, skeleton: str) -> DateTimePattern:
        known = self.locale.datetime_skeletons
        found = match_skeleton(skeleton, known) or "yMMMd"
        return parse_pattern(known[found])


def language_for(chosen: str, told: str | None) -> Language:
    """The language that a member chose; else that of Gmail, which `told` its locale (`de-AT`); else English."""
    return _language(chosen, (told or "")[:35])


def speak(language: Language) -> None:
    """From now on, this request is answered in that language."""
    _spoken.set(language)


def spoken() -> Language:
    return _spoken.get()


@lru_cache(maxsize=1024)
def _language(chosen: str, told: str) -> Language:
    tags = told.replace("_", "-").lower().split("-")
    code = chosen if chosen == ENGLISH or chosen in _catalogs() else _code(tags)
    region = next((tag.upper() for tag in tags[1:] if len(tag) == 2 and tag.isalpha()), "")
    return Language(code, _locale(_SCRIPTS.get(code, code), region), _catalogs().get(code, {}))


def _code(tags: list[str]) -> str:
    if tags[0] == "zh":
        return "zh-TW" if _TRADITIONAL.intersection(tags) and "hans" not in tags else ENGLISH
    return tags[0] if tags[0] in _catalogs() else ENGLISH


def _locale(name: str, region: str) -> Locale:
    try:
        return Locale.parse(f"{name}_{region}" if region else name)
    except (ValueError, UnknownLocaleError):
        return Locale.parse(name)


@lru_cache(maxsize=1)
def _catalogs() -> Mapping[str, Mapping[str, str]]:
    """The translations by language, read once per process."""
    return {file.stem: orjson.loads(file.read_bytes()) for file in FOLDER.glob("*.json")}


_spoken: ContextVar[Language] = ContextVar("language", default=language_for(ENGLISH, None))  # noqa: B039
