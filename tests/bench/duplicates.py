"""Duplicates: how many are found, how many of those are none, and in what time; beside Splink and Record Linkage."""

import random
import resource
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session

from app.core.bulk import insert_rows
from app.core.database import make_engine, transaction
from app.core.ids import new_id
from app.records.duplicates import find_all, likely_duplicates
from app.records.identity import keys_of
from app.records.schema import folder_of_kind, schema_of
from app.records.search.folding import words_of
from app.records.search.spelling import learn_words
from app.workspaces.access import Viewer, viewer_by_id
from app.workspaces.signin import Identity, found
from models import Record, RecordKey
from tests.bench import peers
from tests.bench.copies import Person, people
from tests.bench.databases import KINDS, passing
from tests.bench.entities import People, Truth, ordered, store_people
from tests.bench.measure import AT_MOST, Measure, percentile
from tests.bench.store import START

SOME, MANY = 100_000, 1_000_000
CHECKS = 400
AT_ONCE = 20_000


def bench() -> Iterator[Measure]:
    for number in (1, 2, 3):
        yield from _on_febrl(number)
    yield from _on_copies()
    for kind in KINDS:
        yield from _on_a_million(kind)


def _on_febrl(number: int) -> Iterator[Measure]:
    febrl, name = People.febrl(number), f"duplicates: FEBRL {number}, F1"
    theirs = 0.0
    if peers.SPLINK:
        theirs = _f1(peers.splink_on_febrl(febrl.rows)[0], febrl.truth)
        yield Measure(f"{name}, Splink", theirs, "%")
    if peers.RECORD_LINKAGE:
        other = _f1(peers.record_linkage_on_febrl(febrl.rows)[0], febrl.truth)
        yield Measure(f"{name}, Record Linkage", other, "%")
        theirs = max(theirs, other)
    with passing("sqlite", "duplicates") as url, _opened(url) as (engine, viewer):
        known = store_people(engine, workspace_id=viewer.workspace_id, people=febrl)
        pairs = {ordered(known[one], known[other]) for one, other in _search(engine, viewer)}
    yield Measure(name, _f1(pairs, febrl.truth), "%", round(theirs, 2))


def _on_copies() -> Iterator[Measure]:
    name, most = f"duplicates: {SOME:,} people", None
    if peers.SPLINK:
        rows = dict(people(SOME))
        truth = {ordered(id, id.removesuffix("-copy")) for id in rows if id.endswith("-copy")}
        pairs, seconds, processor = _clocked(peers.splink_on_copies, rows)
        most = round(seconds, 2)
        yield Measure(f"{name}, Splink", seconds, "s")
        yield Measure(f"{name}, Splink, of the processor", processor, "s")
        yield Measure(f"{name}, Splink, recall", 100 * len(pairs & truth) / len(truth), "%")
        yield Measure(f"{name}, Splink, precision", 100 * len(pairs & truth) / len(pairs), "%")
    with passing("sqlite", "duplicates") as url, _opened(url) as (engine, viewer):
        truth = _fill(engine, viewer, SOME, keys=False)
        pairs, seconds, processor = _clocked(_search, engine, viewer)
    yield Measure(f"{name}, read from the store", seconds, "s", most, AT_MOST)
    yield Measure(f"{name}, of the processor", processor, "s")
    yield Measure(f"{name}, recall", 100 * len(pairs & truth) / len(truth), "%", 96)
    yield Measure(f"{name}, precision", 100 * len(pairs & truth) / len(pairs), "%", 99.5)


def _on_a_million(kind: str) -> Iterator[Measure]:
    with passing(kind, "duplicates") as url, _opened(url) as (engine, viewer):
        truth = _fill(engine, viewer, MANY, keys=True)
        with get_context("spawn").Pool(1) as process:
            pairs, seconds, megabytes = process.apply(_search_alone, (url, viewer))
        name = f"duplicates: {MANY:,} people, {kind}"
        yield Measure(name, seconds, "s", 60, AT_MOST)
        yield Measure(f"{name}, memory", megabytes, "MB", 1_500, AT_MOST)
        yield Measure(f"{name}, recall", 100 * len(pairs & truth) / len(truth), "%")
        yield Measure(f"{name}, precision", 100 * len(pairs & truth) / len(pairs), "%")
        checks = list(_check(engine, viewer))
        yield Measure(f"{name}, one typed, p95", percentile(checks, 0.95) * 1000, "ms", 20, AT_MOST)


