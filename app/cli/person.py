"""`sidenote person`: everything that is held about one person, handed out or erased."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from app.cli.access import As, viewer_named
from app.cli.console import err, out, ready_installation
from app.core.database import transaction
from app.privacy.erasing import erase_stepwise, get_erasure, start_erasure
from app.privacy.exporting import export_person, note_export
from app.privacy.holdings import count_held
from app.privacy.person import find_person
from app.privacy.receipts import NO_WAY_BACK, erasure_receipt
from app.workspaces.access import viewer_by_id

commands = typer.Typer(no_args_is_help=True, help="One person's data: all of it as a file, or none of it any more.")

Addresses = Annotated[list[str] | None, typer.Argument(help="Any of the person's addresses.")]
RecordId = Annotated[str, typer.Option("--record", help="Id of a contact or lead that is theirs.")]


def add_to(cli: typer.Typer) -> None:
    cli.add_typer(commands, name="person")


@commands.command()
def export(
    as_: As,
    addresses: Addresses = None,
    record: RecordId = "",
    to: Annotated[Path, typer.Option(help="Where the archive goes.")] = Path("personal-data.zip"),
) -> None:
    """Write everything that is held about a person into one archive, with a receipt in it."""
    with ready_installation() as context, transaction(context.engine) as session:
        viewer = viewer_named(session, as_)
        with to.open("xb") as file:
            try:
                exported = export_person(session, viewer=viewer, to=file, addresses=addresses or (), record_id=record)
            except BaseException:
                to.unlink()
                raise
        note_export(session, viewer=viewer, exported=exported)
        out.print(exported.receipt, markup=False, highlight=False)
        err.print(f"Written to {to}.")


@commands.command()
def erase(
    as_: As,
    addresses: Addresses = None,
    record: RecordId = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    receipt: Annotated[Path | None, typer.Option(help="Write the receipt here, too.")] = None,
) -> None:
    """Erase everything about a person, for good: there is no undo."""
    with ready_installation() as context:
        with transaction(context.engine, read_only=True) as session:
            viewer = viewer_named(session, as_)
        if not yes:
            with transaction(context.engine, read_only=True) as session:
                person = find_person(session, viewer=viewer, addresses=addresses or (), record_id=record)
                err.print(_preview(count_held(session, workspace_id=viewer.workspace_id, person=person)))
            err.print(f"{', '.join(person.names)}: {', '.join(person.keys)}", markup=False)
            for namesake in person.namesakes:
                err.print(f"Of the same name, and not touched: {namesake}", markup=False)
            typer.confirm(f"{NO_WAY_BACK} Erase?", abort=True, err=True)
        with transaction(context.engine) as session:
            erasure = start_erasure(
                session, viewer=viewer, vault=context.vault, addresses=addresses or (), record_id=record
            )
            erasure_id = erasure.id
        with Progress(console=err) as progress:
            task = progress.add_task("Erasing", total=None)
            for done, total in erase_stepwise(context.engine, erasure_id):
                progress.update(task, completed=done, total=total)
        with transaction(context.engine, read_only=True) as session:
            viewer = viewer_by_id(session, viewer.member_id)
            text = erasure_receipt(session, get_erasure(session, viewer=viewer, erasure_id=erasure_id))
        out.print(text, markup=False, highlight=False)
        if receipt:
            receipt.write_text(text + "\n")


def _preview(counts: dict[str, int]) -> Table:
    table = Table("held", "rows")
    for name, count in counts.items():
        table.add_row(name.replace("_", " "), f"{count:,}")
    return table
