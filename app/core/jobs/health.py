"""What operators want to know about background work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import column, func, select, table
from sqlmodel import Session

from app.core.jobs.liveness import database_time, last_heartbeat
from models import Outbox

FRESH = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Health:
    """`ok` while some worker is alive; `queues` holds the jobs waiting or running, by queue; `overdue_events` counts
    the deliveries still to be made."""

    ok: bool
    queues: dict[str, int]
    overdue_events: int
    last_heartbeat: datetime | None


def health(session: Session) -> Health:
    heartbeat = last_heartbeat(session)
    alive = heartbeat is not None and database_time(session) - heartbeat < FRESH
    events = session.scalar(select(func.count()).select_from(Outbox)) or 0
    return Health(alive, _depths(session), events, heartbeat)


def _depths(session: Session) -> dict[str, int]:
    schema = "dbos" if session.get_bind().dialect.name == "postgresql" else None
    jobs = table("workflow_status", column("queue_name"), column("status"), schema=schema)
    open_jobs = (
        select(jobs.c.queue_name, func.count())
        .where(jobs.c.status.in_(["ENQUEUED", "PENDING"]))
        .group_by(jobs.c.queue_name)
    )
    return {queue: count for queue, count in session.execute(open_jobs) if queue is not None}
