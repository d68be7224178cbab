"""Related records: labelled links, seen from both sides."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.events import emit
from app.records.history import note_changes
from app.records.relations import is_relation, linked_ids, relation_between
from app.records.schema import Schema
from models import Record, RecordLink

LINKS = "links"
"""Where history has links that no field shows, each as `{"record": id, "label": text, "inverse": from it}`."""


def link_records(session: Session, *, workspace_id: str, from_id: str, to_id: str, label: str) -> bool:
    """Relate two records; False when they are related so already."""
    if session.get(RecordLink, (from_id, to_id, label)):
        return False
    session.add(RecordLink(from_id=from_id, to_id=to_id, label=label, workspace_id=workspace_id, created_at=utcnow()))
    emit(
        session,
        "record.linked",
        workspace_id=workspace_id,
        subject_id=from_id,
        data={"to": to_id, "label": label},
    )
    return True


def unlink_records(session: Session, *, from_id: str, to_id: str, label: str) -> bool:
    """Take a link away, on both sides; False when there is none."""
    link = session.get(RecordLink, (from_id, to_id, label))
    if link is None:
        return False
    session.delete(link)
    emit(
        session,
        "record.unlinked",
        workspace_id=link.workspace_id,
        subject_id=from_id,
        data={"to": to_id, "label": label},
    )
    return True


def write_relations(
    session: Session, *, record: Record, schema: Schema, changes: Mapping[str, tuple[Any, Any]], actor_id: str | None
) -> None:
    """Make the links that changed values of `records` fields stand for."""
    for field in schema.fields:
        if field.key in changes and is_relation(field):
            old, new = (set(ids or ()) for ids in changes[field.key])
            for other in session.scalars(select(Record).where(col(Record.id).in_(old ^ new)).order_by(col(Record.id))):
                ends = (other, record) if field.options.get("inverse") else (record, other)
                set_link(
                    session, *ends, label=field.options["label"], on=other.id in new, actor_id=actor_id, told=record
                )


def set_link(
    session: Session,
    source: Record,
    target: Record,
    *,
    label: str,
    on: bool,
    actor_id: str | None,
    told: Record | None = None,
) -> bool:
    """Relate two records or part them; False when nothing changes.

    It goes into the history of the fields that show it, or under `links` where no field does; `told` has it already.
    """
    sides = [_Side(session, source, target, label, inverse=False), _Side(session, target, source, label, inverse=True)]
    change = partial(link_records, workspace_id=source.workspace_id) if on else unlink_records
    if not change(session, from_id=source.id, to_id=target.id, label=label):
        return False
    session.flush()
    shown = [side for side in sides if side.field]
    for side in shown or sides:
        if side.record is not told:
            note_changes(session, record=side.record, changes=side.change(session, on), actor_id=actor_id)
    return True


class _Side:
    """One end of a link before it changes, and the field there that shows it."""

    def __init__(self, session: Session, record: Record, other: Record, label: str, *, inverse: bool) -> None:
        self.record, self.other, self.label, self.inverse = record, other, label, inverse
        self.field = relation_between(session, record=record, other=other, label=label, inverse=inverse)
        self.before = linked_ids(session, record=record, field=self.field) if self.field else []

    def change(self, session: Session, on: bool) -> dict[str, tuple[Any, Any]]:
        if self.field:
            now = linked_ids(session, record=self.record, field=self.field)
            return {self.field.key: (self.before or None, now or None)}
        link = {"record": self.other.id, "label": self.label, "inverse": self.inverse}
        return {LINKS: (None, link) if on else (link, None)}
