"""A click is carried out once, however often it arrives."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.core.locks import hold
from app.records.identity import contacts_lock
from app.records.service import create_record
from app.workspaces.access import Viewer
from models import Handled, Record, RecordLink, Task, TimelineEntry
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, form_values
from tests.addon.test_access import ask
from tests.addon.test_contacts import make_jane

BOBS, CAROLS = "bob@fairfield.example", "carol@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"


def notice(body: dict[str, Any]) -> str:
    text: str = body["renderActions"]["action"]["notification"]["text"]
    return text


@pytest.fixture
def bob(desk: Desk) -> Sidebar:
    """Bob, beside a letter from Jane."""
    with transaction(desk.context.engine) as session:
        make_jane(session, desk.cast)
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(JANE, BOBS)))
    return bob


def test_a_second_click_gets_the_first_answer(desk: Desk, bob: Sidebar) -> None:
    remind = bob.action("Tomorrow")
    first, second = bob.answer(remind), bob.answer(remind)
    assert notice(first) == notice(second)
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Task)).all()) == 1


def test_clicks_at_the_same_moment_are_one(desk: Desk, bob: Sidebar) -> None:
    remind = bob.action("In a week")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: bob.answer(remind), range(6)))
    assert len({notice(answer) for answer in answers}) == 1
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Task)).all()) == 1
        assert len(session.scalars(select(Handled)).all()) == 1


def test_a_deal_is_saved_once(desk: Desk, bob: Sidebar) -> None:
    bob.press("New deal")
    save, typed = bob.action("Save deal"), form_values(bob.card)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: bob.answer(save, **typed), range(3)))
    with transaction(desk.context.engine) as session:
        assert len(session.scalars(select(Record).where(Record.kind == "deal")).all()) == 1


def test_a_refused_form_does_not_use_up_its_button(desk: Desk, bob: Sidebar) -> None:
    bob.press("Add note")
    save = bob.action("Save note")
    bob.answer(save, note=" ")
    assert notice(bob.answer(save, note="Now with words")) == "Note saved"
    with transaction(desk.context.engine) as session:
        assert session.scalars(select(TimelineEntry).where(TimelineEntry.type == "note")).one()


def test_a_nonce_is_its_members_own(desk: Desk, bob: Sidebar) -> None:
    """Carol's click under Bob's nonce is hers, and does not read his result."""
    remind = bob.action("Tomorrow")
    bob.click(remind)
    carol = desk.sit(desk.cast.carol)
    carol.home()
    assert "does not exist" in notice(carol.answer(remind))


def test_colleagues_who_create_the_same_contact_at_once_make_one(desk: Desk) -> None:
    gate, notices = Barrier(4), []

    def create(number: int, viewer: Viewer) -> None:
        sidebar = desk.sit(viewer)
        sidebar.home()
        gate.wait()
        form = {"name": "Zed", "email": "zed@newco.example"}
        notices.append(ask(sidebar, form, a="create_contact", n=f"{number:026d}")["notice"])

    threads = [Thread(target=create, args=(n, (desk.cast.bob, desk.cast.carol)[n % 2])) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("is now in Sidenote" in notice for notice in notices) == 1
    assert sum("is in Sidenote already" in notice for notice in notices) == 3


def test_colleagues_who_save_a_deal_on_the_same_people_at_once_make_one_contact(desk: Desk) -> None:
    gate = Barrier(2)
    mail = letter("Ida Lead <ida@newco.com>", BOBS, CAROLS)

    def save(viewer: Viewer, gmail_id: str) -> None:
        sidebar = desk.sit(viewer)
        sidebar.open(gmail_id)
        sidebar.press("New deal")
        button, typed = sidebar.action("Save deal"), form_values(sidebar.card)
        gate.wait()
        sidebar.answer(button, **typed)

    people = (desk.cast.bob, desk.cast.carol)
    mails = [desk.receive(viewer, mail) for viewer in people]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(save, people, mails))
    with transaction(desk.context.engine) as session:
        kinds = [record.kind for record in session.scalars(select(Record))]
        assert (kinds.count("deal"), kinds.count("contact")) == (2, 1)


@pytest.mark.parametrize("synced", [True, False])
@pytest.mark.parametrize("seen", [True, False])
def test_a_contact_being_made_meanwhile_takes_part_in_the_deal_if_seen(desk: Desk, synced: bool, seen: bool) -> None:
    bob = desk.sit(desk.cast.bob)
    gmail_id = desk.receive(desk.cast.bob, letter("Jane Roe <jane@newco.com>", BOBS), synced=synced)
    bob.open(gmail_id, message_token=desk.google.emulator.open_message(BOBS, gmail_id))
    bob.press("New deal")
    button, typed = bob.action("Save deal"), form_values(bob.card)
    saving = Thread(target=bob.answer, args=(button,), kwargs=typed)
    with transaction(desk.context.engine) as session:
        hold(session, contacts_lock(desk.cast.workspace_id))
        maker = desk.cast.bob if seen else desk.cast.carol
        values = {"name": "Jane Roe", "email": "jane@newco.com"}
        jane = create_record(session, workspace_id=maker.workspace_id, kind="contact", values=values, viewer=maker).id
        saving.start()
        saving.join(timeout=0.5)
    saving.join()
    with transaction(desk.context.engine) as session:
        contacts = session.scalars(select(Record).where(Record.kind == "contact")).all()
        deal = session.scalars(select(Record).where(Record.kind == "deal")).one()
        assert [contact.id for contact in contacts] == [jane]
        linked = session.scalars(select(RecordLink).where(RecordLink.from_id == deal.id)).all()
        assert [link.to_id for link in linked] == ([jane] if seen else [])
