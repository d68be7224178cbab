"""Units per user and rolling minute, under a clock that the test moves."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.emulator import Quota
from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose


def get(http, message_id, kind="messages"):
    return http.get(f"/gmail/v1/users/me/{kind}/{message_id}", params={"format": "minimal"})


@pytest.mark.parametrize(
    ("quota", "kind", "calls"),
    [
        (Quota.new_project(), "messages", 300),
        (Quota.new_project(), "threads", 150),
        (Quota.old_project(), "messages", 3000),
        (Quota(costs={"messages.get": 7}, per_minute=70), "messages", 10),
    ],
)
def test_a_minute_holds_so_many_calls(emulator, quota, kind, calls):
    emulator.ledger.quota = quota
    for _ in range(calls):
        emulator.ledger.charge(ADDRESS, f"{kind}.get", running=1)
    with pytest.raises(Exception, match="User-rate limit exceeded"):
        emulator.ledger.charge(ADDRESS, f"{kind}.get", running=1)


def test_over_the_limit_is_403_with_a_time_to_come_back(emulator, http, clock):
    emulator.ledger.quota = Quota(per_minute=40)
    message_id = emulator.deliver(ADDRESS, compose())
    assert get(http, message_id).status_code == 200
    clock.advance(20)
    assert get(http, message_id).status_code == 200
    clock.advance(10)
    refused = get(http, message_id)
    error = refused.json()["error"]
    assert refused.status_code == 403
    assert error["errors"][0] == {
        "message": error["message"],
        "domain": "usageLimits",
        "reason": "userRateLimitExceeded",
    }
    assert refused.headers["Retry-After"] == "30"
    assert error["message"].endswith("Retry after 2026-11-18T11:07:40.000Z")
    clock.advance(29)
    assert get(http, message_id).status_code == 403
    clock.advance(1)
    assert get(http, message_id).status_code == 200
    assert emulator.stats()["used"] == {ADDRESS: 40}
    assert emulator.stats()["units"] == {ADDRESS: {"messages.get": 60}}
    assert emulator.stats()["errors"] == {"403": 2}


def test_the_refusal_may_be_429(emulator, http):
    emulator.ledger.quota = Quota(per_minute=20, over_limit_status=429)
    message_id = emulator.deliver(ADDRESS, compose())
    get(http, message_id)
    refused = get(http, message_id)
    assert refused.status_code == 429
    assert refused.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert refused.json()["error"]["errors"][0]["reason"] == "rateLimitExceeded"


def test_users_do_not_share_a_budget(emulator, gmail, http):
    emulator.ledger.quota = Quota(per_minute=1)
    emulator.add_mailbox("bob@fairfield.example")
    bob = gmail(emulator.tokens.issue("bob@fairfield.example", ["https://mail.google.com/"]))
    assert http.get("/gmail/v1/users/me/profile").status_code == 200
    assert http.get("/gmail/v1/users/me/profile").status_code == 403
    assert bob.users().getProfile(userId="me").execute()["emailAddress"] == "bob@fairfield.example"


def test_inner_calls_of_a_batch_are_charged_one_by_one(emulator, http):
    emulator.ledger.quota = Quota(per_minute=100)
    message_id = emulator.deliver(ADDRESS, compose())
    part = f"--b\r\n\r\nGET /gmail/v1/users/me/messages/{message_id} HTTP/1.1\r\n\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    answer = http.post("/batch/gmail/v1", content=part * 8 + "--b--", headers=headers)
    assert answer.status_code == 200
    assert (answer.text.count("HTTP/1.1 200"), answer.text.count("HTTP/1.1 403")) == (5, 3)
    assert answer.text.count("Retry-After: 60") == 3


def test_requests_that_overlap_count_as_running_at_once(emulator, http):
    emulator.ledger.quota = Quota(concurrency=2)
    emulator.latency = 0.3
    with ThreadPoolExecutor(3) as pool:
        statuses = sorted(pool.map(lambda _: http.get("/gmail/v1/users/me/profile").status_code, range(3)))
    assert statuses == [200, 200, 429]
    emulator.latency = 0.0
    assert http.get("/gmail/v1/users/me/profile").status_code == 200


def test_hours_of_quota_pass_in_no_time(emulator, clock):
    emulator.ledger.quota = Quota.new_project()
    done = waited = 0
    while done < 10_000:
        if emulator.ledger.used(ADDRESS) + 20 > 6_000:
            clock.advance(1)
            waited += 1
            continue
        emulator.ledger.charge(ADDRESS, "messages.get", running=1)
        done += 1
    assert waited // 60 == 33
