"""The batch endpoint: one HTTP request, many calls, each with its own fate."""

import httpx
import pytest

from sync.emulator import Quota
from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose


def batch_body(paths, boundary="edge"):
    parts = [
        f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: <item-{number}>\r\n\r\n"
        f"GET {path} HTTP/1.1\r\n\r\n"
        for number, path in enumerate(paths)
    ]
    return "".join(parts) + f"--{boundary}--\r\n"


def post_batch(http: httpx.Client, paths):
    headers = {"Content-Type": "multipart/mixed; boundary=edge"}
    return http.post("/batch/gmail/v1", content=batch_body(paths), headers=headers)


def test_googles_client_reads_every_answer(server, emulator, gmail):
    ids = [emulator.deliver(ADDRESS, compose(f"Mail {number}")) for number in range(30)]
    service = gmail(emulator.tokens.issue(ADDRESS, ["https://mail.google.com/"]))
    answers = {}
    batch = service.new_batch_http_request(callback=lambda key, answer, error: answers.setdefault(key, (answer, error)))
    for message_id in [*ids, "deadbeef"]:
        batch.add(service.users().threads().get(userId="me", id=message_id), request_id=message_id)
    batch.execute()
    assert [answers[message_id][0]["messages"][0]["id"] for message_id in ids] == ids
    answer, error = answers["deadbeef"]
    assert (answer, error.resp.status) == (None, 404)
    assert emulator.stats()["calls"][ADDRESS] == {"threads.get": 31}
    assert emulator.stats()["batches"] == 1


def test_content_ids_are_echoed_in_order(emulator, http):
    message_id = emulator.deliver(ADDRESS, compose())
    answer = post_batch(
        http, [f"/gmail/v1/users/me/messages/{message_id}?format=minimal", "/gmail/v1/users/me/nothing"]
    )
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=batch_")
    assert answer.text.index("Content-ID: <response-item-0>") < answer.text.index("Content-ID: <response-item-1>")
    assert "HTTP/1.1 200 OK" in answer.text
    assert "HTTP/1.1 404 Not Found" in answer.text


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (100, 200), (101, 400)])
def test_a_batch_holds_1_to_100_calls(http, count, status):
    answer = post_batch(http, ["/gmail/v1/users/me/profile"] * count)
    assert answer.status_code == status
    if count > 100:
        assert answer.json()["error"]["message"] == "Inner request count exceeds the limit"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", "{}"),
        ("multipart/mixed", "--edge--"),
        ("multipart/mixed; boundary=edge", batch_body(["/gmail/v1/users/me/profile"])[:-8]),
        ("multipart/mixed; boundary=edge", "--edge\r\n\r\nnonsense\r\n--edge--"),
    ],
)
def test_a_broken_batch_is_400(http, content_type, body):
    answer = http.post("/batch/gmail/v1", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400


def test_more_calls_than_may_run_at_once_fail_one_by_one_inside_a_200(emulator, http):
    emulator.ledger.quota = Quota(concurrency=20, per_minute=10**9)
    answer = post_batch(http, ["/gmail/v1/users/me/profile"] * 25)
    assert answer.status_code == 200
    assert answer.text.count("HTTP/1.1 200 OK") == 20
    assert answer.text.count("HTTP/1.1 429 Too Many Requests") == 5
    assert "Too many concurrent requests for user" in answer.text
    assert emulator.stats()["errors"] == {"429": 5}


def test_inner_calls_may_bring_a_token_and_a_body_of_their_own(emulator, http):
    emulator.add_mailbox("bob@fairfield.example")
    token = emulator.tokens.issue("bob@fairfield.example", ["https://mail.google.com/"])
    body = (
        "--edge\r\nContent-Type: application/http\r\n\r\nPOST /gmail/v1/users/me/labels HTTP/1.1\r\n"
        f'Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\r\n{{"name": "Hot"}}\r\n--edge--'
    )
    answer = http.post("/batch", content=body, headers={"Content-Type": 'multipart/mixed; boundary="edge"'})
    assert '"name":"Hot"' in answer.text
    assert "Label_1" in emulator.mailbox("bob@fairfield.example").labels
    assert "Label_1" not in emulator.mailbox(ADDRESS).labels
