"""`sidenote duplicates`: records that may be one and the same, and deciding on them."""

from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from app.cli.access import As, viewer_named
from app.cli.console import err, out, ready_installation
from app.cli.naming import folder_named
from app.core.context import Context
from app.core.database import transaction
from app.core.jobs import JobContext
from app.records.duplicates import decisions, inbox
from app.records.duplicates.families import folders_together
from app.records.duplicates.keeping_up import search
from app.records.duplicates.policy import KINDS
from app.workspaces.access import require_power
from models import BulkEdit, Folder

commands = typer.Typer(no_args_is_help=True, help="Records that may be one and the same.")

FolderName = Annotated[str, typer.Option("--folder", help="Name of a folder, as people read it.")]
MinScore = Annotated[float, typer.Option(help="Only pairs from this score (0 to 1) on.")]


def add_to(cli: typer.Typer) -> None:
    cli.add_typer(commands, name="duplicates")


@commands.command("list")
def show(as_: As, folder: FolderName = "Contacts", min_score: MinScore = 0.0, limit: int = 50) -> None:
    """Print the pairs that wait for a decision, likeliest first."""
    with ready_installation() as context, transaction(context.engine, read_only=True) as session:
        viewer = viewer_named(session, as_)
        folder_id = folder_named(session, viewer, folder).id
        found = inbox.pairs_in(session, viewer=viewer, folder_id=folder_id, min_score=min_score, limit=limit)
        table = Table("Score", "One", "Other", "Why", box=None)
        for one in found:
            why = ", ".join(f"{reason['field']}: {reason['says']}" for reason in inbox.reasons_seen(viewer, one)[:3])
            ends = [f"{record.name} ({record.id})" for record in (one.first, one.second)]
            table.add_row(f"{one.pair.score:.3f}", *ends, why)
        if found:
            out.print(table, markup=False)
        else:
            err.print("Nothing waits for a decision here.")


@commands.command("search")
def search_now(as_: As) -> None:
    """Search all contacts, leads and companies now, as every night."""
    with ready_installation() as context, Progress(console=err) as progress:
        with transaction(context.engine, read_only=True) as session:
            viewer = viewer_named(session, as_)
            require_power(viewer, "config")
            together = folders_together(session, workspace_id=viewer.workspace_id)
            places = [ids for ids in together if session.get_one(Folder, ids[0]).kind in KINDS]
        for ids in progress.track(places, description="Searching"):
            search(_job_context(context), workspace_id=viewer.workspace_id, folder_ids=ids)


@commands.command()
def refuse(first: str, second: str, as_: As) -> None:
    """Say that two records (ids) are not the same, for good."""
    with ready_installation() as context, transaction(context.engine) as session:
        decisions.refuse(session, viewer=viewer_named(session, as_), record_id=first, other_id=second)
        out.print("They stay two.")


@commands.command()
def decide(
    action: Annotated[str, typer.Argument(help="merge or refuse.")],
    min_score: Annotated[float, typer.Option(help="All pairs from this score (0 to 1) on.")],
    as_: As,
    folder: FolderName = "Contacts",
) -> None:
    """Merge or refuse all pairs of a folder from a score on. Each merge can be undone."""
    with ready_installation() as context:
        with transaction(context.engine) as session:
            viewer = viewer_named(session, as_)
            here = folder_named(session, viewer, folder).id
            bulk = decisions.decide_many(session, viewer=viewer, folder_id=here, action=action, min_score=min_score)
            bulk_id, total = bulk.id, bulk.total
        with Progress(console=err) as progress:
            task = progress.add_task(action.capitalize(), total=total)
            while decisions.decide_some(_job_context(context), bulk_id):
                progress.update(task, completed=_done(context, bulk_id))
        with transaction(context.engine, read_only=True) as session:
            bulk = session.get_one(BulkEdit, bulk_id)
            out.print(f"{bulk.done - bulk.failed} done, {bulk.failed} left as they were.", highlight=False)


def _done(context: Context, bulk_id: str) -> int:
    with transaction(context.engine, read_only=True) as session:
        return session.get_one(BulkEdit, bulk_id).done


def _job_context(context: Context) -> JobContext:
    return JobContext(context.settings, context.engine)
