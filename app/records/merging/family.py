"""The records that are to become one: found, locked, and told whether they can."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.errors import Conflict, InvalidInput, NotFound
from app.records.identity import PEOPLE
from app.records.lead_rules import CONVERTED
from app.records.merged import heir_in
from app.records.schema import folder_of, schema_of
from app.workspaces.access import Viewer, visible
from models import Record

MOST = 50


class AlreadyMerged(Conflict):
    """One of the records became part of another one before; `details["record_id"]` is that, if it may be seen."""

    code = "already_merged"

    def __init__(self, into: Record | None) -> None:
        super().__init__(f"One of these has been merged into {into.name if into else 'another record'} already.")
        self.details = {"record_id": into.id} if into else {}


def family_of(
    session: Session, *, viewer: Viewer, into_id: str, record_ids: Sequence[str], lock: bool = False
) -> tuple[Record, list[Record]]:
    """The record that stays, and those that become part of it, in the order given.

    With `lock` as they are now, kept from others until the transaction ends. Raises NotFound, AlreadyMerged, and
    InvalidInput for records that cannot be one.
    """
    ids = list(dict.fromkeys(id for id in record_ids if id != into_id))
    if not ids:
        raise InvalidInput("records: name at least one other record.", field="records")
    if len(ids) >= MOST:
        raise InvalidInput(f"records: at most {MOST} at once.", field="records")
    query = select(Record).where(among(session, col(Record.id), [into_id, *ids]), visible(viewer))
    query = query.order_by(col(Record.id)).execution_options(populate_existing=True)
    found = {record.id: record for record in session.scalars(query.with_for_update(key_share=True) if lock else query)}
    for id in (into_id, *ids):
        if id not in found:
            raise _missing(session, viewer, id)
    into, others = found[into_id], [found[id] for id in ids]
    for other in others:
        _check(into, other)
    return into, others


def most_complete(session: Session, records: Sequence[Record]) -> Record:
    """The one that had best stay: a customer before a lead, then who has most values, then the oldest."""

    def filled(record: Record) -> int:
        fields = schema_of(session, folder=folder_of(session, record)).fields
        values = (getattr(record, field.column) if field.column else record.data.get(field.key) for field in fields)
        return sum(value not in (None, "", [], 0, False) for value in values)

    return min(records, key=lambda one: (one.kind == "lead", -filled(one), one.created_at, one.id))


def are_mergeable(first: Record, second: Record) -> bool:
    """Records of one kind, and leads with contacts; quotes are documents, each of which stays what it is."""
    people = first.kind in PEOPLE and second.kind in PEOPLE
    alike = first.kind == second.kind and (first.kind != "custom" or first.folder_id == second.folder_id)
    return first.kind != "quote" and (alike or people)


def _check(into: Record, other: Record) -> None:
    if into.kind == "quote":
        raise InvalidInput("Quotes are documents: archive the one that is not needed.", field="records")
    if into.kind == "lead" and into.status == CONVERTED:
        raise InvalidInput(f"{into.name} was converted: merge into the contact that it became.", field="into")
    if not are_mergeable(into, other):
        raise InvalidInput(f"{other.name} and {into.name} are not of the same kind.", field="records")


def _missing(session: Session, viewer: Viewer, record_id: str) -> Exception:
    heir = heir_in(session, record_id)
    if heir and (into := session.scalar(select(Record).where(col(Record.id) == heir, visible(viewer)))):
        return AlreadyMerged(into)
    return NotFound("One of these records does not exist, or you have no access to it.")
