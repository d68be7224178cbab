"""Many records at once: in the background with progress, or in one request with an outcome each."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.core.database import transaction
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.bulk_run import run_bulk_edit
from app.workspaces.removal import remove_member
from models import FieldChange
from tests.api.office import Office, made

BULK = "/api/v1/bulk-edits"


def new(office: Office, client: httpx.Client, kind: str = "contact", **values: Any) -> str:
    answer = client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": {"name": "Dana", **values}})
    return made(answer)["id"]


def start(office: Office, client: httpx.Client, **what: Any) -> httpx.Response:
    return client.post(BULK, json={"folder_id": office.folder("contact"), **what})


def run(office: Office, client: httpx.Client, bulk_id: str) -> dict[str, Any]:
    run_bulk_edit(JobContext(Settings(_env_file=None), office.engine), bulk_id)
    return client.get(f"{BULK}/{bulk_id}").json()


def title(client: httpx.Client, record_id: str) -> str | None:
    return client.get(f"/api/v1/records/{record_id}").json()["values"]["title"]


def test_many_records_are_edited_and_given_back(office: Office):
    ids = [new(office, office.bob, title=str(number)) for number in range(3)]
    ids.append(new(office, office.bob, title="CEO"))
    begun = made(start(office, office.bob, records=ids, values={"title": "CEO"}))
    assert (begun["total"], begun["done"], begun["state"]) == (4, 0, "running")
    assert office.bob.post(f"{BULK}/{begun['id']}/undo").status_code == 409
    ended = run(office, office.bob, begun["id"])
    assert (ended["done"], ended["failed"], ended["state"]) == (4, 0, "done")
    assert run(office, office.bob, begun["id"]) == ended
    assert {title(office.bob, id) for id in ids} == {"CEO"}

    office.bob.patch(f"/api/v1/records/{ids[0]}", json={"values": {"title": "Chair"}})
    undoing = made(office.bob.post(f"{BULK}/{begun['id']}/undo"))
    undone = run(office, office.bob, undoing["id"])
    assert (undone["total"], undone["failed"], undone["undoes"]) == (3, 1, begun["id"])
    assert [title(office.bob, id) for id in ids] == ["Chair", "1", "2", "CEO"]
    (failure,) = office.bob.get(f"{BULK}/{undoing['id']}/failures").json()["items"]
    assert failure == {"record_id": ids[0], "reason": "Changed since: Job title."}
    assert office.bob.get(f"{BULK}/{begun['id']}").json()["state"] == "undone"
    assert office.bob.post(f"{BULK}/{begun['id']}/undo").status_code == 409

    again = made(office.bob.post(f"{BULK}/{undoing['id']}/undo"))
    assert run(office, office.bob, again["id"])["failed"] == 0
    assert [title(office.bob, id) for id in ids] == ["Chair", "CEO", "CEO", "CEO"]
    listed = office.bob.get(BULK, params={"limit": 2}).json()
    assert [one["id"] for one in listed["items"]] == [again["id"], undoing["id"]]
    rest = office.bob.get(BULK, params={"cursor": listed["next"]}).json()
    assert [one["id"] for one in rest["items"]] == [begun["id"]]


def test_a_filter_or_a_view_chooses_what_the_member_sees(office: Office):
    mine, other = new(office, office.bob, title="CTO"), new(office, office.bob, title="CFO")
    theirs = new(office, office.carol, title="CTO")
    filter = {"field": "title", "op": "is", "value": "CTO"}
    begun = made(start(office, office.bob, filter=filter, values={"title": "CIO"}))
    assert begun["total"] == 1
    run(office, office.bob, begun["id"])
    assert (title(office.bob, mine), title(office.bob, other), title(office.carol, theirs)) == ("CIO", "CFO", "CTO")


def test_each_record_is_changed_by_the_rights_of_its_turn_and_one_refusal_stops_nothing(office: Office):
    ids = [new(office, office.bob) for _ in range(3)]
    begun = made(start(office, office.bob, records=ids, values={"title": "CEO"}))
    office.alice.patch(f"/api/v1/records/{ids[0]}", json={"values": {"owner": office.cast.carol.member_id}})
    office.alice.delete(f"/api/v1/records/{ids[1]}")
    ended = run(office, office.bob, begun["id"])
    assert (ended["done"], ended["failed"]) == (3, 2)
    failures = office.bob.get(f"{BULK}/{begun['id']}/failures").json()["items"]
    assert {failure["record_id"] for failure in failures} == set(ids[:2])
    assert title(office.alice, ids[0]) is None
    assert title(office.bob, ids[2]) == "CEO"


def test_who_left_changes_nothing_any_more(office: Office):
    ids = [new(office, office.bob)]
    begun = made(start(office, office.bob, records=ids, values={"title": "CEO"}))
    with transaction(office.engine) as session:
        who = {"viewer": office.cast.alice, "member_id": office.cast.bob.member_id}
        remove_member(session, **who, reassign_to=office.cast.carol.member_id)
    assert run(office, office.alice, begun["id"])["failed"] == 1
    assert title(office.alice, ids[0]) is None


@pytest.mark.parametrize("action", ["archive", "delete"])
def test_many_records_are_put_aside_and_brought_back(office: Office, action: str):
    ids = [new(office, office.alice) for _ in range(2)]
    begun = made(start(office, office.alice, records=ids, action=action))
    run(office, office.alice, begun["id"])
    reads = [office.alice.get(f"/api/v1/records/{id}") for id in ids]
    assert all(read.status_code == 404 or read.json()["archived_at"] for read in reads)
    undoing = made(office.alice.post(f"{BULK}/{begun['id']}/undo"))
    assert run(office, office.alice, undoing["id"])["failed"] == 0
    assert all(office.alice.get(f"/api/v1/records/{id}").json()["archived_at"] is None for id in ids)


def test_nonsense_is_refused_before_anything_begins(office: Office):
    mine, theirs = new(office, office.bob), new(office, office.carol)
    values = {"values": {"title": "CEO"}}
    for what in (
        {**values},
        {**values, "records": [mine], "filter": {}},
        {**values, "records": [mine, theirs]},
        {**values, "filter": {"field": "shoe_size", "op": "is", "value": 1}},
        {"records": [mine]},
        {"records": [mine], "values": {"email": "nobody"}},
        {"records": [mine], "values": {"last_activity_at": "2026-01-01"}},
        {"records": [mine], "action": "archive", **values},
        {"records": [mine], "action": "shred"},
    ):
        assert start(office, office.bob, **what).status_code == 422, what
    assert start(office, office.bob, view=mine, **values).status_code == 404
    assert start(office, office.mallory, records=[mine], **values).status_code == 404


def test_a_bulk_edit_is_its_members_affair(office: Office):
    begun = made(start(office, office.bob, records=[new(office, office.bob)], values={"title": "CEO"}))
    url = f"{BULK}/{begun['id']}"
    for client in (office.carol, office.mallory):
        for answer in (client.get(url), client.get(f"{url}/failures"), client.post(f"{url}/undo")):
            assert answer.status_code == 404
    assert office.carol.get(BULK).json()["items"] == []
    assert office.alice.get(url).status_code == 200


def test_a_batch_of_records_has_an_outcome_for_each(office: Office):
    dana, theirs = new(office, office.bob), new(office, office.carol)
    company = new(office, office.bob, "company")
    rows = [
        {"values": {"name": "Emil"}},
        {"id": dana, "version": 1, "values": {"title": "CEO"}},
        {"id": dana, "version": 1, "values": {"title": "CFO"}},
        {"values": {"name": "Fay", "email": "nobody"}},
        {"id": theirs, "values": {"title": "CEO"}},
        {"id": company, "values": {"name": "Quarry"}},
        {"values": {"name": "Gil"}},
    ]
    answer = office.bob.post(f"/api/v1/folders/{office.folder('contact')}/record-batches", json={"records": rows})
    assert answer.status_code == 200
    batch = answer.json()
    assert (batch["created"], batch["updated"], batch["refused"]) == (2, 1, 4)
    assert [row["status"] for row in batch["records"]] == [201, 200, 409, 422, 404, 404, 201]
    assert batch["records"][3]["field"] == "email"
    assert title(office.bob, dana) == "CEO"
    with transaction(office.engine) as session:
        assert session.scalar(select(func.count()).where(col(FieldChange.record_id) == theirs)) == 0


def test_a_batch_has_its_limits(office: Office):
    url = f"/api/v1/folders/{office.folder('contact')}/record-batches"
    for rows in ([], [{"values": {"name": "D"}}] * 501, [{"value": {}}]):
        assert office.bob.post(url, json={"records": rows}).status_code == 422
