"""Every action there is, sent with what no button carries: ids of records out of sight, and values that break."""

from typing import Any

import pytest
from sqlmodel import Session, col, func, or_, select

from app.core.database import transaction
from app.records.deals import create_deal
from app.records.service import create_record
from app.workspaces.access import Viewer
from gmail_addon.actions.registry import SHOWS, WRITES
from models import Follow, Record, RecordLink, TaskLink, TimelineLink
from tests.addon.conftest import Desk
from tests.addon.record_cards import ACTION_URL, NOBODY
from tests.addon.sidebar import Sidebar

SECRET, WORD = "Zanzibar Ltd", "zanz"
KINDS = ("contact", "company", "deal", "lead", "ticket", "quote")
"""Of the folders; products are everybody's to read."""
ACTIONS = sorted({*SHOWS, *WRITES})
IDS = "id record other merge deal entry task member folder quote line person mailbox about snippet view".split()
GIVEN = {
    "field": "name",
    "value": "x",
    "version": "1",
    "was": "x",
    "title": "x",
    "label": "related",
    "days": "1",
    "until": "tomorrow",
    "state": "granted",
    "type": "call",
    "scope": "everybody",
    "address": "a@b.example",
    "cursor": "x",
    "kind": "deal",
    "input": "deal",
    "link": "x",
    "d": "draft to:x@y.example",
}
INPUTS = "search deal snippet name company product record person note text title to plan_deal field policy language"
INPUTS += " stage remind status sort value"
HOSTILE = {
    "nothing": "",
    "long": "0123456789" * 400,
    "nul": "a\x00b",
    "wildcards": "%_\\%",
    "braces": "{0.__class__}{name.__class__}{",
    "other digits": "٣" * 30,
    "an id": NOBODY,
}


@pytest.mark.parametrize("who", ["carol", "mallory"])
def test_no_action_tells_or_changes_what_is_out_of_sight(desk: Desk, who: str) -> None:
    hidden = records_of(desk, desk.cast.bob)
    sidebar = desk.sit(getattr(desk.cast, who))
    sidebar.compose("jane@acme.example")
    before = state(desk, hidden)
    told = []
    for name in ACTIONS:
        for number, (kind, record_id) in enumerate(hidden.items()):
            given = {**dict.fromkeys(IDS, record_id), **GIVEN, "a": name, "n": f"{number:026d}"}
            said = send(sidebar, given, dict.fromkeys(INPUTS.split(), record_id) | {"search": WORD, "deal": WORD})
            if SECRET in said or "stumbled" in said:
                told.append((name, kind, said[:300]))
    assert not told
    assert state(desk, hidden) == before


@pytest.mark.parametrize("value", HOSTILE.values(), ids=list(HOSTILE))
def test_no_input_breaks_an_action(desk: Desk, value: str) -> None:
    carol = desk.sit(desk.cast.carol)
    carol.compose("jane@acme.example")
    broken = []
    for number, name in enumerate(ACTIONS):
        filled = dict.fromkeys((*IDS, *GIVEN, "at", "then", "role", "form"), value) | {"a": name, "n": f"{number:026d}"}
        for given in (filled, {"a": name, "n": f"1{number:025d}"}):
            said = send(carol, given, dict.fromkeys(INPUTS.split(), value))
            if "stumbled" in said:
                broken.append((name, len(given)))
    assert not broken


def records_of(desk: Desk, viewer: Viewer) -> dict[str, str]:
    """A record of every kind that is this person's alone, by kind."""
    found = {}
    with transaction(desk.context.engine) as session:
        for kind in KINDS:
            values = {"name": f"{SECRET} {kind}"}
            if kind == "deal":
                found[kind] = create_deal(session, viewer=viewer, values=values).id
            else:
                made = create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=values, viewer=viewer)
                found[kind] = made.id
    return found


def state(desk: Desk, records: dict[str, str]) -> list[object]:
    """The versions of these records, and how much hangs on them."""
    ids = list(records.values())
    with transaction(desk.context.engine, read_only=True) as session:
        versions = select(col(Record.id), col(Record.version), col(Record.owner_id)).where(col(Record.id).in_(ids))
        linked = or_(col(RecordLink.from_id).in_(ids), col(RecordLink.to_id).in_(ids))
        return [
            sorted(map(tuple, session.execute(versions))),
            count(session, RecordLink, linked),
            *(count(session, table, col(table.record_id).in_(ids)) for table in (TimelineLink, TaskLink, Follow)),
        ]


def count(session: Session, table: Any, which: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(which)) or 0


def send(sidebar: Sidebar, parameters: dict[str, str], form: dict[str, object]) -> str:
    action = {"parameters": [{"key": key, "value": value} for key, value in parameters.items()]}
    response = sidebar.post(ACTION_URL, sidebar.event(action, **form))
    assert response.status_code == 200, response.text
    return response.text
