"""A click is carried out once, however often it arrives."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.workspaces.access import Viewer
from models import Handled, Record, Task, TimelineEntry
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import Sidebar, form_values
from tests.addon.test_access import ask
from tests.addon.test_contacts import make_jane

BOBS = "bob@fairfield.example"
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
