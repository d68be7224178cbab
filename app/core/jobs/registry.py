"""Functions that can run in the background, by name."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, TypeAlias

import structlog
from dbos import DBOS, StepOptions
from sqlalchemy import Engine

from app.core.failures import describe
from app.core.settings import Settings

log = structlog.get_logger(__name__)

FIRST_RETRY_SECONDS = 1.0
RETRY_FACTOR = 2.0


class Stopping(BaseException):
    """The worker shuts down: the job is left pending, and starts again with the next worker of this slot."""


class JobFailed(Exception):
    """A step that raised: tells the class and the place of the error, never its message."""


@dataclass(frozen=True)
class JobContext:
    """What a job works with. It opens its own transactions on `engine`."""

    settings: Settings
    engine: Engine
    stop: threading.Event = field(default_factory=threading.Event)

    def check_stop(self) -> None:
        """Call between two transactions of a long job; raises Stopping while the worker shuts down."""
        if self.stop.is_set():
            raise Stopping


Body: TypeAlias = Callable[Concatenate[JobContext, ...], None]


@dataclass(frozen=True)
class Job:
    """A registered function. Calling it runs it here and now, past the engine."""

    name: str
    queue: str
    body: Body
    run: Callable[..., None]
    """The same as the engine calls it."""
    cron: str | None = None

    def __call__(self, context: JobContext, *args: object) -> None:
        self.body(context, *args)


registered: dict[str, Job] = {}
_running: JobContext | None = None


def job(name: str, *, queue: str = "background", attempts: int = 3) -> Callable[[Body], Job]:
    """Register `body(context, *args)`, where `args` are JSON values, under a name that stays.

    A body that raises is tried again after 1 s, 2 s, 4 s…, `attempts` times in all, then kept as failed.
    """

    def register(body: Body) -> Job:
        return _register(name, queue, body, lambda *args: _attempt(name, attempts, body, *args))

    return register


def scheduled(name: str, *, cron: str, queue: str = "background") -> Callable[[Callable[[JobContext], None]], Job]:
    """Register `body(context)` to run by the clock (UTC), once over all workers.

    `cron` has five fields, or six with the seconds first. Failed runs are not tried again: the next one comes.
    """

    def register(body: Callable[[JobContext], None]) -> Job:
        return _register(name, queue, body, lambda _due_at, _schedule: _attempt(name, 1, body), cron)

    return register


def workflow(name: str, *, queue: str = "background") -> Callable[[Body], Job]:
    """Register `body(context, *args)` that does everything with an effect through `step`."""

    def register(body: Body) -> Job:
        return _register(name, queue, body, lambda *args: body(_context(), *args))

    return register


def step(name: str, function: Callable[..., Any], *args: Any, attempts: int = 3) -> Any:
    """Inside a workflow: call the function, and keep its result (a JSON value) for good."""
    options = StepOptions(
        name=name,
        retries_allowed=attempts > 1,
        max_attempts=attempts,
        interval_seconds=FIRST_RETRY_SECONDS,
        backoff_rate=RETRY_FACTOR,
    )
    return DBOS.run_step(options, _guarded, name, function, *args)


def patched(change: str) -> bool:
    """Inside a workflow: False for a run that had gone past this point before the change, else True, for good."""
    return DBOS.patch(change)


def run_in(context: JobContext | None) -> None:
    """Set what this process's jobs work with; RuntimeError if a worker runs already."""
    global _running
    if context is not None and _running is not None:
        raise RuntimeError("this process has a worker already: stop it first")
    _running = context


def _register(name: str, queue: str, body: Body, run: Callable[..., None], cron: str | None = None) -> Job:
    if name in registered:
        raise ValueError(f"two jobs are named {name}")
    registered[name] = Job(name, queue, body, DBOS.workflow(name=name)(run), cron)
    return registered[name]


def _attempt(name: str, attempts: int, body: Body, *args: object) -> None:
    step(name, body, _context(), *args, attempts=attempts)


def _guarded(name: str, function: Callable[..., Any], *args: Any) -> Any:
    context = _context()
    context.check_stop()
    try:
        return function(*args)
    except Exception as error:
        failure = describe(error)
        log.warning("job failed", job=name, workflow=DBOS.workflow_id, error=failure)
        raise JobFailed(failure) from None


def _context() -> JobContext:
    if _running is None:
        raise RuntimeError("no worker runs in this process")
    return _running
