"""Timelines over REST: what is logged, said, pinned, asked for."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.clock import utcnow
from app.core.database import transaction
from app.records.service import update_record
from app.workspaces.seats import refresh_access
from models import FieldDef, FieldGrant, MemberRole, RecordShare
from tests.api.office import Office, made
from tests.api.timelines import V1, create, deal_of, timeline


@pytest.fixture
def dana(office: Office) -> dict[str, str]:
    """Bob's contact at a company, in one open deal."""
    company = create(office, office.cast.bob, "company", name="Quarry")
    contact = create(office, office.cast.bob, company=company)
    return {"company": company, "contact": contact, "deal": deal_of(office, office.cast.bob, company, contact)}


def test_a_call_stands_once_on_contact_deal_and_company(office: Office, dana: dict[str, str]):
    body = {"type": "call", "outcome": "Connected", "minutes": 12, "text": "Wants an offer."}
    call = made(office.bob.post(f"{V1}/records/{dana['contact']}/activities", json=body))
    assert (call["title"], call["summary"]) == ("Call: Connected", "Wants an offer.")
    assert call["data"] == {"outcome": "Connected", "minutes": 12}
    assert {home["id"]: home["rule"] for home in call["records"]} == {
        dana["contact"]: "author",
        dana["deal"]: "deal",
        dana["company"]: "related",
    }
    for record_id in dana.values():
        assert [entry["id"] for entry in timeline(office.bob, record_id, type="call")] == [call["id"]]


def test_a_call_stands_on_no_deal_that_might_be_another(office: Office, dana: dict[str, str]):
    second = deal_of(office, office.cast.bob, dana["company"], dana["contact"], name="Belt")
    made(office.bob.post(f"{V1}/records/{dana['contact']}/activities", json={"type": "call"}))
    assert timeline(office.bob, dana["deal"], type="call") == timeline(office.bob, second, type="call") == []
    body = {"type": "meeting", "outcome": "Held", "participants": [dana["contact"]]}
    meeting = made(office.bob.post(f"{V1}/records/{second}/activities", json=body))
    assert [entry["id"] for entry in timeline(office.bob, dana["contact"], type="meeting")] == [meeting["id"]]
    assert timeline(office.bob, dana["deal"], type="meeting") == []


