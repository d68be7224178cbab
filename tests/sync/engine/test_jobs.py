"""What runs by the clock: the sweep, the nightly proof, watches and aliases."""

from datetime import timedelta

import pytest
from sqlalchemy import text

import sync.jobs
from app.core import jobs
from app.core.clock import utcnow
from app.core.database import transaction
from app.core.errors import NotFound
from app.core.jobs import JobContext
from models import Mailbox, MailboxMessage
from sync.lease import LEASE
from sync.mailboxes import rescan, resync
from sync.ondemand import fetch_now, request_message, seen_in_addon
from tests.sync.engine.office import ADDRESS, Office

TOPIC = "projects/p/topics/t"


@pytest.fixture
def live(office: Office) -> Office:
    """A mailbox that is live by the clock on the wall."""
    office.clock.time = utcnow().timestamp()
    jobs.migrate(office.settings.database_url)
    office.fill(5)
    office.sync()
    return office


def context(office: Office) -> JobContext:
    return JobContext(office.settings, office.engine)


def asked_for(office: Office, job: str) -> int:
    table = "dbos.workflow_status" if office.engine.dialect.name == "postgresql" else "workflow_status"
    with office.engine.connect() as connection:
        query = text(f"SELECT count(*) FROM {table} WHERE name = :job")
        return int(connection.execute(query, {"job": job}).scalar() or 0)


def test_a_sync_job_brings_new_mail(live: Office):
    new = live.deliver()
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert live.outcomes()[new] == "stored"


@pytest.mark.parametrize(
    ("state", "due", "dirty", "woken"),
    [
        ("live", -1, None, 1),
        ("live", 60, None, 0),
        ("live", 60, -40, 1),
        ("live", 60, -1, 0),
        ("reconnect", -1, -40, 0),
        ("backfill", -1, None, 1),
    ],
)
def test_the_sweep_wakes_what_is_due(live: Office, state: str, due: int, dirty: int | None, woken: int):
    before = asked_for(live, "sync.mailbox")
    _rest_the_others(live)
    at = utcnow()
    live.set(
        state=state,
        next_sync_at=at + timedelta(seconds=due),
        dirty_at=None if dirty is None else at + timedelta(seconds=dirty),
    )
    sync.jobs.sweep(context(live))
    assert asked_for(live, "sync.mailbox") == before + woken


def test_the_sweep_leaves_a_leased_mailbox_alone(live: Office):
    _rest_the_others(live)
    live.set(next_sync_at=utcnow(), lease_owner="other", lease_until=utcnow() + LEASE)
    before = asked_for(live, "sync.mailbox")
    sync.jobs.sweep(context(live))
    assert asked_for(live, "sync.mailbox") == before


def test_a_job_that_finds_the_mailbox_busy_comes_back_for_a_push(live: Office):
    live.set(lease_owner="other", lease_until=utcnow() + LEASE, dirty_at=utcnow())
    before = asked_for(live, "sync.mailbox")
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert asked_for(live, "sync.mailbox") == before + 1


def test_only_the_latest_plan_is_followed(live: Office):
    new = live.deliver()
    live.set(next_sync_at=utcnow())
    due = (live.mailbox().next_sync_at or utcnow()).isoformat()
    sync.jobs.continue_mailbox(context(live), live.mailbox_id, "2020-01-01T00:00:00+00:00")
    assert new not in live.outcomes()
    sync.jobs.continue_mailbox(context(live), live.mailbox_id, due)
    assert live.outcomes()[new] == "stored"


def test_a_job_gives_its_place_up_when_quota_is_spent(live: Office):
    live.settings = live.settings.model_copy(update={"gmail_quota": "2026"})
    live.fill(60)
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert 0 < live.queued() < 60
    assert asked_for(live, "sync.continue") == 1
    assert live.mailbox().failures == 0


def test_a_mailbox_that_needs_its_owner_is_no_failed_job(live: Office):
    live.emulator.tokens.revoke_all(ADDRESS)
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert live.mailbox().state == "reconnect"
    sync.jobs.reconcile_mailbox(context(live), live.mailbox_id, False)


def test_a_mailbox_that_needs_its_owner_is_not_asked_for_again(live: Office):
    live.set(state="reconnect", dirty_at=utcnow())
    before = asked_for(live, "sync.mailbox")
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert asked_for(live, "sync.mailbox") == before


def test_the_night_finds_what_was_never_recorded(live: Office):
    lost = next(iter(live.outcomes()))
    _forget(live, lost)
    sync.jobs.reconcile_mailbox(context(live), live.mailbox_id, False)
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert live.outcomes()[lost] == "stored"
    assert live.events()[-1] == "mailbox.reconciled"


def test_the_night_asks_again_for_what_failed(live: Office):
    failed = next(iter(live.outcomes()))
    _set_outcome(live, failed, "failed")
    sync.jobs.reconcile_mailbox(context(live), live.mailbox_id, False)
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert live.outcomes()[failed] == "stored"


def test_every_live_mailbox_is_proved_once_a_night(live: Office):
    sync.jobs.reconcile_all(context(live))
    sync.jobs.reconcile_all(context(live))
    assert asked_for(live, "sync.reconcile") == 4


