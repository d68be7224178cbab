"""What reps do in the sidebar, twenty of them at once, on the large store: each click alone, several times a second.

What they wait when they never pause at all is printed beside it: then twenty of them keep two cores busy.
Reading clicks and writing ones are in `clicks`. Writes go to a copy of the store.
"""

import random
from collections.abc import Iterator
from typing import cast

from sqlalchemy import event
from sqlmodel import col, select
from starlette.background import BackgroundTasks
from starlette.responses import Response
from starlette.routing import Route

from app.core.context import build_context
from app.core.database import make_engine, transaction
from gmail_addon.context import addon_of
from gmail_addon.routes import Door, routes
from models import Stage
from sync.emulator import GmailEmulator, serve
from tests.bench import store
from tests.bench.clicks import READS, WRITES, Click
from tests.bench.databases import KINDS, copied
from tests.bench.gmail import Gmail
from tests.bench.load import header, run
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.servers import settings, web
from tests.bench.work import add_work

CLICKS, WARM_UP = 400, 100
PAUSE = 0.25
"""Seconds between two clicks of a rep; people take longer."""
TARGET_MS, MOST_STATEMENTS = 120, 8
NO_QUESTIONS = ("BEGIN", "ROLLBACK", "COMMIT", "--")
"""The last is what SQLite asks itself on behalf of its search index."""


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        emulator = GmailEmulator()
        with serve(emulator) as google, copied(kind, "large", store.LARGE, add_work) as url:
            certs_url = f"{google.url}/oauth2/v1/certs"
            with web(url, processes=2, certs_url=certs_url) as ports:
                gmail = Gmail(emulator, ports[0], _open_stages(url))
                for click in (*READS, *WRITES):
                    yield from _measure(kind, click, gmail, ports)
                if kind == "sqlite":
                    yield from _statements(url, gmail, ports[0], certs_url)


def _open_stages(url: str) -> list[str]:
    engine = make_engine(url)
    with transaction(engine, read_only=True) as session:
        stages = session.scalars(select(Stage).where(col(Stage.outcome) == "open").order_by(col(Stage.position))).all()
        found = [stage.id for stage in stages]
    engine.dispose()
    return found


def _measure(kind: str, click: Click, gmail: Gmail, ports: list[int]) -> Iterator[Measure]:
    asked = _asked(click, gmail)
    half = WARM_UP + CLICKS // 2
    paused, ceaseless = (
        run(ports, some, expect=click.answer, connections=store.REPS, warm_up=warm_up, pause=pause)
        for some, warm_up, pause in ((asked[:half], WARM_UP, PAUSE), (asked[half:], 0, 0))
    )
    p95, busy = percentile(paused.seconds, 0.95) * 1000, percentile(ceaseless.seconds, 0.95) * 1000
    yield Measure(f"sidebar: {click.name}, p95 of 20 reps, {kind}", p95, "ms", TARGET_MS, AT_MOST)
    yield Measure(f"sidebar: {click.name}, p95 without a pause, {kind}", busy, "ms")


def _asked(click: Click, gmail: Gmail) -> list[bytes]:
    """Every rep in turn, each about something else of theirs."""
    numbers = random.Random(click.name).sample(range(50_000 // store.REPS), CLICKS + WARM_UP)
    reps = [turn % store.REPS for turn in range(len(numbers))]
    return [click.ask(gmail, rep, number * store.REPS + rep) for rep, number in zip(reps, numbers, strict=True)]


def _statements(url: str, gmail: Gmail, port: int, certs_url: str) -> Iterator[Measure]:
    """How many statements each click runs at most that only reads, within this process; told by SQLite."""
    context, run_now = build_context(settings(url, port, certs_url)), list[str]()
    event.listen(context.engine, "connect", lambda driver, _: driver.set_trace_callback(run_now.append))
    doors = {route.path: cast(Door, route.app) for route in routes(addon_of(context)) if isinstance(route, Route)}
    for click in READS:
        counts = []
        for asked in _asked(click, gmail)[: 3 * store.REPS]:
            run_now.clear()
            _answer(doors[asked.decode().split()[1]], asked)
            counts.append(sum(not statement.startswith(NO_QUESTIONS) for statement in run_now))
        most = max(counts[store.REPS :])
        yield Measure(f"sidebar: {click.name}", most, "statements", MOST_STATEMENTS, AT_MOST)
    context.engine.dispose()


def _answer(door: Door, asked: bytes) -> None:
    answer = door.begin(header(asked, "Authorization"), asked.partition(b"\r\n\r\n")[2], BackgroundTasks())
    if not isinstance(answer, Response):
        answer()
