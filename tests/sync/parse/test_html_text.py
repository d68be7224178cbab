"""The text a reader sees in HTML, with its lines and paragraphs."""

import pytest

from sync.parse import parse_message
from tests.sync.parse.samples import html


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("<p>a</p><p>b <b>bold</b>ly</p>", "a\n\nb boldly"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("a\n  b&nbsp;\tc", "a b c"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1\n2\n3"),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<pre>x\n  y</pre>z", "x\ny\nz"),
        ("<DIV>a</DIV><P>b</P><P>c</P>", "a\n\nb\n\nc"),
        ("<head><title>t</title><style>p{}</style></head><body>a<script>x()</script><style>b{}</style>", "a"),
        ("1 &lt; 2 &amp; 3&#1;", "1 < 2 & 3"),
        ("a<!-- b -->c", "ac"),
    ],
)
def test_html_reads_as_it_looks(body: str, text: str) -> None:
    assert parse_message(html(body)).full_text == text


def test_html_nested_too_deep_is_read_without_its_tags() -> None:
    parsed = parse_message(html("<div>" * 6_000 + "Hello <b>there</b>"))
    assert parsed.full_text == "Hello there"
    assert parsed.problems == ("html: nested too deep, read without its tags",)
