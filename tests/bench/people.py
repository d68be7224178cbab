"""The data behind the card, over REST: contact, company, open deals, last ten entries, permissions applied."""

import random
from collections.abc import Iterator

import orjson

from app.api.people import answer_about
from app.core.database import make_engine
from app.core.hot import Reader
from app.core.rates import Rates
from tests.bench import store
from tests.bench.databases import KINDS, filled
from tests.bench.load import header, request, run
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.profile import profile
from tests.bench.servers import web

TARGETS = {"sqlite": 1500, "postgresql": 1000}
REQUESTS = 15_000
EXPECTED = b'"entries":[{'
PARTS = {"SQL": Reader.fetch, "writing JSON": orjson.dumps}


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        with filled(kind, "large", store.LARGE) as url, web(url, processes=2) as ports:
            requests = _requests(store.LARGE)
            load = run(ports, requests, expect=EXPECTED, connections=8, warm_up=2_000)
            parts = list(_profile(kind, url, ports, requests))
        yield Measure(f"people: data behind the card, {kind}", load.per_second, "requests/s", TARGETS[kind])
        yield Measure(f"people: p99, {kind}", percentile(load.seconds, 0.99) * 1000, "ms", 15, AT_MOST)
        yield from parts


def _profile(kind: str, url: str, ports: list[int], requests: list[bytes]) -> Iterator[Measure]:
    engine, rates = make_engine(url), Rates(per_second=1e6, burst=REQUESTS)

    def answer(request: bytes) -> object:
        email = request.split(b" ", 2)[1].rpartition(b"/")[2].decode()
        return answer_about(engine, rates, email, header(request, "Authorization"))

    name = f"people, {kind}:"
    yield from profile(name, answer=answer, parts=PARTS, ports=ports, requests=requests, expect=EXPECTED)
    engine.dispose()


def _requests(size: store.Size) -> list[bytes]:
    """For people with a full timeline: the store gives none to every fourth."""
    chosen = random.Random(7)
    people = (chosen.randrange(size.contacts // 4) * 4 + 1 for _ in range(REQUESTS))
    return [_request(person, number % store.REPS) for number, person in enumerate(people)]


def _request(person: int, rep: int) -> bytes:
    return request("GET", f"/api/v1/people/{store.address(person)}", {"Authorization": f"Bearer {store.API_KEY}{rep}"})
