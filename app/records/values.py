"""What a person typed, as the store keeps it: one parser per field type."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email

from app.core.errors import InvalidInput
from models import FieldDef

ID_LENGTH = 26
MAX_TEXT = 10_000
MAX_LINE = 300
"""Characters of a text in a column, which lists show in one line."""
MAX_NUMBER = 2**31 - 1
MAX_MINOR = 10**15
_DOMAIN = re.compile(r"(?=.{4,253}$)([\w-]{1,63}\.)+[\w-]{2,63}")
_CURRENCY = r"(?:[A-Z]{3}|[^\w\s.,()+-]{1,3})"
_APART = r"[., '’\u00a0\u202f]"
_AMOUNT = re.compile(
    rf"(?:{_CURRENCY}\s*)?(-?)(\d+|\d{{1,3}}(?:{_APART}\d{{2,3}})*{_APART}\d{{3}})(?:[.,](\d{{1,2}}))?(?:\s*{_CURRENCY})?"
)


def parse_value(field: FieldDef, value: object) -> Any:
    """The stored form of `value`; empty text is None. Raises InvalidInput naming the field and the fix."""
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.required:
            raise InvalidInput(f"{field.name}: please fill this in.", field=field.key)
        return None
    return _PARSERS[field.type](field, value)


def _text(field: FieldDef, value: object) -> str | None:
    text = str(value).replace("\0", "").strip()
    limit = MAX_LINE if field.column else MAX_TEXT
    if len(text) > limit:
        raise InvalidInput(f"{field.name}: at most {limit:,} characters, please.", field=field.key)
    if field.required and not text:
        raise InvalidInput(f"{field.name}: please fill this in.", field=field.key)
    return text or None


def _email(field: FieldDef, value: object) -> list[str]:
    """One or several addresses, separated by commas or white space."""
    parts = value if isinstance(value, list) else re.split(r"[\s,;]+", str(value))
    return [_one_email(field, part) for part in parts if part]


def _one_email(field: FieldDef, value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise InvalidInput(f"{field.name}: {value} is not an email address. {error}", field=field.key) from None


def _domain(field: FieldDef, value: object) -> str:
    domain = re.sub(r"^(https?://)?(www\.)?", "", str(value).strip().lower()).split("/")[0]
    if not _DOMAIN.fullmatch(domain):
        raise InvalidInput(f"{field.name}: write a domain such as example.com.", field=field.key)
    return domain


def _currency(field: FieldDef, value: object) -> int:
    """Minor units (cents). Accepts 1234, 1,234.50, 1.234,50, 1 234,50 and a currency before or after."""
    found = _AMOUNT.fullmatch(str(value).strip())
    if not found:
        raise InvalidInput(f"{field.name}: write an amount such as 1234.50.", field=field.key)
    sign, whole, cents = found.groups(default="")
    minor = int(sign + "".join(filter(str.isdigit, whole)) + cents.ljust(2, "0"))
    if abs(minor) > MAX_MINOR:
        raise InvalidInput(f"{field.name}: this amount is too large.", field=field.key)
    return minor


def _number(field: FieldDef, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise InvalidInput(f"{field.name}: write a whole number.", field=field.key) from None
    if abs(number) > MAX_NUMBER:
        raise InvalidInput(f"{field.name}: at most {MAX_NUMBER:,}, please.", field=field.key)
    return number


def _percent(field: FieldDef, value: object) -> int:
    number = _number(field, str(value).rstrip("% "))
    if not 0 <= number <= 100:
        raise InvalidInput(f"{field.name}: write a percentage from 0 to 100.", field=field.key)
    return number


def _date(field: FieldDef, value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        raise InvalidInput(f"{field.name}: write a date as YYYY-MM-DD.", field=field.key) from None


def _dropdown(field: FieldDef, value: object) -> str:
    choices: list[str] = field.options["choices"]
    if value not in choices:
        raise InvalidInput(f"{field.name}: choose one of {', '.join(choices)}.", field=field.key)
    return str(value)


def _reference(field: FieldDef, value: object) -> str:
    """An id; the service checks that it exists and that the viewer may see it."""
    if not (isinstance(value, str) and value.isalnum() and len(value) <= ID_LENGTH):
        raise InvalidInput(f"{field.name}: choose one from the list.", field=field.key)
    return value


_PARSERS: dict[str, Callable[[FieldDef, object], Any]] = {
    "text": _text,
    "phone": _text,
    "email": _email,
    "domain": _domain,
    "currency": _currency,
    "number": _number,
    "percent": _percent,
    "date": _date,
    "dropdown": _dropdown,
    "record": _reference,
    "user": _reference,
    "stage": _reference,
}