def test_a_rescan_judges_filtered_mail_anew(live: Office):
    kept_out = next(iter(live.outcomes()))
    _set_outcome(live, kept_out, "filtered")
    with transaction(live.engine) as session:
        rescan(session, mailbox=session.get_one(Mailbox, live.mailbox_id))
    assert asked_for(live, "sync.reconcile") == 1
    sync.jobs.reconcile_mailbox(context(live), live.mailbox_id, True)
    sync.jobs.sync_mailbox(context(live), live.mailbox_id)
    assert live.outcomes()[kept_out] == "stored"


def test_a_resync_that_was_asked_for_compares_everything(live: Office):
    gone = next(iter(live.outcomes()))
    _forget(live, gone)
    with transaction(live.engine) as session:
        resync(session, mailbox=session.get_one(Mailbox, live.mailbox_id))
    live.sync()
    assert live.outcomes()[gone] == "stored"


def test_a_watch_is_set_and_renewed_daily(live: Office):
    live.settings = live.settings.model_copy(update={"pubsub_topic": TOPIC})
    live.sync()
    first = live.mailbox().watch_expires_at
    assert first is not None
    live.sync()
    assert live.calls("watch") == 1
    live.clock.pass_time(25 * 3600)
    live.sync()
    assert live.calls("watch") == 2
    assert (live.mailbox().watch_expires_at or first) > first


def test_a_watch_that_is_taken_is_stopped_first(live: Office):
    live.settings = live.settings.model_copy(update={"pubsub_topic": TOPIC})
    live.emulator.faults.add(method="watch", nth=1, status=400, reason="failedPrecondition")
    live.sync()
    assert (live.calls("stop"), live.calls("watch")) == (1, 1)
    assert live.mailbox().watch_expires_at is not None


def test_a_watch_that_fails_does_not_stop_the_sync(live: Office):
    live.settings = live.settings.model_copy(update={"pubsub_topic": TOPIC})
    live.emulator.faults.add(method="watch", status=400, reason="invalidArgument")
    new = live.deliver()
    live.sync()
    assert live.outcomes()[new] == "stored"
    assert live.mailbox().watch_expires_at is None


def test_aliases_are_read_again_after_a_day(live: Office):
    before = live.calls("settings.sendAs.list")
    live.sync()
    assert live.calls("settings.sendAs.list") == before
    live.clock.pass_time(25 * 3600)
    live.sync()
    assert live.calls("settings.sendAs.list") == before + 1


def test_a_person_gets_a_message_at_once_past_the_filters(live: Office):
    draft = live.deliver(labels=("DRAFT",))
    assert fetch_now(live.engine, live.settings, mailbox_id=live.mailbox_id, gmail_id=draft)
    assert live.outcomes()[draft] == "stored"
    assert live.queued() == 0


def test_a_message_that_gmail_no_longer_has_is_not_found(live: Office):
    gone = live.deliver()
    live.emulator.delete(ADDRESS, gone)
    with pytest.raises(NotFound):
        fetch_now(live.engine, live.settings, mailbox_id=live.mailbox_id, gmail_id=gone)
    assert live.outcomes()[gone] == "gone"


def test_what_a_person_asks_for_comes_first(live: Office):
    live.set(lease_owner="other", lease_until=utcnow() + LEASE)
    wanted = live.deliver(labels=("DRAFT",))
    assert not fetch_now(live.engine, live.settings, mailbox_id=live.mailbox_id, gmail_id=wanted)
    live.set(lease_owner=None, lease_until=None)
    live.fill(3)
    live.sync()
    assert live.outcomes()[wanted] == "stored"


def test_an_ordinary_request_obeys_the_filters(live: Office):
    draft = live.deliver(labels=("DRAFT",))
    with transaction(live.engine) as session:
        request_message(session, mailbox=session.get_one(Mailbox, live.mailbox_id), gmail_id=draft, forced=False)
    live.sync()
    assert live.outcomes()[draft] == "filtered: draft"


def test_the_add_on_is_noted_at_most_once_a_minute(live: Office):
    for ago, renewed in ((30, False), (90, True)):
        seen_at = utcnow() - timedelta(seconds=ago)
        live.set(addon_seen_at=seen_at)
        with transaction(live.engine) as session:
            seen_in_addon(session, mailbox=session.get_one(Mailbox, live.mailbox_id))
        assert (live.mailbox().addon_seen_at != seen_at) == renewed


def _rest_the_others(office: Office) -> None:
    with transaction(office.engine) as session:
        for mailbox_id in office.cast.mailboxes.values():
            session.get_one(Mailbox, mailbox_id).state = "disabled"


def _forget(office: Office, gmail_id: str) -> None:
    with transaction(office.engine) as session:
        session.delete(session.get_one(MailboxMessage, (office.mailbox_id, gmail_id)))


def _set_outcome(office: Office, gmail_id: str, outcome: str) -> None:
    with transaction(office.engine) as session:
        session.get_one(MailboxMessage, (office.mailbox_id, gmail_id)).outcome = outcome
