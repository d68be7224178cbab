"""The search box at 100,000 contacts, 10,000 companies and 50,000 deals, and indexing the mail of an import."""

import random
import time
from collections.abc import Iterator

from sqlalchemy import Engine, delete, text
from sqlmodel import Session, col, select

from app.core.database import confine, make_engine, transaction
from app.core.jobs import JobContext
from app.core.settings import Settings
from app.timeline.search.box import search
from app.timeline.search.indexing import index_due, index_later
from app.timeline.search.rebuilding import rebuild
from app.workspaces.access import Viewer, viewer_by_sub
from models import SearchDue, SearchWord, TimelineEntry
from tests.bench import store
from tests.bench.databases import KINDS, filled
from tests.bench.measure import AT_MOST, Measure, percentile

SEARCHES = 300
MAIL = 5_000


def bench() -> Iterator[Measure]:
    for kind in KINDS:
        with filled(kind, "engine", store.ENGINE) as url:
            engine = make_engine(url)
            index(engine)
            for what, texts in _typed().items():
                seconds = list(_search(engine, texts))
                target = None if what == "words of mail" else 20
                name = f"search: {what}, p95 at 100,000 contacts, {kind}"
                yield Measure(name, percentile(seconds, 0.95) * 1000, "ms", target, AT_MOST)
            yield Measure(f"search: indexing mail, {kind}", _index_mail(engine), "messages/s")
            engine.dispose()


def index(engine: Engine) -> None:
    """Make the index of the search box, unless it is there."""
    with transaction(engine, read_only=True) as session:
        if session.scalars(select(col(SearchWord.record_id)).limit(1)).first():
            return
    for _ in rebuild(engine):
        pass
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _typed() -> dict[str, list[str]]:
    chosen = random.Random(5)
    numbers = [chosen.randrange(store.ENGINE.contacts) for _ in range(SEARCHES)]
    return {
        "name": [f"person {number}" for number in numbers],
        "beginning of a name that all have": ["pers", "person exam", "compan", "deal"] * (SEARCHES // 4),
        "address": [store.address(number) for number in numbers],
        "name with a slip": [f"persn {number}" for number in numbers],
        "words of mail": [f"questions order {number % 40_000}" for number in numbers],
    }


def _search(engine: Engine, texts: list[str]) -> Iterator[float]:
    viewers = _viewers(engine)
    for number, typed in enumerate(texts):
        viewer = viewers[number % len(viewers)]
        with transaction(engine, read_only=True) as session:
            confine(session, viewer.workspace_id)
            started = time.perf_counter()
            search(session, viewer=viewer, text=typed, limit=20)
            yield time.perf_counter() - started


def _viewers(engine: Engine) -> list[Viewer]:
    with transaction(engine, read_only=True) as session:
        found = [viewer_by_sub(session, f"sub{number}") for number in range(store.REPS)]
        return [viewer for viewer in found if viewer]


def _index_mail(engine: Engine) -> float:
    """What the job does while an import is under way."""
    with transaction(engine) as session:
        _note_some(session)
    context = JobContext(Settings(_env_file=None), engine)
    started = time.perf_counter()
    while index_due(context):
        pass
    return MAIL / (time.perf_counter() - started)


def _note_some(session: Session) -> None:
    session.execute(delete(SearchDue))
    entries = session.execute(select(col(TimelineEntry.id), col(TimelineEntry.workspace_id)).limit(MAIL)).all()
    index_later(session, workspace_id=entries[0].workspace_id, entry_ids=[entry.id for entry in entries])
