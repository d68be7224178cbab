"""How values look to a person: numbers, money, dates and names in their language and time zone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision, get_decimal_symbol

from app.core.clock import zone_of


@dataclass(frozen=True, slots=True)
class Formats:
    """A person's language, time zone and currency, and the names behind the ids that are shown."""

    locale: str = "en"
    time_zone: str = "UTC"
    currency: str = "EUR"
    names: Mapping[str, str] = field(default_factory=dict)
    """Of members, records and stages, by id."""
    word: Callable[[str], str] = str
    """Translates the words that a workspace starts with, such as the choices of its fields."""

    @property
    def decimal_mark(self) -> str:
        """What stands before the decimals where this person edits a number: a comma or a point."""
        return "," if get_decimal_symbol(_locale(self.locale)) == "," else "."

    def number(self, value: float) -> str:
        return format_decimal(value, locale=_locale(self.locale))

    def percent(self, value: float) -> str:
        """Of a value from 0 to 100."""
        return format_percent(Decimal(str(value)) / 100, locale=_locale(self.locale), decimal_quantization=False)

    def exact(self, value: Decimal) -> str:
        """A number with all its decimals."""
        return format_decimal(value, locale=_locale(self.locale), decimal_quantization=False)

    def money(self, minor: int, currency: str | None = None) -> str:
        code = currency or self.currency
        return format_currency(minor / 10 ** minor_digits(code), code, locale=_locale(self.locale))

    def date(self, value: date) -> str:
        return format_date(value, "medium", locale=_locale(self.locale))

    def moment(self, value: datetime) -> str:
        local = value.replace(tzinfo=value.tzinfo or UTC).astimezone(zone_of(self.time_zone))
        return format_datetime(local, "short", locale=_locale(self.locale))

    def name(self, id: str) -> str:
        return self.names.get(id, "")


@lru_cache(maxsize=512)
def minor_digits(currency: str) -> int:
    """How many digits of an amount are cents: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217)."""
    return get_currency_precision(currency)


@lru_cache(maxsize=512)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (ValueError, UnknownLocaleError):
        return Locale("en")
