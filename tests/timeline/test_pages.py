"""Reading a long timeline while it grows."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

import app.timeline.reactions  # noqa: F401
from app.core.database import transaction
from app.records.service import create_record
from app.timeline.entries import NewEntry, NewLink, add_entries, link_entries
from app.timeline.pages import Wanted, timeline_page
from app.timeline.pins import set_pin
from app.workspaces.access import Viewer
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.timeline.mail import NOON

ENTRIES = 5_000


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def contact(database: Database, viewer: Viewer) -> str:
    with transaction(database.engine) as session:
        values = {"name": "Dana"}
        return create_record(session, workspace_id=viewer.workspace_id, kind="contact", values=values, viewer=viewer).id


def write(database: Database, viewer: Viewer, record_id: str, minutes: Iterator[int]) -> list[str]:
    """Notes, so many minutes after noon; three share each minute."""
    entries = [
        NewEntry(viewer.workspace_id, "note", NOON + timedelta(minutes=minute // 3), "Note") for minute in minutes
    ]
    with transaction(database.engine) as session:
        add_entries(session, entries)
        links = [NewLink(entry.id, record_id, entry.occurred_at, entry.workspace_id, "author") for entry in entries]
        link_entries(session, links, just_made={entry.id for entry in entries})
    return [entry.id for entry in entries]


def walk(database: Database, viewer: Viewer, record_id: str, *, limit: int = 100) -> Iterator[list[str]]:
    """The ids of each page, every page in a transaction of its own."""
    cursor = None
    while True:
        with transaction(database.engine, read_only=True) as session:
            page = timeline_page(
                session, viewer=viewer, record_id=record_id, wanted=Wanted(), cursor=cursor, limit=limit
            )
        yield [entry.id for entry in page.entries]
        cursor = page.next
        if cursor is None:
            return


def test_five_thousand_entries_page_without_gaps_or_repeats_while_more_arrive(database: Database, cast: Cast):
    dana = contact(database, cast.bob)
    there = write(database, cast.bob, dana, iter(range(ENTRIES)))
    done = threading.Event()

    def keep_writing() -> None:
        for number in count(ENTRIES, 20):
            if done.is_set():
                return
            write(database, cast.bob, dana, iter(range(number, number + 20)))
            done.wait(0.005)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        seen = [id for page in walk(database, cast.bob, dana) for id in page]
    finally:
        done.set()
        writer.join()
    assert len(seen) == len(set(seen))
    assert set(there) <= set(seen)


def test_pinned_entries_come_first_and_once_whatever_is_pinned_meanwhile(database: Database, cast: Cast):
    dana = contact(database, cast.bob)
    there = write(database, cast.bob, dana, iter(range(30)))
    pin(database, cast.bob, there[0], dana)
    pages = walk(database, cast.bob, dana, limit=5)
    first = next(pages)
    assert first[0] == there[0]
    assert len(first) == 6
    pin(database, cast.bob, there[0], dana, pinned=False)
    pin(database, cast.bob, there[4], dana)
    rest = [id for page in pages for id in page]
    assert sorted(first + rest) == sorted(there)
    assert next(walk(database, cast.bob, dana))[0] == there[4]


def pin(database: Database, viewer: Viewer, entry_id: str, record_id: str, *, pinned: bool = True) -> None:
    with transaction(database.engine) as session:
        set_pin(session, viewer=viewer, entry_id=entry_id, record_id=record_id, pinned=pinned)
