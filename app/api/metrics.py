"""Prometheus metrics: how far sync lags, how much quota it uses, what waits, how long requests take."""

import time
from collections.abc import Iterator

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core import jobs
from app.core.context import Context
from app.core.database import transaction
from sync.status import MailboxStatus, status

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8)


class RequestTimes:
    """ASGI middleware: seconds per request, by route template, so that no address or id becomes a label."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._seconds = Histogram(
            "sidenote_request_seconds", "Time to answer", ["route", "status"], buckets=BUCKETS, registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), "500"

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._seconds.labels(route, status).observe(time.perf_counter() - started)


class SyncCollector:
    """Reads the gauges from the store at the moment Prometheus asks."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with transaction(self._context.engine, read_only=True) as session:
            mailboxes, health = status(session, self._context.settings), jobs.health(session)
        yield from _mailbox_gauges(mailboxes)
        waiting = GaugeMetricFamily("sidenote_jobs_waiting", "Jobs in queue", labels=["queue"])
        for queue, depth in health.queues.items():
            waiting.add_metric([queue], depth)
        yield waiting
        yield GaugeMetricFamily("sidenote_events_overdue", "Events not yet delivered", value=health.overdue_events)


def router(context: Context, registry: CollectorRegistry) -> APIRouter:
    registry.register(SyncCollector(context))
    routes = APIRouter(tags=["health"])

    @routes.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return routes


def _mailbox_gauges(mailboxes: list[MailboxStatus]) -> Iterator[GaugeMetricFamily]:
    """One series per mailbox, named by its id: addresses stay out of metrics."""
    lag = _gauge("sidenote_sync_lag_seconds", "Age of the oldest change not synced")
    quota = _gauge("sidenote_sync_quota_used", "Share of the minute's Gmail quota in use")
    depth = _gauge("sidenote_sync_queue_depth", "Threads and messages still to fetch")
    for box in mailboxes:
        labels = [box.mailbox_id, box.state]
        if box.lag_seconds is not None:
            lag.add_metric(labels, box.lag_seconds)
        quota.add_metric(labels, box.quota_used)
        depth.add_metric(labels, box.queue_depth)
    yield from (lag, quota, depth)


def _gauge(name: str, help: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, labels=["mailbox", "state"])
