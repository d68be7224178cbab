"""Gmail's quota: never more than it allows in any minute, and hardly less when there is work."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.database import transaction
from models import Mailbox
from sync.emulator import Quota
from sync.quota import ADDON_SECONDS, BACKGROUND_SHARE, PLANS, Bucket, Plan, reserve
from tests.sync.engine.office import ADDRESS, Office

limited = st.sampled_from([PLANS["2026"], PLANS["classic"]])
calls = st.lists(
    st.tuples(st.floats(0, 90), st.sampled_from([1, 2, 5, 20, 40, 100, 260]), st.sampled_from([1.0, BACKGROUND_SHARE])),
    min_size=1,
    max_size=200,
)


@settings(deadline=None)
@given(limited, calls)
def test_no_minute_ever_holds_more_than_the_limit(plan: Plan, calls: Sequence[tuple[float, int, float]]):
    bucket, now = Bucket(0.0, 0.0), 0.0
    spent: list[tuple[float, int]] = []
    for pause, cost, share in calls:
        now += pause
        bucket, wait = bucket.spend(plan, cost, now=now, share=share)
        while wait:
            now += wait
            bucket, wait = bucket.spend(plan, cost, now=now, share=share)
        spent.append((now, cost))
    for end, _ in spent:
        assert sum(cost for at, cost in spent if end - 60 < at <= end) <= (plan.per_minute or 0)


@settings(deadline=None, max_examples=20)
@given(limited, st.sampled_from([20, 40, 100]))
def test_steady_work_uses_nine_tenths(plan: Plan, cost: int):
    bucket, now, spent = Bucket(0.0, 0.0), 0.0, 0
    while now < 600:
        bucket, wait = bucket.spend(plan, cost, now=now)
        now += wait
        spent += 0 if wait else cost
    assert spent >= 0.9 * (plan.per_minute or 0) * 10


@given(st.floats(1, 1e6))
def test_a_clock_that_was_set_back_does_not_stop_the_work(jump: float):
    full = Bucket(PLANS["2026"].burst, 1e9)
    _, wait = full.spend(PLANS["2026"], 20, now=1e9 - jump)
    assert wait <= PLANS["2026"].burst / PLANS["2026"].rate


def test_a_large_mailbox_is_imported_at_full_rate_without_one_refusal(sqlite_office: Office):
    """10,000 messages by threads of two: 200,000 units, 33 minutes of quota."""
    office = sqlite_office
    office.emulator.ledger.quota = Quota.new_project()
    office.settings = office.settings.model_copy(update={"gmail_quota": "2026"})
    office.fill(5000, replies=1)
    begun = office.clock.time
    office.sync()
    minutes = (office.clock.time - begun) / 60
    stats = office.emulator.stats()
    assert office.tally() == {"stored": 10_000}
    assert stats["errors"] == {}
    assert sum(stats["units"][ADDRESS].values()) / (6_000 * minutes) >= 0.9
    assert 33 <= minutes <= 38


def test_a_person_with_the_add_on_open_is_served_at_once(sqlite_office: Office):
    office = sqlite_office
    office.settings = office.settings.model_copy(update={"gmail_quota": "2026"})
    office.emulator.ledger.quota = Quota.new_project()
    office.fill(200)
    office.set(addon_seen_at=office.clock.date())
    waits: list[float] = []

    def progress(_messages: int) -> None:
        with transaction(office.engine) as session:
            plan = PLANS["2026"]
            ask = {"mailbox_id": office.mailbox_id, "cost": 20, "background": False}
            waits.append(reserve(session, plan, office.clock, **ask))

    office.sync(progress=progress)
    assert waits
    assert max(waits) == 0


@pytest.mark.parametrize(("ago", "share"), [(10, BACKGROUND_SHARE), (ADDON_SECONDS + 10, 1.0)])
def test_background_work_leaves_a_share_while_somebody_looks(sqlite_office: Office, ago: float, share: float):
    office = sqlite_office
    plan, clock = PLANS["2026"], office.clock
    begun, spent = clock.time, 0
    while clock.time - begun < 60:
        with transaction(office.engine) as session:
            mailbox = session.get_one(Mailbox, office.mailbox_id)
            mailbox.addon_seen_at = clock.date(seconds=-ago)
            session.flush()
            wait = reserve(session, plan, clock, mailbox_id=office.mailbox_id, cost=40)
        spent += 0 if wait else 40
        clock.pass_time(wait)
    assert spent / 60 == pytest.approx(plan.rate * share, rel=0.1)
