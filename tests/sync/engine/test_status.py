"""How a mailbox is doing, and what a sync came to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.database import transaction
from sync.status import MailboxStatus, status
from sync.summary import summarise
from tests.sync.engine.office import ADDRESS, Office


def of_alice(office: Office) -> MailboxStatus:
    with transaction(office.engine, read_only=True) as session:
        every = status(session, office.settings, workspace_id=office.cast.workspace_id, now=office.clock.date())
    return next(one for one in every if one.address == ADDRESS)


def test_a_workspace_sees_only_its_own_mailboxes(office: Office):
    with transaction(office.engine, read_only=True) as session:
        ours = {
            one.address.partition("@")[0]
            for one in status(session, office.settings, workspace_id=office.cast.workspace_id)
        }
        every = {one.address.partition("@")[0] for one in status(session, office.settings)}
    assert ours == {"alice", "bob", "carol"}
    assert every == ours | {"mallory"}


def test_outcomes_are_counted_by_reason(office: Office):
    ids = office.fill(3)
    office.deliver(labels=("DRAFT",))
    office.emulator.faults.add(method="threads.get", path=ids[0], status=400, reason="invalidArgument")
    office.emulator.faults.add(method="threads.get", path=ids[1], vanish=True)
    office.sync()
    outcomes = of_alice(office).outcomes
    assert {name: count for name, count in outcomes.items() if not name.startswith("failed")} == {
        "stored": 1,
        "gone": 1,
        "filtered: draft": 1,
    }
    assert [count for name, count in outcomes.items() if name.startswith("failed: Gmail answered 400")] == [1]
    assert of_alice(office).queue_depth == 0


def test_lag_counts_from_the_first_push_that_nobody_followed(office: Office):
    office.sync()
    office.clock.pass_time(100)
    assert of_alice(office).lag_seconds == pytest.approx(100, abs=1)
    office.set(dirty_at=office.clock.date(seconds=-7))
    assert of_alice(office).lag_seconds == pytest.approx(7, abs=0.1)


def test_the_last_error_and_the_pause_are_shown(office: Office):
    office.emulator.faults.add(method="getProfile", nth=1, status=429, retry_after=30)
    seen: list[MailboxStatus] = []
    office.clock.on_sleep = lambda: seen.append(of_alice(office))
    office.sync()
    assert "429" in (seen[0].last_error or "")
    assert seen[0].paused_until is not None
    assert of_alice(office).last_error is None


def test_a_watch_about_to_end_is_a_warning(office: Office):
    office.settings = office.settings.model_copy(update={"pubsub_topic": "projects/p/topics/t"})
    assert of_alice(office).watch_warning
    office.set(watch_expires_at=office.clock.date() + timedelta(hours=47))
    assert of_alice(office).watch_warning
    office.set(watch_expires_at=office.clock.date() + timedelta(hours=49))
    assert not of_alice(office).watch_warning


def test_quota_is_shown_as_a_share_of_the_bucket(office: Office):
    office.settings = office.settings.model_copy(update={"gmail_quota": "2026"})
    office.set(quota_level=210.0, quota_at=office.clock.now())
    assert of_alice(office).quota_used == pytest.approx(0.5)


def test_the_summary_accounts_for_every_message(office: Office):
    office.deliver(sender=ADDRESS, to="Dana Diaz <dana@customer.example>", labels=("SENT",))
    office.fill(2, replies=1)
    office.deliver(labels=("DRAFT",))
    office.sync()
    with transaction(office.engine, read_only=True) as session:
        summary = summarise(session, workspace_id=office.cast.workspace_id)
    assert replace(summary, filtered={}) == replace(
        summary, messages=6, stored=5, filtered={}, gone=0, failed=0, threads=3, contacts=1, companies=1
    )
    assert summary.filtered == {"draft": 1}
