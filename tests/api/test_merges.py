"""Merging records over REST."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.core.ids import new_id
from tests.api.office import Office, made


def make(office: Office, client: Any, kind: str = "contact", **values: object) -> str:
    return made(client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": values}))["id"]


def test_a_merge_is_looked_at_made_read_and_undone(office: Office):
    dana = make(office, office.alice, name="Dana", email="d@x.example", title="CTO")
    double = make(office, office.alice, name="Dana Diaz", email=["D+x@x.example", "e@x.example"], title="CEO")
    preview = office.alice.get("/api/v1/merge-preview", params={"records": f"{dana},{double}", "into": dana}).json()
    choices = {choice["key"]: choice for choice in preview["choices"]}
    assert (preview["into"], preview["records"], preview["allowed"]) == (dana, [double], True)
    assert choices["email"]["value"] == ["d@x.example", "e@x.example"]
    assert [one["value"] for one in choices["title"]["candidates"]] == ["CTO", "CEO"]

    body = {"into": dana, "records": [double], "values": {"title": dana}}
    merge = made(office.alice.post("/api/v1/merges", json=body))
    assert merge["record"]["values"]["title"] == "CTO"
    assert merge["record"]["name"] == "Dana Diaz"
    assert office.alice.get(f"/api/v1/records/{double}").json()["id"] == dana
    assert office.alice.get(f"/api/v1/records/{double}/timeline").status_code == 200
    assert office.alice.get(f"/api/v1/merges/{merge['id']}").json()["records"] == [double]
    listed = office.alice.get("/api/v1/merges", params={"record": double}).json()["items"]
    assert [one["id"] for one in listed] == [merge["id"]]

    office.alice.patch(f"/api/v1/records/{dana}", json={"values": {"name": "Dana D. Diaz"}})
    undone = office.alice.post(f"/api/v1/merges/{merge['id']}/undo").json()
    assert undone["kept"] == [{"name": "Name", "count": 1}]
    assert office.alice.get(f"/api/v1/records/{double}").json()["values"]["email"] == ["D+x@x.example", "e@x.example"]
    assert office.alice.get(f"/api/v1/records/{dana}").json()["values"]["email"] == ["d@x.example"]
    assert office.alice.post(f"/api/v1/merges/{merge['id']}/undo").status_code == 409


def test_who_may_not_merge_is_told_so_and_who_may_not_see_learns_nothing(office: Office):
    bobs, carols = make(office, office.bob, name="Dana"), make(office, office.carol, name="Dana")
    body = {"into": bobs, "records": [carols]}
    assert office.mallory.post("/api/v1/merges", json=body).status_code == 404
    assert office.nobody.post("/api/v1/merges", json=body).status_code == 401
    thin_air = office.bob.post("/api/v1/merges", json={"into": bobs, "records": [new_id()]})
    hidden = office.bob.post("/api/v1/merges", json=body)
    assert (hidden.status_code, hidden.json()) == (404, thin_air.json())
    merge = made(office.alice.post("/api/v1/merges", json=body))
    assert office.mallory.get(f"/api/v1/merges/{merge['id']}").status_code == 404
    assert office.mallory.post(f"/api/v1/merges/{merge['id']}/undo").status_code == 404
    assert office.carol.get(f"/api/v1/records/{carols}").status_code == 404
    assert office.bob.post(f"/api/v1/merges/{merge['id']}/undo").status_code == 403


def test_sent_twice_it_is_merged_once(office: Office):
    dana, double = make(office, office.alice, name="Dana"), make(office, office.alice, name="Dana")
    body = {"into": dana, "records": [double]}
    send = {"json": body, "headers": {"Idempotency-Key": "once"}}
    first, again = (office.alice.post("/api/v1/merges", **send) for _ in range(2))
    assert made(first) == made(again)
    refused = office.alice.post("/api/v1/merges", json=body)
    assert (refused.status_code, refused.json()["record_id"]) == (409, dana)


def test_a_stale_version_is_not_merged(office: Office):
    dana, double = make(office, office.alice, name="Dana"), make(office, office.alice, name="Dana")
    office.alice.patch(f"/api/v1/records/{dana}", json={"values": {"title": "CEO"}})
    stale = office.alice.post("/api/v1/merges", json={"into": dana, "records": [double]}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


def test_both_ways_at_once_makes_one_merge(office: Office):
    dana, double = make(office, office.alice, name="Dana"), make(office, office.alice, name="Dana")
    bodies = [{"into": dana, "records": [double]}, {"into": double, "records": [dana]}]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda body: office.alice.post("/api/v1/merges", json=body).status_code, bodies))
    assert sorted(answers) == [201, 409]
    ids = {office.alice.get(f"/api/v1/records/{id}").json()["id"] for id in (dana, double)}
    assert len(ids) == 1
