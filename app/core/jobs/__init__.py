"""Background work: durable jobs, schedules and workflows. The one door to DBOS, which nothing else imports.

A *job* is a function that runs once for each key it was enqueued under, some time after the enqueuing
transaction has committed, in any worker. It runs at least once: a worker that dies in the middle leaves the job to
its successor, which starts it from the beginning, so a job resumes from what it finds in the store.

A *workflow* is a body of several steps; steps that have finished are not run again. Its history is kept by the
position of each step, therefore a body that workflows may be half-way through only ever changes like this:

    @workflow("campaign.send")
    def send(context, enrolment_id):
        if patched("check-suppression"):                 # False if an earlier run went past it
            step("check", check_suppression, context, enrolment_id)
        step("send", send_mail, context, enrolment_id)

Renaming, adding, removing or reordering steps without `patched` breaks the workflows under way. The body of a job is
one step, free to change; its name and the meaning of its arguments are not.
"""

from app.core.jobs.enqueue import enqueue
from app.core.jobs.health import Health, health
from app.core.jobs.history import trim
from app.core.jobs.registry import (
    Job,
    JobContext,
    JobFailed,
    Stopping,
    job,
    patched,
    scheduled,
    step,
    workflow,
)
from app.core.jobs.system import migrate
from app.core.jobs.waiting import Waiting, enqueue_again, forget, waiting
from app.core.jobs.worker import Worker

__all__ = [
    "Health",
    "Job",
    "JobContext",
    "JobFailed",
    "Stopping",
    "Waiting",
    "Worker",
    "enqueue",
    "enqueue_again",
    "forget",
    "health",
    "job",
    "migrate",
    "patched",
    "scheduled",
    "step",
    "trim",
    "waiting",
    "workflow",
]
