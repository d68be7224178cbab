"""What is held about a person, through the REST API: previewed, exported, erased."""

import html
import io
import json
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from app.core.database import transaction
from app.core.jobs import JobContext
from app.core.security import Vault
from app.core.settings import Settings
from app.privacy.erasing import erase
from app.transfer.importing import run_import
from models import (
    Correspondent,
    ErasedAddress,
    Event,
    ImportBatch,
    Mailbox,
    MailboxMessage,
    MailThread,
    Message,
    MessageBody,
    Participant,
    Record,
    TimelineEntry,
)
from sync.ingest import store
from sync.parse import ParsedMessage
from tests.api.files import records, rows, sent
from tests.api.office import KEY, Office, made
from tests.sync.letters import letter

DANA = {"addresses": ["dana@customer.example"]}


def new(office: Office, kind: str = "contact", **values: Any) -> str:
    values = {"name": "Dana Diaz", **values}
    path = f"/api/v1/folders/{office.folder(kind)}/records"
    return str(made(office.alice.post(path, json={"values": values}))["id"])


def receive(office: Office, *letters: ParsedMessage) -> None:
    with transaction(office.engine) as session:
        mailbox = session.get_one(Mailbox, office.cast.mailboxes[office.cast.alice.member_id])
        store(session, mailbox, letters, vault=Vault([KEY]), backfill=False)


def erased(office: Office, whom: dict[str, Any] = DANA) -> Any:
    """Order an erasure, let the background do it, and read its receipt."""
    answer = office.alice.post("/api/v1/erasures", json={**whom, "understood": True})
    assert answer.status_code == 202, answer.text
    erase(JobContext(Settings(_env_file=None), office.engine), answer.json()["id"])
    return office.alice.get(f"/api/v1/erasures/{answer.json()['id']}").json()


def everything(session: Session, model: type[SQLModel]) -> Any:
    return session.scalars(select(model)).all()


def archived(answer: httpx.Response) -> ZipFile:
    assert answer.status_code == 200, answer.text
    return ZipFile(io.BytesIO(answer.content))


def test_a_preview_says_who_is_meant_and_how_much_is_held(office: Office) -> None:
    contact = new(office, email=["dana@customer.example", "sales@customer.example"], phone="+49 30 5551234")
    lead = new(office, "lead", email="Dana+old@customer.example")
    new(office, "company", name="dana diaz")
    receive(office, letter(), letter(sender="Dana Diaz <dana@elsewhere.example>"))
    told = office.alice.post("/api/v1/person-data", json={"record_id": contact}).json()
    assert told["records"] == sorted([contact, lead])
    assert told["addresses"] == ["dana@customer.example"]
    assert (told["names"], told["phones"]) == (["Dana Diaz"], ["+49305551234"])
    assert told["shared"] == ["sales@customer.example"]
    assert [name for name in told["namesakes"] if "elsewhere" in name] == ["Dana Diaz <dana@elsewhere.example>"]
    assert told["counts"]["message"] == told["counts"]["message_body"] == 1
    assert told["counts"]["record"] == 2


@pytest.mark.parametrize("path", ["person-data", "person-data/archive", "erasures"])
def test_only_an_admin_of_the_workspace_may(office: Office, path: str) -> None:
    contact = new(office, email="dana@customer.example")
    for body in (DANA, {"record_id": contact}):
        given = {**body, **({"understood": True} if path == "erasures" else {})}
        answers = [who.post(f"/api/v1/{path}", json=given) for who in (office.bob, office.carol, office.mallory)]
        assert [answer.status_code for answer in answers] == [403, 403, 404]
        assert office.nobody.post(f"/api/v1/{path}", json=given).status_code == 401
    receipt = erased(office)
    for client, status in ((office.bob, 403), (office.carol, 403), (office.mallory, 404)):
        assert client.get(f"/api/v1/erasures/{receipt['id']}").status_code == status
    assert office.mallory.get("/api/v1/erasures").json()["items"] == []
    assert [one["id"] for one in office.alice.get("/api/v1/erasures").json()["items"]] == [receipt["id"]]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "addresses"),
        ({"addresses": ["dana"]}, 422, "addresses"),
        ({"addresses": ["nobody@customer.example"]}, 404, "addresses"),
        ({"addresses": ["bob@fairfield.example"]}, 409, "addresses"),
        ({"record_id": "x"}, 404, "record_id"),
    ],
)
def test_whom_it_is_about_has_to_be_clear(office: Office, body: dict[str, Any], status: int, field: str) -> None:
    refused = office.alice.post("/api/v1/person-data", json=body)
    assert (refused.status_code, refused.json()["field"]) == (status, field)
    assert office.alice.post("/api/v1/erasures", json={**DANA, "understood": False}).status_code == 422


