"""Push: watched changes arrive as Pub/Sub would bring them, signed, at least once, in no promised order."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import google.oauth2.id_token
import pytest
from google.auth.transport.requests import Request

from sync.emulator import PushFaults
from tests.emulator.conftest import ADDRESS
from tests.emulator.mail import compose

TOPIC = "projects/sidenote/topics/gmail"
ACCOUNT = "push@sidenote.iam.gserviceaccount.com"
DAY = 86_400


class Inbox(ThreadingHTTPServer):
    """An endpoint that keeps what it gets and answers with the next of `statuses`, then 204."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[dict[str, str], dict]] = []
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/push?x=1"

    @property
    def history_ids(self) -> list[int]:
        return [notification(body)["historyId"] for _, body in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keeps the test output quiet."""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as inbox:
        thread = Thread(target=inbox.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield inbox
        inbox.shutdown()


@pytest.fixture
def watched(emulator, users, inbox):
    """Alice's mailbox under watch, the first notification already delivered and forgotten."""
    emulator.push.subscribe(TOPIC, inbox.url, service_account=ACCOUNT)
    watch = users.watch(userId="me", body={"topicName": TOPIC}).execute()
    assert emulator.push.flush()
    inbox.received.clear()
    emulator.push.attempts.clear()
    return watch


def notification(body):
    return json.loads(urlsafe_b64decode(body["message"]["data"]))


def test_a_watch_lasts_a_week_and_announces_itself(emulator, users, inbox, clock):
    emulator.push.subscribe(TOPIC, inbox.url, service_account=ACCOUNT)
    history_id = emulator.mailbox(ADDRESS).history_id
    watch = users.watch(userId="me", body={"topicName": TOPIC}).execute()
    assert watch == {"historyId": str(history_id), "expiration": str(int((clock.now + 7 * DAY) * 1000))}
    assert emulator.push.flush()
    assert inbox.history_ids == [history_id]


def test_a_change_arrives_in_a_pub_sub_envelope_with_a_token_that_google_auth_accepts(emulator, server, inbox, watched):
    emulator.deliver(ADDRESS, compose())
    assert emulator.push.flush()
    [(headers, body)] = inbox.received
    assert notification(body) == {"emailAddress": ADDRESS, "historyId": emulator.mailbox(ADDRESS).history_id}
    assert set(body) == {"message", "subscription"}
    assert body["subscription"] == "projects/sidenote/subscriptions/gmail-push"
    assert body["message"]["messageId"].isdecimal()
    claims = google.oauth2.id_token.verify_token(
        headers["Authorization"].removeprefix("Bearer "),
        Request(),
        audience=inbox.url,
        certs_url=f"{server.url}/oauth2/v1/certs",
    )
    assert (claims["email"], claims["email_verified"]) == (ACCOUNT, True)
    assert claims["iss"] == "https://accounts.google.com"


def test_the_audience_can_be_configured(emulator, server, inbox, users):
    emulator.push.subscribe(TOPIC, inbox.url, service_account=ACCOUNT, audience="https://app.example/push")
    users.watch(userId="me", body={"topicName": TOPIC}).execute()
    assert emulator.push.flush()
    token = inbox.received[0][0]["Authorization"].removeprefix("Bearer ")
    assert google.oauth2.id_token.verify_token(
        token, Request(), audience="https://app.example/push", certs_url=f"{server.url}/oauth2/v1/certs"
    )


def test_nothing_comes_after_stop_or_after_a_week(emulator, users, inbox, watched, clock):
    clock.advance(7 * DAY)
    emulator.deliver(ADDRESS, compose("Late"))
    users.watch(userId="me", body={"topicName": TOPIC}).execute()
    users.stop(userId="me").execute()
    emulator.deliver(ADDRESS, compose("Unwatched"))
    assert emulator.push.flush()
    assert len(inbox.received) == 1


@pytest.mark.parametrize(
    ("behaviour", "labels", "expected"),
    [("include", ["INBOX"], 1), ("exclude", ["INBOX"], 1), ("include", ["STARRED"], 0), ("exclude", ["STARRED"], 2)],
)
def test_labels_narrow_a_watch(emulator, users, inbox, watched, behaviour, labels, expected):
    body = {"topicName": TOPIC, "labelIds": labels, "labelFilterBehavior": behaviour}
    users.watch(userId="me", body=body).execute()
    assert emulator.push.flush()
    inbox.received.clear()
    emulator.deliver(ADDRESS, compose("In"), labels=["INBOX"])
    emulator.deliver(ADDRESS, compose("Out"), labels=["SENT"])
    assert emulator.push.flush()
    assert len(inbox.received) == expected


def test_what_is_not_acknowledged_comes_again(emulator, inbox, watched):
    inbox.statuses = [500, 404]
    emulator.deliver(ADDRESS, compose())
    assert emulator.push.flush()
    assert [attempt.status for attempt in emulator.push.attempts] == [500, 404, 204]
    assert len({body["message"]["messageId"] for _, body in inbox.received}) == 1


def test_a_dead_endpoint_is_given_up(emulator, users):
    emulator.push.retry_seconds = 0.001
    emulator.push.subscribe(TOPIC, "http://127.0.0.1:9/push", service_account=ACCOUNT)
    users.watch(userId="me", body={"topicName": TOPIC}).execute()
    assert emulator.push.flush(10)
    assert [attempt.status for attempt in emulator.push.attempts] == [None] * 5


def test_delivery_can_repeat_swap_and_lose(emulator, inbox, watched):
    def deliver(faults, count):
        inbox.received.clear()
        emulator.push.faults = faults
        for number in range(count):
            emulator.deliver(ADDRESS, compose(f"Mail {number}"))
        assert emulator.push.flush(10)
        return inbox.history_ids

    repeated = deliver(PushFaults(duplicate=1.0), 3)
    assert repeated == sorted(repeated)
    assert len(repeated) == 2 * len(set(repeated)) == 6
    assert deliver(PushFaults(drop=1.0), 3) == []
    assert 0 < len(deliver(PushFaults(drop=0.5, seed=1), 20)) < 20
    swapped = deliver(PushFaults(reorder=True, delay=0.02, seed=1), 12)
    assert len(swapped) == 12
    assert swapped != sorted(swapped)


def test_another_process_can_subscribe(emulator, http, inbox):
    body = {"topic": TOPIC, "endpoint": inbox.url, "service_account": ACCOUNT, "faults": {"duplicate": 1.0}}
    assert http.post("/_ctl/push", json=body).status_code == 200
    http.post("/gmail/v1/users/me/watch", json={"topicName": TOPIC})
    assert emulator.push.flush()
    assert len(inbox.received) == 2
