"""What opening a message costs: statements and bytes. Milliseconds are the benchmark's business."""

from collections.abc import Callable
from functools import partial

import orjson
import pytest
from sqlalchemy import event as engine_events
from sqlalchemy import func, select

from app.core.database import transaction
from app.core.hot import reading
from app.records.deals import create_deal
from app.records.service import create_record
from app.timeline.notes import add_note
from app.timeline.tasks import add_task
from gmail_addon.context import addon_of, identify
from gmail_addon.events import parse_event
from gmail_addon.layouts.places import draw_root
from gmail_addon.lookup import look_up
from gmail_addon.site import ACTION_PATH
from gmail_addon.visit import find_visit
from models import Mailbox, RecentRecord, Record
from tests.addon.conftest import Desk, letter
from tests.addon.sidebar import BASE_URL, Sidebar
from tests.addon.test_contacts import make_jane
from tests.core.waiting import wait_for

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"
MOST_STATEMENTS = 8
MAIL = {
    "known": (JANE, ""),
    "stranger": ("Tom Poe <tom@acme.com>", ""),
    "several": (JANE, "Tom Poe <tom@acme.com>, ida@newco.com"),
    "hidden": ("carols@other.org", ""),
}


def furnish(desk: Desk) -> str:
    """A customer with deals, notes and tasks, whose id it returns, and somebody else's."""
    with transaction(desk.context.engine) as session:
        jane = make_jane(session, desk.cast)
        for number in range(12):
            values = {"name": f"Deal {number}", "amount": "100"}
            create_deal(session, viewer=desk.cast.bob, values=values, contact_ids=[jane])
            add_note(session, viewer=desk.cast.bob, record_ids=[jane], text="A long note. " * 80)
            add_task(session, viewer=desk.cast.bob, title=f"Task {number}", due_at=None, record_ids=[jane])
        create_record(
            session,
            workspace_id=desk.cast.workspace_id,
            kind="contact",
            values={"name": "Hers", "email": "carols@other.org"},
            viewer=desk.cast.carol,
        )
    return jane


@pytest.mark.parametrize("kind", MAIL)
def test_a_message_opens_in_seven_statements(desk: Desk, kind: str) -> None:
    furnish(desk)
    sender, cc = MAIL[kind]
    bob = desk.sit(desk.cast.bob)
    bob.open(desk.receive(desk.cast.bob, letter(sender, BOBS, cc=cc)))
    addon = addon_of(desk.context)
    event = parse_event(orjson.dumps(bob.event()))
    with reading(addon.engine) as reader:
        visit = find_visit(reader, addon=addon, event=event, user=identify(addon, event))
        assert visit is not None
        opened = look_up(visit, reader)
        assert opened is not None
        draw_root(visit, reader, opened)
        assert reader.statements == 7 if kind == "known" else reader.statements < 7


def presence_is_noted(door: Desk) -> bool:
    """The first request of a minute writes, once it is answered, that Bob is here."""
    with transaction(door.context.engine, read_only=True) as session:
        mailbox = session.get_one(Mailbox, door.cast.mailboxes[door.cast.bob.member_id])
        return mailbox.addon_seen_at is not None


def test_the_whole_request_runs_no_other_statement(door: Desk) -> None:
    furnish(door)
    bob = door.sit(door.cast.bob)
    gmail_id = door.receive(door.cast.bob, letter(JANE, BOBS))
    bob.open(gmail_id)
    wait_for(lambda: presence_is_noted(door))
    seen: list[str] = []
    door.context.engine.dispose()
    engine_events.listen(
        door.context.engine, "connect", lambda connection, _: connection.set_trace_callback(seen.append)
    )
    bob.open(gmail_id)
    seen.clear()
    bob.open(gmail_id)
    assert len(seen) == 7
    assert all(statement.startswith(("SELECT", "WITH")) for statement in seen)


def some_of_each(desk: Desk) -> dict[str, str]:
    """The ids of a record of each kind that has a card of its own, about one customer."""
    jane = furnish(desk)
    with transaction(desk.context.engine) as session:
        viewer, here = desk.cast.bob, desk.cast.workspace_id
        company = session.get_one(Record, jane).company_id or ""
        about = {"contact": jane, "company": company}
        given: dict[str, dict[str, object]] = {
            "lead": {"name": "Ida Poe", "email": "ida@poe.com"},
            "ticket": {"name": "Broken", **about},
            "quote": {"name": "Devices", **about},
        }
        made = {
            kind: create_record(session, workspace_id=here, kind=kind, values=values, viewer=viewer).id
            for kind, values in given.items()
        }
        deal = create_deal(session, viewer=viewer, values={"name": "Pumps"}, contact_ids=[jane]).id
        task = add_task(session, viewer=viewer, title="Call", due_at=None, record_ids=[jane]).id
    return {"contact": jane, "company": company, "deal": deal, "task": task, **made}


def clicks_on(ids: dict[str, str]) -> list[dict[str, str]]:
    """What leads to each card that only shows something, as the parameters of a click."""
    records = {kind: id for kind, id in ids.items() if kind != "task"}
    customer = {"record": ids["contact"]}
    return [
        *({"a": "open_record", "id": id} for id in records.values()),
        *({"a": "edit_record", "id": id} for id in records.values()),
        *({"a": name, **customer} for name in ("customer", "related", "timeline", "note_form", "task_form")),
        {"a": "open_task", "id": ids["task"]},
        {"a": "deal_form", "person": ids["contact"]},
        *({"a": name} for name in ("contact_form", "deal_form", "views", "settings", "snippets", "card_folders")),
    ]


def noted(door: Desk, kinds: int) -> bool:
    """Records that a click opened are noted as seen once it is answered."""
    with transaction(door.context.engine, read_only=True) as session:
        return session.scalar(select(func.count()).select_from(RecentRecord)) == kinds


def test_no_card_takes_more_than_eight_statements(door: Desk) -> None:
    ids = some_of_each(door)
    bob = door.sit(door.cast.bob)
    clicks = clicks_on(ids)
    ways: list[Callable[[], object]] = [
        bob.home,
        lambda: bob.compose(JANE),
        *(partial(clicked, bob, click) for click in clicks),
    ]
    for way in ways:
        way()
    wait_for(lambda: presence_is_noted(door) and noted(door, len(ids) - 1))
    seen: list[str] = []
    door.context.engine.dispose()
    engine_events.listen(
        door.context.engine, "connect", lambda connection, _: connection.set_trace_callback(seen.append)
    )
    counts = []
    for way in ways:
        seen.clear()
        way()
        counts.append(sum(statement.startswith(("SELECT", "WITH")) for statement in seen))
    named = dict(zip(["home", "compose", *(" ".join(click.values()) for click in clicks)], counts, strict=True))
    assert {name: count for name, count in named.items() if count > MOST_STATEMENTS} == {}
    assert min(counts) > 0


def clicked(person: Sidebar, parameters: dict[str, str]) -> None:
    pairs = [{"key": key, "value": value} for key, value in parameters.items()]
    person.answer({"function": f"{BASE_URL}{ACTION_PATH}", "parameters": pairs})
