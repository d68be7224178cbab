"""Telling members that a record was entrusted to them: as its owner, manager, or whatever its user fields are named."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlmodel import Session

from app.core.events import react
from app.records.catalog import session_catalog
from app.records.fields.references import ID_LENGTH
from app.workspaces.notifications import notify
from models import FieldDef, Record


@react("record.updated")
def tell_new_holders(session: Session, event: dict[str, Any]) -> None:
    """One notification for each field and member, but none for what people do themselves or to many records at once."""
    if event["data"].get("bulk"):
        return
    added = {key: ids for key, (old, new) in event["data"]["changes"].items() if (ids := _ids(new) - _ids(old))}
    if not added:
        return
    record = session.get_one(Record, event["subject_id"])
    for field in _user_fields(session, record, added):
        notify(
            session,
            workspace_id=record.workspace_id,
            member_ids=sorted(added[field.key] - {event["actor_id"]}),
            type="assigned",
            title=f"{field.name}: this is yours now",
            record_id=record.id,
            data={"field": field.key},
        )


def _ids(value: Any) -> set[str]:
    """What may be members' ids in a stored value."""
    values = value if isinstance(value, list) else [value]
    return {one for one in values if isinstance(one, str) and len(one) == ID_LENGTH and one.isalnum()}


def _user_fields(session: Session, record: Record, keys: Collection[str]) -> Iterator[FieldDef]:
    for field in session_catalog(session, workspace_id=record.workspace_id).fields.get(record.folder_id, ()):
        if field.key in keys and field.type in ("user", "users"):
            yield field
