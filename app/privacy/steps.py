"""What erasing a person consists of, in order. Each piece of work is done in a transaction of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine
from sqlmodel import Session

from app.core.database import transaction
from app.privacy.mail import erase_some_mail
from app.privacy.person import Person
from app.privacy.records import remove_records
from app.privacy.surroundings import clean_entries, clean_related, clean_tasks, entries_on, related_records, tasks_on
from app.privacy.sweeping import forget_words, suspects, sweep

AT_ONCE = 100

Work = Callable[[Session], dict[str, int]]
"""Does something, and returns how much of what."""


@dataclass(frozen=True)
class Plan:
    engine: Engine
    workspace_id: str
    person: Person
    member_id: str
    """Who asked for it."""


def steps(plan: Plan) -> Iterator[Work]:
    """All work; what there is to do is looked up when the work before is done."""
    yield from _mail(plan)
    yield from _surroundings(plan)
    yield from _own_records(plan)
    yield from _elsewhere(plan)
    yield lambda session: {
        "search words": forget_words(session, workspace_id=plan.workspace_id, person=plan.person),
    }


def _mail(plan: Plan) -> Iterator[Work]:
    done: list[dict[str, int]] = []

    def work(session: Session) -> dict[str, int]:
        done.append(erase_some_mail(session, workspace_id=plan.workspace_id, person=plan.person))
        return done[-1]

    while not done or done[-1]:
        yield work


def _surroundings(plan: Plan) -> Iterator[Work]:
    person = plan.person
    with transaction(plan.engine, read_only=True) as session:
        related = related_records(session, workspace_id=plan.workspace_id, person=person)
        entries = entries_on(session, [*person.records, *related])
        tasks = tasks_on(session, [*person.records, *related])
    for clean, ids in ((clean_entries, entries), (clean_tasks, tasks), (clean_related, related)):
        for some in _in_batches(ids):
            yield partial(clean, person=person, ids=some)


def _own_records(plan: Plan) -> Iterator[Work]:
    yield partial(remove_records, record_ids=plan.person.records, actor_id=plan.member_id)


def _elsewhere(plan: Plan) -> Iterator[Work]:
    with transaction(plan.engine, read_only=True) as session:
        found = list(suspects(session, workspace_id=plan.workspace_id, person=plan.person))
    for table, keys in found:
        yield partial(sweep, table=table, keys=keys, person=plan.person)


def _in_batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
