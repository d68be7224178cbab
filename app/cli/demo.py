"""`sidenote demo`: a whole Sidenote on this machine, on fictional mail or on your own. Nothing leaves the machine."""

import json
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer
import uvicorn
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import app.registry  # noqa: F401
from app.cli.console import clear_errors, err, out
from app.core.database import transaction
from app.core.dispatch import drain
from app.core.logging import configure
from app.demo.context import DemoContext, SyncProgress
from app.demo.installation import ADDON_CLIENT, SERVICE_ACCOUNT, Installation, install
from app.demo.records import put_in_deals
from app.demo.routes import router
from app.main import create_app
from gmail_addon.manifest import manifest
from gmail_addon.site import Site
from sync.engine import run_once
from sync.status import status
from sync.summary import summarise

Mbox = Annotated[
    Path | None,
    typer.Option("--mbox", help="Your own mail: a Google Takeout .mbox, or a folder of .eml files.", exists=True),
]


def add_to(cli: typer.Typer) -> None:
    cli.command()(demo)


def demo(
    mbox: Mbox = None,
    address: Annotated[str | None, typer.Option(help="Whose mail it is; guessed when not given.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Sync, print one JSON summary and exit.")] = False,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the database goes; a temporary folder by default.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of the page; the next free one when it is taken.")] = 8000,
) -> None:
    """Show Sidenote beside an inbox, with the fictional mail of a rep or with your own."""
    configure("WARNING")
    with clear_errors(), _folder(data_dir) as folder:
        base_url = f"http://127.0.0.1:{_free_port(port)}"
        err.print("Reading the mail …")
        with install(data_dir=folder, base_url=base_url, mail=mbox, address=address) as installation:
            if mbox:
                guessed = "" if address else " (a guess: --address names another)"
                err.print(f"This is the mail of {installation.members[0].email}{guessed}", highlight=False)
            (_sync_once if once else _serve)(installation)


def _sync_once(installation: Installation) -> None:
    with _progress(installation) as advance:
        for mailbox_id in installation.mailbox_ids:
            run_once(installation.context.engine, installation.context.settings, mailbox_id, progress=advance)
    drain(installation.context.engine)
    with transaction(installation.context.engine, read_only=True) as session:
        typer.echo(json.dumps(summarise(session, workspace_id=installation.workspace_id).as_dict()))


def _serve(installation: Installation) -> None:
    settings = installation.context.settings
    application = create_app(installation.context, work=True)
    application.include_router(router(_page_context(installation)))
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            host="127.0.0.1",
            port=int(settings.base_url.rpartition(":")[2]),
            access_log=False,
            log_config=None,
        )
    )
    Thread(target=_watch, args=(installation,), daemon=True).start()
    out.print(f"\nOpen [bold]{settings.base_url}/demo[/bold]   (Ctrl-C ends the demo)\n")
    server.run()


def _watch(installation: Installation) -> None:
    """Draw the first sync's progress, then add the deals the rep already had."""
    with _progress(installation) as advance:
        before = 0
        while not (now := _state(installation)).done:
            advance(now.stored - before)
            before = now.stored
            time.sleep(0.2)
        advance(now.stored - before)
    with transaction(installation.context.engine) as session:
        put_in_deals(session, subject=installation.members[0].subject, vault=installation.context.vault)


def _page_context(installation: Installation) -> DemoContext:
    settings, emulator = installation.context.settings, installation.emulator
    site = Site(settings.base_url)
    return DemoContext(
        base_url=settings.base_url,
        home_url=site.home,
        message_url=site.message,
        compose_url=site.compose,
        settings_url=site.settings,
        gmail_url=installation.gmail_url,
        members=installation.members,
        access_token=lambda email, scopes: emulator.tokens.issue(email, list(scopes)),
        message_token=emulator.open_message,
        sign=lambda claims: emulator.signer.sign(dict(claims)),
        addon_client_id=ADDON_CLIENT,
        service_account=SERVICE_ACCOUNT,
        scopes=_manifest_scopes(settings.base_url),
        granted_scopes=_manifest_scopes(settings.base_url),
        progress=lambda: _state(installation),
    )


def _manifest_scopes(base_url: str) -> tuple[str, ...]:
    return tuple(manifest(base_url)["oauthScopes"])


def _state(installation: Installation) -> SyncProgress:
    with transaction(installation.context.engine, read_only=True) as session:
        boxes = status(session, installation.context.settings, workspace_id=installation.workspace_id)
    stored = sum(sum(box.outcomes.values()) for box in boxes)
    done = all(box.state == "live" and not box.queue_depth for box in boxes)
    return SyncProgress(stored=stored, total=_total(installation), done=done)


def _total(installation: Installation) -> int:
    emulator = installation.emulator
    return sum(len(emulator.mailbox(member.email).messages) for member in installation.members)


@contextmanager
def _progress(installation: Installation) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("Syncing"), BarColumn(), MofNCompleteColumn(), TextColumn("messages"), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("sync", total=_total(installation))
        yield lambda count: bar.advance(task, count)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="sidenote-demo-") as folder:
        yield Path(folder)


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("No free port on 127.0.0.1.")