def test_mail_goes_unless_other_outsiders_were_in_it(office: Office) -> None:
    new(office, email="dana@customer.example", phone="+49 30 5551234")
    mine = letter(text="Only between us", subject="Private offer")
    ours = letter(
        cc="Eve Ek <eve@other.example>", subject="For Dana", text="Dana here, call 030 555 1234.\nRegards, Dana Diaz"
    )
    machine = letter(sender="mailer-daemon@customer.example", cc="dana@customer.example", text="Could not be delivered")
    about = letter(sender="Eve Ek <eve@other.example>", text="Dana Diaz is away. Ask dana@customer.example")
    receive(office, mine, ours, machine, about)
    counts = erased(office)["counts"]
    assert (counts["messages deleted"], counts["messages without their name"]) == (2, 1)
    with transaction(office.engine, read_only=True) as session:
        assert sorted(message.subject for message in everything(session, Message)) == ["For [erased]", "The offer"]
        texts = sorted(body.full_text.strip() for body in everything(session, MessageBody))
        assert texts == [
            "[erased] here, call [erased].\nRegards, [erased]",
            "[erased] is away. Ask [erased]",
        ]
        assert sorted(one.key for one in everything(session, Correspondent)) == [
            ":erased",
            "alice@fairfield.example",
            "eve@other.example",
            "mailer-daemon@customer.example",
        ]
        named = {(one.role, one.name, one.address) for one in everything(session, Participant)}
        assert ("from", "[erased]", "") in named
        assert ("cc", "Eve Ek", "eve@other.example") in named
        assert len(everything(session, MailThread)) == 2
        copies = {copy.gmail_id: copy.reason for copy in everything(session, MailboxMessage)}
        assert copies[mine.gmail_id].startswith("erased: ")
        assert copies[ours.gmail_id] is None


def test_who_was_erased_does_not_come_back_unnoticed(office: Office) -> None:
    new(office, email="dana@customer.example")
    receipt = erased(office)
    mail = letter()
    receive(office, mail)
    with transaction(office.engine, read_only=True) as session:
        copy = session.scalars(select(MailboxMessage).where(col(MailboxMessage.gmail_id) == mail.gmail_id)).one()
        assert (copy.outcome, copy.reason is not None and copy.reason.startswith("erased: ")) == ("filtered", True)
        kept = everything(session, ErasedAddress)
        assert [len(one.digest) for one in kept] == [64]
    assert erased(office)["id"] == receipt["id"]


def test_what_is_others_stays(office: Office) -> None:
    dana = new(office, email=["dana@customer.example", "sales@customer.example"], phone="+49 30 5551234")
    acme = new(office, "company", name="Acme", phone="+49 30 5551234", domain="customer.example")
    colleague = new(office, name="Eve Diaz", email=["eve@customer.example", "sales@customer.example"])
    namesake = new(office, name="Dana Diaz", email="dana@elsewhere.example")
    deal = new(office, "deal", name="Diaz renewal", contacts=[dana, colleague], company=acme, amount="100.00")
    ticket = new(office, "ticket", name="Dana cannot log in", contact=dana, description="Mail dana@customer.example")
    receipt = erased(office, {"record_id": dana})
    values = {
        id: office.alice.get(f"/api/v1/records/{id}").json()["values"]
        for id in (acme, colleague, namesake, deal, ticket)
    }
    assert (values[acme]["name"], values[acme]["phone"]) == ("Acme", ["+49305551234"])
    assert values[colleague]["email"] == ["eve@customer.example", "sales@customer.example"]
    assert values[namesake]["name"] == "Dana Diaz"
    assert values[deal]["name"] == "[erased] renewal"
    assert values[deal]["amount"] == 10000
    assert values[ticket]["name"] == "[erased] cannot log in"
    assert values[ticket]["description"] == "Mail [erased]"
    assert office.alice.get(f"/api/v1/records/{dana}").status_code == 404
    found = office.alice.get("/api/v1/search", params={"q": "dana@customer.example"}).json()
    assert "dana@customer" not in json.dumps(found)
    assert "Dana" not in receipt["receipt"]
    assert "records deleted" in receipt["receipt"]


