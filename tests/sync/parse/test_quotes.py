"""What an author typed, apart from what they quoted."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.parse import parse_message
from tests.sync.parse.samples import extracted, html, plain

GMAIL = (
    '<div dir="ltr"><div>Thanks, Friday works.</div><div><br></div><div>Dana</div></div><br>'
    '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Feb 3, 2025 at 1:00 PM '
    'Alice &lt;<a href="mailto:alice@fairfield.example">alice@fairfield.example</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote"><div>When shall we meet?</div></blockquote></div>'
)
OUTLOOK = (
    '<div class="WordSection1"><p class="MsoNormal">Thanks, Friday works.</p><p class="MsoNormal">Dana</p>'
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Alice<br>'
    "<b>Sent:</b> Monday, February 3, 2025 1:00 PM<br><b>To:</b> Dana<br><b>Subject:</b> Meeting</p></div>"
    '<p class="MsoNormal">When shall we meet?</p></div>'
)
OUTLOOK_WEB = (
    "<div>Thanks, Friday works.</div><div>Dana</div><hr>"
    '<div id="divRplyFwdMsg"><b>Expéditeur :</b> Alice</div><div>When shall we meet?</div>'
)
APPLE = (
    "<div>Thanks, Friday works.</div><div>Dana</div><div><br><blockquote type=cite><div>On 3 Feb 2025, at 13:00, "
    "Alice &lt;alice@fairfield.example&gt; wrote:</div></blockquote>"
    "<blockquote type=cite>When shall we meet?</blockquote></div>"
)
THUNDERBIRD = (
    '<p>Thanks, Friday works.</p>Dana<div class="moz-cite-prefix">Am 03.02.25 um 13:00 schrieb Alice:<br></div>'
    '<blockquote type="cite"><p>When shall we meet?</p></blockquote>'
)


@pytest.mark.parametrize("body", [GMAIL, OUTLOOK, OUTLOOK_WEB, APPLE, THUNDERBIRD])
def test_the_quotation_of_a_known_mail_program_is_left_out(body: str) -> None:
    parsed = parse_message(html(body, Subject="Re: Meeting"))
    assert parsed.visible_text.split() == ["Thanks,", "Friday", "works.", "Dana"]
    assert "When shall we meet?" in parsed.full_text


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, Feb 3, 2025 at 1:00 PM Alice <alice@fairfield.example> wrote:",
        'On Mon, Feb 3, 2025 at 1:00 PM "Alice, of Fairfield"\n<alice@fairfield.example>\nwrote:',
        "Am 03.02.2025 um 13:00 schrieb Alice Fairfield <alice@fairfield.example>:",
        "Le lun. 3 févr. 2025 à 13:00, Alice <alice@fairfield.example> a écrit :",
        "El lun, 3 feb 2025 a las 13:00, Alice (<alice@fairfield.example>) escribió:",
        "Em seg., 3 de fev. de 2025 às 13:00, Alice <alice@fairfield.example> escreveu:",
        "Il giorno lun 3 feb 2025 alle ore 13:00 Alice <alice@fairfield.example> ha scritto:",
        "Op ma 3 feb 2025 om 13:00 schreef Alice <alice@fairfield.example>:",
        "Den mån 3 feb. 2025 kl 13:00 skrev Alice <alice@fairfield.example>:",
        "pon., 3 lut 2025 o 13:00 Alice <alice@fairfield.example> napisał(a):",
        "пн, 3 февр. 2025 г. в 13:00, Alice <alice@fairfield.example> написал(а):",
        "2025年2月3日 Alice <alice@fairfield.example> 写道：",
        "2025/02/03 13:00 Alice <alice@fairfield.example>:",
        "---- On Mon, 03 Feb 2025 13:00:00 +0100 alice@fairfield.example wrote ----",
        "-----Original Message-----",
        "________________________________\nFrom: Alice\nSent: Monday\nTo: Dana\nSubject: Meeting",
        "Von: Alice\nGesendet: Montag, 3. Februar 2025\nAn: Dana\nBetreff: Treffen",
        "De : Alice\nEnvoyé : lundi 3 février 2025\nÀ : Dana\nObjet : Rendez-vous",
    ],
)
@pytest.mark.parametrize("quotation", ["> When shall we meet?\n> Alice", "When shall we meet?\nAlice"])
def test_the_introduced_quotation_of_a_plain_text_is_left_out(introduction: str, quotation: str) -> None:
    parsed = parse_message(plain(f"Friday works.\nDana\n\n{introduction}\n\n{quotation}\n", Subject="Re: Meeting"))
    assert parsed.visible_text == "Friday works.\nDana"


def test_answers_between_quoted_lines_are_all_kept() -> None:
    text = "On 3 Feb 2025 Alice <a@x.example> wrote:\n> Price fixed?\nYes.\n\n> Delivery?\nIn May.\n"
    assert parse_message(plain(text, Subject="Re: offer")).visible_text.split() == ["Yes.", "In", "May."]


@pytest.mark.parametrize("subject", ["Fwd: Meeting", "WG: Meeting", "TR : Meeting", "FW: Re: Meeting"])
def test_a_forward_is_never_cut(subject: str) -> None:
    parsed = parse_message(html(OUTLOOK, Subject=subject))
    assert parsed.visible_text == parsed.full_text


def test_a_forward_is_known_by_its_first_line_too() -> None:
    forward = (
        "See below.\n\n---------- Forwarded message ---------\nFrom: A <a@x.example>\nDate: Mon\nSubject: S\n\nHello"
    )
    assert parse_message(plain(forward, Subject="Meeting")).visible_text.endswith("Hello")
    assert parse_message(plain(f"Thanks.\n\n> {forward}", Subject="Re: Meeting")).visible_text.startswith("Thanks.")


@pytest.mark.parametrize(
    "text",
    [
        "On Thursday:\n\nwe meet at nine.",
        "My boss wrote that we need\n\n- paper\n- pens",
        "From: Berlin\nI would like to add three points.",
        "> Only a quotation, nothing typed",
        "See https://x.example/on-2024-someone-wrote: it is good",
    ],
)
def test_what_is_not_surely_quoted_stays(text: str) -> None:
    assert parse_message(plain(text, Subject="Re: Meeting")).visible_text == text


def words(text: str) -> list[str]:
    """The words outside "> " lines: the sample sets keep quoted lines between answers, which we leave out."""
    return " ".join(line for line in text.split("\n") if not line.lstrip().startswith(">")).split()


def test_replies_of_many_programs_and_languages(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    folder = extracted("reply_signature/email_reply_trimmer.tar.gz", tmp_path) / "email_reply_trimmer"
    exact = quotation_gone = 0
    expectations = sorted((folder / "trimmed").iterdir())
    for expected in expectations:
        subject = "Fwd: x" if "forward" in expected.name else "Re: x"
        found = words(
            parse_message(plain((folder / "emails" / expected.name).read_bytes(), Subject=subject)).visible_text
        )
        wanted = words(expected.read_text())
        exact += found == wanted
        # Signatures belong to what was typed; the set cuts them off.
        quotation_gone += found[: len(wanted)] == wanted and len(found) - len(wanted) < 30
    record_property("exact, but for a signature, of all", (exact, quotation_gone, len(expectations)))
    assert exact >= 22
    assert quotation_gone >= 28


def test_html_replies_of_outlook_gmail_and_yandex(tmp_path: Path) -> None:
    folder = extracted("reply_signature/talon_fixtures.tar.gz", tmp_path) / "talon_fixtures" / "html_replies"
    for path in sorted(folder.iterdir()):
        parsed = parse_message(html(path.read_bytes(), Subject="Re: Test"))
        assert parsed.visible_text.split() == "Hi. I am fine. Thanks, Alex".split(), path.name


@pytest.mark.parametrize("piece", ["a:\n", "> a\n\n", "On 2020 wrote:\n> x\n", "From: a\nSent: b\n", "-", "1 schrieb "])
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    parse_message(plain(piece * (190_000 // len(piece)) + ":", Subject="Re: x"))
    assert time.process_time() - started < 3


@pytest.mark.parametrize("piece", ["<div>", "<a><div>", "<br>", "<pre>x</pre>", "<blockquote type=cite>x</blockquote>"])
def test_a_hostile_html_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    parse_message(html("<div id=divRplyFwdMsg></div>" + piece * (400_000 // len(piece)), Subject="Re: x"))
    assert time.process_time() - started < 8
