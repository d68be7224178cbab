from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

import app.timeline.reactions  # noqa: F401
from app.core.database import transaction
from app.core.events import emit
from app.core.hot import reading
from app.records.deals import create_deal, move_stage, stages_of
from app.records.service import create_record
from app.timeline.entries import NewEntry, NewLink, add_entries, link_entries
from app.timeline.feed import Entry, newest_entries
from app.timeline.pages import TimelinePage, Wanted, timeline_page
from app.workspaces.access import Viewer
from models import Record
from tests.cast import Cast, gather
from tests.conftest import Database
from tests.timeline.mail import NOON, store_mail


@pytest.fixture
def cast(database: Database) -> Cast:
    return gather(database.engine)


def record(session: Session, viewer: Viewer, kind: str = "contact", **values: object) -> Record:
    named = {"name": "Dana Diaz", **values}
    return create_record(session, workspace_id=viewer.workspace_id, kind=kind, values=named, viewer=viewer)


def write(session: Session, record: Record, *times: datetime, **values: object) -> list[str]:
    entries = [
        NewEntry(**{"workspace_id": record.workspace_id, "type": "note", "occurred_at": at, "title": "T"} | values)
        for at in times
    ]
    add_entries(session, entries)
    link_entries(
        session, [NewLink(entry.id, record.id, entry.occurred_at, record.workspace_id, "author") for entry in entries]
    )
    return [entry.id for entry in entries]


def newest(database: Database, viewer: Viewer, record_id: str, limit: int = 10) -> list[Entry]:
    with reading(database.engine) as reader:
        return newest_entries(reader, viewer=viewer, record_id=record_id, limit=limit)


def test_pages_stay_put_while_entries_arrive(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = record(session, cast.bob)
        same_second = [NOON] * 5
        dana_id = dana.id
        written = write(session, dana, *same_second, *(NOON - timedelta(hours=n) for n in range(1, 8)))
    seen: list[Entry] = []
    page = TimelinePage([], "")
    while page.next is not None:
        with transaction(database.engine) as session:
            where = {"viewer": cast.bob, "record_id": dana_id, "wanted": Wanted()}
            page = timeline_page(session, cursor=page.next or None, limit=3, **where)
            seen += page.entries
            write(session, session.get_one(Record, dana_id), NOON + timedelta(minutes=len(seen)))
    assert len(seen) == len(written)
    assert {entry.id for entry in seen} == set(written)
    assert [entry.occurred_at for entry in seen] == sorted((entry.occurred_at for entry in seen), reverse=True)


def test_a_timeline_is_read_only_by_those_who_may_see_its_record(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = record(session, cast.bob)
        dana_id = dana.id
        write(session, dana, NOON, NOON)
    for viewer, count in ((cast.bob, 2), (cast.alice, 2), (cast.carol, 0), (cast.mallory, 0)):
        assert len(newest(database, viewer, dana_id)) == count


def test_private_mail_is_locked_for_all_but_its_holder(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = record(session, cast.bob)
        dana_id = dana.id
        box = cast.mailboxes[cast.bob.member_id]
        store_mail(session, workspace_id=cast.workspace_id, record_ids=[dana_id], mailbox_ids=[box], private=True)
    (mine,) = newest(database, cast.bob, dana_id)
    assert (mine.title, mine.summary, mine.locked) == ("Salary", "secret", False)
    (admins,) = newest(database, cast.alice, dana_id)
    assert (admins.title, admins.locked) == ("Private email", True)
    assert "ecret" not in str(admins)
    assert "Salary" not in str(admins)


def test_a_hidden_deal_does_not_show_through_its_company(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company = record(session, cast.bob, "company", name="Quarry")
        company.owner_id = company.territory_id = None
        session.flush()
        deal = create_deal(session, viewer=cast.bob, values={"name": "Secret Crusher", "company": company.id})
        lost = stages_of(session, viewer=cast.bob)[-1].id
        move_stage(session, viewer=cast.bob, deal_id=deal.id, stage_id=lost, reason="Secret reason")
        company_id, deal_id = company.id, deal.id
    shown = [(entry.title, entry.summary) for entry in moves(database, cast.bob, company_id)]
    assert shown == [
        ("Moved to Lost", "Secret Crusher: Secret reason"),
        ("Deal created in Prospecting", "Secret Crusher"),
    ]
    hidden = moves(database, cast.carol, company_id)
    assert [entry.locked for entry in hidden] == [True, True]
    assert "Secret" not in str(hidden)
    assert len(moves(database, cast.alice, deal_id)) == 2


def moves(database: Database, viewer: Viewer, record_id: str) -> list[Entry]:
    return [entry for entry in newest(database, viewer, record_id) if entry.type == "stage"]


def test_an_accepted_quote_shows_on_its_deal_contact_and_company(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        company = record(session, cast.bob, "company", name="Quarry")
        dana = record(session, cast.bob, company=company.id)
        deal = create_deal(session, viewer=cast.bob, values={"name": "Crusher", "company": company.id})
        related = {"contact": dana.id, "deal": deal.id, "company": company.id}
        quote = record(session, cast.bob, "quote", name="Two crushers", **related)
        facts = {"number": "Q-0001", "version": 1, "by": "Dana Diaz", "reason": ""}
        emit(session, "quote.accepted", workspace_id=cast.workspace_id, subject_id=quote.id, data=facts)
        homes = [quote.id, *related.values()]
    for home in homes:
        (entry,) = [entry for entry in newest(database, cast.bob, home) if entry.type == "quote"]
        assert (entry.title, entry.summary) == ("Quote Q-0001 accepted by Dana Diaz", "Two crushers")


def test_activity_is_known_to_the_record(database: Database, cast: Cast):
    with transaction(database.engine) as session:
        dana = record(session, cast.bob)
        write(session, dana, NOON, NOON - timedelta(days=1))
    with transaction(database.engine) as session:
        assert session.scalars(select(Record)).one().last_activity_at == NOON
