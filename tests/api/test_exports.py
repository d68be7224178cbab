"""Exports over REST: files for those who may have them, and refusals before the first byte."""

import csv
import io

import httpx
import openpyxl
import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.workspaces.roles import roles
from app.workspaces.seats import give_roles
from models import Event, Member
from tests.api.office import Office, made


@pytest.fixture
def deals(office: Office) -> str:
    """A deal of Bob's and one of Carol's; Bob is a manager from now on. Gives the id of their folder."""
    folder_id = office.folder("deal")
    for client, name in ((office.bob, "Crusher"), (office.carol, "=Of Carol")):
        made(client.post(f"/api/v1/folders/{folder_id}/records", json={"values": {"name": name, "amount": "1000.50"}}))
    with transaction(office.engine) as session:
        manager = next(role for role in roles(session, viewer=office.cast.alice) if role.name == "Manager")
        give_roles(session, member=session.get_one(Member, office.cast.bob.member_id), role_ids=[manager.id])
    return folder_id


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    answer.raise_for_status()
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_each_gets_what_is_theirs_to_take(office: Office, deals: str):
    path = f"/api/v1/folders/{deals}/export"
    answer = office.alice.get(path, params={"sort": "-name", "fields": "name,amount"})
    assert [list(row.values())[1:] for row in rows(answer)] == [
        ["Crusher", "1000.50", "EUR"],
        ["'=Of Carol", "1000.50", "EUR"],
    ]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert f'filename="deal-{deals}.csv"' in answer.headers["content-disposition"]
    assert [row["Name"] for row in rows(office.bob.get(path))] == ["Crusher"]
    assert office.carol.get(path).status_code == 403
    assert office.mallory.get(path).status_code == 404
    assert office.nobody.get(path).status_code == 401
    with transaction(office.engine, read_only=True) as session:
        told = session.scalars(select(Event).where(col(Event.type) == "records.exported").order_by(col(Event.id))).all()
        assert [(event.actor_id, event.data["records"]) for event in told] == [
            (office.cast.alice.member_id, 2),
            (office.cast.bob.member_id, 1),
        ]


def test_a_workbook_by_name_or_by_accept(office: Office, deals: str):
    path = f"/api/v1/folders/{deals}/export"
    asked = office.alice.get(path, params={"format": "xlsx"}).raise_for_status()
    accepted = office.alice.get(path, headers={"Accept": asked.headers["content-type"]}).raise_for_status()
    for answer in (asked, accepted):
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert sheet is not None
        assert next(cell.value for cell in sheet["B"]) == "Name"
        assert len(list(sheet.rows)) == 3


def test_views_and_segments_go_out_as_they_are(office: Office, deals: str):
    rich = {"field": "name", "op": "is", "value": "Crusher"}
    view = made(
        office.alice.post(
            "/api/v1/views", json={"folder_id": deals, "name": "Mine", "columns": ["name"], "filter": rich}
        )
    )
    segment = made(office.alice.post("/api/v1/segments", json={"folder_id": deals, "name": "Mine", "filter": rich}))
    shown = rows(office.alice.get(f"/api/v1/views/{view['id']}/export"))
    assert [list(row) for row in shown] == [["Record ID", "Name"]]
    members = rows(office.alice.get(f"/api/v1/segments/{segment['id']}/export", params={"fields": "name"}))
    assert members == shown
    assert office.bob.get(f"/api/v1/views/{view['id']}/export").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"filter": '{"field": "amount", "op": "at_least", "value": "lots"}'}, "filter.value"),
        ({"sort": "nothing"}, "sort"),
        ({"fields": "nothing"}, "fields"),
        ({"format": "pdf"}, "format"),
    ],
)
def test_what_is_wrong_is_said_instead_of_a_file(office: Office, deals: str, query: dict[str, str], field: str):
    answer = office.alice.get(f"/api/v1/folders/{deals}/export", params=query)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
