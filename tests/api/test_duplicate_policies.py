"""What a likely duplicate meets, by folder and by where it comes from."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.office import Office, made


def create(office: Office, client: httpx.Client, kind: str = "contact", **values: object) -> httpx.Response:
    return client.post(f"/api/v1/folders/{office.folder(kind)}/records", json={"values": values})


def set_policy(office: Office, kind: str = "contact", **modes: str) -> dict[str, Any]:
    answer = office.alice.patch(f"/api/v1/folders/{office.folder(kind)}", json={"duplicates": modes})
    assert answer.status_code == 200, answer.text
    return answer.json()["duplicates"]


@pytest.mark.parametrize("address", ["DANA@Quarry.example", "dana+crm@quarry.example"])
def test_a_blocked_duplicate_is_refused_with_the_existing_id(office: Office, address: str):
    assert set_policy(office, api="block")["api"] == "block"
    dana = made(create(office, office.bob, name="Dana Diaz", email="dana@quarry.example"))["id"]
    refused = create(office, office.bob, name="Dana Diaz", email=address)
    assert (refused.status_code, refused.json()["record_id"]) == (409, dana)
    other_name = create(office, office.bob, name="Zoë Unlike", email=address)
    assert (other_name.status_code, other_name.json()["record_id"]) == (409, dana)
    lead = create(office, office.bob, "lead", name="Dana Diaz", email=address)
    assert lead.status_code == 201, "leads have a policy of their own"


def test_a_likely_duplicate_is_made_with_a_warning(office: Office):
    dana = made(create(office, office.bob, name="Dana Diaz", email="dana@quarry.example"))["id"]
    double = made(create(office, office.bob, name="Dana Diaz", email="Dana+x@quarry.example"))
    [warning] = double["warnings"]
    assert (warning["record_id"], warning["name"]) == (dana, "Dana Diaz")
    assert warning["score"] > 0.9
    assert "email" in {reason["field"] for reason in warning["reasons"]}
    assert made(create(office, office.bob, name="Somebody Else"))["warnings"] == []


def test_off_neither_warns_nor_blocks(office: Office):
    set_policy(office, api="off", card="block")
    made(create(office, office.bob, name="Dana Diaz", email="dana@quarry.example"))
    assert made(create(office, office.bob, name="Dana Diaz", email="dana@quarry.example"))["warnings"] == []


def test_a_change_of_address_meets_the_policy_too(office: Office):
    set_policy(office, api="block")
    dana = made(create(office, office.bob, name="Dana Diaz", email="dana@quarry.example"))["id"]
    zoe = made(create(office, office.bob, name="Zoë Zett", email="zoe@quarry.example"))["id"]
    refused = office.bob.patch(f"/api/v1/records/{zoe}", json={"values": {"email": "DANA@quarry.example"}})
    assert (refused.status_code, refused.json()["record_id"]) == (409, dana)
    assert office.bob.patch(f"/api/v1/records/{zoe}", json={"values": {"title": "CEO"}}).status_code == 200
    assert (
        office.bob.patch(f"/api/v1/records/{dana}", json={"values": {"email": "d@quarry.example"}}).status_code == 200
    )


def test_a_record_out_of_sight_blocks_without_being_named(office: Office):
    set_policy(office, api="block")
    made(create(office, office.carol, name="Dana Diaz", email="dana@quarry.example"))
    refused = create(office, office.bob, name="Dana Diaz", email="dana@quarry.example")
    assert refused.status_code == 409
    assert "record_id" not in refused.json()
    assert "Dana" not in refused.text
    set_policy(office, api="warn")
    assert made(create(office, office.bob, name="Dana Diaz", email="dana@quarry.example"))["warnings"] == []


def test_two_at_once_with_one_address_leave_one_record(office: Office):
    set_policy(office, api="block")
    with ThreadPoolExecutor(2) as pool:
        asked = lambda _: create(office, office.bob, name="Dana Diaz", email="dana@quarry.example").status_code  # noqa: E731
        answers = sorted(pool.map(asked, range(2)))
    assert answers == [201, 409]


def test_companies_are_told_by_their_domain(office: Office):
    set_policy(office, "company", api="block")
    quarry = made(create(office, office.bob, "company", name="Quarry Ltd", domain="quarry.example"))["id"]
    refused = create(office, office.bob, "company", name="Another", domain="https://www.quarry.example/")
    assert (refused.status_code, refused.json()["record_id"]) == (409, quarry)


def test_only_who_configures_sets_a_policy_and_only_a_known_one(office: Office):
    contacts = f"/api/v1/folders/{office.folder('contact')}"
    assert office.bob.patch(contacts, json={"duplicates": {"api": "block"}}).status_code == 403
    for wrong in ({"api": "forbid"}, {"fax": "block"}):
        assert office.alice.patch(contacts, json={"duplicates": wrong}).status_code == 422
    assert office.alice.get(contacts).json()["duplicates"] == dict.fromkeys(
        ("card", "page", "api", "import", "form", "sync"), "warn"
    )
