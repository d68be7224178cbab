"""All statistics of records from scratch: what the running counts must agree with."""

from collections.abc import Collection

from sqlmodel import Session

from app.records.statistics import recount_deals, recount_mail
from app.timeline.entries import recount_last_activity
from app.timeline.tasks.next_task import refresh_next


def recount(session: Session, *, record_ids: Collection[str]) -> None:
    """Of records of one workspace: mail, deals, the last activity and the next task."""
    recount_mail(session, record_ids=record_ids)
    recount_deals(session, record_ids=record_ids)
    recount_last_activity(session, record_ids)
    refresh_next(session, record_ids)
