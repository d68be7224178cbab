"""What services say reaches people in their own language: refused values, and titles of timelines."""

import pytest

from app.core.database import transaction
from app.records.deals import create_deal, move_stage, stages_of
from app.records.service import create_record, update_record
from app.timeline.activities import log_activity
from tests.addon.conftest import Desk
from tests.addon.record_cards import on_card, opening
from tests.addon.sidebar import Sidebar, texts
from tests.addon.test_contacts import make_jane
from tests.addon.test_languages import speaking


@pytest.fixture
def bob(desk: Desk) -> Sidebar:
    """Bob, who reads German, before the form of Jane."""
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
    bob = speaking(on_card(desk, desk.cast.bob, jane), "de")
    bob.press("Edit")
    return bob


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"f.name": ""}, "Name: bitte ausfüllen."),
        ({"f.phone": "12"}, "Telefon: 12 ist keine Telefonnummer. Beispiel: +49 30 123456."),
        ({"f.linkedin": "x y"}, "LinkedIn: bitte eine Webadresse wie https://example.com angeben."),
    ],
)
def test_a_refused_form_speaks_the_persons_language(bob: Sidebar, typed: dict[str, str], said: str) -> None:
    bob.press("Speichern", **typed)
    assert said in texts(bob.card)


def test_a_timeline_speaks_it_but_for_what_people_wrote(desk: Desk) -> None:
    with transaction(desk.context.engine) as session:
        viewer = desk.cast.bob
        deal = create_deal(session, viewer=viewer, values={"name": "Pumps", "amount": "1"}).id
        move_stage(session, viewer=viewer, deal_id=deal, stage_id=stages_of(session, viewer=viewer)[1].id)
        update_record(session, viewer=viewer, record_id=deal, values={"amount": "2", "priority": "High"})
        log_activity(session, viewer=viewer, type="call", record_ids=[deal], outcome="Busy", text="Well")
        where = {"workspace_id": desk.cast.workspace_id, "viewer": viewer}
        ticket = create_record(session, kind="ticket", values={"name": "Leak"}, **where).id
        update_record(session, viewer=viewer, record_id=ticket, values={"status": "Pending"})
    said = []
    for record in (deal, ticket):
        bob = speaking(desk.sit(desk.cast.bob), "de")
        bob.home()
        bob.click(opening(record))
        bob.press("Älter") if "Älter" in texts(bob.card) else None
        said += texts(bob.card)
    assert {"Ticket eröffnet", "Ticket: Wartend", "Anruf: Besetzt", "Well"} <= set(said)
    assert [text for text in said if text.startswith("Verschoben nach ")]
    assert [text for text in said if text.startswith("Betrag: €1")]
    assert not [text for text in said if text.startswith(("Moved to", "Ticket opened", "Deal created"))]
