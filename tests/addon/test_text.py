"""Text of strangers in cards: escaped where Gmail reads HTML, plain elsewhere, and never what it is not."""

import pytest

from gmail_addon.errors import CardError
from gmail_addon.site import Site
from gmail_addon.text import RED, bold, caption, color, esc, join, line, lines, link, plain, typed
from tests.addon.card_rules import html_problems


def test_a_name_that_is_html_stays_a_name() -> None:
    assert esc('<a href="https://evil.example">Bob</a> & Co') == (
        '&lt;a href="https://evil.example"&gt;Bob&lt;/a&gt; &amp; Co'
    )


def test_markup_is_escaped_once() -> None:
    assert bold(esc("R&D")) == "<b>R&amp;D</b>"
    assert join("a<b", bold("R&D"), "", sep=" > ") == "a&lt;b &gt; <b>R&amp;D</b>"
    assert lines("one", "", "two") == "one<br>two"


def test_line_breaks_are_kept_in_html_and_folded_in_plain_text() -> None:
    assert esc("one\r\ntwo\u2028three") == "one<br>two<br>three"
    assert plain(" one\r\n\ttwo ", 80) == "one two"


def test_plain_text_is_cut_but_not_escaped() -> None:
    assert plain("R&D <b>", 80) == "R&D <b>"
    assert plain("x" * 99, 10) == "xxxxxxxxx…"


def test_html_is_cut_before_it_is_escaped() -> None:
    assert esc("&&&&", limit=3) == "&amp;&amp;…"


@pytest.mark.parametrize(
    ("tricky", "shown"),
    [
        ("Alice\u202egpj.exe", "Alicegpj.exe"),
        ("ad\u200bmin", "admin"),
        ("pay\u00adpal", "paypal"),
        ("\ufeffBob\u2060", "Bob"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("half \ud83d pair", "half � pair"),
        ("a\u200db", "ab"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("Z\u0351\u036b\u0343\u036a\u0302\u036b", "Z\u0351\u036b\u0343"),
    ],
)
def test_what_deceives_the_eye_is_gone(tricky: str, shown: str) -> None:
    assert esc(tricky) == shown
    assert line(tricky) == shown


@pytest.mark.parametrize(
    "name",
    ["山田 太郎", "محمد علي", "می\u200cخواهم", "क्\u200dष", "👩\u200d👩\u200d👧", "🏳️\u200d🌈", "葛\U000e0100城",
     "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "Nguyễn Văn Ánh", "O'Brien"],
)  # fmt: skip
def test_the_worlds_names_are_left_alone(name: str) -> None:
    assert line(name) == name
    assert esc(name) == name


def test_a_text_that_cannot_be_seen_becomes_a_dash() -> None:
    assert line("\u200b\u3164") == "–"


def test_our_own_captions_must_be_visible() -> None:
    with pytest.raises(CardError):
        caption(" \u200b")


@pytest.mark.parametrize(
    "url",
    ["https://example.com/?a=1&b='2'", "mailto:bob@example.com", "tel:+4912345", "https://xn--bcher-kva.example/"],
)
def test_links_lead_where_they_say(url: str) -> None:
    linked = link("Bob & Co", url)
    assert linked == f'<a href="{url.replace("&", "&amp;")}">Bob &amp; Co</a>'
    assert html_problems(linked) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "http://example.com", "data:text/html,x", "https://", "//example.com", "https://a b",
        'https://example.com/"onclick="x', "https://exämple.com", "https://[::1", "https://e.example/\u202e", "",
        "https://e.example/" + "x" * 2000, "https://e.example\\@evil.example", "https://google.com@evil.example/", "HTTPS://\nexample.com",
    ],
)  # fmt: skip
def test_an_unusable_url_leaves_the_text_without_a_link(url: str) -> None:
    assert link("Bob & Co", url) == "Bob &amp; Co"


def test_our_own_pages_are_linked_on_loopback_too() -> None:
    assert "http://127.0.0.1:8000/records/1" in link("Open", Site("http://127.0.0.1:8000").url("/records/1"))


def test_colours_are_hexadecimal() -> None:
    assert color("late", RED) == '<font color="#d93025">late</font>'
    with pytest.raises(CardError):
        color("late", 'red"><a href="https://evil.example')


def test_form_values_are_what_will_be_saved() -> None:
    assert typed("a\r\nb <i> \u200d&\x00", multiline=True) == "a\nb <i> \u200d&"
    assert typed("a\nb", multiline=False) == "a b"


def test_no_text_is_endless() -> None:
    assert len(bold("x" * 99_999)) < 5000
