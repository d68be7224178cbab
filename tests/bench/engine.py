"""The record engine beside SQL by hand, its lists at a million records, and the memory of its processes."""

import json
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

from sqlmodel import Session, select

from app.core.database import make_engine
from models import Folder
from tests.bench import store
from tests.bench.asks import ASKS, Ask, Place
from tests.bench.by_hand import ByHand
from tests.bench.databases import KINDS, copied, filled
from tests.bench.inside import Inside
from tests.bench.load import run
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.search import index
from tests.bench.servers import Served, peak_memory, served, worker

QUESTIONS, WARM_UP = 200, 20
MOST_MEMORY = 250
SORTS = ("-last_activity_at", "-updated_at", "name")
MINE = json.dumps({"field": "owner", "op": "is", "value": "me"})


def bench() -> Iterator[Measure]:
    with copied("postgresql", "engine", store.ENGINE, _index) as url:
        yield from _beside_sql(url)
        with served(url, processes=2) as site, worker(url) as working:
            yield from _over_http(url, site)
            peaks = {"web process": max(map(peak_memory, site.pids)), "worker": peak_memory(working)}
        for process, peak in peaks.items():
            yield Measure(f"engine: most memory of a {process}", peak, "MB", MOST_MEMORY, AT_MOST)
    for kind in KINDS:
        yield from _lists(kind)


def _index(url: str) -> None:
    engine = make_engine(url)
    index(engine)
    engine.dispose()


def _beside_sql(url: str) -> Iterator[Measure]:
    api, hand = Inside(url), ByHand(url)
    place = Place(api, hand)
    for kind in ASKS:
        ours, by_hand = _side_by_side(kind(place))
        yield Measure(f"engine: {kind.name}, median", ours, "ms")
        yield Measure(f"engine: {kind.name}, by hand", by_hand, "ms")
        yield Measure(f"engine: {kind.name}, ours / by hand", ours / by_hand, "ratio", 3, AT_MOST)
    api.close()
    hand.close()


def _side_by_side(ask: Ask) -> tuple[float, float]:
    """Median milliseconds of either, in turn, so that both have the same machine."""
    ours, by_hand = [], []
    for number in range(WARM_UP + QUESTIONS):
        ask.before(number)
        started = perf_counter()
        answer = ask.ours(number)
        ours.append(perf_counter() - started)
        if ask.expect not in answer:
            raise AssertionError(f"{ask.name}: {answer[:300]!r}")
        if number < WARM_UP:
            ask.check(number, answer)
        by_hand.append(_seconds(ask.by_hand(number)))
    return median(ours[WARM_UP:]) * 1000, median(by_hand[WARM_UP:]) * 1000


def _over_http(url: str, site: Served) -> Iterator[Measure]:
    """One caller at each process, as the others are busy with the measure itself."""
    api, hand = Inside(url), ByHand(url)
    place, first = Place(api, hand), WARM_UP + QUESTIONS
    for kind in ASKS:
        ask = kind(place)
        requests = [ask.request(number) for number in range(first, first + WARM_UP + QUESTIONS)]
        load = run(site.ports, requests, expect=ask.expect, connections=len(site.ports), warm_up=WARM_UP)
        yield Measure(f"engine: {ask.name}, median over HTTP", median(load.seconds) * 1000, "ms")
    api.close()
    hand.close()


def _lists(kind: str) -> Iterator[Measure]:
    with filled(kind, "lists", store.LISTS) as url:
        api = Inside(url)
        with Session(api.context.engine) as session:
            folder = session.exec(select(Folder).where(Folder.kind == "contact")).one().id
        for sort in SORTS:
            for filter in (None, MINE):
                yield _list(api, kind, folder, sort, filter)
        api.close()


def _list(api: Inside, kind: str, folder: str, sort: str, filter: str | None) -> Measure:
    def page(number: int) -> Callable[[], bytes]:
        rep = number % store.REPS
        return lambda: api.ask("list_records", rep=rep, folder_id=folder, sort=sort, filter=filter, limit=50)

    seconds = [_seconds(page(number)) for number in range(WARM_UP + QUESTIONS)][WARM_UP:]
    name = f"engine: {'my' if filter else 'all'} of 1,000,000 by {sort}, p95, {kind}"
    return Measure(name, percentile(seconds, 0.95) * 1000, "ms", 30, AT_MOST)


def _seconds(ask: Callable[[], object]) -> float:
    started = perf_counter()
    ask()
    return perf_counter() - started
