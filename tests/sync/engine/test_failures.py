"""Gmail that refuses, rations, breaks off, and forgets."""

from datetime import timedelta

import pytest

from app.core.clock import utcnow
from models import Message
from sync.errors import GrantRevoked
from sync.outcomes import MAX_ATTEMPTS
from tests.sync.engine.office import Office, connect


def test_a_message_that_vanishes_between_list_and_get_is_gone(office: Office):
    ids = office.fill(10)
    office.emulator.faults.add(method="threads.get", nth=4, vanish=True)
    office.sync()
    assert office.tally() == {"stored": 9, "gone": 1}
    assert set(office.outcomes()) == set(ids)


def test_a_new_message_that_vanishes_does_not_hold_up_the_mailbox(office: Office):
    office.sync()
    office.fill(3)
    office.emulator.faults.add(method="messages.get", nth=1, vanish=True)
    office.sync()
    assert office.tally() == {"stored": 2, "gone": 1}
    assert office.queued() == 0


def test_calls_that_a_batch_rations_are_asked_again(office: Office):
    office.fill(60)
    rationed = office.emulator.faults.add(method="threads.get", probability=0.3, seed=7, status=429)
    office.sync()
    assert office.tally() == {"stored": 60}
    assert office.calls("threads.get") == 60
    assert rationed.fired > 10


def test_a_403_for_the_rate_pauses_the_mailbox_for_a_minute(office: Office):
    office.fill(3)
    office.emulator.faults.add(method="threads.get", nth=2, status=403, reason="userRateLimitExceeded")
    office.sync()
    assert office.clock.slept >= 60
    assert office.tally() == {"stored": 3}


def test_retry_after_is_honoured(office: Office):
    office.fill(3)
    office.emulator.faults.add(method="batch", nth=1, status=429, retry_after=17)
    office.sync()
    assert office.clock.slept == pytest.approx(17, abs=0.1)
    assert office.tally() == {"stored": 3}


def test_the_time_in_the_message_is_honoured(office: Office):
    office.fill(3)
    until = utcnow().replace(microsecond=0) + timedelta(seconds=25)
    office.clock.time = (until - timedelta(seconds=25)).timestamp()
    message = f"User-rate limit exceeded.  Retry after {until:%Y-%m-%dT%H:%M:%S}.000Z"
    office.emulator.faults.add(method="threads.list", nth=1, status=429, message=message)
    office.sync()
    assert office.clock.slept == pytest.approx(25, abs=0.1)
    assert office.tally() == {"stored": 3}


@pytest.mark.parametrize("method", ["getProfile", "threads.list", "threads.get", "batch", "history.list"])
@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"drop": True}])
def test_what_breaks_off_is_taken_up_again(sqlite_office: Office, method: str, fault: dict[str, object]):
    office = sqlite_office
    office.fill(8)
    office.emulator.faults.add(method=method, times=2, **fault)
    office.sync()
    assert office.tally() == {"stored": 8}
    assert office.mailbox().last_error is None


def test_a_message_that_cannot_be_had_is_recorded_and_the_rest_goes_on(office: Office):
    ids = office.fill(5)
    broken = office.emulator.faults.add(method="threads.get", path=ids[2], status=500)
    office.sync()
    outcomes = office.outcomes()
    assert outcomes.pop(ids[2]).startswith("failed: Gmail answered 500")
    assert set(outcomes.values()) == {"stored"}
    assert broken.fired == MAX_ATTEMPTS
    assert office.queued() == 0


def test_an_access_token_that_expired_early_is_renewed(office: Office):
    office.fill(40)
    office.emulator.faults.add(method="threads.get", nth=3, action="expire_tokens")
    office.emulator.faults.add(method="threads.list", nth=1, action="expire_tokens")
    office.sync()
    assert office.tally() == {"stored": 40}


def test_a_revoked_grant_asks_for_its_owner_and_loses_nothing(office: Office):
    office.fill(30)
    office.emulator.faults.add(method="threads.get", nth=20, action="revoke")
    with pytest.raises(GrantRevoked):
        office.sync()
    mailbox = office.mailbox()
    assert mailbox.state == "reconnect"
    assert "connect the mailbox again" in (mailbox.last_error or "")
    assert office.events() == ["mailbox.import_started", "mailbox.reconnect_needed"]
    office.sync()
    assert office.mailbox().state == "reconnect"


def test_a_mailbox_without_a_grant_asks_for_its_owner(office: Office):
    office.set(grant="")
    with pytest.raises(GrantRevoked):
        office.sync()
    assert office.mailbox().state == "reconnect"


def test_a_grant_without_the_scope_asks_for_its_owner(office: Office):
    connect(office.emulator, office.engine, office.mailbox_id, scopes=["openid"])
    with pytest.raises(GrantRevoked):
        office.sync()
    assert office.mailbox().state == "reconnect"


def test_nothing_is_stored_twice_whatever_is_repeated(office: Office):
    office.fill(50, replies=1)
    office.emulator.faults.add(method="threads.get", probability=0.2, seed=1, status=500, after=True)
    office.emulator.faults.add(method="batch", probability=0.3, seed=2, status=502, after=True)
    office.sync()
    assert office.tally() == {"stored": 100}
    assert office.count(Message) == 100
