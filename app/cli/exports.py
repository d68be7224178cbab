"""`sidenote export`: the records of a folder, a view or a segment as a file."""

import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from sqlmodel import Session

from app.cli.access import As, viewer_named
from app.cli.console import counting, err, ready_installation
from app.cli.naming import folder_named, named
from app.core.database import transaction
from app.core.errors import InvalidInput
from app.records.segments import segments_of
from app.records.views import views_of
from app.transfer.exporting import FORMATS, Selection, note_export, of_folder, of_segment, of_view, write_export
from app.transfer.placing import taking_its_place
from app.transfer.rows.snapshot import snapshot
from app.workspaces.access import Viewer

Keys = Annotated[str | None, typer.Option(help="Keys of fields, separated by commas; all without.")]


def add_to(cli: typer.Typer) -> None:
    cli.command()(export)


def export(
    folder: Annotated[str, typer.Argument(help="Name of a folder, such as Contacts.")],
    as_: As,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where to; standard output without.")] = None,
    view: Annotated[str | None, typer.Option(help="Name of a view: its records, columns and order.")] = None,
    segment: Annotated[str | None, typer.Option(help="Name of a segment: its members.")] = None,
    filter: Annotated[str | None, typer.Option(help="A filter as JSON, as the REST API takes it.")] = None,
    sort: Annotated[str | None, typer.Option(help="Keys of fields, `-` in front for descending.")] = None,
    fields: Keys = None,
    format: Annotated[str | None, typer.Option(help="csv or xlsx; by the name of the output without.")] = None,
) -> None:
    """Write records as CSV or as an Excel workbook: what this member may see and export.

    The first column, Record ID, makes the file good for reading it in again: `sidenote import` finds each record by it.
    """
    kind = format or ("xlsx" if output and output.suffix.lower() == ".xlsx" else "csv")
    if kind not in FORMATS:
        raise typer.BadParameter(f"use {' or '.join(FORMATS)}", param_hint="--format")
    with ready_installation() as context:
        with snapshot(context.engine) as session, counting("records") as progress:
            viewer = viewer_named(session, as_)
            whole = _selected(session, viewer, folder, view, segment)
            wanted = whole.narrowed(filter=_tree(filter), sort=_names(sort) or (), keys=_names(fields))
            if output is None:
                exported = write_export(
                    session, sys.stdout.buffer, viewer=viewer, selection=wanted, format=kind, progress=progress
                )
            else:
                with taking_its_place(output) as unfinished, unfinished.open("wb") as file:
                    exported = write_export(
                        session, file, viewer=viewer, selection=wanted, format=kind, progress=progress
                    )
        with transaction(context.engine) as session:
            note_export(session, viewer=viewer, exported=exported)
    err.print(f"{exported.records:,} records", highlight=False)


def _selected(session: Session, viewer: Viewer, folder: str, view: str | None, segment: str | None) -> Selection:
    here = folder_named(session, viewer, folder)
    if view and segment:
        raise InvalidInput("view, segment: name one of them.", field="view")
    if view:
        found = named(views_of(session, viewer=viewer, folder_id=here.id), view, "view")
        return of_view(session, viewer=viewer, view_id=found.id)
    if segment:
        group = named(segments_of(session, viewer=viewer, folder_id=here.id), segment, "segment")
        return of_segment(session, viewer=viewer, segment_id=group.id)
    return of_folder(session, viewer=viewer, folder_id=here.id)


def _tree(filter: str | None) -> dict[str, Any] | None:
    if filter is None:
        return None
    try:
        tree = orjson.loads(filter)
    except orjson.JSONDecodeError:
        tree = None
    if not isinstance(tree, dict):
        raise InvalidInput('filter: write JSON such as {"field": "name", "op": "is", "value": "Dana"}.', field="filter")
    return tree


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]
