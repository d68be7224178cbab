"""The inbox of possible duplicates: kept up to date, told to those who may see, decided on."""

import httpx
import pytest
from sqlalchemy import delete, select

from app.core.clock import utcnow
from app.core.database import transaction
from app.core.dispatch import drain
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.records.duplicates.decisions import run_decisions
from app.records.duplicates.keeping_up import look_again, look_at_all
from models import DuplicateDue, DuplicatePair
from tests.api.office import Office, made
from tests.cast import shared_with


def context(office: Office) -> JobContext:
    return JobContext(Settings(_env_file=None), office.engine)


def create(office: Office, client: httpx.Client, kind: str = "contact", **values: object) -> str:
    return made(client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": values}))["id"]


def pairs(office: Office, client: httpx.Client, kind: str = "contact", **asked: object) -> list[tuple[str, str]]:
    answer = client.get("/api/v1/duplicates", params={"folder": office.folder(kind), **asked})
    assert answer.status_code == 200, answer.text
    return [(one["first"]["id"], one["second"]["id"]) for one in answer.json()["items"]]


def twins(office: Office, client: httpx.Client, name: str = "Dana Diaz", kind: str = "contact") -> tuple[str, str]:
    address = f"{name.split()[0].lower()}@quarry.example"
    first = create(office, client, kind, name=name, email=address)
    return first, create(office, client, name=name, email=address.replace("@", "+x@"))


def test_a_pair_stands_in_the_inbox_until_somebody_decides(office: Office):
    ends = twins(office, office.bob, kind="lead")
    create(office, office.bob, name="Zoë Unlike", email="zoe@else.example")
    assert pairs(office, office.bob) == []
    look_again(context(office))
    assert pairs(office, office.bob) == pairs(office, office.bob, "lead") == [ends]
    [one] = office.bob.get(f"/api/v1/records/{ends[1]}/duplicates").json()["items"]
    assert one["score"] > 0.9
    assert one["reasons"]
    counted = office.bob.get("/api/v1/duplicate-counts").json()["items"]
    assert {one["folder_id"]: one["open"] for one in counted} == {
        office.folder(kind): 1 for kind in ("lead", "contact")
    }

    url = f"/api/v1/records/{ends[1]}/duplicates/{ends[0]}/refusal"
    assert office.bob.put(url).status_code == 204
    assert office.bob.put(url).status_code == 204
    assert pairs(office, office.bob) == []
    assert pairs(office, office.bob, state="refused") == [ends]
    office.bob.patch(f"/api/v1/records/{ends[0]}", json={"values": {"phone": "+49 228 1234567"}})
    look_again(context(office))
    look_at_all(context(office))
    assert pairs(office, office.bob) == []
    assert office.bob.delete(url).status_code == 204
    assert pairs(office, office.bob) == [ends]


def test_what_is_no_pair_any_more_leaves_the_inbox(office: Office):
    ends = twins(office, office.bob)
    look_again(context(office))
    office.bob.patch(f"/api/v1/records/{ends[1]}", json={"values": {"name": "Zoë Unlike", "email": "zoe@else.example"}})
    look_again(context(office))
    assert pairs(office, office.bob) == []
    with transaction(office.engine) as session:
        assert session.scalars(select(DuplicatePair)).all() == []


def test_a_merge_or_a_deletion_settles_its_pairs(office: Office):
    first, second = twins(office, office.alice)
    third, fourth = twins(office, office.alice, "Eve Ernst")
    look_again(context(office))
    merge = made(office.alice.post("/api/v1/merges", json={"into": first, "records": [second]}))
    assert pairs(office, office.alice) == [(third, fourth)]
    office.alice.delete(f"/api/v1/records/{fourth}")
    assert pairs(office, office.alice) == []
    office.alice.post(f"/api/v1/merges/{merge['id']}/undo")
    assert pairs(office, office.alice) == [(first, second)]
    look_again(context(office))
    assert pairs(office, office.alice) == [(first, second)]


def test_a_refusal_holds_for_what_the_record_becomes(office: Office):
    first, second = twins(office, office.alice)
    office.alice.put(f"/api/v1/records/{first}/duplicates/{second}/refusal")
    other = create(office, office.alice, name="Dana Diaz")
    made(office.alice.post("/api/v1/merges", json={"into": other, "records": [first]}))
    look_again(context(office))
    assert pairs(office, office.alice) == []
    look_at_all(context(office))
    assert pairs(office, office.alice) == []


def test_nobody_hears_of_a_record_out_of_their_sight(office: Office):
    bobs = create(office, office.bob, name="Dana Diaz", email="dana@quarry.example")
    carols = create(office, office.carol, name="Dana Diaz", email="dana@quarry.example")
    look_again(context(office))
    assert pairs(office, office.alice) == [(bobs, carols)]
    for client in (office.bob, office.carol):
        assert pairs(office, client) == []
        assert client.get("/api/v1/duplicate-counts").json()["items"] == []
        clusters = client.get("/api/v1/duplicate-clusters", params={"folder": office.folder("contact")})
        assert clusters.json()["items"] == []
    assert office.bob.put(f"/api/v1/records/{bobs}/duplicates/{carols}/refusal").status_code == 404
    there = office.mallory.get("/api/v1/duplicates", params={"folder": office.folder("contact")})
    assert there.status_code == 404
    shared_with(office.engine, office.cast, carols, office.cast.bob)
    assert pairs(office, office.bob) == [(bobs, carols)]


def test_many_are_merged_at_once_and_what_fails_is_told(office: Office):
    for n in range(3):
        twins(office, office.alice, f"Dana{n} Diaz{n}")
    create(office, office.alice, name="Dana0 Diaz0", email="dana0@quarry.example")
    look_again(context(office))
    clusters = office.alice.get("/api/v1/duplicate-clusters", params={"folder": office.folder("contact")}).json()
    assert sorted(len(one["records"]) for one in clusters["items"]) == [2, 2, 3]
    body = {"folder_id": office.folder("contact"), "action": "merge", "min_score": 0.8}
    bulk = made(office.alice.post("/api/v1/duplicate-decisions", json=body))
    assert (bulk["total"], bulk["state"]) == (3, "running")
    run_decisions(context(office), bulk["id"])
    done = office.alice.get(f"/api/v1/bulk-edits/{bulk['id']}").json()
    assert (done["done"], done["failed"], done["state"]) == (3, 0, "done")
    assert pairs(office, office.alice) == []
    people = office.alice.get(f"/api/v1/folders/{office.folder('contact')}/records").json()["items"]
    assert len(people) == 3
    assert office.alice.post(f"/api/v1/bulk-edits/{bulk['id']}/undo").status_code == 409
    drain(office.engine)


def test_who_may_not_merge_gets_the_reason_for_each(office: Office):
    ends = twins(office, office.bob)
    look_again(context(office))
    body = {"folder_id": office.folder("contact"), "action": "merge", "pairs": [ends]}
    bulk = made(office.bob.post("/api/v1/duplicate-decisions", json=body))
    run_decisions(context(office), bulk["id"])
    done = office.bob.get(f"/api/v1/bulk-edits/{bulk['id']}").json()
    failures = office.bob.get(f"/api/v1/bulk-edits/{bulk['id']}/failures").json()["items"]
    assert (done["failed"], len(failures)) == (1, 1)
    assert "delete" in failures[0]["reason"]
    assert office.bob.post("/api/v1/duplicate-decisions", json=body | {"pairs": []}).status_code == 422
    refusal = made(office.bob.post("/api/v1/duplicate-decisions", json=body | {"action": "refuse"}))
    run_decisions(context(office), refusal["id"])
    assert pairs(office, office.bob, state="refused") == [ends]


def test_pages_show_every_pair_once(office: Office):
    ids = [create(office, office.alice, name=f"Person {n}") for n in range(6)]
    with transaction(office.engine) as session:
        for n, (one, other) in enumerate((a, b) for a in ids for b in ids if a < b):
            pair = {"first_id": one, "second_id": other, "workspace_id": office.cast.workspace_id}
            session.add(DuplicatePair(**pair, score=0.9 + n % 3 / 100, found_at=utcnow()))
    asked: dict[str, object] = {"folder": office.folder("contact"), "limit": 4}
    seen: list[tuple[str, str]] = []
    while True:
        page = office.alice.get("/api/v1/duplicates", params=asked).json()
        seen += [(one["first"]["id"], one["second"]["id"]) for one in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 15
    assert office.alice.get("/api/v1/duplicates", params=asked | {"cursor": "nonsense"}).status_code == 422


@pytest.mark.parametrize("kind", ["contact", "company"])
def test_the_nightly_search_finds_what_nobody_touched(office: Office, kind: str):
    known = {"contact": {"email": "dana@quarry.example"}, "company": {"domain": "quarry.example"}}[kind]
    names = {"contact": ("Dana Diaz", "Diaz, Dana"), "company": ("Quarry Holdings Ltd", "Quarry Holdings Limited")}[
        kind
    ]
    ends = tuple(create(office, office.alice, kind, name=name, **known) for name in names)
    with transaction(office.engine) as session:
        session.execute(delete(DuplicateDue))
    look_again(context(office))
    assert pairs(office, office.alice, kind) == []
    look_at_all(context(office))
    assert pairs(office, office.alice, kind) == [ends]
