"""Segments: named groups of records. A live one follows its filter, a frozen one keeps whom it had."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, literal, select, true
from sqlmodel import Session, col

from app.core.bulk import table_of
from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.core.text import one_line
from app.records.filters import compile_filter, keys_used
from app.records.filters.tree import Tree
from app.records.listing.matching import matching
from app.records.schema import Schema, folder_seen, folders_seen, schema_of
from app.records.uses import asks_only_known
from app.workspaces.access import Viewer, require_power
from models import Record, Segment, SegmentMember

MAX_NAME = 100


def segments_of(session: Session, *, viewer: Viewer, folder_id: str | None = None) -> list[Segment]:
    """The segments of the folders that the viewer may read, by name; without those about fields hidden from them."""
    folders = folders_seen(session, viewer=viewer)
    schemas = {one.id: schema_of(session, folder=one, viewer=viewer) for one in folders if folder_id in (None, one.id)}
    query = select(Segment).where(col(Segment.folder_id).in_(schemas)).order_by(col(Segment.name), col(Segment.id))
    return [one for one in session.scalars(query) if _is_open(session, viewer, schemas[one.folder_id], one)]


def get_segment(session: Session, *, viewer: Viewer, segment_id: str) -> Segment:
    """NotFound for segments that are not there, or that the viewer may not know of."""
    segment = session.get(Segment, segment_id)
    if segment is None or segment.workspace_id != viewer.workspace_id:
        raise NotFound("This segment does not exist, or you have no access to it.")
    if not _is_open(session, viewer, schema_of_segment(session, viewer=viewer, segment=segment), segment):
        raise NotFound("This segment does not exist, or you have no access to it.")
    return segment


def schema_of_segment(session: Session, *, viewer: Viewer, segment: Segment) -> Schema:
    return schema_of(session, folder=folder_seen(session, viewer=viewer, folder_id=segment.folder_id), viewer=viewer)


def create_segment(
    session: Session, *, viewer: Viewer, folder_id: str, name: str, filter: Tree, frozen: bool = False
) -> Segment:
    """A segment of what the viewer may see of a folder; `frozen` keeps it as it is now."""
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    compile_filter(session, filter, schema=schema_of(session, folder=folder, viewer=viewer), viewer=viewer)
    segment = Segment(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        folder_id=folder.id,
        name=_name(name),
        filter=filter,
        owner_id=viewer.member_id,
        created_at=utcnow(),
    )
    session.add(segment)
    session.flush()
    _emit(session, "segment.created", segment, viewer)
    if frozen:
        freeze(session, viewer=viewer, segment_id=segment.id)
    return segment


def update_segment(session: Session, *, viewer: Viewer, segment_id: str, values: Mapping[str, Any]) -> Segment:
    """Change `name` or `filter`. Raises Conflict for the filter of a frozen segment."""
    segment = _segment_to_change(session, viewer, segment_id)
    if "name" in values:
        segment.name = _name(values["name"])
    if "filter" in values:
        if segment.frozen_at:
            raise Conflict("This segment is frozen: make a new one from the filter.", field="filter")
        schema = schema_of_segment(session, viewer=viewer, segment=segment)
        compile_filter(session, values["filter"], schema=schema, viewer=viewer)
        segment.filter = values["filter"]
    session.add(segment)
    _emit(session, "segment.changed", segment, viewer)
    return segment


def freeze(session: Session, *, viewer: Viewer, segment_id: str) -> Segment:
    """Keep the members that the segment has for the viewer now, for good. Doing so again changes nothing."""
    segment = _segment_to_change(session, viewer, segment_id)
    if segment.frozen_at is None:
        schema = schema_of_segment(session, viewer=viewer, segment=segment)
        inside = matching(session, viewer=viewer, schema=schema, filter=segment.filter)
        chosen = select(literal(segment.id), col(Record.id), col(Record.workspace_id)).where(inside)
        members = table_of(SegmentMember)
        session.execute(insert(members).from_select(["segment_id", "record_id", "workspace_id"], chosen))
        segment.frozen_at = utcnow()
        session.add(segment)
        _emit(session, "segment.frozen", segment, viewer)
    return segment


def delete_segment(session: Session, *, viewer: Viewer, segment_id: str) -> None:
    segment = _segment_to_change(session, viewer, segment_id)
    _emit(session, "segment.deleted", segment, viewer)
    session.execute(delete(SegmentMember).where(col(SegmentMember.segment_id) == segment.id))
    session.delete(segment)
    session.flush()


def members_of(segment: Segment) -> tuple[Tree, ColumnElement[bool]]:
    """The filter and the condition which together hold for the records of a segment."""
    if segment.frozen_at is None:
        return segment.filter, true()
    kept = exists().where(col(SegmentMember.segment_id) == segment.id, col(SegmentMember.record_id) == col(Record.id))
    return {}, kept


def contains(session: Session, *, viewer: Viewer, segment: Segment, record_id: str) -> bool:
    """Whether a record that the viewer may see is in the segment now."""
    schema = schema_of_segment(session, viewer=viewer, segment=segment)
    filter, kept = members_of(segment)
    inside = matching(session, viewer=viewer, schema=schema, filter=filter)
    return session.scalar(select(col(Record.id)).where(col(Record.id) == record_id, inside, kept)) is not None


def _is_open(session: Session, viewer: Viewer, schema: Schema, segment: Segment) -> bool:
    return asks_only_known(session, viewer=viewer, schema=schema, keys=keys_used(segment.filter))


def _segment_to_change(session: Session, viewer: Viewer, segment_id: str) -> Segment:
    segment = get_segment(session, viewer=viewer, segment_id=segment_id)
    if segment.owner_id != viewer.member_id:
        require_power(viewer, "views")
    return segment


def _name(name: str) -> str:
    text = one_line(name)
    if not 1 <= len(text) <= MAX_NAME:
        raise InvalidInput(f"name: give the segment a name of up to {MAX_NAME} characters.", field="name")
    return text


def _emit(session: Session, type: str, segment: Segment, viewer: Viewer) -> None:
    emit(
        session,
        type,
        workspace_id=segment.workspace_id,
        subject_id=segment.id,
        actor_id=viewer.member_id,
        data={"folder_id": segment.folder_id, "name": segment.name},
    )
