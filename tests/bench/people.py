"""The data behind the card, over REST: contact, company, open deals, last ten entries, permissions applied."""

import random
from collections.abc import Iterator

from tests.bench import store
from tests.bench.databases import KINDS, filled
from tests.bench.load import request, run
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.servers import web

TARGETS = {"sqlite": 1500, "postgresql": 1000}
REQUESTS = 15_000


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        with filled(kind, "large", store.LARGE) as url, web(url, processes=2) as ports:
            load = run(ports, _requests(store.LARGE), expect=b'"entries":[{', connections=8, warm_up=2_000)
        yield Measure(f"people: data behind the card, {kind}", load.per_second, "requests/s", TARGETS[kind])
        yield Measure(f"people: p99, {kind}", percentile(load.seconds, 0.99) * 1000, "ms", 15, AT_MOST)


def _requests(size: store.Size) -> list[bytes]:
    """For people with a full timeline: the store gives none to every fourth."""
    chosen = random.Random(7)
    people = (chosen.randrange(size.contacts // 4) * 4 + 1 for _ in range(REQUESTS))
    return [_request(person, number % store.REPS) for number, person in enumerate(people)]


def _request(person: int, rep: int) -> bytes:
    return request("GET", f"/api/v1/people/{store.address(person)}", {"Authorization": f"Bearer {store.API_KEY}{rep}"})
