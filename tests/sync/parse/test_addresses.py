"""Address headers, clean and broken."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.parse import Address, parse_addresses

ATOM = st.text("abcdefghijklmnopqrstuvwxyz0123456789!#$%&*+-/=?^_`{|}~", min_size=1, max_size=20)
NAME = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\"'<>\\=()"), max_size=30
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("dana@customer.example", [("", "dana@customer.example")]),
        ("  DANA@Customer.Example ", [("", "dana@customer.example")]),
        ("Dana Diaz <dana@customer.example>", [("Dana Diaz", "dana@customer.example")]),
        ('"Diaz, Dana" <dana@customer.example>', [("Diaz, Dana", "dana@customer.example")]),
        ("Diaz, Dana <dana@customer.example>", [("Diaz, Dana", "dana@customer.example")]),
        ("=?utf-8?q?Diaz=2C_Dana?= <dana@customer.example>", [("Diaz, Dana", "dana@customer.example")]),
        ("=?utf-8?q?Diaz,_Dana?= <dana@customer.example>", [("Diaz, Dana", "dana@customer.example")]),
        ("=?utf-8?B?5bGx55Sw?= =?utf-8?B?5aSq6YOO?= <y@x.example>", [("山田太郎", "y@x.example")]),
        ("山田太郎 <y@x.example>, مريم <m@x.example>", [("山田太郎", "y@x.example"), ("مريم", "m@x.example")]),
        ("dana@customer.example (Dana Diaz)", [("Dana Diaz", "dana@customer.example")]),
        ('"Dana \\"DD\\" Diaz" <dana@x.example>', [('Dana "DD" Diaz', "dana@x.example")]),
        ("Team: a@x.example, B <b@x.example>;", [("", "a@x.example"), ("B", "b@x.example")]),
        ("Team: a@x.example;, c@x.example", [("", "a@x.example"), ("", "c@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<a@x.example, b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Dana dana@x.example", [("Dana", "dana@x.example")]),
        ("<<dana@x.example>>", [("", "dana@x.example")]),
        ("Dana <mailto:dana@x.example>", [("Dana", "dana@x.example")]),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Jürgen <j@bücher.example>", [("Jürgen", "j@bücher.example")]),
        ("dana@x.example\r\nBcc: mallory@elsewhere.example", [("", "dana@x.example")]),
        ('"unclosed <dana@x.example>', [("unclosed", "dana@x.example")]),
        ("MAILER-DAEMON", []),
        ("", []),
    ],
)  # fmt: skip
def test_it_reads_an_address_header(header: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.name, found.address) for found in parse_addresses(header)] == expected


def test_a_name_never_carries_a_line_end_or_control_character() -> None:
    [found] = parse_addresses('"Dana\r\nBcc: x\x00\ud800" <dana@x.example>')
    assert found == Address("Dana Bcc: x\ufffd", "dana@x.example")


@given(st.lists(st.tuples(NAME, ATOM, ATOM), min_size=1, max_size=5))
def test_written_addresses_come_back(people: list[tuple[str, str, str]]) -> None:
    header = ", ".join(f'"{name}" <{local}@{domain}.example>' for name, local, domain in people)
    found = parse_addresses(header)
    assert [(each.name, each.address) for each in found] == [
        (name, f"{local}@{domain}.example".lower()) for name, local, domain in people
    ]


@given(st.text(max_size=400) | st.text('<>()",;:@\\= ab?qQ.', max_size=400))
def test_no_header_raises_or_leaks_what_a_database_refuses(header: str) -> None:
    for found in parse_addresses(header):
        assert "@" in found.address
        assert not any(ord(char) < 32 or "\ud800" <= char <= "\udfff" for char in found.name + found.address)


@pytest.mark.parametrize("piece", ['"', "(", "<", ",", " ", "a.", "a ", ":", '"\\', "=?utf-8?q?", "@", "a@b,"])
def test_a_hostile_header_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    parse_addresses(piece * (50_000 // len(piece)))
    assert time.process_time() - started < 2
