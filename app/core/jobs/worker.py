"""The process that runs jobs, delivers events and watches over its peers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType
from typing import Self

from dbos import DBOS, DBOSConfig, ScheduleInput
from sqlalchemy import Engine

from app.core import dispatch
from app.core.jobs.liveness import beat, recover_silent
from app.core.jobs.loop import Loop
from app.core.jobs.registry import JobContext, registered, run_in
from app.core.jobs.system import APPLICATION, SERIALIZER, VERSION, client, migrate, system_engine
from app.core.settings import Settings

QUEUES = {"sync": 0.2, "background": 1.0}
"""Seconds between two looks at each queue."""
JOBS_AT_ONCE = 4
"""Per queue and worker."""
DISPATCH_SECONDS = 0.1
HEARTBEAT_SECONDS = 10.0
SILENCE = timedelta(seconds=60)


class Worker:
    """Runs what was enqueued. One at a time per process.

    `slot` names this process among its peers and is the same after a restart: what it had begun, it resumes. Two
    processes with one slot would run each other's jobs twice. Register jobs and consumers before `start`.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        *,
        slot: str | None = None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        silence: timedelta = SILENCE,
    ) -> None:
        self.slot = slot or settings.worker_slot
        self._context = JobContext(settings, engine)
        self._system_engine = system_engine(settings.database_url)
        self._silence = silence
        self._loops = [
            Loop("heartbeat", heartbeat_seconds, self._watch),
            Loop("dispatch", DISPATCH_SECONDS, lambda: dispatch.drain(engine, stop=self._context.stop)),
        ]

    def start(self) -> None:
        run_in(self._context)
        try:
            with ThreadPoolExecutor(1) as beside_the_event_loop:
                beside_the_event_loop.submit(self._launch).result()
        except BaseException:
            self.stop(grace=0)
            raise

    def stop(self, *, grace: int = 10) -> None:
        """Give running jobs `grace` seconds to end; those that do not are started again by the next worker."""
        self._context.stop.set()
        for loop in self._loops:
            loop.stop()
        DBOS.destroy(workflow_completion_timeout_sec=grace)
        run_in(None)
        self._system_engine.dispose()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self) -> None:
        beat(self._context.engine, self.slot)
        migrate(self._context.settings.database_url)
        self._declare_queues()
        DBOS(config=self._config())
        DBOS.launch()
        _declare_schedules()
        for loop in self._loops:
            loop.start()

    def _watch(self) -> None:
        beat(self._context.engine, self.slot)
        recover_silent(self._context.engine, silence=self._silence)

    def _declare_queues(self) -> None:
        """Before the launch: queues that appear later are noticed a second later."""
        for name, seconds in QUEUES.items():
            client(self._system_engine).register_queue(
                name, worker_concurrency=JOBS_AT_ONCE, polling_interval_sec=seconds
            )

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_engine=self._system_engine,
            executor_id=self.slot,
            application_version=VERSION,
            serializer=SERIALIZER,
            log_level="WARNING",
            notification_listener_polling_interval_sec=0.1,
        )


def _declare_schedules() -> None:
    for known in DBOS.list_schedules():
        if known["schedule_name"] not in registered:
            DBOS.delete_schedule(known["schedule_name"])
    DBOS.apply_schedules(
        [
            ScheduleInput(schedule_name=job.name, workflow_fn=job.run, schedule=job.cron, queue_name=job.queue)
            for job in registered.values()
            if job.cron is not None
        ]
    )