def test_who_sees_only_the_company_reads_no_call_of_its_hidden_people(office: Office, dana: dict[str, str]):
    made(office.bob.post(f"{V1}/records/{dana['contact']}/activities", json={"type": "call", "text": "Secret"}))
    with transaction(office.engine) as session:
        share = {"record_id": dana["company"], "member_id": office.cast.carol.member_id, "level": "read"}
        session.add(
            RecordShare(
                **share,
                workspace_id=office.cast.workspace_id,
                shared_by=office.cast.bob.member_id,
                created_at=utcnow(),
            )
        )
        refresh_access(session, workspace_id=office.cast.workspace_id)
    seen = timeline(office.carol, dana["company"], type="call")
    assert [(entry["title"], entry["locked"], entry["summary"]) for entry in seen] == [
        ("A call of another team", True, "")
    ]
    assert [home["id"] for home in seen[0]["records"]] == [dana["company"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "call", "outcome": "Held"}, "outcome"),
        ({"type": "lunch"}, "type"),
        ({"type": "call", "minutes": -1}, "minutes"),
        ({"type": "call", "at": "2026-03-02T12:00:00"}, "at"),
        ({"type": "call", "at": "2999-03-02T12:00:00Z"}, "at"),
        ({"type": "call", "surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_activity_names_its_field(office: Office, dana: dict[str, str], body: dict[str, object], field: str):
    answer = office.bob.post(f"{V1}/records/{dana['contact']}/activities", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_entries_are_chosen_by_type_person_and_time(office: Office, dana: dict[str, str]):
    contact = dana["contact"]
    note = made(office.bob.post(f"{V1}/records/{contact}/notes", json={"text": "Prefers granite."}))
    hers = made(office.alice.post(f"{V1}/records/{contact}/notes", json={"text": "Met her."}))
    old = {"type": "call", "at": (utcnow() - timedelta(days=9)).isoformat()}
    call = made(office.bob.post(f"{V1}/records/{contact}/activities", json=old))
    yesterday = (utcnow() - timedelta(days=1)).isoformat()

    def chosen(**query: object) -> list[str]:
        return [entry["id"] for entry in timeline(office.bob, contact, **{"type": ["note", "call"], **query})]

    assert chosen() == [hers["id"], note["id"], call["id"]]
    assert chosen(person=office.cast.bob.member_id) == [note["id"], call["id"]]
    assert chosen(**{"from": yesterday}) == [hers["id"], note["id"]]
    assert chosen(to=yesterday) == [call["id"]]
    companys = timeline(office.bob, dana["company"], person=contact)
    assert [entry["id"] for entry in companys] == [call["id"]]
    assert office.bob.get(f"{V1}/records/{contact}/timeline?type=gossip").json()["field"] == "type"
    assert office.bob.get(f"{V1}/records/{contact}/timeline?cursor=x").json()["field"] == "cursor"


def test_pages_follow_each_other(office: Office, dana: dict[str, str]):
    url = f"{V1}/records/{dana['contact']}"
    ids = [made(office.bob.post(f"{url}/notes", json={"text": f"Note {number}"}))["id"] for number in range(5)]
    assert office.bob.put(f"{V1}/timeline/{ids[0]}/pin", params={"record_id": dana["contact"]}).status_code == 204
    seen, query = [], {"limit": 2, "type": "note"}
    while True:
        page = office.bob.get(f"{url}/timeline", params=query).json()
        seen += [entry["id"] for entry in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == [ids[0], *reversed(ids[1:])]
    assert timeline(office.bob, dana["contact"])[0]["pinned"]
    office.bob.delete(f"{V1}/timeline/{ids[0]}/pin", params={"record_id": dana["contact"]})
    assert [entry["id"] for entry in timeline(office.bob, dana["contact"], type="note")] == ids[::-1]


def test_pins_are_the_editors_and_few(office: Office, dana: dict[str, str]):
    url = f"{V1}/records/{dana['contact']}"
    ids = [made(office.bob.post(f"{url}/notes", json={"text": "Note"}))["id"] for _ in range(11)]
    query = {"record_id": dana["contact"]}
    assert office.carol.put(f"{V1}/timeline/{ids[0]}/pin", params=query).status_code == 404
    answers = [office.bob.put(f"{V1}/timeline/{id}/pin", params=query).status_code for id in ids]
    assert answers == [204] * 10 + [409]
    assert office.bob.put(f"{V1}/timeline/{ids[0]}/pin", params={"record_id": dana["deal"]}).status_code == 404


def test_own_words_are_changed_and_their_past_is_kept(office: Office, dana: dict[str, str]):
    call = {"type": "call", "outcome": "Busy", "text": "Later"}
    entry = made(office.bob.post(f"{V1}/records/{dana['contact']}/activities", json=call))
    earlier = (utcnow() - timedelta(days=3)).isoformat()
    url = f"{V1}/timeline/{entry['id']}"
    changed = office.bob.patch(url, json={"text": "Now", "outcome": "Connected", "minutes": 3, "at": earlier}).json()
    assert (changed["title"], changed["summary"], changed["data"]["minutes"]) == ("Call: Connected", "Now", 3)
    (edit,) = changed["data"]["edits"]
    assert (edit["title"], edit["text"], edit["minutes"]) == ("Call: Busy", "Later", None)
    listed = timeline(office.bob, dana["company"], type="call", to=(utcnow() - timedelta(days=2)).isoformat())
    assert [one["data"]["edits"] for one in listed] == [1]
    assert office.alice.patch(url, json={"text": "Mine"}).status_code == 403
    assert office.carol.patch(url, json={"text": "Mine"}).status_code == 404
    note = made(office.bob.post(f"{V1}/records/{dana['contact']}/notes", json={"text": "Note"}))
    refused = office.bob.patch(f"{V1}/timeline/{note['id']}", json={"minutes": 3})
    assert (refused.status_code, refused.json()["field"]) == (422, "minutes")


def test_entries_are_deleted_by_their_author_or_an_admin(office: Office, dana: dict[str, str]):
    url = f"{V1}/records/{dana['contact']}/notes"
    mine, hers = (made(client.post(url, json={"text": "Note"}))["id"] for client in (office.bob, office.alice))
    assert office.bob.delete(f"{V1}/timeline/{hers}").status_code == 403
    assert office.carol.delete(f"{V1}/timeline/{mine}").status_code == 404
    assert office.alice.delete(f"{V1}/timeline/{mine}").status_code == 204
    assert office.alice.delete(f"{V1}/timeline/{hers}").status_code == 204
    assert timeline(office.bob, dana["contact"], type="note") == []
    assert office.bob.get(f"{V1}/timeline/{mine}").status_code == 404
    stage = timeline(office.bob, dana["deal"], type="stage")[0]["id"]
    assert office.alice.delete(f"{V1}/timeline/{stage}").status_code == 403


def test_a_file_is_a_link_that_is_safe_to_click(office: Office, dana: dict[str, str]):
    url = f"{V1}/records/{dana['contact']}/files"
    file = made(office.bob.post(url, json={"url": "https://drive.example/a/Offer.pdf"}))
    assert (file["title"], file["data"]) == ("Offer.pdf", {"url": "https://drive.example/a/Offer.pdf"})
    for wrong in ("javascript://a.example/%0aalert(1)", "ftp://drive.example/x", "https://"):
        answer = office.bob.post(url, json={"url": wrong})
        assert (answer.status_code, answer.json().get("field")) == (422, "url"), wrong


def test_mentioned_colleagues_are_told_as_far_as_they_may_see(office: Office, dana: dict[str, str]):
    text = {"text": "@carol chen and @Alice Fairfield: look. @Bob Berg"}
    comment = made(office.bob.post(f"{V1}/records/{dana['contact']}/comments", json=text))
    assert [mention["name"] for mention in comment["data"]["mentions"]] == ["Alice Fairfield", "Bob Berg", "Carol Chen"]
    (told,) = office.alice.get(f"{V1}/notifications").json()["items"]
    assert (told["title"], told["record_name"]) == ("Bob Berg mentioned you", "Dana Diaz")
    assert office.bob.get(f"{V1}/notifications").json()["items"] == []
    assert office.carol.get(f"{V1}/notifications").json()["items"] == []
    assert office.carol.put(f"{V1}/notifications/{told['id']}/read").status_code == 404
    assert office.alice.put(f"{V1}/notifications/{told['id']}/read").status_code == 204
    assert office.alice.get(f"{V1}/notifications?unread=true").json()["items"] == []
    assert office.alice.get(f"{V1}/notifications").json()["items"][0]["read_at"]


def test_a_mention_by_id_must_be_a_colleagues(office: Office, dana: dict[str, str]):
    url = f"{V1}/records/{dana['contact']}/comments"
    made(office.bob.post(url, json={"text": "Look", "mentions": [office.cast.alice.member_id]}))
    assert len(office.alice.get(f"{V1}/notifications").json()["items"]) == 1
    answer = office.bob.post(url, json={"text": "Look", "mentions": [office.cast.mallory.member_id]})
    assert (answer.status_code, answer.json()["field"]) == (422, "mentions")
    assert office.mallory.get(f"{V1}/notifications").json()["items"] == []


def test_a_save_is_one_entry_without_what_is_hidden(office: Office, dana: dict[str, str]):
    with transaction(office.engine) as session:
        values = {"amount": "1200", "close_on": "2026-05-01", "priority": "High", "next_step": "Call"}
        update_record(session, viewer=office.cast.bob, record_id=dana["deal"], values=values)
    (entry,) = timeline(office.bob, dana["deal"], type="change")
    assert entry["title"] == "Amount: – → €1,200.00; Closes on: – → May 1, 2026; Priority: – → High"
    hide(office, "deal", "amount")
    (entry,) = timeline(office.bob, dana["deal"], type="change")
    assert entry["title"] == "Closes on: – → May 1, 2026; Priority: – → High"
    assert "1,200" not in str(entry)


def test_why_a_deal_was_lost_is_not_told_to_those_from_whom_it_is_hidden(office: Office, dana: dict[str, str]):
    for key in ("lost_reason", "lost_note"):
        hide(office, "deal", key)
    deal = dana["deal"]
    stages = office.alice.get("/api/v1/pipelines").json()["items"][0]["stages"]
    lost = {"stage_id": stages[-1]["id"], "reason": "Other", "note": "Nobody answers"}
    assert office.alice.put(f"{V1}/records/{deal}/stage", json=lost).status_code == 200
    told = [
        (client.get(f"{V1}/records/{record}/timeline").text, client is office.alice)
        for client in (office.alice, office.bob)
        for record in (deal, dana["company"])
    ]
    assert all((": Other" in text) == knows for text, knows in told)
    assert not any("Nobody answers" in text for text, _ in told)


def hide(office: Office, kind: str, key: str) -> None:
    """Hide a field from Bob's role."""
    with transaction(office.engine) as session:
        role_id = session.scalars(
            select(col(MemberRole.role_id)).where(col(MemberRole.member_id) == office.cast.bob.member_id)
        ).one()
        field = session.scalars(
            select(FieldDef).where(col(FieldDef.folder_id) == office.folder(kind), col(FieldDef.key) == key)
        ).one()
        grant = {"role_id": role_id, "field_id": field.id, "workspace_id": office.cast.workspace_id}
        session.add(FieldGrant(**grant, access="hidden"))
        refresh_access(session, workspace_id=office.cast.workspace_id)


def test_strangers_find_no_timeline_and_write_on_none(office: Office, dana: dict[str, str]):
    url = f"{V1}/records/{dana['contact']}"
    bodies = {"notes": {"text": "x"}, "comments": {"text": "x"}, "files": {"url": "https://a.example"}}
    for client in (office.carol, office.mallory):
        assert client.get(f"{url}/timeline").status_code == 404
        assert client.post(f"{url}/activities", json={"type": "call"}).status_code == 404
        for place, body in bodies.items():
            assert client.post(f"{url}/{place}", json=body).status_code == 404
