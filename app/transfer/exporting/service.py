"""Exports: which records and columns, who may have them, and writing them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session

from app.core.errors import Forbidden, InvalidInput
from app.core.events import emit
from app.records.fields import value_type
from app.records.filters.related import Paths
from app.records.filters.tree import Tree
from app.records.listing import columns_of, related_values, walk_records
from app.records.reading import read_records
from app.records.schema import Schema, folder_seen, schema_of
from app.records.segments import get_segment, members_of, schema_of_segment
from app.records.views import get_view, known_columns, schema_of_view
from app.transfer.exporting.columns import Column, Row, columns_for, related_column
from app.transfer.exporting.files import FORMATS
from app.transfer.headings import RECORD_ID, part_heading
from app.workspaces.access import Viewer, allowed

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Selection:
    """What to export: the records of a folder that match, in an order, and the keys of its columns (None: all fields).

    `source` says where it comes from, for the event: `{"view_id": …}`.
    """

    schema: Schema
    filter: Tree | None = None
    within: ColumnElement[bool] | None = None
    sort: Sequence[str] = ()
    keys: Sequence[str] | None = None
    source: dict[str, str] = field(default_factory=dict)

    def narrowed(
        self, *, filter: Tree | None = None, sort: Sequence[str] = (), keys: Sequence[str] | None = None
    ) -> "Selection":
        """The same with a filter on top, or another order or other columns."""
        both = {"and": [self.filter, filter]} if self.filter and filter else self.filter or filter
        return replace(self, filter=both, sort=sort or self.sort, keys=self.keys if keys is None else keys)


@dataclass(frozen=True, slots=True)
class Exported:
    """What left the house, for the event and for whoever asked."""

    folder_id: str
    format: str
    records: int
    columns: int
    source: dict[str, str]


def of_folder(session: Session, *, viewer: Viewer, folder_id: str) -> Selection:
    """All records of a folder. Raises NotFound."""
    return Selection(schema_of(session, folder=folder_seen(session, viewer=viewer, folder_id=folder_id), viewer=viewer))


def of_view(session: Session, *, viewer: Viewer, view_id: str) -> Selection:
    """The records, order and columns of a view. Raises NotFound."""
    view = get_view(session, viewer=viewer, view_id=view_id)
    return Selection(
        schema_of_view(session, viewer=viewer, view=view),
        filter=view.filter,
        sort=view.sort,
        keys=known_columns(session, viewer=viewer, view=view) or None,
        source={"view_id": view.id},
    )


def of_segment(session: Session, *, viewer: Viewer, segment_id: str) -> Selection:
    """The records of a segment. Raises NotFound."""
    segment = get_segment(session, viewer=viewer, segment_id=segment_id)
    filter, within = members_of(segment)
    schema = schema_of_segment(session, viewer=viewer, segment=segment)
    return Selection(schema, filter=filter, within=within, source={"segment_id": segment.id})


def write_export(
    session: Session,
    file: IO[bytes],
    *,
    viewer: Viewer,
    selection: Selection,
    format: str = "csv",
    progress: Progress = lambda _count: None,
) -> Exported:
    """Write the records that the viewer may both read and export. The transaction only reads: see `note_export`.

    Memory is bounded, whatever the number of records. Raises Forbidden where the viewer's roles allow no export of
    this folder, InvalidInput for a wrong filter, sort, column or format.
    """
    if format not in FORMATS:
        raise InvalidInput(f"format: use {' or '.join(FORMATS)}.", field="format")
    folder = selection.schema.folder
    if not viewer.is_admin and viewer.access.scope("export", folder.id) == "none":
        raise Forbidden(f"Your role may not export {folder.name}: ask an admin.")
    table = _Table(session, viewer, selection)
    headings = [(RECORD_ID, "text"), *((column.heading, column.kind) for column in table.columns)]
    FORMATS[format].write(file, headings, table.rows(progress))
    return Exported(folder.id, format, table.count, len(headings), selection.source)


def note_export(session: Session, *, viewer: Viewer, exported: Exported) -> None:
    """Keep who took away how many records. Writes `records.exported`."""
    emit(
        session,
        "records.exported",
        workspace_id=viewer.workspace_id,
        subject_id=exported.folder_id,
        actor_id=viewer.member_id,
        data={
            "format": exported.format,
            "records": exported.records,
            "columns": exported.columns,
            **exported.source,
        },
    )


class _Table:
    """The columns of a selection, and its rows as they are read."""

    def __init__(self, session: Session, viewer: Viewer, selection: Selection) -> None:
        self._session, self._viewer, self._selection = session, viewer, selection
        self._paths = Paths(session, workspace_id=viewer.workspace_id, viewer=viewer)
        schema, keys = selection.schema, selection.keys
        own, self._beyond = columns_of(self._paths, schema, keys) if keys is not None else (None, [])
        fields = schema.fields if own is None else [schema.field(key) for key in dict.fromkeys(own)]
        self._keys = [field.key for field in fields]
        self.columns: list[Column] = columns_for(fields)
        self.columns += [self._related(key) for key in dict.fromkeys(self._beyond)]
        self.count = 0

    def rows(self, progress: Progress) -> Iterator[list[str]]:
        cells = [column.cell for column in self.columns]
        for rows in self._read():
            yield from ([row.record.id, *(cell(row) for cell in cells)] for row in rows)
            self.count += len(rows)
            progress(len(rows))

    def _read(self) -> Iterator[list[Row]]:
        session, viewer, selection = self._session, self._viewer, self._selection
        mine = allowed(viewer, "export")
        within = mine if selection.within is None else and_(mine, selection.within)
        pages = walk_records(
            session, viewer=viewer, schema=selection.schema, filter=selection.filter, sort=selection.sort, within=within
        )
        for records in pages:
            reading = read_records(session, viewer=viewer, schema=selection.schema, records=records, keys=self._keys)
            values = self._with_related(records, reading.values)
            yield [Row(*each, reading.names) for each in zip(records, values, strict=True)]

    def _with_related(self, records: Sequence[Any], values: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not self._beyond:
            return values
        found = related_values(
            self._session,
            self._paths,
            viewer=self._viewer,
            schema=self._selection.schema,
            records=records,
            keys=self._beyond,
        )
        return [own | beyond for own, beyond in zip(values, found, strict=True)]

    def _related(self, key: str) -> Column:
        """`Company > Industry` for `company.industry`: no field's name, so that nothing is written back by it."""
        head, _, tail = key.partition(".")
        field = self._selection.schema.field(head)
        if value_type(field).family == "address":
            return related_column(key, part_heading(field, tail), None)
        end = next(there.field(tail) for there in self._paths.targets(field) if there.has(tail))
        return related_column(key, f"{field.name} > {end.name}", end)
