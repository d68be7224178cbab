"""A Gmail message resource to what the store keeps of it."""

import dataclasses
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.parse import Kind, ParsedMessage, Participant, parse_message
from tests.sync.parse.samples import encoded, extracted, files, html, message, of_raw, part, plain


def test_it_keeps_gmails_own_facts() -> None:
    parsed = parse_message(plain("Hello", Message_ID="<a@x>", Date="Tue, 14 Nov 2023 22:13:20 +0000"))
    assert (parsed.gmail_id, parsed.gmail_thread_id) == ("18c5a3f0e1b2c3d4", "18c5a3f0e1b2c3d0")
    assert parsed.history_id == "1234567890123456789012"
    assert parsed.label_ids == ("INBOX", "UNREAD")
    assert parsed.internal_date == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert parsed.snippet == "Hello & welcome"
    assert parsed.rfc_message_id == "a@x"
    assert parsed.problems == ()


def test_it_names_every_participant_once_in_each_role() -> None:
    parsed = parse_message(
        plain(
            "Hello",
            From="Dana Diaz <Dana@Customer.example>",
            Reply_To="sales@customer.example",
            To='"Fairfield, Alice" <alice@fairfield.example>, bob@fairfield.example, ALICE@fairfield.example',
            Cc="Dana <dana@customer.example>",
        )
    )
    assert parsed.from_ is not None
    assert parsed.from_.address == "dana@customer.example"
    assert parsed.participants == (
        Participant("from", "Dana Diaz", "dana@customer.example", 0),
        Participant("reply_to", "", "sales@customer.example", 0),
        Participant("to", "Fairfield, Alice", "alice@fairfield.example", 0),
        Participant("to", "", "bob@fairfield.example", 1),
        Participant("cc", "Dana", "dana@customer.example", 0),
    )


def test_of_alternatives_the_html_is_read() -> None:
    parsed = parse_message(
        message(
            part(
                "multipart/alternative",
                parts=[
                    part("text/plain", "wrapped\nplain", part_id="0"),
                    part("text/html", "<p>One</p><p>two <b>bold</b></p>", part_id="1"),
                ],
            )
        )
    )
    assert parsed.full_text == "One\n\ntwo bold"
    assert parsed.raw_html == "<p>One</p><p>two <b>bold</b></p>"


def test_an_html_part_of_pictures_alone_yields_to_the_plain_one() -> None:
    alternatives = [part("text/plain", "Our offer", part_id="0"), part("text/html", "<img src=x>", part_id="1")]
    assert parse_message(message(part("multipart/alternative", parts=alternatives))).full_text == "Our offer"


def test_a_mailing_lists_footer_does_not_hide_the_body() -> None:
    mixed = [part("text/plain", "The body", part_id="0"), part("text/html", "<i>The footer</i>", part_id="1")]
    assert parse_message(message(part("multipart/mixed", parts=mixed))).full_text == "The body\nThe footer"


def test_attachments_are_listed_without_their_bytes() -> None:
    picture = part("image/png", headers={"Content-ID": "<logo@x>"}, filename="logo.png", part_id="0.1")
    contract = part("application/pdf", filename="=?utf-8?q?Vertr=C3=A4ge.pdf?=", part_id="1")
    contract["body"] = {"attachmentId": "ANGjdJ9", "size": 120_000}
    enclosed = part("message/rfc822", parts=[part("text/plain", "inside", filename="x.txt")], part_id="2")
    related = part("multipart/related", parts=[part("text/html", '<img src="cid:logo@x">', part_id="0.0"), picture])
    found = parse_message(message(part("multipart/mixed", parts=[related, contract, enclosed]))).attachments
    assert [(each.part_id, each.filename, each.mime_type, each.inline) for each in found] == [
        ("0.1", "logo.png", "image/png", True),
        ("1", "Verträge.pdf", "application/pdf", False),
        ("2", "", "message/rfc822", False),
    ]
    assert (found[0].content_id, found[1].size) == ("logo@x", 120_000)


@pytest.mark.parametrize(
    ("data", "charset", "text", "problem"),
    [
        ("Grüße".encode(), "iso-8859-1", "Grüße", None),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße", None),
        ("“quoted”".encode("cp1252"), "us-ascii", "“quoted”", None),
        ("こんにちは".encode("iso-2022-jp"), "iso-2022-jp", "こんにちは", None),
        ("价格".encode("gb18030"), "gb2312", "价格", None),
        ("Hi there".encode("utf-16"), "utf-16", "\ufeffHi there".lstrip("\ufeff"), None),
        (b"caf\xe9 au lait", "x-foo", "café au lait", "unknown charset x-foo"),
        (b"caf\xe9 au lait", "utf-8", "café au lait", "not UTF-8"),
        (b"nul\x00 and \x1b escape", "utf-8", "nul and  escape", None),
    ],
)
def test_text_is_read_whatever_charset_is_claimed(data: bytes, charset: str, text: str, problem: str | None) -> None:
    parsed = parse_message(plain(data, f"text/plain; charset={charset}"))
    assert parsed.full_text == text
    assert [problem in found for found in parsed.problems] == ([True] if problem else [])


