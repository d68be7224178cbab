"""Who may call the REST API, how often, and that nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from app.api.idempotency import KEPT, forget_old
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.rates import Rates, TooManyRequests
from app.workspaces.removal import remove_member
from models import ApiKey, IdempotentRequest
from tests.api.office import Office, made

KEYS = "/api/v1/api-keys"


def test_without_a_valid_key_nobody_is_let_in(office: Office):
    for authorization in (None, "Bearer", "Basic YTpi", "Bearer sn_unknown", "Bearer a.b.c"):
        headers = {"Authorization": authorization} if authorization else {}
        answer = office.nobody.get(KEYS, headers=headers)
        assert answer.status_code == 401, authorization
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].startswith("Authorization: ") or authorization == "Bearer a.b.c"


def test_a_key_is_shown_once_and_its_hash_is_kept(office: Office):
    created = made(office.bob.post(KEYS, json={"name": "Form", "scopes": ["read"], "days": 3}))
    assert created["key"].startswith("sn_")
    with transaction(office.engine) as session:
        stored = session.get_one(ApiKey, created["id"])
        assert created["key"] not in repr(stored)
    listed = office.bob.get(KEYS).json()["items"]
    assert [key["name"] for key in listed] == ["Form", "test"]
    assert all("key" not in key for key in listed)
    assert [key["name"] for key in office.carol.get(KEYS).json()["items"]] == ["test"]


def test_a_reading_key_does_not_write(office: Office):
    reader = office.client(office.cast.bob, scopes=("read",))
    assert reader.get(KEYS).status_code == 200
    assert reader.post(KEYS, json={"name": "More"}).status_code == 403


def test_a_key_makes_none_that_may_do_more_or_ends_later(office: Office):
    writer = office.client(office.cast.bob, scopes=("write",))
    for scopes in (["read"], ["read", "write"]):
        refused = writer.post(KEYS, json={"name": "More", "scopes": scopes})
        assert (refused.status_code, refused.json()["field"]) == (403, "scopes")
    short = {"Authorization": f"Bearer {made(office.bob.post(KEYS, json={'name': 'short', 'days': 2}))['key']}"}
    for days in (None, 3):
        refused = office.nobody.post(KEYS, json={"name": "Longer", "days": days}, headers=short)
        assert (refused.status_code, refused.json()["field"]) == (403, "days")
    made(office.nobody.post(KEYS, json={"name": "Shorter", "days": 1}, headers=short))


def test_a_key_ends_when_it_expires_or_is_revoked_or_its_member_leaves(office: Office):
    short = made(office.bob.post(KEYS, json={"name": "short", "days": 1}))
    with transaction(office.engine) as session:
        past = update(ApiKey).where(col(ApiKey.id) == short["id"]).values(expires_at=utcnow() - timedelta(seconds=1))
        session.execute(past)
    assert office.nobody.get(KEYS, headers={"Authorization": f"Bearer {short['key']}"}).status_code == 401
    revoked = made(office.bob.post(KEYS, json={"name": "revoked"}))
    assert office.carol.delete(f"{KEYS}/{revoked['id']}").status_code == 404
    assert office.bob.delete(f"{KEYS}/{revoked['id']}").status_code == 204
    assert office.nobody.get(KEYS, headers={"Authorization": f"Bearer {revoked['key']}"}).status_code == 401
    with transaction(office.engine) as session:
        remove_member(session, viewer=office.cast.alice, member_id=office.cast.bob.member_id)
    assert office.bob.get(KEYS).status_code == 401


def test_misspelt_bodies_are_refused_by_name(office: Office):
    answer = office.bob.post(KEYS, json={"name": "x", "day": 3})
    assert (answer.status_code, answer.json()["field"]) == (422, "day")


def keys_named(office: Office, name: str) -> int:
    with transaction(office.engine) as session:
        return session.scalar(select(func.count()).where(col(ApiKey.name) == name)) or 0


def test_a_request_sent_again_gets_its_answer_again(office: Office):
    send = {"json": {"name": "once"}, "headers": {"Idempotency-Key": "order-1"}}
    first, again = office.bob.post(KEYS, **send), office.bob.post(KEYS, **send)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert keys_named(office, "once") == 1
    assert office.carol.post(KEYS, **send).json()["id"] != first.json()["id"], "keys are each member's own"


def test_many_at_once_under_one_key_do_it_once(office: Office):
    def post(_: int) -> int:
        answer = office.bob.post(KEYS, json={"name": "storm"}, headers={"Idempotency-Key": "storm"})
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(post, range(8)))
    assert keys_named(office, "storm") == 1
    assert 201 in statuses
    assert statuses <= {201, 409}


def test_a_key_stands_for_one_request(office: Office):
    office.bob.post(KEYS, json={"name": "one"}, headers={"Idempotency-Key": "k"})
    other = office.bob.post(KEYS, json={"name": "two"}, headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["field"]) == (409, "Idempotency-Key")
    assert keys_named(office, "two") == 0


def test_what_was_refused_can_be_sent_corrected_under_the_same_key(office: Office):
    assert office.bob.post(KEYS, json={"name": " "}, headers={"Idempotency-Key": "k"}).status_code == 422
    assert office.bob.post(KEYS, json={"name": "good"}, headers={"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tinside"])
def test_unusable_idempotency_keys_are_refused(office: Office, key: str):
    answer = office.bob.post(KEYS, json={"name": "x"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


def test_old_answers_are_forgotten(office: Office):
    office.bob.post(KEYS, json={"name": "x"}, headers={"Idempotency-Key": "k"})
    with transaction(office.engine) as session:
        session.execute(update(IdempotentRequest).values(created_at=utcnow() - KEPT - timedelta(seconds=1)))
        forget_old(session)
        assert session.scalar(select(func.count()).select_from(IdempotentRequest)) == 0


def test_a_hurried_caller_is_told_when_to_come_back():
    rates = Rates(per_second=0.5, burst=2)
    rates.spend("a")
    rates.spend("a")
    with pytest.raises(TooManyRequests) as refused:
        rates.spend("a")
    assert refused.value.retry_after == 2
    rates.spend("b")


def test_too_many_requests_over_http(office: Office):
    office.app.state.rates = Rates(per_second=0.1, burst=1)
    assert office.bob.get(KEYS).status_code == 200
    refused = office.bob.get(KEYS)
    assert (refused.status_code, refused.json()["title"]) == (429, "Too many requests")
    assert int(refused.headers["retry-after"]) >= 1
