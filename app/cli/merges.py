"""`sidenote merge`: several records become one, and are split again."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.table import Table
from sqlmodel import Session

from app.cli.access import As, viewer_named
from app.cli.console import out, ready_installation
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.fields import as_json
from app.records.merging import merge_records, preview_merge, undo_merge
from app.records.service import get_record
from app.workspaces.access import Viewer


def add_to(cli: typer.Typer) -> None:
    cli.command()(merge)


def merge(
    as_: As,
    records: Annotated[list[str] | None, typer.Argument(help="Ids of two or more records.")] = None,
    into: Annotated[str | None, typer.Option(help="Which of them stays; else the most complete.")] = None,
    value: Annotated[
        list[str] | None, typer.Option(help="FIELD=ID: whose value a field takes, or FIELD=all for those of all.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would become of the values.")] = False,
    undo: Annotated[str | None, typer.Option(help="Id of a merge to take back.")] = None,
) -> None:
    """Make records one: all that stands on them moves to the one that stays, and their ids lead there."""
    with ready_installation() as context, transaction(context.engine) as session:
        viewer = viewer_named(session, as_)
        if undo:
            _undo(session, viewer, undo)
        elif len(records or ()) < 2:
            raise InvalidInput("records: name two or more.", field="records")
        else:
            _merge(session, viewer, records or [], into, _choices(value or ()), dry_run=dry_run)


def _merge(
    session: Session, viewer: Viewer, ids: list[str], into: str | None, choices: dict[str, str], *, dry_run: bool
) -> None:
    seen = preview_merge(session, viewer=viewer, record_ids=ids, into_id=into, choices=choices)
    table = Table("Field", "Value", "From", box=None)
    for choice in seen.choices:
        table.add_row(choice.field.name, str(as_json(choice.value)), choice.chosen)
    out.print(table, markup=False)
    if dry_run:
        return
    others = [other.id for other in seen.others]
    made = merge_records(session, viewer=viewer, into_id=seen.into.id, record_ids=others, choices=choices)
    name = get_record(session, viewer=viewer, record_id=made.into_id).name
    out.print(f"{len(others) + 1} records are {name} ({made.into_id}) now.", markup=False, highlight=False)
    out.print(f"To take it back: sidenote merge --undo {made.id}", markup=False, highlight=False)


def _undo(session: Session, viewer: Viewer, merge_id: str) -> None:
    undone = undo_merge(session, viewer=viewer, merge_id=merge_id)
    out.print("The records are what they were.")
    for kept in undone.kept:
        out.print(f"  Edited since, and left as it is: {kept.name} ({kept.count})", markup=False, highlight=False)


def _choices(given: Iterable[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(key and chosen for key, _, chosen in pairs):
        raise InvalidInput("value: write FIELD=ID.", field="value")
    return {key: chosen for key, _, chosen in pairs}
