"""HTML of a mail made safe for a page: nothing executes, nothing loads by itself."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from sync.parse import display_html, parse_message
from tests.sync.parse.samples import SAMPLES, extracted, files, html

ACTIVE_TAGS = (
    "script, style, iframe, frame, object, embed, applet, form, input, button, meta, link, base, svg, math, video,"
    " audio, template, noscript, textarea, select"
)
LOADING_ATTRIBUTES = {"src", "srcset", "background", "poster", "data", "action", "formaction", "xlink:href", "ping"}
NAMING_ATTRIBUTES = {"id", "name", "class", "for"}


def assert_harmless(raw: str) -> None:
    shown = display_html(raw)
    tree = LexborHTMLParser(f"<body>{shown}</body>")
    assert not tree.css(ACTIVE_TAGS), shown
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), shown
            assert name not in LOADING_ATTRIBUTES | NAMING_ATTRIBUTES, shown
            value = value or ""
            if name == "href":
                assert re.match(r"(https?:|mailto:|tel:)", value, re.IGNORECASE), shown
                assert node.attributes["rel"] == "noopener noreferrer nofollow", shown
                assert node.attributes["target"] == "_blank", shown
            elif name == "data-src":
                assert re.match(r"https?://", value, re.IGNORECASE), shown
            elif name == "style":
                assert not re.search(r"url|expression|@import|javascript|position|behavior|\\", value, re.I), shown
    assert "<!--" not in shown


def test_text_and_links_survive() -> None:
    shown = display_html(
        '<p style="color:red;position:fixed">Hi <a href="https://x.example/?a=1&amp;b=2">there</a></p>'
    )
    assert shown == (
        '<p style="color:red">Hi <a href="https://x.example/?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">there</a></p>'
    )


def test_no_picture_loads_by_itself() -> None:
    shown = display_html(
        '<img src="https://x.example/logo.png" alt="Logo" srcset="https://x.example/2.png 2x">'
        '<img src="cid:part1@x" data-src="https://evil.example/">'
        '<img src="https://track.example/open?u=1" width="1" height="1">'
        '<td background="https://x.example/bg.png" style="background:url(https://x.example/bg.png)">x</td>'
    )
    assert 'data-src="https://x.example/logo.png"' in shown
    assert 'alt="Logo"' in shown
    assert 'data-cid="part1@x"' in shown
    assert "track.example" not in shown
    assert "bg.png" not in shown
    assert "evil.example" not in shown
    assert not re.search(r"\ssrc(set)?=", shown)


@pytest.mark.parametrize("raw", ["", "   ", "<frameset><frame src=x></frameset>", "\x00"])
def test_nothing_to_show_is_nothing(raw: str) -> None:
    assert display_html(raw) == ""


def test_endless_nesting_is_shown_as_text_in_little_time() -> None:
    started = time.process_time()
    assert display_html("<div>" * 90_000 + "<b>Hello") == "<p>Hello</p>"
    assert time.process_time() - started < 2


@given(st.text(max_size=200))
def test_escaped_text_stays_text(text: str) -> None:
    assert_harmless(text.replace("<", "&lt;"))


WORDS = (
    "<svg <math <style> </style> <!-- --> <script> </script> <table> <td <noscript> <title> <xmp> <template> <textarea>"
)
MORE = (
    "</textarea> <![CDATA[ ]]> > \" ' <mtext> <mglyph> <annotation-xml> &#106;avascript: //evil.example x:expression(1)"
)
SPACED = ["<a href=", "<img src=", "<p style=", "<form action=x>", "<base href=//e>", "javascript:alert(1) ", "\x00"]
PIECES = st.sampled_from([*WORDS.split(), *MORE.split(), *SPACED, " onerror=alert(1) ", "data:text/html,x "])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_no_hostile_markup_survives(pieces: list[str]) -> None:
    assert_harmless("".join(pieces))


def payloads_of(name: str, folder: Path) -> Iterator[str]:
    if name == "payload_list":
        yield from (SAMPLES / "html_xss/xss_payload_list/xss-payload-list.txt").read_text(errors="replace").splitlines()
    elif name == "dompurify":
        for case in json.loads((SAMPLES / "html_xss/dompurify_expect/expect.json").read_text()):
            yield case["payload"]
    elif name == "loofah":
        # The file is JSON but for a trailing comma or two.
        cases = (SAMPLES / "html_xss/loofah/testdata_sanitizer_tests1.dat").read_text()
        yield from (json.loads(text) for text in re.findall(r'"input": ("(?:[^"\\]|\\.)*")', cases))
        yield (SAMPLES / "html_xss/loofah/msword.html").read_text(errors="replace")
    else:
        for path in files(extracted(f"html_xss/{name}.tar.gz", folder)):
            yield path.read_text(errors="replace")


@pytest.mark.parametrize(
    ("name", "at_least"),
    [("payload_list", 3_000), ("dompurify", 100), ("loofah", 20), ("bleach", 6), ("html5lib_tests", 10)],
)
def test_the_known_attacks_are_disarmed(name: str, at_least: int, tmp_path: Path) -> None:
    if not (SAMPLES / "html_xss").exists():
        pytest.skip("the sample data (html_xss) is not here")
    payloads = list(payloads_of(name, tmp_path))
    assert len(payloads) >= at_least
    for payload in payloads:
        assert_harmless(payload)


def test_stored_html_is_raw() -> None:
    assert parse_message(html("<b onclick=x>Hi</b>")).raw_html == "<b onclick=x>Hi</b>"
