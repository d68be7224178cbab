"""Jobs for the tests, also run by `crashing_worker` in processes of its own."""

import time

from app.core import jobs

ran: list[object] = []
ticks: list[float] = []
deployed: set[str] = set()
SECRET = "Dear Alice, our password is swordfish"


@jobs.job("test.note", queue="sync")
def note(context: jobs.JobContext, value: str) -> None:
    ran.append(value)


@jobs.job("test.fail", queue="sync", attempts=2)
def fail(context: jobs.JobContext) -> None:
    ran.append("failing")
    raise ValueError(SECRET)


@jobs.job("test.endless", queue="sync")
def endless(context: jobs.JobContext) -> None:
    ran.append("begun")
    while "enough" not in ran:
        context.check_stop()
        time.sleep(0.01)
    ran.append("ended")


@jobs.scheduled("test.tick", cron="* * * * * *", queue="sync")
def tick(context: jobs.JobContext) -> None:
    ticks.append(time.time())


@jobs.workflow("test.changing", queue="sync")
def changing(context: jobs.JobContext, name: str) -> None:
    """Its first step came with a later version; the last but one waits, so that the worker can be stopped there."""
    if "preparation" in deployed and jobs.patched("preparation"):
        jobs.step("prepare", ran.append, f"{name} prepared")
    jobs.step("begin", ran.append, f"{name} begun")
    jobs.step("wait", _wait, context)
    jobs.step("end", ran.append, f"{name} ended")


def _wait(context: jobs.JobContext) -> None:
    ran.append("waiting")
    while "go on" not in ran:
        context.check_stop()
        time.sleep(0.01)
