"""Names, subjects and texts of strangers arrive as text, whatever they hold."""

import pytest

from app.core.database import transaction
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import nodes, texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
HOSTILE = (
    '<a href="https://evil.example">Click me</a>',
    "<b>Bold</b> & <font color=red>red</font>",
    "</b></font><img src=x onerror=alert(1)>",
    "{name} %s ${x} {0}",
    "\u202egnp.exe\u202c",
    "A" * 150,
    "佐藤 太郎 😀 محمد",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(desk: Desk, name: str) -> None:
    sender = '"{}" <eve@evil.com>'.format(name.replace('"', "'").replace("\\", ""))
    mail = letter("eve@evil.com", BOBS, subject="x")
    del mail["From"]
    mail["From"] = sender
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, mail))
    assert_no_markup_of_theirs(bob.card)
    bob.press("Create contact")
    assert bob.notice is not None
    assert_no_markup_of_theirs(bob.card)
    bob.press("New deal")
    assert_no_markup_of_theirs(bob.card)
    bob.home()
    assert_no_markup_of_theirs(bob.card)


def test_a_hostile_subject_and_text_stay_text(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    mail = letter("Jane <jane@acme.com>", BOBS, subject=HOSTILE[0], body=f"{HOSTILE[1]}\n{HOSTILE[2]}")
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, mail))
    assert HOSTILE[0] in texts(bob.card)
    assert_no_markup_of_theirs(bob.card)
    bob.press("New deal")
    bob.press("Save deal")
    assert bob.card["header"]["title"] == HOSTILE[0]
    assert_no_markup_of_theirs(bob.card)


def test_endless_names_and_subjects_leave_the_card_small(desk: Desk) -> None:
    """Escaping makes five characters of each ampersand; `open` fails on a card over 25 kB."""
    endless = "&" * 3_000
    bob = desk.sit(desk.cast.bob)
    for _ in range(6):
        mail = letter("Eve <eve@evil.com>", BOBS, subject=endless, body=endless)
        bob.open(desk.receive(desk.cast.bob, mail))
        if len(bob.cards[0]["sections"]) and "Create contact" in texts(bob.card):
            bob.press("Create contact", name="<" * 190, title="&" * 190, company_name="&" * 190 + "Evil")
            bob.press("New deal")
            bob.press("Save deal", name="&" * 190)
    assert "Timeline" in texts(bob.card)


def assert_no_markup_of_theirs(card: dict[str, object]) -> None:
    """Where Gmail draws HTML, tags are ours: bold, colour and line break, without links."""
    for node in nodes(card):
        html = node.get("text") if "onClick" not in node or "startIcon" in node else None
        if isinstance(html, str) and ("textParagraph" in str(card) or html):
            assert "<a " not in html
            assert "<img" not in html
            assert "<font color=red" not in html
            assert "\u202e" not in html
