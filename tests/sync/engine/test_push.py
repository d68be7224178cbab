"""Pub/Sub says that something changed; a worker looks."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.core import jobs
from app.core.database import transaction
from app.core.google_certs import GoogleCerts
from app.core.google_tokens import InvalidToken
from sync.push import MalformedPush, note, verified_address
from tests.core.waiting import wait_for
from tests.sync.engine.office import ADDRESS, Office

SERVICE_ACCOUNT = "push@project.iam.gserviceaccount.com"


@pytest.fixture
def pushed(office: Office) -> Office:
    """An office whose mailbox is live and takes pushes, with no worker yet."""
    office.settings = office.settings.model_copy(update={"push_service_account": SERVICE_ACCOUNT})
    office.fill(2)
    office.sync()
    jobs.migrate(office.settings.database_url)
    return office


@pytest.fixture
def guarded(sqlite_office: Office) -> Office:
    """What is refused, is refused before the database is asked."""
    sqlite_office.settings = sqlite_office.settings.model_copy(update={"push_service_account": SERVICE_ACCOUNT})
    return sqlite_office


@pytest.fixture
def working(pushed: Office) -> Iterator[Office]:
    with jobs.Worker(pushed.settings, pushed.engine, slot="main"):
        yield pushed


def push(office: Office, *, body: bytes | None = None, **claims: Any) -> None:
    """Deliver a notification for Alice's mailbox, as Pub/Sub does, with an ID token of these claims."""
    now = int(time.time())
    good = {"iss": "https://accounts.google.com", "aud": office.settings.push_url, "sub": "1", "iat": now}
    good |= {"exp": now + 3600, "email": SERVICE_ACCOUNT, "email_verified": True}
    token = office.emulator.signer.sign(good | claims)
    deliver(office, f"Bearer {token}", notice() if body is None else body)


def deliver(office: Office, authorization: str | None, body: bytes) -> None:
    certs = GoogleCerts(office.settings.google_certs_url)
    address = verified_address(office.settings, certs, authorization=authorization, body=body)
    with transaction(office.engine) as session:
        note(session, address=address)


def notice(address: str = ADDRESS, history_id: int = 1) -> bytes:
    data = urlsafe_b64encode(json.dumps({"emailAddress": address, "historyId": history_id}).encode()).decode()
    return json.dumps({"message": {"data": data.rstrip("="), "messageId": "1"}, "subscription": "s"}).encode()


def waiting_jobs(office: Office) -> int:
    table = "dbos.workflow_status" if office.engine.dialect.name == "postgresql" else "workflow_status"
    with office.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE name = 'sync.mailbox'")).scalar() or 0)


def test_a_push_marks_the_mailbox_and_asks_for_one_sync(pushed: Office):
    before = waiting_jobs(pushed)
    for _ in range(5):
        push(pushed)
    assert pushed.mailbox().dirty_at is not None
    assert waiting_jobs(pushed) == before + 1


def test_pushes_that_are_repeated_late_or_out_of_order_lose_nothing(pushed: Office):
    current = pushed.emulator.mailbox(ADDRESS).history_id
    new = pushed.deliver()
    for history_id in (current + 900, 1, current, current + 900):
        push(pushed, body=notice(history_id=history_id))
    pushed.sync()
    assert pushed.outcomes()[new] == "stored"
    assert int(pushed.mailbox().cursor or 0) == pushed.emulator.mailbox(ADDRESS).history_id


def test_an_unknown_mailbox_is_no_error(pushed: Office):
    push(pushed, body=notice("stranger@elsewhere.example"))
    assert pushed.mailbox().dirty_at is None


def test_the_address_is_compared_without_case(pushed: Office):
    push(pushed, body=notice(ADDRESS.upper()))
    assert pushed.mailbox().dirty_at is not None


def test_a_disconnected_mailbox_is_left_alone(pushed: Office):
    pushed.set(state="reconnect")
    push(pushed)
    assert pushed.mailbox().dirty_at is None


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/gmail/push"},
        {"email": "mallory@project.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"iss": "https://mallory.example"},
        {"exp": int(time.time()) - 60},
    ],
)
def test_a_push_by_anybody_else_is_refused(guarded: Office, claims: dict[str, Any]):
    with pytest.raises(InvalidToken):
        push(guarded, **claims)
    assert guarded.mailbox().dirty_at is None


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi"])
def test_a_push_without_a_token_is_refused(guarded: Office, authorization: str | None):
    with pytest.raises(InvalidToken):
        deliver(guarded, authorization, notice())


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"message":{"data":"!"}}', b'{"message":{"data":"W10="}}', b'{"message":{"data":7}}']
)
def test_a_push_that_makes_no_sense_is_refused(guarded: Office, body: bytes):
    with pytest.raises(MalformedPush):
        push(guarded, body=body)


def test_new_mail_is_visible_within_a_second_of_its_push(working: Office):
    waits = []
    for number in range(10):
        message = working.deliver(subject=f"New {number}")
        begun = time.monotonic()
        push(working)
        wait_for(lambda message=message: working.outcomes().get(message) == "stored")
        waits.append(time.monotonic() - begun)
    assert sorted(waits)[4] < 1.0


def test_a_push_during_a_sync_is_followed_too(working: Office):
    working.emulator.latency = 0.1
    first = working.deliver(subject="First")
    push(working)
    wait_for(lambda: working.mailbox().dirty_at is None)
    second = working.deliver(subject="Second")
    push(working)
    wait_for(lambda: working.outcomes().keys() >= {first, second})


def test_an_import_runs_in_the_background_to_its_end(working: Office):
    working.fill(300)
    working.set(state="new", cursor=None)
    push(working)
    wait_for(lambda: working.mailbox().state == "live" and working.tally()["stored"] == 302, seconds=30)
