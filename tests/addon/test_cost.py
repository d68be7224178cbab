"""What opening a message costs: statements and bytes. Milliseconds are the benchmark's business."""

import orjson
import pytest
from sqlalchemy import event as engine_events

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
from gmail_addon.visit import find_visit
from models import Mailbox
from tests.addon.conftest import Desk, letter
from tests.addon.test_contacts import make_jane
from tests.core.waiting import wait_for

BOBS = "bob@fairfield.example"
JANE = "Jane Roe <jane@acme.com>"
MAIL = {
    "known": (JANE, ""),
    "stranger": ("Tom Poe <tom@acme.com>", ""),
    "several": (JANE, "Tom Poe <tom@acme.com>, ida@newco.com"),
    "hidden": ("carols@other.org", ""),
}


def furnish(desk: Desk) -> None:
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
