"""Records over REST: made, read, changed, put aside; and nothing of what is out of sight."""

from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from app.core.database import transaction
from models import FieldDef
from tests.api.office import Office, made


def new(office: Office, client: httpx.Client, kind: str = "contact", **values: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": {"name": "Dana", **values}})
    return made(answer)


def test_a_record_is_made_read_and_changed(office: Office):
    answer = office.bob.post(
        f"/api/v1/folders/{office.folder('contact')}/records", json={"values": {"name": "Dana", "email": "d@q.example"}}
    )
    dana = made(answer)
    assert answer.headers["location"] == f"/api/v1/records/{dana['id']}"
    assert (answer.headers["etag"], dana["version"], dana["kind"]) == ('"1"', 1, "contact")
    url = answer.headers["location"]
    changed = office.bob.patch(url, json={"values": {"title": "CEO"}}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    read = office.bob.get(url, params={"fields": "title,email", "expand": "owner"})
    assert read.json()["values"] == {"title": "CEO", "email": ["d@q.example"]}
    assert read.json()["expanded"]["owner"]["name"] == "Bob Berg"
    assert read.headers["etag"] == '"2"'


@pytest.mark.parametrize("etag", ['"1"', "1", 'W/"2"', "nonsense", '"99999999999999999999"'])
def test_an_outdated_change_is_refused(office: Office, etag: str):
    url = f"/api/v1/records/{new(office, office.alice)['id']}"
    office.alice.patch(url, json={"values": {"title": "CEO"}})
    headers = {"If-Match": etag}
    for answer in (
        office.alice.patch(url, json={"values": {"title": "CFO"}}, headers=headers),
        office.alice.delete(url, headers=headers),
        office.alice.put(f"{url}/archive", headers=headers),
    ):
        assert (answer.status_code, answer.json()["type"]) == (412, "urn:sidenote:problem:precondition_failed")
    assert office.alice.get(url).json()["values"]["title"] == "CEO"
    assert office.alice.patch(url, json={"values": {"title": "CFO"}}, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"values": {"email": "nobody"}}, "email"),
        ({"values": {"shoe_size": 43}}, "shoe_size"),
        ({"values": {"last_activity_at": "2026-01-01"}}, "last_activity_at"),
        ({"value": {}}, "values"),
        ({"values": []}, "values"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(office: Office, body: dict[str, Any], field: str):
    url = f"/api/v1/records/{new(office, office.bob)['id']}"
    answer = office.bob.patch(url, json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] in (field, "value")


def set_unique(office: Office, key: str, how: str) -> None:
    with transaction(office.engine) as session:
        here = col(FieldDef.folder_id) == office.folder("contact"), col(FieldDef.key) == key
        session.scalars(select(FieldDef).where(*here)).one().unique = how


def test_who_writes_a_value_that_another_record_has_is_warned(office: Office):
    set_unique(office, "email", "warn")
    first = new(office, office.bob, email="d@q.example")
    assert first["warnings"] == []
    (warning,) = new(office, office.bob, email="D@q.example")["warnings"]
    assert (warning["key"], warning["record_id"]) == ("email", first["id"])
    (blind,) = new(office, office.carol, email="d@q.example")["warnings"]
    assert blind["record_id"] is None
    assert "Dana" not in blind["message"]


def test_a_unique_value_from_the_bin_may_be_given_again_but_comes_back_only_once(office: Office):
    set_unique(office, "email", "forbid")
    old = new(office, office.bob, email="d@q.example")
    answer = office.bob.post(
        f"/api/v1/folders/{office.folder('contact')}/records", json={"values": {"name": "D", "email": "d@q.example"}}
    )
    assert (answer.status_code, answer.json()["field"]) == (409, "email")
    office.alice.delete(f"/api/v1/records/{old['id']}")
    new(office, office.bob, email="d@q.example")
    refused = office.alice.put(f"/api/v1/records/{old['id']}/restoration")
    assert (refused.status_code, refused.json()["field"]) == (409, "email")


def test_a_change_is_not_taken_back_to_what_another_record_has_by_now(office: Office):
    set_unique(office, "email", "forbid")
    url = f"/api/v1/records/{new(office, office.bob, email='d@q.example')['id']}"
    office.bob.patch(url, json={"values": {"email": "e@q.example"}})
    new(office, office.bob, email="d@q.example")
    (save,) = office.bob.get(f"{url}/history").json()["items"]
    refused = office.bob.post(f"{url}/undos", json={"batch": save["batch"]})
    assert (refused.status_code, refused.json()["field"]) == (409, "email")
    assert office.bob.get(url).json()["values"]["email"] == ["e@q.example"]


def test_who_is_made_owner_or_manager_is_told(office: Office):
    cast = office.cast
    quarry = new(office, office.bob, "company", name="Quarry")
    url = f"/api/v1/records/{quarry['id']}"
    office.alice.patch(url, json={"values": {"account_manager": cast.bob.member_id, "owner": cast.carol.member_id}})
    office.alice.patch(url, json={"values": {"success_manager": cast.alice.member_id}})
    for client, told in ((office.carol, ["Owner: this is yours now"]), (office.alice, []), (office.mallory, [])):
        notes = client.get("/api/v1/notifications").json()["items"]
        assert [note["title"] for note in notes if note["type"] == "assigned"] == told
    # Bob still reads the company in his territory, and so is told of his part in it.
    (note,) = office.bob.get("/api/v1/notifications").json()["items"]
    assert (note["title"], note["record_name"]) == ("Account manager: this is yours now", "Quarry")


def test_a_deal_starts_in_a_stage_and_with_its_contacts(office: Office):
    dana = new(office, office.bob)
    deal = new(office, office.bob, "deal", amount="1,200.50", contacts=[dana["id"]])
    assert deal["values"]["stage"]
    assert deal["values"]["amount"] == 120_050
    assert deal["values"]["contacts"] == [dana["id"]]


def test_others_records_do_not_exist(office: Office):
    theirs = new(office, office.carol)
    url = f"/api/v1/records/{theirs['id']}"
    for client in (office.bob, office.mallory):
        for answer in (
            client.get(url),
            client.get(url, params={"as_of": "2030-01-01T00:00:00Z"}),
            client.get(f"{url}/history"),
            client.get(f"{url}/links"),
            client.patch(url, json={"values": {"name": "Mine"}}),
            client.delete(url),
            client.put(f"{url}/archive"),
            client.delete(f"{url}/archive"),
            client.put(f"{url}/restoration"),
            client.delete(f"/api/v1/bin/{theirs['id']}"),
            client.post(f"{url}/undos", json={"batch": theirs["id"]}),
            client.put(f"{url}/links/{theirs['id']}", params={"label": "CFO"}),
        ):
            assert answer.status_code == 404, answer.request.url
    foreign = office.folder("contact", office.cast.mallory)
    answer = office.bob.post(f"/api/v1/folders/{foreign}/records", json={"values": {"name": "Dana"}})
    assert answer.status_code == 404


def test_a_record_goes_into_the_bin_and_back(office: Office):
    dana = new(office, office.bob)
    url = f"/api/v1/records/{dana['id']}"
    assert office.bob.delete(url).status_code == 403
    assert office.alice.delete(url, headers={"If-Match": '"1"'}).status_code == 204
    assert office.bob.get(url).status_code == office.alice.get(url).status_code == 404
    assert office.bob.get("/api/v1/bin").json()["items"] == []
    (binned,) = office.alice.get("/api/v1/bin").json()["items"]
    assert (binned["id"], binned["deleted_by"]["name"]) == (dana["id"], "Alice Fairfield")
    assert office.bob.put(f"{url}/restoration").status_code == 404
    assert office.alice.put(f"{url}/restoration").status_code == 200
    assert office.bob.get(url).status_code == 200
    office.alice.delete(url)
    assert office.bob.delete(f"/api/v1/bin/{dana['id']}").status_code == 404
    assert office.alice.delete(f"/api/v1/bin/{dana['id']}").status_code == 204
    assert office.alice.put(f"{url}/restoration").status_code == 404


def test_the_bin_has_pages(office: Office):
    ids = [new(office, office.alice, name=f"D{number}")["id"] for number in range(3)]
    for record_id in ids:
        office.alice.delete(f"/api/v1/records/{record_id}")
    first = office.alice.get("/api/v1/bin", params={"limit": 2}).json()
    rest = office.alice.get("/api/v1/bin", params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None


def test_archiving_can_be_taken_back(office: Office):
    url = f"/api/v1/records/{new(office, office.bob)['id']}"
    assert office.bob.put(f"{url}/archive").json()["archived_at"]
    assert office.bob.get(url).json()["archived_at"]
    assert office.bob.delete(f"{url}/archive").json()["archived_at"] is None


def test_history_is_read_and_changes_are_taken_back(office: Office):
    url = f"/api/v1/records/{new(office, office.bob, 'deal', amount='100')['id']}"
    for amount in ("250", "300"):
        office.bob.patch(url, json={"values": {"amount": str(amount)}})
    page = office.bob.get(f"{url}/history", params={"limit": 1}).json()
    (last,) = page["items"]
    assert last["member"]["name"] == "Bob Berg"
    assert last["changes"] == [
        {"key": "amount", "name": "Amount", "old": 25_000, "new": 30_000, "old_text": "€250.00", "new_text": "€300.00"}
    ]
    (first,) = office.bob.get(f"{url}/history", params={"cursor": page["next"]}).json()["items"]
    refused = office.bob.post(f"{url}/undos", json={"batch": first["batch"]})
    assert (refused.status_code, refused.json()["detail"]) == (409, "Changed since: Amount.")
    undone = made(office.bob.post(f"{url}/undos", json={"batch": last["batch"]}))
    assert (undone["values"]["amount"], undone["version"]) == (25_000, 4)
    then = office.bob.get(url, params={"as_of": last["at"], "fields": "amount"}).json()
    assert (then["values"], then["version"]) == ({"amount": 30_000}, 3)
    assert office.bob.get(url, params={"as_of": "1999-01-01T00:00:00Z"}).status_code == 404
    assert office.bob.get(url, params={"as_of": last["at"], "include": "related"}).status_code == 422
    assert office.bob.get(f"{url}/history", params={"cursor": "x"}).status_code == 422


def test_a_person_and_a_company_are_linked_by_what_they_are_to_each_other(office: Office):
    dana, quarry, stone = (
        new(office, office.bob),
        new(office, office.bob, "company", name="Quarry"),
        new(office, office.bob, "company", name="Stone"),
    )
    links = f"/api/v1/records/{dana['id']}/links"
    for _ in range(2):
        put = office.bob.put(f"{links}/{quarry['id']}", params={"label": " CFO "})
        assert (put.status_code, put.json()["label"], put.json()["name"]) == (200, "CFO", "Quarry")
    office.bob.put(f"{links}/{stone['id']}", params={"label": "Former employer"})
    there = office.bob.get(f"/api/v1/records/{quarry['id']}/links").json()["items"]
    assert [(link["record_id"], link["label"], link["inverse"]) for link in there] == [(dana["id"], "CFO", True)]
    here = office.bob.get(links).json()["items"]
    assert [(link["name"], link["label"]) for link in here] == [("Quarry", "CFO"), ("Stone", "Former employer")]
    (told,) = office.bob.get(f"/api/v1/records/{quarry['id']}/history").json()["items"]
    assert [(change["name"], change["new_text"]) for change in told["changes"]] == [("CFO", "Dana")]
    parted = office.bob.delete(f"/api/v1/records/{quarry['id']}/links/{dana['id']}", params={"label": "CFO"})
    assert parted.status_code == 204
    assert office.bob.delete(f"{links}/{quarry['id']}", params={"label": "CFO"}).status_code == 404
    assert [link["name"] for link in office.bob.get(links).json()["items"]] == ["Stone"]
    companies = office.bob.get(f"/api/v1/records/{dana['id']}", params={"include": "related"}).json()["related"]
    assert companies["companies"]["count"] == 0, "a former employer is history"


def test_a_link_shows_in_the_field_that_is_made_for_it_from_either_side(office: Office):
    dana, deal = new(office, office.bob), new(office, office.bob, "deal", name="Crusher")
    office.bob.put(f"/api/v1/records/{dana['id']}/links/{deal['id']}", params={"label": "participant"})
    assert office.bob.get(f"/api/v1/records/{deal['id']}").json()["values"]["contacts"] == [dana["id"]]


def test_links_lead_to_nothing_out_of_sight(office: Office):
    dana, theirs = new(office, office.bob), new(office, office.carol, "company", name="Southern Stone")
    url = f"/api/v1/records/{dana['id']}/links"
    assert office.bob.put(f"{url}/{theirs['id']}", params={"label": "CFO"}).status_code == 404
    assert office.alice.put(f"{url}/{theirs['id']}", params={"label": "CFO"}).status_code == 200
    assert office.bob.get(url).json()["items"] == []
    assert "Southern" not in office.bob.get(f"/api/v1/records/{dana['id']}/history").text
    assert office.bob.delete(f"{url}/{theirs['id']}", params={"label": "CFO"}).status_code == 404


def test_what_hangs_on_an_account_is_rolled_up_as_far_as_one_may_see(office: Office):
    cast = office.cast
    managers = {"account_manager": cast.alice.member_id, "success_manager": cast.bob.member_id}
    quarry = new(office, office.bob, "company", name="Quarry", annual_revenue="1000", **managers)
    new(office, office.bob, "company", name="Pit", parent=quarry["id"], annual_revenue="200")
    people = [new(office, office.bob, name=name, company=quarry["id"]) for name in ("Dana", "Emil")]
    for amount in ("100", "200", "300"):
        new(office, office.bob, "deal", amount=amount, company=quarry["id"], contacts=[people[0]["id"]])
    ticket = new(office, office.bob, "ticket", name="Broken", company=quarry["id"], contact=people[0]["id"])
    new(office, office.bob, "quote", name="Offer", company=quarry["id"], contact=people[0]["id"])
    carols = {"owner": cast.carol.member_id, "company": quarry["id"]}
    new(office, office.alice, "deal", name="Hers", amount="5000", contacts=[people[0]["id"]], **carols)

    url = f"/api/v1/records/{quarry['id']}"
    seen = office.bob.get(url, params={"include": "related", "expand": "account_manager,success_manager"}).json()
    around = seen["related"]
    assert {
        name: around[name]["count"] for name in ("contacts", "deals", "tickets", "quotes", "leads", "children")
    } == {
        "contacts": 2,
        "deals": 3,
        "tickets": 1,
        "quotes": 1,
        "leads": 0,
        "children": 1,
    }
    assert (around["open_value"], around["revenue"]) == (60_000, 120_000)
    assert [item["name"] for item in around["contacts"]["items"]] == ["Dana", "Emil"]
    assert [seen["expanded"][key]["name"] for key in managers] == ["Alice Fairfield", "Bob Berg"]
    assert "Hers" not in str(seen)
    assert office.alice.get(url, params={"include": "related"}).json()["related"]["open_value"] == 560_000

    person = f"/api/v1/records/{people[0]['id']}"
    around = office.bob.get(person, params={"include": "related"}).json()["related"]
    assert (around["open_value"], around["deals"]["count"]) == (60_000, 3)
    assert [item["name"] for item in around["companies"]["items"]] == ["Quarry"]
    assert [item["id"] for item in around["tickets"]["items"]] == [ticket["id"]]
    assert around["quotes"]["count"] == 1
