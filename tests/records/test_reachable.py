"""Shortcuts for plain addresses and numbers come to the same as the libraries that know them all."""

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from app.records.fields.reachable import mail_address, phone_key

CODES = [
    "1",
    "7",
    "31",
    "33",
    "34",
    "39",
    "44",
    "49",
    "52",
    "54",
    "55",
    "61",
    "65",
    "81",
    "86",
    "91",
    "380",
    "420",
    "852",
]
GAPS = st.lists(st.sampled_from(["", "", "", " ", "-", ".", " (", ") "]), min_size=14, max_size=14)


@given(code=st.sampled_from(CODES), digits=st.text("0123456789", min_size=4, max_size=13), gaps=GAPS)
def test_international_numbers(code: str, digits: str, gaps: list[str]) -> None:
    written = f"+{code}" + "".join(gap + digit for gap, digit in zip(gaps, digits, strict=False))
    number = phonenumbers.parse(written, None)
    possible = phonenumbers.is_possible_number(number)
    assert phone_key(written) == (f"+{code}{phonenumbers.national_significant_number(number)}" if possible else written)


@given(local=st.text("aB.9-_+'@ é", max_size=8), host=st.text("aB.9-_é", max_size=8), end=st.sampled_from([".com", ""]))
def test_addresses(local: str, host: str, end: str) -> None:
    written = f"{local}@{host}{end}"
    try:
        expected = validate_email(written, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        with pytest.raises(EmailNotValidError):
            mail_address(written)
    else:
        assert mail_address(written) == expected


@pytest.mark.parametrize("written", ["Info@Acme.com", "POSTMASTER@acme.com", "Sales@Example.org"])
def test_addresses_of_roles_have_no_capitals(written: str) -> None:
    assert mail_address(written) == validate_email(written, check_deliverability=False).normalized
