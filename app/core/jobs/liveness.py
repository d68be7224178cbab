"""Workers that tell they are alive, and take over from those that no longer do."""

from datetime import datetime, timedelta

import structlog
from dbos import DBOS
from sqlalchemy import Engine, delete, func, select, update
from sqlmodel import Session, col

from app.core.database import transaction
from models import Executor
from models.base import UTCDateTime

log = structlog.get_logger(__name__)


def beat(engine: Engine, slot: str) -> None:
    """Write the slot's heartbeat, by the clock of the database, which all workers share."""
    with transaction(engine) as session:
        now = database_time(session)
        seen = update(Executor).where(col(Executor.slot) == slot).values(heartbeat_at=now)
        if session.connection().execute(seen).rowcount == 0:
            session.add(Executor(slot=slot, heartbeat_at=now))


def recover_silent(engine: Engine, *, silence: timedelta) -> list[str]:
    """Queue again what slots silent for so long had begun, and forget those slots. Returns their names.

    Two workers may do it at once: the engine hands each job to one of them.
    """
    with transaction(engine, read_only=True) as session:
        limit = database_time(session) - silence
        quiet = select(col(Executor.slot)).where(col(Executor.heartbeat_at) < limit)
        silent = list(session.execute(quiet).scalars())
    for slot in silent:
        _recover(slot)
        log.warning("worker silent, its jobs were queued again", slot=slot)
        with transaction(engine) as session:
            gone = delete(Executor).where(col(Executor.slot) == slot, col(Executor.heartbeat_at) < limit)
            session.execute(gone)
    return silent


def last_heartbeat(session: Session) -> datetime | None:
    return session.scalar(select(func.max(Executor.heartbeat_at)))


def database_time(session: Session) -> datetime:
    return session.scalars(select(func.current_timestamp(type_=UTCDateTime()))).one()


def _recover(slot: str) -> None:
    """The engine only recovers its own slot, at start; for others there is this private call (checked with 3.4)."""
    DBOS._recover_pending_workflows([slot])