def test_what_is_too_large_is_cut_and_named() -> None:
    long = parse_message(plain("word " * 60_000))
    assert len(long.full_text) == 200_000
    assert "cut at 200000" in long.problems[0]
    assert len(parse_message(html("<p>" + "x" * 600_000)).raw_html) == 500_000


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"payload": None},
        {"payload": {"headers": "x", "parts": 7, "body": []}},
        {"payload": {"mimeType": 5, "headers": [{"name": "From"}, "x", {"name": 1, "value": 2}]}},
        {"payload": {"mimeType": "text/plain", "body": {"data": "A"}}, "internalDate": "9" * 30},
        {"payload": {"mimeType": "text/plain", "body": {"data": "Ã¼"}}, "labelIds": [1, "INBOX"]},
    ],
)
def test_a_mangled_resource_is_stored_as_far_as_it_goes(resource: dict[str, Any]) -> None:
    parsed = parse_message(resource)
    assert parsed.internal_date == datetime(1970, 1, 1, tzinfo=UTC)
    assert parsed.problems


def test_endless_nesting_is_bounded() -> None:
    deep = part("text/plain", "x")
    for _ in range(3_000):
        deep = part("multipart/mixed", parts=[deep, part("text/plain", "y")])
    assert "the rest is left out" in " ".join(parse_message(message(deep)).problems)


class TestGroupDigest:
    def test_copies_in_several_mailboxes_agree(self) -> None:
        mail = {"From": "dana@customer.example", "Message_ID": "<a@x>", "Date": "Tue, 14 Nov 2023 22:13:20 +0000"}
        alices, bobs = plain("Hello", **mail), plain("Hello", **mail)
        bobs |= {"id": "18ffffffffffffff", "labelIds": ["SENT"], "historyId": "7"}
        assert parse_message(alices).group_digest == parse_message(bobs).group_digest

    def test_different_mails_under_one_message_id_do_not(self) -> None:
        assert self.digest("Hello", Message_ID="<a@x>") != self.digest("Goodbye", Message_ID="<a@x>")

    def test_without_a_message_id_each_copy_stands_alone(self) -> None:
        other = plain("Hello") | {"id": "18ffffffffffffff"}
        assert self.digest("Hello") != parse_message(other).group_digest
        assert self.digest("Hello") == self.digest("Hello")

    def digest(self, text: str, **headers: str) -> str:
        return parse_message(plain(text, **headers)).group_digest


ANYTHING = st.text(max_size=80)
HEADER_NAMES = ["From", "To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "X-Failed-Recipients"]
HEADERS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(HEADER_NAMES) | ANYTHING, "value": ANYTHING}), max_size=8
)
MIME_TYPES = st.sampled_from(
    ["text/plain", "text/html", "text/calendar", "multipart/alternative", "multipart/report", "message/delivery-status"]
)
CHARSETS = st.sampled_from(["utf-8", "utf-16", "iso-2022-jp", "hz", "utf-7", "x-foo", "rot13", "unicode_escape", "\0"])
BODIES = st.binary(max_size=200) | ANYTHING.map(lambda text: text.encode("utf-8", "replace"))


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    headers = [*draw(HEADERS), {"name": "Content-Type", "value": f"text/plain; charset={draw(CHARSETS)}"}]
    return part(draw(MIME_TYPES), draw(BODIES), filename=draw(ANYTHING)) | {"headers": headers}


def branches(children: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda kind, headers, parts: part(kind, parts=parts) | {"headers": headers},
        MIME_TYPES,
        HEADERS,
        st.lists(children, max_size=4),
    )


@settings(max_examples=150, deadline=None)
@given(payload=st.recursive(leaves(), branches, max_leaves=10), snippet=ANYTHING, subject=ANYTHING)
def test_no_message_raises_or_holds_what_a_database_refuses(
    payload: dict[str, Any], snippet: str, subject: str
) -> None:
    parsed = parse_message(message(payload, Subject=subject) | {"snippet": snippet})
    check_storable(parsed)
    check_visible_is_contained(parsed)


TAGS = (
    "<div> </div> <blockquote> </blockquote> <p> <br> <table> <td> <pre> </pre> <style> <frameset> &#4; &#0; &#xd800;"
)
QUOTES = ["<blockquote type=cite>", "<div class=gmail_quote>", "<div id=divRplyFwdMsg>", "On 3 May 2024 Dana wrote:"]
PIECES = st.sampled_from([*TAGS.split(), *QUOTES, "word ", "\n", "> quoted\n", "From: a\n", "Sent: b\n"])


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_html_keeps_the_visible_text_within_the_whole(pieces: list[str]) -> None:
    parsed = parse_message(html("".join(pieces), Subject="Re: offer"))
    check_storable(parsed)
    check_visible_is_contained(parsed)


def check_storable(parsed: ParsedMessage) -> None:
    for text in strings_of(dataclasses.asdict(parsed)):
        assert "\x00" not in text
        text.encode()


def strings_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_of(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from strings_of(inner)


def check_visible_is_contained(parsed: ParsedMessage) -> None:
    """Letter by letter in order, white space aside: quotations may have been taken out of the middle."""
    whole = (char for char in parsed.full_text if char not in string.whitespace)
    assert all(char in whole for char in "".join(parsed.visible_text.split()))


@pytest.mark.parametrize("archive", ["mimekit", "mime4j", "stalwart_eml", "enmime", "php_mime", "webklex", "flanker"])
def test_real_broken_mail_is_read_without_a_failure(archive: str, tmp_path: Path) -> None:
    folder = extracted(f"emails/{archive}.tar.gz", tmp_path)
    parsed = [parse_message(of_raw(path.read_bytes())) for path in files(folder)]
    assert len(parsed) > 20
    for each in parsed:
        check_storable(each)
    assert any(each.kind is Kind.HUMAN and each.full_text for each in parsed)


def test_broken_base64_is_a_problem_not_a_failure() -> None:
    broken = plain("x")
    broken["payload"]["body"]["data"] = encoded("Hello")[:5]
    assert parse_message(broken).problems == ("part 0: broken base64",)
