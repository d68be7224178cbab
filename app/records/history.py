"""What a record was, who changed it, and when."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.events import emit
from app.core.ids import new_id
from models import FieldChange, Record


def note_changes(
    session: Session,
    *,
    record: Record,
    changes: Mapping[str, tuple[Any, Any]],
    actor_id: str | None,
    batch: str | None = None,
) -> str:
    """Write one save of a record into its history, raise its version and tell `record.updated`.

    `changes` are old and new stored values by field key. Returns the batch; whoever gives one changes
    many records under it, and the event tells so as `bulk`.
    """
    bulk, batch = batch is not None, batch or new_id()
    rows = change_rows(session, record=record, changes=changes, actor_id=actor_id, batch=batch)
    emit(
        session,
        "record.updated",
        workspace_id=record.workspace_id,
        subject_id=record.id,
        actor_id=actor_id,
        data={
            "kind": record.kind,
            "batch": batch,
            "bulk": bulk,
            "changes": {key: list(pair) for key, pair in changes.items()},
        },
        beside={FieldChange: rows},
    )
    return batch


def change_rows(
    session: Session, *, record: Record, changes: Mapping[str, tuple[Any, Any]], actor_id: str | None, batch: str
) -> list[dict[str, Any]]:
    """Raise the version of a record for one save; gives the rows of its history, to be inserted with the event."""
    record.version += 1
    record.updated_at = now = utcnow()
    session.add(record)
    saved = {"workspace_id": record.workspace_id, "record_id": record.id, "batch": batch}
    return [
        {"id": new_id(), **saved, "key": key, "old": old, "new": new, "member_id": actor_id, "changed_at": now}
        for key, (old, new) in changes.items()
    ]
