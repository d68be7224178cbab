"""`sidenote sync`: is mail flowing, and why is this message (not) there."""

import json
from typing import Annotated

import typer
from rich.table import Table
from sqlmodel import col, select

from app.cli.console import err, out, ready_installation
from app.core.database import transaction
from models import Workspace
from sync.explain import explain as explain_message
from sync.status import MailboxStatus
from sync.status import status as mailbox_status

commands = typer.Typer(
    no_args_is_help=True, help="Mail synchronisation: its state, and why a message was (not) logged."
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]


def add_to(cli: typer.Typer) -> None:
    cli.add_typer(commands, name="sync")


@commands.command()
def status(as_json: AsJson = False) -> None:
    """Lag, quota used, outcomes and the last error of every mailbox."""
    with ready_installation() as context, transaction(context.engine, read_only=True) as session:
        boxes = mailbox_status(session, context.settings)
        if as_json:
            typer.echo(json.dumps([_plain(box) for box in boxes]))
        elif boxes:
            out.print(_table(boxes))
        else:
            err.print("No mailbox is connected yet.")


@commands.command()
def explain(message: Annotated[str, typer.Argument(help="A Gmail id, a Message-ID, or Sidenote's own id.")]) -> None:
    """Which rule logged or skipped a message, for every workspace that knows it."""
    with ready_installation() as context, transaction(context.engine, read_only=True) as session:
        for workspace_id in session.scalars(select(col(Workspace.id))):
            for line in explain_message(session, workspace_id=workspace_id, ref=message).lines:
                out.print(line, markup=False, highlight=False)


def _table(boxes: list[MailboxStatus]) -> Table:
    table = Table("mailbox", "state", "lag", "quota", "to fetch", "outcomes", "last error")
    for box in boxes:
        lag = "–" if box.lag_seconds is None else f"{box.lag_seconds:.0f} s"
        outcomes = ", ".join(f"{name} {count:,}" for name, count in box.outcomes.items())
        row = (box.address, box.state, lag, f"{box.quota_used:.0%}", f"{box.queue_depth:,}", outcomes)
        table.add_row(*row, box.last_error or "")
    return table


def _plain(box: MailboxStatus) -> dict[str, object]:
    values = {name: getattr(box, name) for name in box.__slots__}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
