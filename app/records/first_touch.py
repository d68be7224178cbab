"""How people and companies came to us: written once, when their record is made."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from app.core.bulk import insert_missing
from models import FirstTouch, Record

KINDS = ("company", "contact", "lead")
WAYS = {
    "hand": "Entered by hand",
    "card": "Email",
    "mail": "Email",
    "api": "API",
    "form": "Web form",
    "import": "Import",
}
"""The ways in, and the source that each stands for where the record names none."""
CONVERSION = "conversion"
"""The way of a record made from a lead, whose first touch it shares; see `hand_on_first_touch`."""


def first_source(kind: str, given: str | None, *, via: str) -> str | None:
    """The source of a new record. Every lead has one: what was given, else that of the way it came in."""
    return given or WAYS[via] if kind == "lead" else given


def first_touches(records: Sequence[Mapping[str, Any] | Record], *, via: str) -> list[dict[str, Any]]:
    """The first touch of new records (rows or objects), each of which has one for ever: rows to be inserted."""
    if via == CONVERSION:
        return []
    rows = [_row(record if isinstance(record, Mapping) else record.model_dump(), via) for record in records]
    return [row for row in rows if row]


def hand_on_first_touch(session: Session, *, lead: Record, record: Record) -> None:
    """Give a new record the first touch of the lead that it was made from."""
    touch = session.get(FirstTouch, lead.id)
    if touch:
        row = touch.model_dump() | {"record_id": record.id, "detail": {**touch.detail, "lead": lead.id}}
        insert_missing(session, FirstTouch, [row])


def _row(record: Mapping[str, Any], via: str) -> dict[str, Any] | None:
    if record["kind"] not in KINDS:
        return None
    return {
        "record_id": record["id"],
        "workspace_id": record["workspace_id"],
        "source": record["source"] or WAYS[via],
        "detail": {"via": via, "member": record["created_by"]},
        "touched_at": record["created_at"],
    }
