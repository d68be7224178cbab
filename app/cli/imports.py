"""`sidenote import`: a file into a folder, and back out again."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Column, Table
from sqlmodel import col, select
from typer.core import TyperGroup

from app.cli.access import As, viewer_named
from app.cli.console import err, out, ready_installation
from app.cli.naming import folder_named
from app.core.context import Context
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.core.jobs import JobContext
from app.transfer.importing import (
    Advance,
    change_plan,
    check_import,
    get_import,
    imports_of,
    rejects_csv,
    rows_of,
    stage_file,
    start_import,
    undo_import,
    undo_some,
)
from app.workspaces.access import Viewer
from models import Import

SHOWN_ROWS = 20


class FileOrCommand(TyperGroup):
    """`import FILE` is `import file FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = next((one for one in args if not one.startswith("-")), None)
        if first is not None and first not in self.commands:
            args = ["file", *args]
        return super().parse_args(ctx, args)


commands = typer.Typer(
    cls=FileOrCommand, no_args_is_help=True, help="Take in CSV, Excel and vCard files: sidenote import FILE."
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Map = Annotated[
    list[str], typer.Option("--map", help="HEADING=FIELD, by the field's key; HEADING= leaves the column out.")
]


def add_to(cli: typer.Typer) -> None:
    cli.add_typer(commands, name="import")


@commands.command("file")
def take_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file.")],
    folder: Annotated[str, typer.Option(help="Name of the folder that the rows go into.")],
    as_: As,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would become of each row; write nothing.")
    ] = False,
    map: Map = [],  # noqa: B006
    match: Annotated[list[str], typer.Option(help="id, email, phone, domain, name or field:KEY, in order.")] = [],  # noqa: B006
    on_match: Annotated[str | None, typer.Option(help="update, fill (blanks only), skip or create.")] = None,
    create_related: Annotated[bool, typer.Option(help="Make companies and others that rows name.")] = False,
    create_options: Annotated[bool, typer.Option(help="Add choices that dropdowns do not have.")] = False,
    create_fields: Annotated[bool, typer.Option(help="Make fields for columns that fit none.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Where to write the rows that were refused.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a file into a folder; with --dry-run, only say what would happen."""
    changes: dict[str, Any] = {"match": match} if match else {}
    changes |= {"on_match": on_match} if on_match else {}
    asked = {"create_related": create_related, "create_options": create_options, "create_fields": create_fields}
    changes |= {name: True for name, wanted in asked.items() if wanted}
    with ready_installation() as context:
        with transaction(context.engine) as session:
            viewer = viewer_named(session, as_)
            taken = stage_file(
                session, viewer=viewer, folder_id=folder_named(session, viewer, folder).id, path=file, name=file.name
            )
            import_id, plan = taken.id, _mapped(taken.plan, map) | changes
            if map or changes:
                change_plan(session, viewer=viewer, import_id=import_id, plan=plan)
            begin = check_import if dry_run else start_import
            begin(session, viewer=viewer, import_id=import_id)
        _follow(
            context,
            import_id,
            Advance(context.engine, context.vault, import_id, checking=dry_run),
            "Checking" if dry_run else "Importing",
        )
        _report(context, viewer, import_id, as_json=as_json, rows=dry_run)
        if rejects:
            _write_rejects(context, viewer, import_id, rejects)


@commands.command()
def undo(
    import_id: Annotated[str, typer.Argument(help="Id of the import; `import list` tells it.")],
    as_: As,
    as_json: AsJson = False,
) -> None:
    """Take an import back, but for what people changed since."""
    with ready_installation() as context:
        with transaction(context.engine) as session:
            viewer = viewer_named(session, as_)
            undo_import(session, viewer=viewer, import_id=import_id)
        job = JobContext(context.settings, context.engine)
        _follow(context, import_id, lambda: undo_some(job, import_id, viewer.member_id), "Undoing")
        _report(context, viewer, import_id, as_json=as_json, rows=False)
        if not as_json:
            _report_kept(context, viewer, import_id)


@commands.command("list")
def list_imports(as_: As, as_json: AsJson = False) -> None:
    """The last imports, those of everybody for an admin."""
    with ready_installation() as context, transaction(context.engine, read_only=True) as session:
        found = imports_of(session, viewer=viewer_named(session, as_), limit=50)
        if as_json:
            typer.echo(json.dumps([_summary(taken) for taken in found]))
            return
        counted = ("state", "created", "updated", "skipped", "rejected")
        whole = [Column(name, no_wrap=True) for name in ("id", *counted)]
        table = Table(whole[0], "file", *whole[1:], box=None, pad_edge=False)
        for taken in found:
            counts = (taken.created, taken.updated, taken.skipped, taken.failed)
            table.add_row(taken.id, taken.file_name, taken.state, *(f"{count:,}" for count in counts))
        out.print(table)


def _mapped(plan: dict[str, Any], given: list[str]) -> dict[str, Any]:
    """The plan with columns as `--map` says."""
    columns = [dict(column) for column in plan["columns"]]
    for pair in given:
        heading, equals, key = pair.rpartition("=")
        found = [column for column in columns if column["heading"].casefold() == heading.strip().casefold()]
        if not equals or not found:
            raise InvalidInput(f"map: {pair} names no column; write HEADING=FIELD.", field="map")
        for column in found:
            column |= {"field": key.strip() or None, "create": None, "part": ""}
    return {**plan, "columns": columns}


def _follow(context: Context, import_id: str, advance: Callable[[], bool], what: str) -> None:
    """Go on until nothing is left, with a bar on standard error. If this ends early, a worker goes on."""
    with Progress(console=err) as progress:
        task = progress.add_task(what, total=None)
        more = True
        while more:
            more = advance()
            with transaction(context.engine, read_only=True) as session:
                taken = session.scalars(select(Import).where(col(Import.id) == import_id)).one()
                progress.update(task, total=taken.total, completed=taken.handled)


def _report(context: Context, viewer: Viewer, import_id: str, *, as_json: bool, rows: bool) -> None:
    with transaction(context.engine, read_only=True) as session:
        taken = get_import(session, viewer=viewer, import_id=import_id)
        if as_json:
            typer.echo(json.dumps(_summary(taken)))
            return
        if rows:
            table = Table("row", "what", "why")
            for row in rows_of(session, viewer=viewer, import_id=import_id, limit=SHOWN_ROWS):
                table.add_row(str(row.number), row.action, row.reason)
            out.print(table)
        counts = {
            "created": taken.created,
            "updated": taken.updated,
            "skipped": taken.skipped,
            "rejected": taken.failed,
        }
        told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        out.print(f"{taken.id}: {taken.state}. {told}.", highlight=False)
        if taken.problem:
            err.print(taken.problem, markup=False)
        if taken.state == "failed":
            sys.exit(1)


def _report_kept(context: Context, viewer: Viewer, import_id: str) -> None:
    with transaction(context.engine, read_only=True) as session:
        for row in rows_of(session, viewer=viewer, import_id=import_id, limit=SHOWN_ROWS, action="stay"):
            out.print(f"Row {row.number}: {row.reason}", markup=False, highlight=False)


def _write_rejects(context: Context, viewer: Viewer, import_id: str, path: Path) -> None:
    with transaction(context.engine, read_only=True) as session, path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(rejects_csv(session, viewer=viewer, import_id=import_id))


def _summary(taken: Import) -> dict[str, Any]:
    names = ("id", "file_name", "state", "problem", "total", "handled", "created", "updated", "skipped", "failed")
    return {name: getattr(taken, name) for name in names}
