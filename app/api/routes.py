"""Everything that machines call: the REST API, Google's pushes, health and metrics."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.routing import BaseRoute

from app.api import (
    access_requests,
    api_keys,
    bins,
    bulk_edits,
    cards,
    duplicates,
    exports,
    fields,
    folders,
    following,
    formulas,
    health,
    hygiene,
    imports,
    journey,
    leads,
    limits,
    listing,
    merges,
    metrics,
    notifications,
    people,
    person_data,
    pipelines,
    push,
    quotes,
    record_access,
    record_batches,
    record_history,
    record_links,
    records,
    removals,
    roles,
    search,
    seats,
    segments,
    snippets,
    tasks,
    teams,
    territories,
    tickets,
    timeline,
    views,
)
from app.api.idempotency import Idempotency
from app.core.context import Context

ABOUT = """
Every answer is JSON, every refusal is a problem (RFC 9457) whose `field` names what to correct. Money is in minor units
of its currency, moments are in UTC, ids are opaque text.

- **Pages**: lists give `items` and `next`; send `next` as `cursor` for the following page.
- **Versions**: a record's `ETag` is its version. Send it as `If-Match` to be refused (412) when someone was faster.
- **Once**: send an `Idempotency-Key` with a change, and sending it again gives the same answer and changes nothing.
- **Limits**: too many requests of one key are answered 429 with `Retry-After`.
- **Access**: what the caller may not see is not there: 404, absent from lists, counts, sums and search.
"""

RESOURCES: tuple[Any, ...] = (
    access_requests,
    api_keys,
    bins,
    bulk_edits,
    cards,
    exports,
    duplicates,
    fields,
    folders,
    following,
    formulas,
    hygiene,
    imports,
    journey,
    leads,
    listing,
    merges,
    notifications,
    person_data,
    pipelines,
    quotes,
    record_access,
    record_batches,
    record_history,
    record_links,
    records,
    removals,
    roles,
    search,
    seats,
    segments,
    snippets,
    tasks,
    tickets,
    teams,
    territories,
    timeline,
    views,
)
"""The modules of the REST API, each with a `router()`."""


def mount(application: FastAPI, context: Context) -> None:
    """Add the routes, the limit on request bodies and the timing of every request."""
    registry = CollectorRegistry()
    application.router.routes.extend(_resources())
    for part in (people, push, health):
        application.include_router(part.router(context))
    application.include_router(metrics.router(context, registry))
    application.add_middleware(Idempotency, context=context)
    application.add_middleware(limits.BodyLimit)
    application.add_middleware(metrics.RequestTimes, registry=registry)


@cache
def _resources() -> list[BaseRoute]:
    """The routes of the REST API. They hold nothing of one application, and are made once: that takes a while."""
    return [route for part in RESOURCES for route in part.router().routes]
