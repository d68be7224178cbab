"""Forgetting jobs that ended long ago, and with them the keys under which they ran."""

from datetime import timedelta

from sqlalchemy import Engine

from app.core.clock import utcnow
from app.core.jobs.registry import JobContext, scheduled
from app.core.jobs.system import client

KEPT = timedelta(days=7)
BATCH = 500
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


@scheduled("jobs.trim", cron="20 3 * * *")
def trim_nightly(context: JobContext) -> None:
    trim(context.engine, kept=KEPT)


def trim(engine: Engine, *, kept: timedelta) -> int:
    """Delete what ended longer ago than `kept`, in small transactions. Returns how many jobs were forgotten."""
    history = client(engine)
    before = (utcnow() - kept).isoformat()
    trimmed = 0
    while True:
        ended = history.list_workflows(
            status=ENDED, completed_before=before, limit=BATCH, load_input=False, load_output=False
        )
        if not ended:
            return trimmed
        history.delete_workflows([workflow.workflow_id for workflow in ended])
        trimmed += len(ended)
