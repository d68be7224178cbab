"""One mailbox, one worker."""

import threading
import time

import pytest

from app.core.clock import SystemClock
from app.core.database import transaction
from models import Message
from sync.engine import run_once
from sync.errors import LeaseLost, MailboxBusy
from sync.lease import LEASE, Lease
from sync.run import Run
from tests.sync.engine.office import Office


def test_a_second_worker_is_turned_away(office: Office):
    office.fill(30)
    refused: list[bool] = []

    def progress(_messages: int) -> None:
        try:
            office.sync(owner="second")
        except MailboxBusy:
            refused.append(True)

    office.sync(owner="first", progress=progress)
    assert refused
    assert office.tally() == {"stored": 30}


def test_two_workers_at_once_do_the_work_once(office: Office):
    office.fill(60)
    clock = SystemClock()

    def work(owner: str) -> None:
        for _ in range(200):
            try:
                run_once(office.engine, office.settings, office.mailbox_id, clock=clock, owner=owner)
                return
            except MailboxBusy:
                time.sleep(0.01)

    workers = [threading.Thread(target=work, args=(name,)) for name in ("first", "second")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert office.tally() == {"stored": 60}
    assert office.count(Message) == 60
    assert office.calls("threads.get") == 60


def test_a_worker_that_comes_back_takes_its_own_lease_over(office: Office):
    office.set(lease_owner="main", lease_until=office.clock.date(seconds=30))
    office.sync(owner="main")
    assert office.mailbox().state == "live"


def test_the_lease_of_a_dead_worker_runs_out(office: Office):
    office.set(lease_owner="dead", lease_until=office.clock.date(seconds=30))
    with pytest.raises(MailboxBusy):
        office.sync(owner="other")
    office.clock.pass_time(LEASE.total_seconds() + 1)
    office.sync(owner="other")
    assert office.mailbox().lease_owner is None


def test_who_lost_the_lease_writes_nothing(office: Office):
    run = Run(
        engine=office.engine,
        settings=office.settings,
        clock=office.clock,
        lease=Lease(office.mailbox_id, "first", office.clock),
        until=office.clock.now() + 60,
        patience=0,
    )
    with run.lease.held(office.engine):
        office.set(lease_owner="thief")
        with pytest.raises(LeaseLost), run.commit() as (_, mailbox):
            mailbox.cursor = "77"
    assert office.mailbox().cursor is None
    assert office.mailbox().lease_owner == "thief"


def test_a_push_that_comes_last_keeps_the_lease(office: Office):
    lease = Lease(office.mailbox_id, "first", office.clock)
    with lease.held(office.engine):
        office.set(dirty_at=office.clock.date(seconds=30))
        with transaction(office.engine) as session:
            assert not lease.release(session, unless_dirty=True)
        assert office.mailbox().lease_owner == "first"
    assert office.mailbox().lease_owner is None
