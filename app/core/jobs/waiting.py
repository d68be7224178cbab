"""Jobs that have not run to their end: what a copy of the database has to take along to go on where it stood."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import EnqueueOptions
from sqlalchemy import column, select, table
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.jobs.registry import registered
from app.core.jobs.system import client

UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job under its key (`id`), its arguments, and the moment before which it is not to run."""

    id: str
    name: str
    queue: str
    args: list[Any]
    due_at: datetime | None = None


def waiting(session: Session) -> Iterator[Waiting]:
    """The jobs that wait or run as this transaction sees them, without those that a schedule asks for again."""
    status = _status(session)
    query = select(status.c.workflow_uuid, status.c.delay_until_epoch_ms).where(status.c.status.in_(UNFINISHED))
    due: dict[str, int | None] = dict(session.execute(query.order_by(status.c.workflow_uuid)).all())
    for ids in _batches(list(due)):
        for found in client(session.get_bind().engine).list_workflows(workflow_ids=ids, load_output=False):
            job = registered.get(found.name)
            if found.queue_name is None or (job and job.cron) or found.input is None:
                continue
            until = due[found.workflow_id]
            due_at = datetime.fromtimestamp(until / 1000, UTC) if until else None
            yield Waiting(found.workflow_id, found.name, found.queue_name, list(found.input["args"]), due_at)


def enqueue_again(session: Session, job: Waiting) -> None:
    """Have it run here, from its beginning, once the transaction has committed."""
    options = EnqueueOptions(workflow_name=job.name, queue_name=job.queue, workflow_id=job.id)
    if job.due_at is not None:
        options["delay_seconds"] = max(timedelta(), job.due_at - utcnow()).total_seconds()
    client(session.get_bind().engine).enqueue_in_transaction(session, options, *job.args)


def forget(session: Session) -> None:
    """Take away every job of this database, in this transaction. No worker may be running."""
    session.execute(_status(session).delete())


def _status(session: Session) -> Any:
    schema = "dbos" if session.get_bind().dialect.name == "postgresql" else None
    names = ("workflow_uuid", "status", "delay_until_epoch_ms")
    return table("workflow_status", *(column(name) for name in names), schema=schema)


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield list(ids[start : start + AT_ONCE])
