"""The fault script: chosen calls fail as Google's servers do, others do not notice."""

from base64 import urlsafe_b64encode

import httpx
import pytest

from sync.emulator import FaultRule
from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose

ME = "/gmail/v1/users/me"


def statuses(http, count, path="profile"):
    return [http.get(f"{ME}/{path}").status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"nth": 2}, [200, 503, 200, 200]),
        ({"times": 2}, [503, 503, 200, 200]),
        ({}, [503, 503, 503, 503]),
        ({"method": "get*"}, [503, 503, 503, 503]),
        ({"method": "messages.get"}, [200, 200, 200, 200]),
        ({"address": "bob@fairfield.example"}, [200, 200, 200, 200]),
        ({"path": "/profile", "nth": 1}, [503, 200, 200, 200]),
        ({"probability": 0.0}, [200, 200, 200, 200]),
    ],
)
def test_a_rule_chooses_its_calls(emulator, http, selection, expected):
    emulator.faults.add(FaultRule(status=503, **selection))
    assert statuses(http, 4) == expected


def test_chance_is_the_same_every_time(emulator, http):
    def run():
        emulator.faults.clear()
        emulator.faults.add(status=500, probability=0.5, seed=3)
        return statuses(http, 20)

    assert run() == run()
    assert {200, 500} == set(run())


def test_an_error_has_the_status_reason_and_wait_that_were_asked_for(emulator, http):
    emulator.faults.add(status=429, reason="userRateLimitExceeded", message="Slow down", retry_after=7, times=1)
    answer = http.get(f"{ME}/profile")
    error = answer.json()["error"]
    assert (answer.status_code, error["errors"][0]["reason"], error["message"]) == (
        429,
        "userRateLimitExceeded",
        "Slow down",
    )
    assert answer.headers["Retry-After"] == "7"


def test_inner_calls_of_a_batch_can_fail_alone(emulator, http):
    ids = [emulator.deliver(ADDRESS, compose(f"Mail {number}")) for number in range(3)]
    emulator.faults.add(method="messages.get", nth=2, status=429)
    parts = [f"--b\r\n\r\nGET {ME}/messages/{message_id} HTTP/1.1\r\n\r\n" for message_id in ids]
    answer = http.post(
        "/batch/gmail/v1", content="".join(parts) + "--b--", headers={"Content-Type": "multipart/mixed; boundary=b"}
    )
    lines = [line for line in answer.text.splitlines() if line.startswith("HTTP/1.1")]
    assert lines == ["HTTP/1.1 200 OK", "HTTP/1.1 429 Too Many Requests", "HTTP/1.1 200 OK"]


def test_a_whole_batch_can_fail(emulator, http):
    emulator.faults.add(method="batch", times=1, status=502)
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    body = f"--b\r\n\r\nGET {ME}/profile HTTP/1.1\r\n\r\n--b--"
    assert [http.post("/batch", content=body, headers=headers).status_code for _ in range(2)] == [502, 200]


def test_a_send_can_be_accepted_and_still_answer_500(emulator, http):
    emulator.faults.add(method="messages.send", status=500, after=True, times=1)
    raw = urlsafe_b64encode(compose(to="bob@buyer.example")).decode()
    assert http.post(f"{ME}/messages/send", json={"raw": raw}).status_code == 500
    assert [message.labels for message in emulator.mailbox(ADDRESS).messages.values()] == [{"SENT"}]


def test_a_message_can_vanish_between_list_and_get(emulator, http):
    kept, gone = (emulator.deliver(ADDRESS, compose(subject)) for subject in ("Kept", "Gone"))
    emulator.faults.add(method="messages.get", path=gone, vanish=True)
    assert statuses(http, 1, f"messages/{kept}") == [200]
    assert statuses(http, 1, f"messages/{gone}") == [404]
    emulator.faults.clear()
    emulator.faults.add(method="threads.get", vanish=True)
    assert statuses(http, 1, f"threads/{kept}") == [404]
    assert emulator.mailbox(ADDRESS).messages == {}


def test_a_dropped_connection_breaks_the_answer(emulator, http):
    emulator.faults.add(drop=True, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(f"{ME}/profile")
    assert statuses(http, 1) == [200]


def test_a_drop_after_the_work_loses_only_the_answer(emulator, http):
    emulator.faults.add(method="labels.create", drop=True, after=True, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        http.post(f"{ME}/labels", json={"name": "Hot"})
    assert emulator.mailbox(ADDRESS).labels.named("Hot") is not None


def test_a_delay_holds_the_answer_back(emulator, http):
    emulator.faults.add(delay=0.3)
    with pytest.raises(httpx.ReadTimeout):
        http.get(f"{ME}/profile", timeout=0.05)


@pytest.mark.parametrize(
    ("action", "path", "status"),
    [
        ("expire_history", "history?startHistoryId=1000", 404),
        ("expire_tokens", "profile", 401),
        ("revoke", "profile", 401),
    ],
)
def test_an_action_strikes_before_the_call(emulator, http, action, path, status):
    assert statuses(http, 1, path) == [200]
    emulator.faults.add(action=action, times=1)
    assert statuses(http, 1, path) == [status]


def test_another_process_can_write_the_script(emulator, http):
    rules = [{"method": "getProfile", "status": 429, "times": 1}]
    assert http.post("/_ctl/faults", json=rules).json() == {"added": 1}
    assert statuses(http, 2) == [429, 200]
    http.post("/_ctl/faults", json=[{"status": 500}])
    http.delete("/_ctl/faults")
    assert statuses(http, 1) == [200]
    stats = http.get("/_ctl/stats").json()
    assert stats["calls"] == {ADDRESS: {"getProfile": 2}}
    assert stats["errors"] == {"429": 1}


@pytest.mark.parametrize("rules", [[{"stauts": 500}], {"status": 500}, [5]])
def test_a_wrong_script_is_refused(http, rules):
    answer = http.post("/_ctl/faults", json=rules)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_another_process_can_drive_mailboxes_and_tokens(emulator, http):
    assert http.post("/_ctl/mailboxes", json={"address": "Bob@fairfield.example"}).status_code == 200
    raw = urlsafe_b64encode(compose()).decode()
    mail = {"address": "bob@fairfield.example", "raw": raw, "labels": ["INBOX", "Hot"]}
    delivered = http.post("/_ctl/messages", json=mail).json()
    tokens = http.post("/_ctl/tokens", json={"address": mail["address"], "scopes": ["https://mail.google.com/"]}).json()
    as_bob = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert http.get(f"{ME}/messages/{delivered['id']}", headers=as_bob).json()["labelIds"] == ["INBOX", "Label_1"]
    change = {"address": mail["address"], "id": delivered["id"]}
    http.post("/_ctl/messages/modify", json={**change, "remove": ["Hot"]})
    assert http.get(f"{ME}/messages/{delivered['id']}", headers=as_bob).json()["labelIds"] == ["INBOX"]
    http.post("/_ctl/messages/delete", json=change)
    expired = http.post("/_ctl/history/expire", json={"address": mail["address"]}).json()["historyId"]
    assert http.get(f"{ME}/history", params={"startHistoryId": int(expired) - 1}, headers=as_bob).status_code == 404
    http.post("/_ctl/quota", json={"per_minute": 1})
    assert http.get(f"{ME}/messages", headers=as_bob).status_code == 403
    assert "POST faults" in http.get("/_ctl/").json()["commands"]
