"""Normal forms: equal things compare equal, and no text makes them fail."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.address_kinds import is_group, is_no_reply, is_person
from app.records.keys import (
    MAX_KEY_LENGTH,
    company_name_from_domain,
    display_name_parts,
    domain_of,
    email_key,
    host_of,
    person_name,
)

ADDRESSES = st.one_of(
    st.emails(),
    st.text(),
    st.builds("{}@{}".format, st.text(), st.text()),
    st.builds(
        "{}+{}@{}".format, st.text(max_size=5), st.text(max_size=5), st.sampled_from(["gmail.com", "GoogleMail.com"])
    ),
    st.builds("x@{}.{}".format, st.text(max_size=8), st.sampled_from(["co.uk", "example", "de", "xn--p1ai"])),
)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (" <Dana.Diaz@Customer.EXAMPLE> ", "dana.diaz@customer.example"),
        ("dana+news+more@customer.example", "dana@customer.example"),
        ("D.A.Na+x@GoogleMail.com", "dana@gmail.com"),
        ("+@customer.example", "+@customer.example"),
        ("...@gmail.com", "...@gmail.com"),
        ("dana@bücher.example", "dana@xn--bcher-kva.example"),
        ("dana@customer.example.", "dana@customer.example"),
        ("Postmaster", "postmaster"),
        ("  ", ""),
    ],
)
def test_one_key_for_every_spelling(address: str, key: str) -> None:
    assert email_key(address) == key


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@mail.acme.co.uk", "acme.co.uk"),
        ("acme.co.uk", "acme.co.uk"),
        ("a@MÜNCHEN.de", "xn--mnchen-3ya.de"),
        ("a@deep.below.acme.example", "acme.example"),
        ("a@crm.lan", "crm.lan"),
        ("a@co.uk", ""),
        ("a@localhost", ""),
        ("a@[192.168.0.1]", ""),
        ("a@10.0.0.1", ""),
        ("a@1.2.3", ""),
        ("a@b..example", ""),
        ("", ""),
    ],
)
def test_the_registrable_domain(address: str, domain: str) -> None:
    assert domain_of(address) == domain


@pytest.mark.parametrize(
    ("name", "address", "parts"),
    [
        ("Anna Müller", "", ("Anna", "Müller")),
        ('"Müller, Anna (Acme)"', "", ("Anna", "Müller")),
        ("Ana María del Río", "", ("Ana", "María del Río")),
        ("Bo Berg via LinkedIn", "", ("Bo", "Berg")),
        ("Acme, Inc., Sales", "", ("Acme,", "Inc., Sales")),
        ("山田 太郎", "", ("山田", "太郎")),
        ("dana@customer.example", "dana.diaz@customer.example", ("Dana", "Diaz")),
        ("", "dana_diaz+crm@customer.example", ("Dana", "Diaz")),
        ("", "dana.1984@customer.example", ("Dana", "")),
        ("", "1984@customer.example", ("1984@customer.example", "")),
        ("", "", ("", "")),
    ],
)
def test_names(name: str, address: str, parts: tuple[str, str]) -> None:
    assert display_name_parts(name, address) == parts
    assert person_name(name, address) == " ".join(part for part in parts if part)


@pytest.mark.parametrize(
    ("domain", "name"),
    [("acme-tools.co.uk", "Acme Tools"), ("mail.acme.example", "Acme"), ("xn--mnchen-3ya.de", "München"), ("", "")],
)
def test_company_names(domain: str, name: str) -> None:
    assert company_name_from_domain(domain) == name


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@x.example",
        "noreply+77@x.example",
        "shop.donotreply@x.example",
        "MAILER-DAEMON@x.example",
        "bounce-77@x.example",
        "bounces+1-dana=y.example@x.example",
        "notifications@x.example",
    ],
)
def test_nobody_reads_these(address: str) -> None:
    assert is_no_reply(address)
    assert not is_person(address)


@pytest.mark.parametrize(
    "address",
    [
        "info@x.example",
        "Sales+de@x.example",
        "dev-request@x.example",
        "owner-dev@x.example",
        "a@lists.x.example",
        "a@googlegroups.com",
    ],
)
def test_many_answer_these(address: str) -> None:
    assert is_group(address)
    assert not is_person(address)


@pytest.mark.parametrize(
    "address",
    ["dana@customer.example", "norbert.reply@x.example", "salesman@x.example", "o'neil@x.example", "botha@x.example"],
)
def test_one_person_answers_these(address: str) -> None:
    assert is_person(address)


@given(ADDRESSES)
def test_keys_are_stable_and_fit_an_index(text: str) -> None:
    key = email_key(text)
    assert email_key(key) == key
    assert len(key) <= MAX_KEY_LENGTH


@pytest.mark.parametrize("normal", [domain_of, host_of])
@given(text=ADDRESSES)
def test_domains_are_stable_and_those_of_the_key(normal: Callable[[str], str], text: str) -> None:
    domain = normal(text)
    assert normal(domain) == domain
    assert len(domain_of(text)) <= MAX_KEY_LENGTH


@given(ADDRESSES, ADDRESSES)
def test_no_text_makes_them_fail(name: str, address: str) -> None:
    first, last = display_name_parts(name, address)
    assert person_name(name, address) == " ".join(part for part in (first, last) if part)
    assert isinstance(company_name_from_domain(address), str)
    assert {is_person(address), is_group(address), is_no_reply(address)} <= {True, False}
