"""Where people can be reached: mail addresses, phone numbers, postal addresses."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from app.core.errors import InvalidInput
from app.core.text import one_line
from app.records.fields.base import MAX_LINE, FieldType
from app.records.fields.formats import Formats
from app.records.fields.refusals import refusal
from models import FieldDef

MAX_EACH = 20
MAX_LOCAL, MAX_PLAIN = 64, 200
ADDRESS_PARTS = ("street", "city", "region", "postal_code", "country")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN = re.compile(r"[ ().-]")
"""What people write between the digits of a number."""
_PHONE = re.compile(r"[+\d][\d\s().,/\-–x#]*(ext\.?\s*\d+)?", re.IGNORECASE)


class Email(FieldType):
    """A list of addresses; text holds several, separated by commas or white space."""

    name, label, family, sql = "email", "Email", "texts", "json"

    def parse(self, field: FieldDef, value: Any) -> list[str]:
        parts = value if isinstance(value, list) else re.split(r"[\s,;]+", str(value))
        if len(parts) > MAX_EACH:
            raise refusal("too_many", field, count=MAX_EACH)
        return list(dict.fromkeys(self._one(field, str(part)) for part in parts if part))

    def _one(self, field: FieldDef, text: str) -> str:
        try:
            return mail_address(text)
        except EmailNotValidError as error:
            raise refusal("email", field, text=text, why=error) from None

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return ", ".join(value)

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        return ", ".join(value)


class Phone(FieldType):
    """A list of numbers: `+4930123456` (E.164) where they or the option `region` tell the country, else as written."""

    name, label, family, sql = "phone", "Phone", "texts", "json"
    option_names = frozenset({"region"})

    def parse(self, field: FieldDef, value: Any) -> list[str]:
        parts = value if isinstance(value, list) else re.split(r"[;\n]|,(?=\s*\+)", str(value))
        if len(parts) > MAX_EACH:
            raise refusal("too_many", field, count=MAX_EACH)
        return list(dict.fromkeys(self._one(field, str(part).strip()) for part in parts if str(part).strip()))

    def _one(self, field: FieldDef, text: str) -> str:
        written = one_line(text)
        if not _PHONE.fullmatch(written) or sum(map(str.isdigit, written)) < 3 or len(written) > 50:
            raise refusal("phone", field, text=written[:50])
        return phone_key(written, field.options.get("region"))

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        region = options.get("region")
        if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
            raise InvalidInput("region: a country by its two letters (ISO 3166-1), such as DE.", field="options")
        return dict(options)

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return ", ".join(_readable(number) for number in value)

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        return "; ".join(value)


class Address(FieldType):
    """Street, city, region, postal code and country (ISO 3166-1 alpha-2 where possible). Text is the street."""

    name, label, family, sql, card = "address", "Address", "address", "json", "multiline"

    def parse(self, field: FieldDef, value: Any) -> dict[str, str] | None:
        given = value if isinstance(value, Mapping) else {"street": value}
        if unknown := set(given) - set(ADDRESS_PARTS):
            raise self.refuse(field, f"{min(unknown)} is not a part of an address; use {', '.join(ADDRESS_PARTS)}.")
        parts = {part: _line(given[part]) for part in ADDRESS_PARTS if given.get(part) and _line(given[part])}
        if any(len(text) > MAX_LINE for text in parts.values()):
            raise self.refuse(field, f"at most {MAX_LINE} characters each, please.")
        return parts or None

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        town = " ".join(filter(None, (value.get("postal_code"), value.get("city"))))
        return ", ".join(filter(None, (value.get("street"), town, value.get("region"), value.get("country"))))

    def cell(self, field: FieldDef, value: Any) -> str:
        return self.show(field, value, Formats())


def mail_address(text: str) -> str:
    """The normal form of an address. Raises EmailNotValidError.

    Most addresses are of a plain form (RFC 5322 3.2.3: dot-atom), at a domain that has been met before.
    """
    local, _, domain = text.rpartition("@")
    if len(local) <= MAX_LOCAL and len(text) <= MAX_PLAIN and _DOT_ATOM.fullmatch(local):
        local = local.lower() if local.lower() in CASE_INSENSITIVE_MAILBOX_NAMES else local
        return f"{local}@{_domain(domain)}"
    return validate_email(text, check_deliverability=False, test_environment=True).normalized


@lru_cache(maxsize=4096)
def _domain(text: str) -> str:
    return validate_email(f"a@{text}", check_deliverability=False, test_environment=True).domain


def phone_key(text: str, region: str | None = None) -> str:
    """A number in E.164 form if it is a possible one, else as written."""
    plain = _BETWEEN.sub("", text)
    if _E164.fullmatch(plain) and _is_plain(plain[1:]):
        return plain
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number) or number.extension:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_plain(digits: str) -> bool:
    """Whether an international number is possible and stays as it is: its national part begins with no prefix."""
    for length in (1, 2, 3):
        code, national = digits[:length], digits[length:]
        if (plan := _dialling(int(code))) is not None:
            lengths, prefix = plan
            return len(national) in lengths and not national.startswith(("0", prefix))
    return False


@lru_cache(maxsize=512)
def _dialling(code: int) -> tuple[frozenset[int], str] | None:
    """The lengths of national numbers under a country calling code, and the prefix of calls within the country.

    None for a code that is none, or where more than a plain prefix is taken off a number.
    """
    region = phonenumbers.region_code_for_country_code(code)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None or metadata.general_desc is None or metadata.national_prefix_transform_rule:
        return None
    prefix = metadata.national_prefix_for_parsing or "0"
    return (frozenset(metadata.general_desc.possible_length), prefix) if prefix.isdigit() else None


def _readable(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _line(value: Any) -> str:
    if isinstance(value, Mapping | list):
        raise InvalidInput("address: each part is a text.", field="address")
    return one_line(str(value))
