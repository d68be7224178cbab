"""Lists, views and segments over REST."""

import json
from typing import Any

import httpx
import pytest

from tests.api.office import Office, made


def create(office: Office, client: httpx.Client, kind: str, **values: Any) -> Any:
    return made(client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": values}))


@pytest.fixture
def deals(office: Office) -> list[str]:
    """Three deals of Bob's with companies, and one of Carol's."""
    for name, amount, industry in (("Crusher", 3000, "Energy"), ("Belt", 500, "Retail"), ("Wheel", 1500, "Energy")):
        company = create(office, office.bob, "company", name=f"{name} Ltd", industry=industry)
        create(office, office.bob, "deal", name=name, amount=str(amount), company=company["id"])
    create(office, office.carol, "deal", name="Of Carol", amount="9000")
    return ["Crusher", "Wheel", "Belt"]


def names(page: dict[str, Any]) -> list[str]:
    return [item["name"] for item in page["items"]]


def test_a_list_is_filtered_sorted_sparse_and_counted(office: Office, deals: list[str]):
    path = f"/api/v1/folders/{office.folder('deal')}/records"
    query = {
        "filter": json.dumps({"field": "company.industry", "op": "is", "value": "Energy"}),
        "sort": "-amount,name",
        "fields": "name,amount,company.industry",
        "expand": "company",
        "count": "true",
    }
    page = office.bob.get(path, params=query).raise_for_status().json()
    assert names(page) == ["Crusher", "Wheel"]
    assert page["count"] == {"value": 2, "exact": True}
    assert page["items"][0]["values"] == {"name": "Crusher", "amount": 300_000, "company.industry": "Energy"}
    assert page["items"][0]["expanded"]["company"]["name"] == "Crusher Ltd"
    body = query | {
        "filter": json.loads(query["filter"]),
        "sort": ["-amount", "name"],
        "fields": query["fields"].split(","),
        "expand": ["company"],
        "count": True,
    }
    asked = office.bob.post(f"/api/v1/folders/{office.folder('deal')}/record-queries", json=body)
    assert asked.raise_for_status().json() == page


def test_pages_follow_one_another(office: Office, deals: list[str]):
    path, query = f"/api/v1/folders/{office.folder('deal')}/records", {"sort": "-amount", "limit": "2"}
    first = office.bob.get(path, params=query).raise_for_status().json()
    second = office.bob.get(path, params={**query, "cursor": first["next"]}).raise_for_status().json()
    assert names(first) + names(second) == deals
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"filter": '{"field": "amount", "op": "at_least", "value": "lots"}'}, "filter.value"),
        ({"filter": "nonsense"}, "filter"),
        ({"sort": "nothing"}, "sort"),
        ({"fields": "nothing"}, "fields"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"expand": "amount"}, "expand"),
        ({"limit": "1000"}, "limit"),
    ],
)
def test_a_wrong_question_names_what_is_wrong(office: Office, query: dict[str, str], field: str):
    answer = office.bob.get(f"/api/v1/folders/{office.folder('deal')}/records", params=query)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


def test_only_what_may_be_seen_is_listed_counted_and_grouped(office: Office, deals: list[str]):
    view = next(view for view in office.bob.get("/api/v1/views").json()["items"] if view["name"] == "All deals")
    for client, seen in ((office.alice, 4), (office.bob, 3), (office.carol, 1)):
        page = client.get(f"/api/v1/views/{view['id']}/records", params={"count": "true"}).raise_for_status().json()
        assert len(page["items"]) == page["count"]["value"] == seen
        counts = client.get(f"/api/v1/views/{view['id']}/counts").raise_for_status().json()
        assert counts["count"] == {"value": seen, "exact": True}
    for path in (f"/api/v1/folders/{office.folder('deal')}/records", f"/api/v1/views/{view['id']}/records"):
        assert office.mallory.get(path).status_code == 404
        assert office.nobody.get(path).status_code == 401


def test_a_board_has_groups_with_names_and_sums(office: Office, deals: list[str]):
    board = next(view for view in office.bob.get("/api/v1/views").json()["items"] if view["name"] == "Pipeline")
    counts = office.bob.get(f"/api/v1/views/{board['id']}/counts", params={"sums": "amount"}).raise_for_status().json()
    assert [(group["name"], group["count"], group["sums"]) for group in counts["groups"]] == [
        ("Prospecting", 3, {"amount": 500_000})
    ]


