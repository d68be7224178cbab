"""Erasing a person: settled at once, carried out in the background in many small transactions, and never undone.

From the first moment on, mail and imports leave the person out. Each step finds what is left by itself: a worker that
dies leaves the rest to its successor. At the end nothing of the person is kept but keyed hashes of their addresses.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.core import jobs
from app.core.bulk import insert_missing
from app.core.clock import utcnow
from app.core.database import overwrite_deleted, transaction
from app.core.errors import NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.core.jobs import JobContext, job
from app.core.locks import hold
from app.core.security import Vault
from app.mail.locks import ingest_lock
from app.privacy.holdings import count_held
from app.privacy.person import Person, find_person
from app.privacy.steps import Plan, Work, steps
from app.records.erased import erased_among, fingerprints
from app.records.keys import email_key
from app.workspaces.access import Viewer, require_admin
from models import ErasedAddress, Erasure

DONE = "done"


def start_erasure(
    session: Session, *, viewer: Viewer, vault: Vault, addresses: Sequence[str] = (), record_id: str = ""
) -> Erasure:
    """Have everything erased that is held about a person (see `find_person`). Whoever is erased already stays so.

    Admins only. It cannot be undone, and begins once this transaction is committed.
    """
    require_admin(viewer)
    hold(session, ingest_lock(viewer.workspace_id))
    try:
        person = find_person(session, viewer=viewer, addresses=addresses, record_id=record_id)
    except NotFound:
        earlier = _erased_before(session, viewer, vault, addresses)
        if earlier is None:
            raise
        return earlier
    erasure = Erasure(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        member_id=viewer.member_id,
        target=person.as_json(),
        total=sum(count_held(session, workspace_id=viewer.workspace_id, person=person).values()),
        started_at=utcnow(),
    )
    session.add(erasure)
    session.flush()
    _remember(session, vault, erasure, person)
    _tell(session, erasure, "person.erasure_started")
    jobs.enqueue(session, erase, erasure.id, key=erasure.id)
    return erasure


def get_erasure(session: Session, *, viewer: Viewer, erasure_id: str) -> Erasure:
    """NotFound unless it is of the viewer's workspace; admins only."""
    require_admin(viewer)
    erasure = session.get(Erasure, erasure_id)
    if erasure is None or erasure.workspace_id != viewer.workspace_id:
        raise NotFound("There is no such erasure.")
    return erasure


def erasures_of(session: Session, *, viewer: Viewer, limit: int, before: str | None = None) -> Sequence[Erasure]:
    """Those of the workspace, last first; `before` is the id of the last one seen. Admins only."""
    require_admin(viewer)
    query = select(Erasure).where(col(Erasure.workspace_id) == viewer.workspace_id)
    if before:
        query = query.where(col(Erasure.id) < before)
    return session.scalars(query.order_by(col(Erasure.id).desc()).limit(limit)).all()


@job("privacy.erase")
def erase(context: JobContext, erasure_id: str) -> None:
    """Carry an erasure out, as far as it is not yet."""
    for _ in erase_stepwise(context.engine, erasure_id):
        context.check_stop()


def erase_stepwise(engine: Engine, erasure_id: str) -> Iterator[tuple[int, int]]:
    """Carry an erasure out; after each transaction, how many rows are done and how many were found beforehand."""
    with transaction(engine, read_only=True) as session:
        erasure = session.get_one(Erasure, erasure_id)
        if erasure.state == DONE:
            return
        plan = Plan(engine, erasure.workspace_id, Person(**erasure.target), erasure.member_id)
    for work in steps(plan):
        yield _do(engine, erasure_id, work)
    yield _do(engine, erasure_id, None)


def _do(engine: Engine, erasure_id: str, work: Work | None) -> tuple[int, int]:
    """Some work in a transaction of its own, which no other worker does at the same time; without any, the end."""
    with transaction(engine) as session:
        overwrite_deleted(session)
        erasure = session.get_one(Erasure, erasure_id, with_for_update=True)
        if erasure.state != DONE:
            counts = work(session) if work else {}
            erasure.counts = {**erasure.counts, **{name: erasure.counts.get(name, 0) + counts[name] for name in counts}}
            erasure.handled = min(erasure.total, erasure.handled + sum(counts.values())) if work else erasure.total
            if not work:
                erasure.state, erasure.target, erasure.finished_at = DONE, {}, utcnow()
                _tell(session, erasure, "person.erased")
            session.add(erasure)
        return erasure.handled, erasure.total


def _erased_before(session: Session, viewer: Viewer, vault: Vault, addresses: Sequence[str]) -> Erasure | None:
    """The erasure of all these addresses, if that is what happened to them."""
    here, keys = viewer.workspace_id, {email_key(address) for address in addresses}
    if not keys or erased_among(session, vault=vault, workspace_id=here, addresses=keys) != keys:
        return None
    digests = [digest for key in keys for digest in fingerprints(vault, workspace_id=here, key=key)]
    known = select(col(ErasedAddress.erasure_id)).where(
        col(ErasedAddress.workspace_id) == here, col(ErasedAddress.digest).in_(digests)
    )
    return session.get(Erasure, max(session.scalars(known)))


def _remember(session: Session, vault: Vault, erasure: Erasure, person: Person) -> None:
    digests = [fingerprints(vault, workspace_id=erasure.workspace_id, key=key)[0] for key in person.keys]
    known = {"workspace_id": erasure.workspace_id, "erasure_id": erasure.id}
    insert_missing(session, ErasedAddress, [{**known, "digest": digest} for digest in digests])


def _tell(session: Session, erasure: Erasure, type: str) -> None:
    emit(
        session,
        type,
        workspace_id=erasure.workspace_id,
        subject_id=erasure.id,
        actor_id=erasure.member_id,
        data={"counts": erasure.counts},
    )
