"""Layout C: several people outside the team."""

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.service import create_record
from models import MailboxMessage
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import texts
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"


def rows(card: dict[str, object]) -> dict[str, str]:
    """Name and state of each row under People."""
    sections: list[dict[str, object]] = card["sections"]  # type: ignore[assignment]
    people = next(part for part in sections if part.get("header") == "People")
    found = [widget["decoratedText"] for widget in people["widgets"] if "decoratedText" in widget]  # type: ignore[attr-defined]
    return {row["text"]: row["bottomLabel"] for row in found}


def test_everyone_outside_has_a_row_and_nobody_inside(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
        values = {"name": "Carols Lead", "email": "lead@other.org"}
        lead = create_record(
            session, workspace_id=desk.cast.workspace_id, kind="lead", values=values, viewer=desk.cast.carol
        )
        lead.territory_id = desk.cast.south
    bob = desk.sit(desk.cast.bob)
    mail = letter(JANE, BOBS, "carol@fairfield.example", "Tom <tom@acme.com>", cc="lead@other.org, X <x@gmail.com>")
    bob.open(desk.receive(desk.cast.bob, mail))
    assert rows(bob.card) == {
        "Jane Roe": "Contact · Acme",
        "Tom": "Not in Sidenote yet · Acme",
        "Lead": "With Carol Chen",
        "X": "Not in Sidenote yet",
    }
    assert "4 people outside your team" in texts(bob.card)
    assert "Carols Lead" not in str(bob.card)


def test_a_row_opens_the_person_or_the_form(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, "Tom Poe <tom@acme.com>")))
    bob.press("Jane Roe")
    assert bob.card["header"]["subtitle"] == "CTO at Acme"
    bob.cards.pop()
    bob.press("Tom Poe")
    bob.press("Create contact", name="")
    assert "Name: please fill this in." in texts(bob.card)
    bob.press("Create contact", name="Tom Poe")
    assert bob.notice == "Tom Poe is now in Sidenote"
    assert [card["header"]["title"] for card in bob.cards] == ["Hello", "Tom Poe"]
    assert rows(bob.cards[0])["Tom Poe"] == "Contact · Acme"


def test_the_company_they_share_stands_above_with_its_deals(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        create_deal(session, viewer=desk.cast.bob, values={"name": "Acme renewal"}, contact_ids=[jane])
        company = create_record(
            session, workspace_id=desk.cast.workspace_id, kind="company", values={"name": "Other"}, viewer=desk.cast.bob
        )
        create_deal(session, viewer=desk.cast.bob, values={"name": "Unrelated", "company": company.id})
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, "Tom <tom@acme.com>")))
    said = texts(bob.card)
    assert said.index("Acme") < said.index("People")
    assert "Unrelated" not in said


def test_at_most_eight_rows(desk: Desk) -> None:
    crowd = [f"Person {number} <p{number}@crowd{number}.com>" for number in range(12)]
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS, *crowd)))
    assert len(rows(bob.card)) == 8
    assert "+5 more" in texts(bob.card)


def test_mail_among_colleagues_says_so(desk: Desk) -> None:
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter("carol@fairfield.example", BOBS)))
    assert "Not logged: everyone is a colleague" in texts(bob.card)


def test_an_answer_to_a_machine_goes_to_its_reply_address(desk: Desk) -> None:
    mail = letter("Web form <no-reply@forms.example.com>", BOBS)
    mail["Reply-To"] = "Ida Lead <ida@newco.com>"
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, mail))
    assert bob.card["header"] == {"title": "Ida Lead", "subtitle": "ida@newco.com"}


def test_a_blind_copy_shows_only_to_who_sent_it(desk: Desk) -> None:
    bob, carol = desk.cast.bob, desk.cast.carol
    written = letter(bob.email, carol.email, "Zed <zed@newco.example>", subject="Terms")
    written["Message-ID"] = "<terms@fairfield.example>"
    carols = desk.receive(carol, written)
    written["Bcc"] = "Sam Silent <sam@rival.example>"
    bobs = desk.receive(bob, written)
    with transaction(desk.context.engine) as session:
        session.get_one(MailboxMessage, (desk.cast.mailboxes[bob.member_id], bobs)).labels = ["SENT"]
    seen = {}
    for viewer, gmail_id in ((bob, bobs), (carol, carols)):
        sidebar = desk.sit(viewer)
        sidebar.open(gmail_id)
        seen[viewer.name] = any("Sam Silent" in text for text in texts(sidebar.card))
    assert seen == {bob.name: True, carol.name: False}
