"""The card next to an opened message, for twenty reps at once, at a small and a large store."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import orjson
from starlette.background import BackgroundTasks
from starlette.routing import Route

from app.core.context import build_context
from app.core.hot import Reader
from app.core.settings import Settings
from gmail_addon.context import addon_of, identify, verify_caller
from gmail_addon.events import parse_event
from gmail_addon.routes import Door, routes
from gmail_addon.site import MESSAGE_PATH
from sync.emulator import GmailEmulator, serve
from tests.bench import store
from tests.bench.databases import KINDS, filled
from tests.bench.gmail import Gmail
from tests.bench.load import Load, header, run
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.profile import profile
from tests.bench.servers import settings, web

REQUESTS = 4_000
EXPECTED = b"Logged to"
PARTS = {
    "checking the caller": verify_caller,
    "checking the person": identify,
    "reading the event": parse_event,
    "SQL": Reader.fetch,
    "writing JSON": orjson.dumps,
}


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        with _served(kind, "medium", store.MEDIUM) as small:
            few = small.load()
        with _served(kind, "large", store.LARGE) as large:
            many = large.load()
            parts = list(large.profile())
        p95 = percentile(many.seconds, 0.95) * 1000
        yield Measure(f"card: message open, p95 of 20 reps, {kind}", p95, "ms", 50, AT_MOST)
        yield Measure(f"card: message open, {kind}", many.per_second, "requests/s")
        yield Measure(f"card: longest answer, {kind}", max(many.bodies) / 1000, "kB", 25, AT_MOST)
        growth = percentile(many.seconds, 0.5) / percentile(few.seconds, 0.5)
        yield Measure(f"card: median at 1,000,000 / at 10,000 entries, {kind}", growth, "ratio", 1.5, AT_MOST)
        yield from parts


@dataclass(frozen=True)
class _Served:
    """Sidenote on one of the stores, and what Gmail asks of it."""

    kind: str
    settings: Settings
    ports: list[int]
    requests: list[bytes]

    def load(self) -> Load:
        return run(self.ports, self.requests, expect=EXPECTED, connections=store.REPS, warm_up=400)

    def profile(self) -> Iterator[Measure]:
        context = build_context(self.settings)
        doors = {route.path: route.app for route in routes(addon_of(context)) if isinstance(route, Route)}
        door = cast(Door, doors[MESSAGE_PATH])

        def answer(request: bytes) -> object:
            return door.begin(header(request, "Authorization"), request.partition(b"\r\n\r\n")[2], BackgroundTasks())

        name = f"card, {self.kind}:"
        yield from profile(name, answer=answer, parts=PARTS, ports=self.ports, requests=self.requests, expect=EXPECTED)
        context.engine.dispose()


@contextmanager
def _served(kind: str, name: str, size: store.Size) -> Iterator[_Served]:
    emulator = GmailEmulator()
    with serve(emulator) as google, filled(kind, name, size) as url:
        certs_url = f"{google.url}/oauth2/v1/certs"
        with web(url, processes=2, certs_url=certs_url) as ports:
            yield _Served(kind, settings(url, ports[0], certs_url), ports, _requests(Gmail(emulator, ports[0]), size))


def _requests(gmail: Gmail, size: store.Size) -> list[bytes]:
    """Each rep opens messages of their own mailbox, as Gmail would report it."""
    chosen, mine = random.Random(11), size.messages // store.REPS
    return [gmail.message(chosen.randrange(mine) * store.REPS + number % store.REPS) for number in range(REQUESTS)]
