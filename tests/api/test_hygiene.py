"""The report on how clean the records are, and mending what it finds."""

from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.jobs import JobContext
from app.core.security import Vault
from app.core.settings import Settings
from app.records.bulk_run import run_bulk_edit
from models import DuplicatePair, Mailbox, Member, Record
from sync.ingest import store
from tests.api.office import KEY, Office, made
from tests.sync.letters import bounce


def new(office: Office, kind: str, client: httpx.Client | None = None, **values: Any) -> str:
    path = f"/api/v1/folders/{office.folder(kind)}/records"
    return str(made((client or office.alice).post(path, json={"values": {"name": "Dana", **values}}))["id"])


def found(office: Office, kind: str, client: httpx.Client | None = None, **query: Any) -> dict[str, Any]:
    """The findings in the folder of a kind, by check."""
    asked = {"folder_id": office.folder(kind), **query}
    answer = (client or office.alice).get("/api/v1/hygiene", params=asked)
    assert answer.status_code == 200, answer.text
    return {item["check"]: item for item in answer.json()["items"]}


def mended(office: Office, kind: str, check: str, **values: Any) -> Any:
    """Order a fix, and let the background do it."""
    body = {"folder_id": office.folder(kind), "check": check, "values": values}
    answer = made(office.alice.post("/api/v1/hygiene/fixes", json=body))
    if answer["bulk_edit_id"]:
        run_bulk_edit(JobContext(Settings(_env_file=None), office.engine), answer["bulk_edit_id"])
    return answer


def values_of(office: Office, record_id: str) -> Any:
    return office.alice.get(f"/api/v1/records/{record_id}").json()["values"]


def test_records_without_an_owner_get_one_and_lose_them_again(office: Office) -> None:
    nobodys, lost, fine = (new(office, "contact", name=name) for name in ("Nobody", "Lost", "Fine"))
    bob, carol = office.cast.bob.member_id, office.cast.carol.member_id
    with transaction(office.engine) as session:
        session.execute(update(Record).where(col(Record.id) == nobodys).values(owner_id=None))
        session.execute(update(Record).where(col(Record.id) == lost).values(owner_id=carol))
        session.get_one(Member, carol).active = False
    told = found(office, "contact")
    assert (told["no_owner"]["count"], told["owner_left"]["count"]) == (1, 1)
    assert told["owner_left"]["samples"] == [{"id": lost, "name": "Lost", "detail": ""}]
    assert told["no_owner"]["fix"]["choose"] == "owner"
    answer = mended(office, "contact", "no_owner", owner=bob)
    mended(office, "contact", "owner_left", owner=bob)
    assert [values_of(office, id)["owner"] for id in (nobodys, lost)] == [bob, bob]
    assert values_of(office, fine)["owner"] == office.cast.alice.member_id
    assert not {"no_owner", "owner_left"} & set(found(office, "contact"))
    undone = made(office.alice.post(f"/api/v1/bulk-edits/{answer['bulk_edit_id']}/undo"))
    run_bulk_edit(JobContext(Settings(_env_file=None), office.engine), undone["id"])
    assert found(office, "contact")["no_owner"]["count"] == 1


def test_addresses_that_reach_nobody_are_told_with_the_reason(office: Office) -> None:
    typo = new(office, "contact", name="Typo", email="dana@gmial.com")
    role = new(office, "contact", name="Desk", email=["info@customer.example", "dana@customer.example"])
    gone = new(office, "contact", name="Gone", email="gone@customer.example")
    new(office, "contact", name="Fine", email="eve@customer.example")
    with transaction(office.engine) as session:
        mailbox = session.get_one(Mailbox, office.cast.mailboxes[office.cast.alice.member_id])
        store(session, mailbox, [bounce(failed="gone@customer.example")], vault=Vault([KEY]), backfill=False)
    told = found(office, "contact")
    assert told["broken_address"]["samples"] == [
        {"id": typo, "name": "Typo", "detail": "dana@gmial.com: probably dana@gmail.com"}
    ]
    assert [one["id"] for one in told["role_address"]["samples"]] == [role]
    assert [one["id"] for one in told["bounced_address"]["samples"]] == [gone]
    mended(office, "contact", "bounced_address")
    assert values_of(office, gone)["do_not_email"] is True
    assert values_of(office, role).get("do_not_email") is not True


