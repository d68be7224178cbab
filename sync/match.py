"""Which records a message belongs to, and by which rule."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among, table_of
from app.core.freemail import is_freemail
from models import Record, RecordKey, ThreadLink
from sync.envelope import Person

COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a key or a thread leads to, and the company it belongs to."""

    record_id: str
    kind: str
    company_id: str | None


@dataclass(frozen=True, slots=True)
class Index:
    """Records by `email_key`, by registrable domain, and by thread."""

    by_address: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    by_domain: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    by_thread: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))


def look_up(session: Session, *, workspace_id: str, people: Collection[Person]) -> Index:
    """Everything the store knows by these people's addresses and domains, in two statements at most."""
    index = Index()
    _find(session, workspace_id, "email", {person.key for person in people}, index.by_address)
    _find(session, workspace_id, "domain", business_domains(people), index.by_domain)
    return index


def look_up_threads(session: Session, index: Index, *, thread_ids: Collection[str]) -> None:
    """Add to the index the records that a person put these threads on."""
    if thread_ids:
        for thread_id, *record in session.execute(
            _BY_THREAD.where(among(session, col(ThreadLink.thread_id), thread_ids))
        ):
            index.by_thread[thread_id].append(Found(*record))


def business_domains(people: Collection[Person]) -> set[str]:
    """Domains that tell a company: not a colleague's, and not one where anyone can have a mailbox."""
    return {p.domain for p in people if p.domain and not p.ours and not is_freemail(p.domain)}


def rules_for(linking: Sequence[Person], index: Index, *, thread_id: str | None) -> dict[str, str]:
    """The rule that links each record to a message of these people: the first of thread, address, company, domain."""
    rules: dict[str, str] = {}
    for record_id, rule in _matches(linking, index, thread_id):
        rules.setdefault(record_id, rule)
    return rules


def _matches(people: Sequence[Person], index: Index, thread_id: str | None) -> Iterator[tuple[str, str]]:
    for found in index.by_thread.get(thread_id or "", ()):
        yield found.record_id, "thread"
        if found.company_id:
            yield found.company_id, "thread"
    by_address = [found for person in people for found in index.by_address.get(person.key, ())]
    for found in by_address:
        yield found.record_id, "address"
    for found in by_address:
        if found.company_id:
            yield found.company_id, "company"
    for person in people:
        for found in index.by_domain.get(person.domain, ()):
            yield found.record_id, "domain"


def _find(session: Session, workspace_id: str, kind: str, values: set[str], into: dict[str, list[Found]]) -> None:
    if values:
        key = table_of(RecordKey).c
        query = _BY_KEY.where(key.workspace_id == workspace_id, key.kind == kind, among(session, key.value, values))
        for value, *record in session.execute(query):
            into[value].append(Found(*record))


_RECORD = (col(Record.id), col(Record.kind), col(Record.company_id))
_BY_KEY = (
    select(col(RecordKey.value), *_RECORD)
    .join(Record, col(Record.id) == col(RecordKey.record_id))
    .order_by(col(Record.id))
)
_BY_THREAD = (
    select(col(ThreadLink.thread_id), *_RECORD)
    .join(Record, col(Record.id) == col(ThreadLink.record_id))
    .where(col(Record.deleted_at).is_(None))
)