def test_a_view_with_me_shows_each_their_own(office: Office, deals: list[str]):
    mine = {
        "and": [{"field": "owner", "op": "is", "value": "me"}, {"field": "amount", "op": "at_least", "value": "1000"}]
    }
    body = {
        "folder_id": office.folder("deal"),
        "name": "Mine",
        "shared": True,
        "filter": mine,
        "sort": ["-amount"],
        "columns": ["name", "company.industry"],
    }
    view = made(office.alice.post("/api/v1/views", json=body))
    for client, expected in ((office.bob, ["Crusher", "Wheel"]), (office.carol, ["Of Carol"]), (office.alice, [])):
        assert names(client.get(f"/api/v1/views/{view['id']}/records").raise_for_status().json()) == expected
    listed = office.bob.get(f"/api/v1/folders/{body['folder_id']}/records", params={"view": view["id"]}).json()
    assert [item["values"]["company.industry"] for item in listed["items"]] == ["Energy", "Energy"]
    renamed = office.alice.patch(f"/api/v1/views/{view['id']}", json={"name": "Ours"}).raise_for_status().json()
    assert renamed == {**view, "name": "Ours"}
    assert office.bob.patch(f"/api/v1/views/{view['id']}", json={"name": "Mine"}).status_code == 403
    assert office.bob.put(f"/api/v1/views/{view['id']}/pin").status_code == 204
    assert office.bob.get(f"/api/v1/views/{view['id']}").json()["pinned"] is True
    assert office.bob.delete(f"/api/v1/views/{view['id']}/pin").status_code == 204
    assert office.alice.delete(f"/api/v1/views/{view['id']}").status_code == 204
    assert office.bob.get(f"/api/v1/views/{view['id']}").status_code == 404


def test_a_segment_lives_until_it_is_frozen(office: Office, deals: list[str]):
    body = {
        "folder_id": office.folder("deal"),
        "name": "Rich",
        "filter": {"field": "amount", "op": "at_least", "value": "1000"},
    }
    segment = made(office.bob.post("/api/v1/segments", json=body))
    path = f"/api/v1/segments/{segment['id']}"
    page = office.bob.get(f"{path}/members", params={"sort": "-amount", "count": "true"}).raise_for_status().json()
    assert (names(page), page["count"]["value"]) == (["Crusher", "Wheel"], 2)
    assert office.bob.put(f"{path}/freeze").raise_for_status().json()["frozen_at"]
    crusher = page["items"][0]["id"]
    office.bob.patch(f"/api/v1/records/{crusher}", json={"values": {"amount": "1"}}).raise_for_status()
    assert names(office.bob.get(f"{path}/members", params={"sort": "name"}).json()) == ["Crusher", "Wheel"]
    assert office.bob.get(f"{path}/members/{crusher}").status_code == 200
    assert office.carol.get(f"{path}/members/{crusher}").status_code == 404
    assert office.carol.get(f"{path}/members").json()["items"] == []
    assert office.mallory.get(path).status_code == 404
    assert office.bob.patch(path, json={"name": "Richer"}).json()["name"] == "Richer"
    assert office.bob.patch(path, json={"filter": {}}).status_code == 409
    assert [one["name"] for one in office.bob.get("/api/v1/segments").json()["items"]] == ["Richer"]
    assert office.bob.delete(path).status_code == 204
    assert office.bob.get(path).status_code == 404


def test_the_filter_language_is_published(office: Office):
    language = office.bob.get("/api/v1/filter-operators").raise_for_status().json()
    assert {"name": "at_least", "label": "is at least", "takes": "value"} in language["families"]["number"]
    assert "replied" in {one["name"] for one in language["behaviours"]}
    assert "this_month" in language["periods"]


def test_an_id_of_a_view_that_is_none_is_refused(office: Office):
    answer = office.alice.get(f"/api/v1/folders/{office.folder('deal')}/records", params={"view": "x" * 31})
    assert (answer.status_code, answer.json()["field"]) == (422, "view")