def _search(engine: Engine, viewer: Viewer) -> Truth:
    with transaction(engine, read_only=True) as session:
        folder_id = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="contact").id
    found = find_all(engine, workspace_id=viewer.workspace_id, folder_ids=[folder_id])
    return {(pair.first_id, pair.second_id) for pair in found}


def _search_alone(url: str, viewer: Viewer) -> tuple[Truth, float, float]:
    """In a process of its own: the pairs, the seconds, and the most memory that it ever had."""
    pairs, seconds, _ = _clocked(_search, make_engine(url), viewer)
    return pairs, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _check(engine: Engine, viewer: Viewer) -> Iterator[float]:
    """Seconds of checks of people who are there, are there in another spelling, or are not there."""
    chosen = random.Random(2)
    typed = [person for _, person in islice(people(MANY, seed=12), CHECKS)]
    typed += [person for id, person in islice(people(MANY), 50_000) if id.endswith("-copy")][:CHECKS]
    chosen.shuffle(typed)
    for person in typed:
        with transaction(engine, read_only=True) as session:
            folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="contact")
            began = time.perf_counter()
            likely_duplicates(session, viewer=viewer, folder=folder, values=_values(person))
            yield time.perf_counter() - began


def _clocked(run: Any, *arguments: Any) -> tuple[Truth, float, float]:
    """What it finds, its seconds, and those of the processor."""
    began, used = time.perf_counter(), time.process_time()
    result = run(*arguments)
    pairs = result[0] if isinstance(result, tuple) else result
    return pairs, time.perf_counter() - began, time.process_time() - used


def _f1(pairs: Truth, truth: Truth) -> float:
    """In per cent."""
    right = len(pairs & truth)
    return 200 * right / (len(pairs) + len(truth))


@contextmanager
def _opened(url: str) -> Iterator[tuple[Engine, Viewer]]:
    engine = make_engine(url)
    with transaction(engine) as session:
        viewer = viewer_by_id(session, found(session, Identity("sub0", "rep0@seller.example", "Rep 0")).id)
    yield engine, viewer
    engine.dispose()


def _fill(engine: Engine, viewer: Viewer, count: int, *, keys: bool) -> Truth:
    """Write people into the store, past the services but as these do; with `keys`, what single ones are found by."""
    truth: Truth = set()
    waiting: dict[str, str] = {}
    every = people(count)
    while some := list(islice(every, AT_ONCE)):
        ids = [(id, new_id()) for id, _ in some]
        for id, record_id in ids:
            original = id.removesuffix("-copy")
            if original in waiting:
                truth.add(ordered(waiting.pop(original), record_id))
            waiting.setdefault(original, record_id)
        with transaction(engine) as session:
            _write(
                session,
                viewer,
                {record_id: person for (_, record_id), (_, person) in zip(ids, some, strict=True)},
                keys,
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return truth


def _write(session: Session, viewer: Viewer, many: Mapping[str, Person], keys: bool) -> None:
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="contact")
    base = {"workspace_id": viewer.workspace_id, "folder_id": folder.id, "kind": "contact", "version": 1}
    base |= {"owner_id": viewer.member_id, "created_at": START, "updated_at": START}
    base |= {"emails_in": 0, "emails_out": 0, "open_deals": 0, "open_amount": 0}
    rows = []
    for id, person in many.items():
        values = _values(person)
        rows.append({"id": id, **base, "name": values.pop("name"), "data": values})
    insert_rows(session, Record, rows)
    if keys:
        fields = schema_of(session, folder=folder).fields
        insert_rows(session, RecordKey, [key for row in rows for key in _keys(row, fields)])
        names = {word for row in rows for word in words_of(row["name"])}
        learn_words(session, workspace_id=viewer.workspace_id, words=names)


def _keys(row: Mapping[str, Any], fields: Any) -> Iterable[dict[str, Any]]:
    owned = {"workspace_id": row["workspace_id"], "record_id": row["id"]}
    keys = keys_of("contact", row["name"], row["data"], fields)
    return ({**owned, "kind": kind, "value": value, "original": original} for (kind, value), original in keys.items())


def _values(person: Person) -> dict[str, Any]:
    values: dict[str, Any] = {"name": f"{person['given']} {person['family']}".title(), "title": person["title"]}
    values |= {key: [person[key]] for key in ("email", "phone") if person[key]}
    if person["street"]:
        values["address"] = {part: person[part] for part in ("street", "city", "postal_code")}
    return values
