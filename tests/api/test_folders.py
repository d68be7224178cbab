"""Folders and fields over REST."""

from typing import Any

import pytest

from app.core.database import transaction
from app.workspaces.roles import change_role, roles
from tests.api.office import Office, made

API = "/api/v1"
FOLDERS = f"{API}/folders"


def partners(office: Office, *fields: dict[str, Any]) -> str:
    folder: str = made(office.alice.post(FOLDERS, json={"name": "Partners", "singular": "Partner"}))["id"]
    for field in fields:
        made(office.alice.post(f"{FOLDERS}/{folder}/fields", json=field))
    return folder


def test_a_folder_with_fields_takes_records_at_once(office: Office):
    folder = partners(
        office,
        {"name": "Level", "type": "dropdown", "options": {"choices": ["Gold", "Basic"]}, "default": "Basic"},
        {"name": "Fee", "type": "currency"},
        {"name": "Since", "type": "date", "required": True},
    )
    assert "Partners" in [each["name"] for each in office.bob.get(FOLDERS).json()["items"]]
    fields = office.bob.get(f"{FOLDERS}/{folder}/fields").json()["items"]
    assert [field["key"] for field in fields] == ["name", "owner", "level", "fee", "since"]
    body = {"values": {"name": "Acme", "fee": "12.50", "since": "2026-02-28"}}
    record = made(office.bob.post(f"{FOLDERS}/{folder}/records", json=body))
    assert (record["values"]["level"], record["values"]["fee"]) == ("Basic", 1250)
    refused = office.bob.post(f"{FOLDERS}/{folder}/records", json={"values": {"name": "Acme"}})
    assert (refused.status_code, refused.json()["field"]) == (422, "since")


def test_who_has_no_grant_does_not_know_of_a_folder(office: Office):
    folder = partners(office, {"name": "Level", "type": "text"})
    field = office.alice.get(f"{FOLDERS}/{folder}/fields").json()["items"][-1]["id"]
    with transaction(office.engine) as session:
        rep = next(role for role in roles(session, viewer=office.cast.alice) if role.name == "Rep")
        nothing = {"read": "none", "create": "none"}
        change_role(session, viewer=office.cast.alice, role_id=rep.id, changes={"rights": nothing})
    for client in (office.bob, office.mallory):
        assert folder not in [each["id"] for each in client.get(FOLDERS).json()["items"]]
        for address in (f"{FOLDERS}/{folder}", f"{FOLDERS}/{folder}/fields", f"{API}/fields/{field}"):
            assert client.get(address).status_code == 404
    for address in (f"{FOLDERS}/{folder}", f"{API}/fields/{field}"):
        assert office.mallory.patch(address, json={"name": "Mine"}).status_code == 404
        assert office.bob.patch(address, json={"name": "Mine"}).status_code == 403
    assert office.bob.get(FOLDERS, params={"archived": True}).status_code == 403


def test_deals_are_called_opportunities(office: Office):
    deals = office.folder("deal")
    renamed = office.alice.patch(f"{FOLDERS}/{deals}", json={"name": "Opportunities", "singular": "Opportunity"})
    assert renamed.status_code == 200, renamed.text
    seen = office.bob.get(f"{FOLDERS}/{deals}").json()
    assert (seen["id"], seen["kind"], seen["name"]) == (deals, "deal", "Opportunities")