def test_the_archive_has_everything(office: Office) -> None:
    contact = new(office, email="dana@customer.example", title="=cmd()")
    new(office, "company", name="Acme", website="https://acme.example/dana@customer.example")
    office.alice.patch(f"/api/v1/records/{contact}", json={"values": {"title": "Head"}}, headers={"If-Match": '"1"'})
    receive(office, letter(text="Between us"), letter(sender="Eve <eve@other.example>", text="I met Dana Diaz"))
    archive = archived(office.alice.post("/api/v1/person-data/archive", json={"record_id": contact}))
    [record] = json.loads(archive.read("json/record.json"))
    assert (record["id"], record["name"]) == (contact, "Dana Diaz")
    assert [body["full_text"].strip() for body in json.loads(archive.read("json/message_body.json"))] == ["Between us"]
    assert [key["value"] for key in json.loads(archive.read("json/record_key.json"))]
    [mention] = json.loads(archive.read("json/mentions/message_body.json"))
    assert "I met Dana Diaz" in mention["full_text"]
    assert "dana@customer.example" in archive.read("csv/correspondent.csv").decode()
    assert "Dana Diaz" in archive.read("html/record.html").decode()
    receipt = archive.read("receipt.txt").decode()
    assert html.escape(receipt) in archive.read("index.html").decode()
    assert "Made by Alice Fairfield" in receipt
    with transaction(office.engine, read_only=True) as session:
        [told] = session.scalars(select(Event).where(col(Event.type) == "person.exported")).all()
        assert "dana" not in json.dumps(told.data).lower()


def test_private_mail_about_them_stays_its_holders(office: Office) -> None:
    contact = new(office, email="dana@customer.example")
    receive(office, letter(sender="Eve <eve@other.example>", subject="Dana Diaz", text="Dana Diaz is difficult"))
    with transaction(office.engine) as session:
        for entry in everything(session, TimelineEntry):
            entry.private = True
        assert session.get_one(Record, contact)
    archive = archived(office.alice.post("/api/v1/person-data/archive", json=DANA))
    assert "difficult" not in "".join(archive.read(name).decode() for name in archive.namelist())


def test_files_neither_keep_nor_bring_back_who_was_erased(office: Office) -> None:
    context = JobContext(Settings(_env_file=None, secret_keys=[KEY]), office.engine)
    file = "Name,Email,Notes\nDana Diaz,dana@customer.example,\nEve Ek,eve@other.example,Knows Dana Diaz\n"

    def taken_in() -> str:
        import_id = str(sent(office, office.alice, file)["id"])
        assert office.alice.post(f"/api/v1/imports/{import_id}/run").status_code == 202
        run_import(context, import_id)
        return import_id

    first = taken_in()
    erased(office)
    with transaction(office.engine, read_only=True) as session:
        [batch] = session.scalars(select(ImportBatch).where(col(ImportBatch.import_id) == first))
        assert batch.rows == [[2, "", "", "", ""], [3, "", "Eve Ek", "eve@other.example", "Knows [erased]"]]
    again = rows(office.alice, taken_in())
    assert [row["action"] for row in again] == ["reject", "skip"]
    assert "erased" in str(again[0])
    assert list(records(office, office.alice)) == ["Eve Ek"]