def test_what_nothing_happens_to_is_archived(office: Office) -> None:
    old, over = new(office, "company", name="Old"), new(office, "lead", name="Junk", status="Junk")
    new(office, "company", name="New")
    with transaction(office.engine) as session:
        long_ago = utcnow() - timedelta(days=200)
        session.execute(update(Record).where(col(Record.id).in_([old, over])).values(created_at=long_ago))
    assert [one["id"] for one in found(office, "company")["stale"]["samples"]] == [old]
    assert "stale" not in found(office, "company", stale_days=300)
    assert "stale" not in found(office, "lead")
    mended(office, "company", "stale")
    assert "stale" not in found(office, "company")


def test_deals_need_a_next_step_and_a_date_ahead(office: Office) -> None:
    late = new(office, "deal", name="Late", close_on="2020-01-01", next_step="Call")
    idle = new(office, "deal", name="Idle")
    told = found(office, "deal")
    assert [one["id"] for one in told["past_close"]["samples"]] == [late]
    assert [one["id"] for one in told["no_next_step"]["samples"]] == [idle]
    body = {"folder_id": office.folder("deal"), "check": "no_next_step"}
    refused = office.alice.post("/api/v1/hygiene/fixes", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "values")
    mended(office, "deal", "past_close")
    assert values_of(office, late)["close_on"] > utcnow().date().isoformat()


def test_contacts_without_a_company_and_pairs_of_duplicates(office: Office) -> None:
    first, second = sorted([new(office, "contact"), new(office, "contact", name="Dana D.")])
    here = {"workspace_id": office.cast.workspace_id, "found_at": utcnow()}
    with transaction(office.engine) as session:
        session.merge(DuplicatePair(first_id=first, second_id=second, score=0.9, **here))
    told = found(office, "contact")
    assert told["no_company"]["count"] == 2
    assert (told["duplicates"]["count"], told["duplicates"]["fix"]) == (1, None)
    body = {"folder_id": office.folder("contact"), "check": "duplicates"}
    assert office.alice.post("/api/v1/hygiene/fixes", json=body).status_code == 422
    acme = new(office, "company", name="Acme")
    mended(office, "contact", "no_company", company=acme)
    assert values_of(office, first)["company"] == acme


def test_fields_that_say_nothing_are_put_aside(office: Office) -> None:
    for number in range(20):
        new(office, "company", name=f"Company {number}", type="Customer", industry=["Retail", "Energy"][number % 2])
    told = found(office, "company")
    assert "unused_field:linkedin" in told
    assert told["single_value_field:type"]["count"] == 20
    assert "single_value_field:industry" not in told
    answer = mended(office, "company", "unused_field:linkedin")
    assert answer["field_id"]
    assert "unused_field:linkedin" not in found(office, "company")


def test_everybody_is_told_of_what_they_may_see(office: Office) -> None:
    mine = new(office, "contact", office.bob, name="Bob's", email="info@customer.example")
    new(office, "contact", office.carol, name="Carol's", email="sales@customer.example")
    told = found(office, "contact", office.bob)
    assert [one["id"] for one in told["role_address"]["samples"]] == [mine]
    assert told["role_address"]["count"] == told["no_company"]["count"] == 1
    assert not [check for check in told if "_field:" in check]
    body = {"folder_id": office.folder("contact"), "check": "role_address"}
    assert made(office.bob.post("/api/v1/hygiene/fixes", json=body))["total"] == 1
    assert office.mallory.get("/api/v1/hygiene", params={"folder_id": office.folder("contact")}).status_code == 404
    assert office.mallory.post("/api/v1/hygiene/fixes", json=body).status_code == 404
    assert office.mallory.get("/api/v1/hygiene").json()["items"] == [
        item for item in office.mallory.get("/api/v1/hygiene").json()["items"] if "_field:" in item["check"]
    ]
