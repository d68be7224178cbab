"""Header decoding and message ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.parse.headers import decode_words, message_id, message_ids, parameter, text_header


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?ISO-8859-1?Q?Gr=FC=DFe?= aus =?utf-8?B?S8O2bG4=?=", "Grüße aus Köln"),
        ("=?utf-8?Q?=F0=9F?= =?utf-8?Q?=98=80?=", "😀"),
        ("=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"),
        ("=?x-unheard-of?Q?caf=E9?=", "café"),
        ("=?broken", "=?broken"),
        ("a =?utf-8*en?q?b?= c", "a b c"),
    ],
)
def test_it_decodes_encoded_words(encoded: str, decoded: str) -> None:
    assert decode_words(encoded) == decoded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b>", "a@b"),
        ("  <a@b> (comment)", "a@b"),
        ("a@b", "a@b"),
        ("<a b@c>", "a b@c"),
        ("", ""),
        ("<" + "x" * 600 + "@y>", "x" * 500),
    ],
)
def test_a_message_id_loses_its_brackets(value: str, expected: str) -> None:
    assert message_id(value) == expected


def test_references_come_in_order_and_bounded() -> None:
    assert message_ids("<a@x> <b@x>\r\n <c@x>") == ("a@x", "b@x", "c@x")
    assert message_ids("a@x b@x") == ("a@x", "b@x")
    assert len(message_ids(" ".join(f"<{n}@x>" for n in range(500)))) == 100


def test_parameters_are_read_quoted_or_bare() -> None:
    assert parameter('text/plain; format=flowed; CHARSET="utf-8"', "charset") == "utf-8"
    assert parameter("text/calendar; method=REQUEST; charset=utf-8", "method") == "REQUEST"
    assert parameter("text/plain", "charset") == ""


@given(st.text(max_size=300))
def test_no_header_text_raises(value: str) -> None:
    for result in (text_header(value, 100), message_id(value), *message_ids(value)):
        assert not any(ord(char) < 32 or "\ud800" <= char <= "\udfff" for char in result)
