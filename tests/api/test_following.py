"""Followers are told what others do to a record, once for a transaction, as far as they may know."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.records.service import update_record
from app.timeline.notes import add_note
from app.workspaces.seats import refresh_access
from models import FieldDef, FieldGrant, MemberRole, RecordShare
from tests.api.office import Office, made
from tests.api.timelines import V1, create, deal_of
from tests.cast import shared_with


@pytest.fixture
def deal(office: Office) -> str:
    """Bob's, which Alice follows."""
    company = create(office, office.cast.bob, "company", name="Quarry")
    contact = create(office, office.cast.bob, company=company)
    deal = deal_of(office, office.cast.bob, company, contact)
    assert office.alice.put(f"{V1}/records/{deal}/follow").json() == {"following": True}
    return deal


def told(office: Office, who: str = "alice") -> list[tuple[str, str]]:
    """Title and record of each notification, newest first."""
    items = getattr(office, who).get(f"{V1}/notifications").json()["items"]
    return [(one["title"], one["record_id"]) for one in items if one["type"] == "followed"]


def test_following_begins_and_ends(office: Office, deal: str):
    where = f"{V1}/records/{deal}/follow"
    assert office.alice.get(where).json() == {"following": True}
    assert office.bob.get(where).json() == {"following": False}
    assert office.alice.put(where).json() == {"following": True}
    assert office.alice.delete(where).status_code == office.alice.delete(where).status_code == 204
    assert office.alice.get(where).json() == {"following": False}
    made(office.bob.post(f"{V1}/records/{deal}/notes", json={"text": "Nobody is told."}))
    assert told(office) == []


def test_a_follower_hears_of_notes_calls_moves_and_changes(office: Office, deal: str):
    made(office.bob.post(f"{V1}/records/{deal}/notes", json={"text": "Prefers granite."}))
    made(office.bob.post(f"{V1}/records/{deal}/activities", json={"type": "call"}))
    assert office.bob.patch(f"{V1}/records/{deal}", json={"values": {"amount": "120"}}).status_code == 200
    assert office.bob.patch(f"{V1}/records/{deal}", json={"values": {"next_step": "Wait"}}).status_code == 200
    assert told(office) == [
        ("Bob Berg changed the amount", deal),
        ("Bob Berg logged a call", deal),
        ("Bob Berg wrote a note", deal),
    ]


def test_several_changes_in_one_transaction_are_one_notification(office: Office, deal: str):
    with transaction(office.engine) as session:
        values = {"amount": "120", "close_on": "2030-01-31"}
        update_record(session, viewer=office.cast.bob, record_id=deal, values=values)
        add_note(session, viewer=office.cast.bob, record_ids=[deal], text="As agreed.")
    assert told(office) == [("Bob Berg made several changes", deal)]
    with transaction(office.engine) as session:
        for _ in range(2):
            add_note(session, viewer=office.cast.bob, record_ids=[deal], text="Again.")
    assert told(office)[0] == ("Bob Berg wrote a note", deal)
    assert len(told(office)) == 2


def test_nobody_is_told_of_their_own_doings(office: Office, deal: str):
    made(office.alice.post(f"{V1}/records/{deal}/notes", json={"text": "Mine."}))
    assert told(office) == []


def test_who_sees_the_record_no_more_is_told_nothing(office: Office, deal: str):
    shared_with(office.engine, office.cast, deal, office.cast.carol)
    assert office.carol.put(f"{V1}/records/{deal}/follow").status_code == 200
    made(office.bob.post(f"{V1}/records/{deal}/notes", json={"text": "For both."}))
    assert len(told(office, "carol")) == 1
    with transaction(office.engine) as session:
        session.delete(session.get_one(RecordShare, (deal, office.cast.carol.member_id)))
        session.flush()
        refresh_access(session, workspace_id=office.cast.workspace_id)
    made(office.bob.post(f"{V1}/records/{deal}/notes", json={"text": "For Alice."}))
    assert told(office, "carol") == []
    assert len(told(office)) == 2
    assert office.carol.put(f"{V1}/records/{deal}/follow").status_code == 404


def test_changes_of_a_hidden_field_are_no_news(office: Office, deal: str):
    assert office.bob.put(f"{V1}/records/{deal}/follow").status_code == 200
    with transaction(office.engine) as session:
        field = select(col(FieldDef.id)).where(
            col(FieldDef.key) == "amount",
            col(FieldDef.workspace_id) == office.cast.workspace_id,
            col(FieldDef.folder_id).in_(select(col(FieldDef.folder_id)).where(col(FieldDef.key) == "close_on")),
        )
        role = select(col(MemberRole.role_id)).where(col(MemberRole.member_id) == office.cast.bob.member_id)
        for field_id in session.scalars(field).all():
            grant = {"field_id": field_id, "role_id": session.scalars(role).one(), "access": "hidden"}
            session.add(FieldGrant(**grant, workspace_id=office.cast.workspace_id))
        session.flush()
        refresh_access(session, workspace_id=office.cast.workspace_id)
    values = {"values": {"amount": "120"}}
    assert office.alice.patch(f"{V1}/records/{deal}", json=values).status_code == 200
    assert told(office, "bob") == []
    values = {"values": {"amount": "130", "close_on": "2030-01-31"}}
    assert office.alice.patch(f"{V1}/records/{deal}", json=values).status_code == 200
    assert told(office, "bob") == [("Alice Fairfield changed the closing date", deal)]
