"""`sidenote serve`, `worker`, `migrate`, `manifest`: running an installation."""

import json
import signal
from threading import Event
from typing import Annotated

import typer
import uvicorn

from app.cli.console import clear_errors, err, installation
from app.core import collector, jobs
from app.core.logging import configure
from app.core.settings import get_settings
from app.records.sql_views import upgrade
from gmail_addon.manifest import manifest as write_manifest


def add_to(cli: typer.Typer) -> None:
    for command in (serve, worker, migrate, manifest):
        cli.command()(command)


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    processes: Annotated[int, typer.Option(help="Web processes; more than one needs PostgreSQL.")] = 1,
) -> None:
    """Serve the add-on, the pages and the API. On SQLite this process also does the background work."""
    with clear_errors():
        settings = get_settings()
    if processes > 1 and settings.database_url.startswith("sqlite"):
        err.print("[red]processes: SQLite has one process for web and work; set DATABASE_URL to PostgreSQL.[/red]")
        raise typer.Exit(1)
    migrate()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        access_log=False,
        log_config=None,
    )


def worker(
    slot: Annotated[str, typer.Option(help="Stable name of this worker; no two running workers share one.")] = "",
) -> None:
    """Do the background work: sync, events, schedules. Any number of workers run on one PostgreSQL."""
    with installation() as context:
        configure(context.settings.log_level)
        upgrade(context.engine)
        done = Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: done.set())
        collector.settle()
        with jobs.Worker(context.settings, context.engine, slot=slot or context.settings.worker_slot):
            done.wait()


def migrate() -> None:
    """Bring the database to the current schema."""
    with installation() as context:
        upgrade(context.engine)
        jobs.migrate(context.settings.database_url)


def manifest(base_url: Annotated[str, typer.Option(help="Where Google reaches this installation: https://…")]) -> None:
    """Print the add-on's deployment file for `gcloud workspace-add-ons deployments create`."""
    with clear_errors():
        typer.echo(json.dumps(write_manifest(base_url), indent=2))
