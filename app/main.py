"""The web application: three surfaces over one store."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager

from fastapi import FastAPI

import app.registry  # noqa: F401
from app import errors
from app.api import routes as api
from app.console import routes as console
from app.core import collector, jobs
from app.core.context import Context, build_context
from app.core.logging import configure
from app.core.rates import Rates
from app.core.settings import get_settings
from gmail_addon.context import Addon, addon_of
from gmail_addon.routes import routes


def create_app(context: Context | None = None, *, work: bool | None = None) -> FastAPI:
    """The application. `work`: also run background jobs in this process (default: on SQLite, which has one process)."""
    if context is None:
        settings = get_settings()
        configure(settings.log_level)
        context = build_context(settings)
    alone = context.engine.dialect.name == "sqlite" and not context.settings.web_only
    runs_jobs = alone if work is None else work
    gmail = addon_of(context)
    application = FastAPI(
        title="Sidenote",
        version="1",
        summary="The CRM that lives inside Gmail, over REST.",
        description=api.ABOUT,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(context, gmail, runs_jobs),
        routes=routes(gmail),
    )
    application.state.context = context
    application.state.rates = Rates(context.settings.api_rate, context.settings.api_burst)
    api.mount(application, context)
    console.mount(application, context)
    errors.install(application)
    return application


def _lifespan(
    context: Context, gmail: Addon, runs_jobs: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        collector.settle()
        with ExitStack() as stack:
            stack.enter_context(gmail.http)
            if runs_jobs:
                stack.enter_context(jobs.Worker(context.settings, context.engine, slot=context.settings.worker_slot))
            yield

    return lifespan
