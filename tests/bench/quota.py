"""Gmail's quota in simulated time: a mailbox of 10,000 messages imported at nearly the full rate, without a refusal."""

from collections.abc import Iterator

from app.core.database import make_engine
from sync.emulator import GmailEmulator, Quota, serve
from tests.bench.databases import empty
from tests.bench.measure import AT_MOST, Measure
from tests.cast import gather
from tests.sync.engine.office import ADDRESS, Office, SimulatedClock, connect, settings_for

THREADS = 5_000


def bench() -> Iterator[Measure]:
    clock = SimulatedClock()
    emulator = GmailEmulator(clock=clock.now, quota=Quota.new_project())
    emulator.add_mailbox(ADDRESS)
    with empty("sqlite", "quota") as url, serve(emulator) as gmail:
        office = _office(emulator, clock, gmail.url, url)
        office.fill(THREADS, replies=1)
        begun = office.clock.time
        office.sync()
        minutes = (office.clock.time - begun) / 60
    stats = office.emulator.stats()
    used = sum(stats["units"][ADDRESS].values()) / (6_000 * minutes) * 100
    yield Measure("quota: used while importing 10,000 messages", used, "%", 90)
    yield Measure("quota: refusals (429, 403)", sum(stats["errors"].values()), "answers", 0, AT_MOST)
    yield Measure("quota: simulated time of the import", minutes, "minutes", 38, AT_MOST)


def _office(emulator: GmailEmulator, clock: SimulatedClock, gmail_url: str, database_url: str) -> Office:
    engine = make_engine(database_url)
    cast = gather(engine)
    mailbox_id = cast.mailboxes[cast.alice.member_id]
    connect(emulator, engine, mailbox_id)
    settings = settings_for(gmail_url, database_url).model_copy(update={"gmail_quota": "2026"})
    return Office(emulator, engine, settings, clock, cast, mailbox_id)
