"""Texts to put into mail, over REST."""

from tests.api.office import Office


def make(office: Office, name: str = "Thanks", **values: object) -> dict[str, object]:
    answer = office.bob.post("/api/v1/snippets", json={"name": name, "text": "Hi {{first_name}}", **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json()
    assert answer.headers["location"] == f"/api/v1/snippets/{made['id']}"
    return made


def names(client: object) -> list[str]:
    return [one["name"] for one in client.get("/api/v1/snippets").json()["items"]]  # type: ignore[attr-defined]


def test_a_snippet_is_its_owners_until_it_is_shared(office: Office):
    own = make(office)
    make(office, "Everybody", shared=True)
    assert names(office.bob) == ["Everybody", "Thanks"]
    assert names(office.carol) == ["Everybody"]
    assert names(office.mallory) == []
    url = f"/api/v1/snippets/{own['id']}"
    assert office.carol.get(url).status_code == 404
    assert office.bob.patch(url, json={"shared": True}).json()["text"] == "Hi {{first_name}}"
    assert office.carol.get(url).status_code == 200


def test_a_colleagues_snippet_is_not_changed(office: Office):
    url = f"/api/v1/snippets/{make(office, shared=True)['id']}"
    assert office.carol.patch(url, json={"text": "Mine"}).status_code == 403
    assert office.carol.delete(url).status_code == 403
    assert office.carol.delete(f"{url}/deletion").status_code == 404
    assert office.alice.patch(url, json={"text": "By an admin"}).json()["text"] == "By an admin"


def test_a_deleted_snippet_comes_back_unless_its_name_is_taken(office: Office):
    url = f"/api/v1/snippets/{make(office)['id']}"
    assert office.bob.delete(url).status_code == 204
    assert office.bob.get(url).status_code == 404
    assert office.bob.delete(f"{url}/deletion").json()["name"] == "Thanks"
    assert office.bob.delete(url).status_code == 204
    make(office, "thanks")
    taken = office.bob.delete(f"{url}/deletion")
    assert (taken.status_code, taken.json()["field"]) == (422, "name")
    assert names(office.bob) == ["thanks"]


def test_a_name_is_there_once_and_nothing_is_empty(office: Office):
    make(office)
    for body, field in (
        ({"name": "THANKS", "text": "x"}, "name"),
        ({"name": " ", "text": "x"}, "name"),
        ({"name": "x" * 81, "text": "x"}, "name"),
        ({"name": "New", "text": "\0 "}, "text"),
        ({"name": "New", "text": "x" * 10_001}, "text"),
    ):
        refused = office.bob.post("/api/v1/snippets", json=body)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert office.carol.post("/api/v1/snippets", json={"name": "Thanks", "text": "x"}).status_code == 201
