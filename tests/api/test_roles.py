"""Roles, seats, sharing and the rule behind every access, through the REST API."""

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.core.database import transaction
from app.records.deals import create_deal, stages_of
from app.records.service import create_record, update_record
from app.records.sharing import MAX_SHARES
from app.workspaces.access import Viewer, may, viewer_by_id
from app.workspaces.invitations import invite
from app.workspaces.signin import Identity, sign_in
from models import FieldDef, Record, RecordShare
from tests.api.office import Office, made
from tests.cast import COMPANY


def record(office: Office, kind: str, owner: Viewer, **values: object) -> str:
    with transaction(office.engine) as session:
        return create_record(
            session, workspace_id=owner.workspace_id, kind=kind, values={"name": "Granite", **values}, viewer=owner
        ).id


def role_id(office: Office, name: str) -> str:
    return next(role["id"] for role in office.alice.get("/api/v1/roles").json()["items"] if role["name"] == name)


def field_id(office: Office, kind: str, key: str) -> str:
    with transaction(office.engine, read_only=True) as session:
        here = col(FieldDef.folder_id) == office.folder(kind)
        return session.scalars(select(col(FieldDef.id)).where(here, col(FieldDef.key) == key)).one()


def seat(office: Office, viewer: Viewer, **changes: object) -> dict[str, Any]:
    answer = office.alice.patch(f"/api/v1/members/{viewer.member_id}", json=changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


def verdict(office: Office, viewer: Viewer, record_id: str, right: str = "read") -> dict[str, Any]:
    params = {"member": viewer.member_id, "right": right}
    return office.alice.get(f"/api/v1/records/{record_id}/access", params=params).json()


def test_a_role_is_made_changed_and_deleted(office: Office):
    role = made(office.alice.post("/api/v1/roles", json={"name": "Intern", "rights": {"read": "own"}}))
    path = f"/api/v1/roles/{role['id']}"
    changed = office.alice.patch(path, json={"rights": {"edit": "own"}, "powers": ["views"]}).json()
    assert (changed["rights"]["read"], changed["rights"]["edit"], changed["powers"]) == ("own", "own", ["views"])
    grant = f"{path}/folder-grants/{office.folder('deal')}"
    assert office.alice.put(grant, json={"rights": {"read": "all"}}).status_code == 200
    field = f"{path}/field-grants/{field_id(office, 'deal', 'amount')}"
    assert office.alice.put(field, json={"access": "hidden"}).status_code == 200
    seen = office.bob.get(path).json()
    assert seen["folder_grants"] == [{"folder_id": office.folder("deal"), "rights": {"read": "all"}}]
    assert [grant["access"] for grant in seen["field_grants"]] == ["hidden"]
    for path_to_drop in (grant, field, path):
        assert office.bob.delete(path_to_drop).status_code == 403
        assert office.mallory.delete(path_to_drop).status_code == 404
        assert office.alice.delete(path_to_drop).status_code == 204
        assert office.alice.delete(path_to_drop).status_code == 404


def test_a_rep_who_reads_their_own_finds_nothing_of_others(office: Office):
    rep = role_id(office, "Rep")
    assert office.alice.patch(f"/api/v1/roles/{rep}", json={"rights": {"read": "own"}}).status_code == 200
    with transaction(office.engine) as session:
        deal = create_deal(session, viewer=office.cast.alice, values={"name": "Granite renewal"}).id
    assert office.bob.get(f"/api/v1/records/{deal}").status_code == 404
    told = verdict(office, office.cast.bob, deal)
    assert (told["allowed"], told["rule"]) == (False, "scope")
    assert told["reasons"] == [
        "Rep: read reaches `own` in Deals, by the role itself.",
        "Alice Fairfield owns it: `own` of Bob Berg does not reach it.",
    ]


def test_a_manager_sees_everybody_below_at_any_depth(office: Office):
    """Carol is above Dora, who is above Erin, who is above Bob."""
    cast, line = office.cast, [office.cast.carol.member_id]
    with transaction(office.engine) as session:
        for name in ("Dora", "Erin"):
            email, rep = f"{name}@fairfield.example", role_id(office, "Rep")
            invite(session, viewer=cast.alice, email=email, role_ids=[rep])
            line.append(sign_in(session, Identity(name, email, name, COMPANY)).id)
    line.append(cast.bob.member_id)
    company = record(office, "company", cast.bob)
    seat(office, cast.carol, role_ids=[role_id(office, "Manager")], territory_id=None)
    assert office.carol.get(f"/api/v1/records/{company}").status_code == 404
    for above, below in pairwise(line):
        office.alice.patch(f"/api/v1/members/{below}", json={"manager_id": above}).raise_for_status()
    assert office.carol.get(f"/api/v1/records/{company}").status_code == 200
    told = verdict(office, cast.carol, company, "edit")
    assert (told["allowed"], told["rule"]) == (True, "team")
    assert told["reasons"][-1] == "Bob Berg owns it, and reports to Carol Chen."
    for below in line[1:]:
        circle = office.alice.patch(f"/api/v1/members/{line[0]}", json={"manager_id": below})
        assert (circle.status_code, circle.json()["field"]) == (422, "manager_id")
    with transaction(office.engine) as session:
        update_record(session, viewer=cast.alice, record_id=company, values={"owner": cast.alice.member_id})
    assert office.carol.get(f"/api/v1/records/{company}").status_code == 404
    with transaction(office.engine) as session:
        update_record(session, viewer=cast.alice, record_id=company, values={"owner": cast.bob.member_id})
    seat(office, cast.bob, manager_id=None)
    assert office.carol.get(f"/api/v1/records/{company}").status_code == 404


def test_a_shared_record_is_open_to_one_and_what_hangs_on_it_is_not(office: Office):
    cast = office.cast
    company = record(office, "company", cast.alice)
    with transaction(office.engine) as session:
        deal = create_deal(session, viewer=cast.alice, values={"name": "Granite deal", "company": company}).id
    path, share = f"/api/v1/records/{company}", f"/api/v1/records/{company}/shares/{cast.bob.member_id}"
    assert office.bob.get(path).status_code == 404
    assert office.bob.put(share, json={"level": "edit"}).status_code == 404
    assert office.alice.put(share, json={"level": "read"}).json()["level"] == "read"
    assert office.bob.get(path).status_code == 200
    assert office.bob.get(f"/api/v1/records/{deal}").status_code == 404
    assert office.carol.get(path).status_code == 404
    assert office.bob.patch(path, json={"values": {"name": "Mine"}}).status_code in (403, 428)
    assert office.bob.put(share, json={"level": "edit"}).status_code == 403
    assert verdict(office, cast.bob, company)["rule"] == "share"
    assert not verdict(office, cast.bob, company, "edit")["allowed"]
    office.alice.put(share, json={"level": "edit"})
    assert verdict(office, cast.bob, company, "edit")["reasons"][-1] == (
        "Alice Fairfield shared it with Bob Berg, to edit."
    )
    assert [one["name"] for one in office.bob.get(f"{path}/shares").json()["items"]] == ["Bob Berg"]
    assert office.alice.put(f"{path}/shares/{cast.mallory.member_id}", json={"level": "read"}).status_code == 404
    assert office.alice.delete(share).status_code == 204
    assert office.bob.get(path).status_code == 404


def test_nobody_is_given_more_single_records_than_a_request_can_carry(office: Office):
    cast = office.cast
    extra = record(office, "company", cast.alice)
    with transaction(office.engine) as session:
        for number in range(MAX_SHARES):
            company = create_record(
                session, workspace_id=cast.workspace_id, kind="product", values={"name": f"P{number}"}
            )
            session.add(
                RecordShare(
                    record_id=company.id,
                    member_id=cast.bob.member_id,
                    workspace_id=cast.workspace_id,
                    level="read",
                    shared_by=cast.alice.member_id,
                    created_at=company.created_at,
                )
            )
    answer = office.alice.put(f"/api/v1/records/{extra}/shares/{cast.bob.member_id}", json={"level": "read"})
    assert (answer.status_code, answer.json()["field"]) == (409, "member_id")
    assert "1,000 records are shared with Bob Berg already" in answer.json()["detail"]


@pytest.mark.parametrize("right", ["read", "edit", "delete", "export", "mail"])
def test_what_is_explained_is_what_holds(office: Office, right: str):
    cast = office.cast
    seat(office, cast.bob, manager_id=cast.carol.member_id)
    owned = [record(office, "company", owner) for owner in (cast.alice, cast.bob, cast.carol)]
    for name in ("Rep", "Manager", "Marketing", "Support", "Read-only", "Billing"):
        seat(office, cast.carol, role_ids=[role_id(office, name)])
        for record_id in owned:
            told = verdict(office, cast.carol, record_id, right)
            with transaction(office.engine, read_only=True) as session:
                carol = viewer_by_id(session, cast.carol.member_id)
                assert told["allowed"] is may(carol, right, session.get_one(Record, record_id)), (name, told)
            assert told["reasons"]


def test_who_may_ask_for_the_rule(office: Office):
    company = record(office, "company", office.cast.alice)
    path = f"/api/v1/records/{company}/access"
    assert office.bob.get(path).status_code == 404
    assert office.bob.get(path, params={"member": office.cast.carol.member_id}).status_code == 403
    assert office.mallory.get(path).status_code == 404
    assert office.alice.get(path).json()["rule"] == "admin"
    assert office.alice.get(path, params={"right": "fly"}).status_code == 422


def test_a_hidden_field_is_nowhere(office: Office):
    """In records, people and the company's deals, for whoever holds the role; the value stays for others."""
    cast, rep = office.cast, role_id(office, "Rep")
    for kind, key in (("contact", "phone"), ("contact", "lifecycle"), ("deal", "amount"), ("company", "industry")):
        path = f"/api/v1/roles/{rep}/field-grants/{field_id(office, kind, key)}"
        assert office.alice.put(path, json={"access": "hidden"}).status_code == 200
    company = record(office, "company", cast.bob, industry="Software")
    person = {"email": "dana@quarry.example", "phone": "+49 30 901820", "company": company, "lifecycle": "Customer"}
    contact = record(office, "contact", cast.bob, **person)
    with transaction(office.engine) as session:
        stage = stages_of(session, viewer=cast.bob)[0].id
        values = {"name": "Granite deal", "company": company, "amount": "1234.50", "stage": stage}
        deal = create_deal(session, viewer=cast.alice, values=values, contact_ids=[contact])
        deal.owner_id = cast.bob.member_id
        session.add(deal)
        deal_id = deal.id
    seen = office.bob.get("/api/v1/people/dana@quarry.example").json()
    assert seen["person"]["lifecycle"] is None
    assert "phone" not in seen["person"]["data"]
    assert "industry" not in seen["person"]["company"]["data"]
    assert (seen["deals"][0]["amount"], seen["open_value"], seen["open_count"]) == (None, None, 1)
    for client, known in ((office.bob, False), (office.alice, True)):
        values = client.get(f"/api/v1/records/{contact}").json()["values"]
        assert ("phone" in values, "lifecycle" in values) == (known, known)
        assert ("amount" in client.get(f"/api/v1/records/{deal_id}").json()["values"]) is known
    assert verdict(office, cast.bob, deal_id)["hidden"] == ["Amount"]
    etag = office.bob.get(f"/api/v1/records/{deal_id}").headers.get("etag", "*")
    change = {"values": {"amount": "1"}}
    answer = office.bob.patch(f"/api/v1/records/{deal_id}", json=change, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["field"]) == (422, "amount")


def test_a_locked_field_is_read_and_not_changed(office: Office):
    path = f"/api/v1/roles/{role_id(office, 'Rep')}/field-grants/{field_id(office, 'contact', 'phone')}"
    assert office.alice.put(path, json={"access": "read"}).status_code == 200
    contact = record(office, "contact", office.cast.bob)
    url = f"/api/v1/records/{contact}"
    etag = office.bob.get(url).headers.get("etag", "*")
    answer = office.bob.patch(url, json={"values": {"phone": "+49 30 901820"}}, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["field"]) == (403, "phone")


def test_teams_invitations_and_territories(office: Office):
    team = made(office.alice.post("/api/v1/teams", json={"name": "Blue"}))
    assert seat(office, office.cast.bob, team_id=team["id"])["team_id"] == team["id"]
    assert office.alice.patch(f"/api/v1/teams/{team['id']}", json={"name": "Red"}).json()["name"] == "Red"
    assert office.bob.patch(f"/api/v1/teams/{team['id']}", json={"name": "Mine"}).status_code == 403
    assert office.alice.delete(f"/api/v1/teams/{team['id']}").status_code == 204
    asked = {"email": "dora@fairfield.example", "role_ids": [role_id(office, "Rep"), role_id(office, "Support")]}
    invitation = made(office.alice.post("/api/v1/invitations", json=asked))
    assert [one["email"] for one in office.bob.get("/api/v1/invitations").json()["items"]] == [asked["email"]]
    assert office.alice.delete(f"/api/v1/invitations/{invitation['id']}").status_code == 204
    rule = {"field": "industry", "op": "is", "value": "Software"}
    software = made(office.alice.post("/api/v1/territories", json={"name": "Software", "rule": rule}))
    company = record(office, "company", office.cast.alice, industry="Software")
    tried = office.alice.post("/api/v1/territories/simulations").json()
    assert (tried["accounts"], tried["examples"][0]["id"]) == (1, company)
    assert office.bob.get(f"/api/v1/records/{company}").status_code == 404
    assert office.alice.post("/api/v1/territories/applications").json() == {"state": "done", "accounts": 1}
    seat(office, office.cast.bob, territory_id=software["id"])
    assert office.bob.get(f"/api/v1/records/{company}").status_code == 200
    assert verdict(office, office.cast.bob, company)["rule"] == "territory"
    first = office.alice.patch(f"/api/v1/territories/{software['id']}", json={"position": 0}).json()
    assert (first["position"], first["name"]) == (0, "Software")
    assert office.bob.post("/api/v1/territories/simulations").status_code == 403


def test_me(office: Office):
    me = office.bob.get("/api/v1/me").json()
    assert (me["email"], [role["name"] for role in me["roles"]]) == ("bob@fairfield.example", ["Rep"])
    assert me["folders"][office.folder("deal")]["edit"] == "own"
    assert (me["territory_id"], me["is_admin"]) == (office.cast.north, False)
    assert {member["email"] for member in office.bob.get("/api/v1/members").json()["items"]} == {
        "alice@fairfield.example",
        "bob@fairfield.example",
        "carol@fairfield.example",
    }


def test_what_deals_come_to_is_hidden_with_their_amounts(office: Office):
    """The statistic of a company would tell it else."""
    company = made(
        office.bob.post(f"/api/v1/folders/{office.folder('company')}/records", json={"values": {"name": "Q"}})
    )
    deal = {"name": "Crusher", "amount": "77123.45", "company": company["id"]}
    made(office.bob.post(f"/api/v1/folders/{office.folder('deal')}/records", json={"values": deal}))
    page = f"/api/v1/records/{company['id']}"
    assert office.bob.get(page).json()["values"]["open_amount"] == 7_712_345
    rep = next(role["id"] for role in office.alice.get("/api/v1/roles").json()["items"] if role["name"] == "Rep")
    fields = office.alice.get(f"/api/v1/folders/{office.folder('deal')}/fields").json()["items"]
    amount = next(field["id"] for field in fields if field["key"] == "amount")
    grant = office.alice.put(f"/api/v1/roles/{rep}/field-grants/{amount}", json={"access": "hidden"})
    assert grant.status_code == 200, grant.text
    assert "open_amount" not in office.bob.get(page).json()["values"]
    assert "7712345" not in office.bob.get(page, params={"include": "related"}).text
    assert office.alice.get(page).json()["values"]["open_amount"] == 7_712_345