def test_folders_and_fields_are_put_aside_and_in_order(office: Office):
    folder = partners(office, {"name": "Level", "type": "text"})
    ids = [each["id"] for each in office.alice.get(FOLDERS).json()["items"]]
    ordered = office.alice.put(f"{API}/folder-order", json={"order": ids[::-1]})
    assert [each["id"] for each in ordered.json()["items"]] == ids[::-1]
    assert office.alice.put(f"{FOLDERS}/{folder}/archive").json()["archived_at"]
    assert folder not in [each["id"] for each in office.alice.get(FOLDERS).json()["items"]]
    assert folder in [each["id"] for each in office.alice.get(FOLDERS, params={"archived": True}).json()["items"]]
    assert office.alice.delete(f"{FOLDERS}/{folder}/archive").json()["archived_at"] is None
    order = office.alice.put(f"{FOLDERS}/{folder}/field-order", json={"order": ["level", "name", "owner"]})
    assert [field["key"] for field in order.json()["items"]] == ["level", "name", "owner"]
    field = order.json()["items"][0]["id"]
    assert office.alice.put(f"{API}/fields/{field}/archive").status_code == 200
    assert office.bob.get(f"{API}/fields/{field}").status_code == 404
    assert office.alice.get(f"{FOLDERS}/{folder}/fields", params={"archived": True}).json()["items"][-1]["id"] == field
    assert office.alice.delete(f"{API}/fields/{field}/archive").json()["key"] == "level"
    contacts = office.folder("contact")
    assert office.alice.put(f"{FOLDERS}/{contacts}/archive").status_code == 409


def test_a_type_is_changed_after_a_look(office: Office):
    folder = partners(office, {"name": "Size", "type": "text"})
    for size in ("12", "large"):
        made(office.bob.post(f"{FOLDERS}/{folder}/records", json={"values": {"name": size, "size": size}}))
    field = office.alice.get(f"{FOLDERS}/{folder}/fields").json()["items"][-1]
    changes = f"{API}/fields/{field['id']}/type-changes"
    assert office.bob.post(changes, json={"type": "number"}).status_code == 403
    look = office.alice.post(changes, json={"type": "number"}).json()
    assert (look["state"], look["converted"], look["lost"]) == ("preview", 1, 1)
    assert (look["examples"][0]["before"], look["examples"][0]["after"]) == ("large", None)
    assert office.alice.get(f"{API}/fields/{field['id']}").json()["type"] == "text"
    assert office.alice.post(changes, json={"type": "number", "dry_run": False}).json()["state"] == "done"
    assert office.alice.get(f"{API}/fields/{field['id']}").json()["type"] == "number"
    assert office.alice.post(changes, json={"type": "formula"}).status_code in (409, 422)


def test_how_a_value_is_worked_out_is_told_to_who_configures(office: Office):
    formula = {"name": "Loud", "type": "formula", "options": {"formula": "upper({Name})"}}
    folder = partners(office, formula)
    for client, told in (
        (office.alice, {"formula": "upper(name)", "result": "text"}),
        (office.bob, {"result": "text"}),
    ):
        field = client.get(f"{FOLDERS}/{folder}/fields").json()["items"][-1]
        assert (field["options"], field["read_only"]) == (told, True)
    refused = office.alice.post(
        f"{FOLDERS}/{folder}/fields", json={**formula, "name": "Odd", "options": {"formula": "("}}
    )
    assert refused.status_code == 422


@pytest.mark.parametrize("choices", [None, True, -1, 10**30, [10**30], "one", {"one": 1}])
def test_choices_that_are_no_list_are_refused(office: Office, choices: object):
    field = {"name": "Colour", "type": "dropdown", "options": {"choices": choices}}
    answer = office.alice.post(f"/api/v1/folders/{office.folder('deal')}/fields", json=field)
    assert (answer.status_code, answer.json()["field"]) == (422, "options"), answer.text


def test_cards_are_arranged_by_folder_and_role(office: Office):
    card = f"{FOLDERS}/{office.folder('contact')}/card"
    assert office.bob.get(card).json()["items"] == []
    keys = ["email", "phone", "title", "owner"]
    arranged = office.alice.put(card, json={"fields": keys})
    assert arranged.json()["items"] == [{"role_id": None, "fields": keys}]
    assert office.bob.get(card).json() == arranged.json()
    assert office.bob.put(card, json={"fields": keys}).status_code == 403
    assert office.mallory.get(card).status_code == 404
    refused = office.alice.put(card, json={"fields": ["email", "phone", "title", "nonsense"]})
    assert (refused.status_code, refused.json()["field"]) == (422, "nonsense")
    assert office.alice.put(card, json={"fields": keys, "role_id": "01arz3ndektsv4rrffq69g5fav"}).status_code == 404
    assert office.alice.put(card, json={"fields": []}).json()["items"] == []
