"""Linking records by hand, under a label such as `CFO`; both sides show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from app.core.errors import InvalidInput, NotFound
from app.core.text import one_line
from app.records.fields.references import MAX_LABEL
from app.records.links import set_link
from app.records.relations import relation_between
from app.records.service import get_record, record_to_change
from app.workspaces.access import Viewer, visible
from models import Record, RecordLink

MOST = 500


@dataclass(frozen=True, slots=True)
class Linked:
    """A record at the other end of a link. `inverse`: the link was made from there."""

    record: Record
    label: str
    inverse: bool
    linked_at: datetime


def links_of(session: Session, *, viewer: Viewer, record_id: str) -> Sequence[Linked]:
    """The links of a record with others that the viewer may see, by label, at most MOST; archived records come too."""
    record_id = get_record(session, viewer=viewer, record_id=record_id).id
    out = and_(col(RecordLink.from_id) == record_id, col(RecordLink.to_id) == col(Record.id))
    back = and_(col(RecordLink.to_id) == record_id, col(RecordLink.from_id) == col(Record.id))
    query = select(Record, RecordLink).join(RecordLink, or_(out, back)).where(visible(viewer))
    rows = session.execute(query.order_by(col(RecordLink.label), col(Record.name), col(Record.id)).limit(MOST))
    return [Linked(record, link.label, link.to_id == record_id, link.created_at) for record, link in rows]


def link(session: Session, *, viewer: Viewer, record_id: str, other_id: str, label: str) -> Linked:
    """Relate a record that the viewer may change to one that they may see; once is enough, in either direction.

    Where a field shows links of this label, the link becomes part of its value. Raises InvalidInput for the label.
    """
    record, other = _pair(session, viewer, record_id, other_id)
    text = one_line(label)
    if not text or len(text) > MAX_LABEL:
        raise InvalidInput(f"label: say in up to {MAX_LABEL} characters how they are related.", field="label")
    if record.id == other.id:
        raise InvalidInput("A record cannot be linked to itself.", field="record")
    made = session.get(RecordLink, (record.id, other.id, text)) or session.get(RecordLink, (other.id, record.id, text))
    if made is None:
        ends = (other, record) if _belongs_there(session, record, other, text) else (record, other)
        set_link(session, *ends, label=text, on=True, actor_id=viewer.member_id)
        made = session.get_one(RecordLink, (ends[0].id, ends[1].id, text))
    return Linked(other, text, made.to_id == record.id, made.created_at)


def unlink(session: Session, *, viewer: Viewer, record_id: str, other_id: str, label: str) -> None:
    """Part two records, on both sides. Raises NotFound when they are not related so."""
    record, other = _pair(session, viewer, record_id, other_id)
    parted = [
        set_link(session, *ends, label=label, on=False, actor_id=viewer.member_id)
        for ends in ((record, other), (other, record))
    ]
    if not any(parted):
        raise NotFound("These records are not linked so.")


def _pair(session: Session, viewer: Viewer, record_id: str, other_id: str) -> tuple[Record, Record]:
    record = record_to_change(session, viewer=viewer, record_id=record_id)
    return record, get_record(session, viewer=viewer, record_id=other_id)


def _belongs_there(session: Session, record: Record, other: Record, label: str) -> bool:
    """Whether the other record's folder has the field for such links, and this one's has not."""
    here = relation_between(session, record=record, other=other, label=label, inverse=False)
    there = relation_between(session, record=other, other=record, label=label, inverse=False)
    return there is not None and here is None
