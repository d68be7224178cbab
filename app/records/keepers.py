"""What members hold of records: the records whose user fields name them, and the views and segments they share."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlmodel import Session, col

from app.core.ids import new_id
from app.records.fields.stored import value_of
from app.records.history import note_changes
from app.records.writing import Changes, read_value, set_value
from app.workspaces.holdings import Handover, Held, keep
from models import FieldDef, Folder, Member, Record, Segment, View

VIEWS = "views"


def count_records(session: Session, member: Member) -> list[Held]:
    """For each folder and user field; a record counts under each of its fields, archived and deleted ones, too."""
    held = []
    for folder, fields in _user_fields(session, member):
        for field in fields:
            mine = and_(col(Record.folder_id) == folder.id, _names(field, member.id))
            count = session.scalar(select(func.count()).select_from(Record).where(mine)) or 0
            held.append(Held(folder.id, f"{folder.name} · {field.name}", count))
    return held


def hand_over_records(session: Session, handover: Handover, limit: int) -> int:
    """Put the heir in the leaver's place, in each record's history."""
    given, batch = 0, new_id()
    for folder, fields in _user_fields(session, handover.member):
        heir = handover.heir(folder.id)
        mine = and_(col(Record.folder_id) == folder.id, or_(*(_names(field, handover.member.id) for field in fields)))
        if heir and given < limit:
            found = session.scalars(select(Record).where(mine).limit(limit - given).with_for_update()).all()
            for record in found:
                changes = _replaced(record, fields, handover.member.id, heir)
                note_changes(session, record=record, changes=changes, actor_id=handover.actor_id, batch=batch)
            session.flush()
            given += len(found)
    return given


def count_views(session: Session, member: Member) -> list[Held]:
    """Shared ones: private views are nobody else's business."""
    views = session.scalar(select(func.count()).where(_shared(member))) or 0
    segments = session.scalar(select(func.count()).where(col(Segment.owner_id) == member.id)) or 0
    return [Held(VIEWS, "Shared views and segments", views + segments)]


def hand_over_views(session: Session, handover: Handover, limit: int) -> int:
    heir = handover.heir(VIEWS)
    if not heir:
        return 0
    found: list[Any] = [*session.scalars(select(View).where(_shared(handover.member)).limit(limit))]
    found += session.scalars(select(Segment).where(col(Segment.owner_id) == handover.member.id).limit(limit))
    for one in found[:limit]:
        one.owner_id = heir
    session.flush()
    return len(found[:limit])


def _user_fields(session: Session, member: Member) -> Iterator[tuple[Folder, list[FieldDef]]]:
    """The fields of each folder that hold members, those that Sidenote works out apart."""
    folders = select(Folder).where(col(Folder.workspace_id) == member.workspace_id).order_by(col(Folder.position))
    for folder in session.scalars(folders).all():
        query = select(FieldDef).where(
            col(FieldDef.folder_id) == folder.id, col(FieldDef.type).in_(("user", "users")), ~col(FieldDef.computed)
        )
        if fields := list(session.scalars(query.order_by(col(FieldDef.position)))):
            yield folder, fields


def _names(field: FieldDef, member_id: str) -> ColumnElement[bool]:
    """Whether the value is this member, or a list with this member in it."""
    if field.type == "user":
        return value_of(field) == member_id
    return cast(value_of(field), String).contains(f'"{member_id}"')


def _replaced(record: Record, fields: list[FieldDef], leaver: str, heir: str) -> Changes:
    changes: Changes = {}
    for field in fields:
        old = read_value(record, field)
        if isinstance(old, list):
            new: Any = list(dict.fromkeys(heir if id == leaver else id for id in old))
        else:
            new = heir if old == leaver else old
        if new != old:
            set_value(record, field, new)
            changes[field.key] = (old, new)
    return changes


def _shared(member: Member) -> ColumnElement[bool]:
    return and_(col(View.owner_id) == member.id, col(View.shared))


keep("records", count=count_records, hand_over=hand_over_records)
keep(VIEWS, count=count_views, hand_over=hand_over_views)
