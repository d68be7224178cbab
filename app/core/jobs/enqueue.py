"""Asking for a job, in the transaction that makes it necessary."""

from datetime import timedelta

from dbos import EnqueueOptions
from sqlmodel import Session

from app.core.jobs.registry import Job
from app.core.jobs.system import client


def enqueue(session: Session, job: Job, *args: object, key: str, delay: timedelta | None = None) -> None:
    """Run the job after this transaction commits, and after `delay`; not at all if it rolls back.

    `args` are JSON values and never content: ids. A job asked for twice under one key runs once, also when the first
    run has ended, until its history is trimmed (`history.KEPT`). Works in every process, workers or not.
    """
    options = EnqueueOptions(workflow_name=job.name, queue_name=job.queue, workflow_id=f"{job.name}:{key}")
    if delay is not None:
        options["delay_seconds"] = delay.total_seconds()
    client(session.get_bind().engine).enqueue_in_transaction(session, options, *args)
