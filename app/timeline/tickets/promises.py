"""What is promised to customers: how soon a ticket of each priority is answered and solved."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.core.events import emit
from app.records.fields.choices import choices_of
from app.records.schema import folder_of_kind, schema_of
from app.timeline.tickets.hours import checked_hours
from app.workspaces.access import Viewer, require_power
from models import ServicePromise

MAX_MINUTES = 60 * 24 * 60


def service_promises(session: Session, *, workspace_id: str) -> Sequence[ServicePromise]:
    """The soonest first."""
    here = select(ServicePromise).where(col(ServicePromise.workspace_id) == workspace_id)
    return session.scalars(
        here.order_by(col(ServicePromise.first_response_minutes), col(ServicePromise.priority))
    ).all()


def set_promises(
    session: Session, *, viewer: Viewer, promises: Sequence[Mapping[str, Any]]
) -> Sequence[ServicePromise]:
    """Replace all promises; tickets that run keep theirs until their priority changes.

    A promise has `priority`, `first_response_minutes`, `resolution_minutes`, and perhaps business `hours`. Raises
    InvalidInput for a priority that tickets do not have, or have twice.
    """
    require_power(viewer, "config")
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="ticket")
    priorities = [choice["value"] for choice in choices_of(schema_of(session, folder=folder).field("priority"))]
    given = [promise["priority"] for promise in promises]
    if not given or len(set(given)) != len(given) or not set(given) <= set(priorities):
        raise InvalidInput(f"priority: promise once for some of {', '.join(priorities)}.", field="priority")
    present = {row.priority: row for row in service_promises(session, workspace_id=viewer.workspace_id)}
    for promise in promises:
        columns = _columns(promise)
        row = present.pop(promise["priority"], None) or ServicePromise(workspace_id=viewer.workspace_id, **columns)
        row.sqlmodel_update(columns)
        session.add(row)
    for row in present.values():
        session.delete(row)
    emit(
        session,
        "service_promises.changed",
        workspace_id=viewer.workspace_id,
        subject_id=viewer.workspace_id,
        actor_id=viewer.member_id,
        data={"priorities": given},
    )
    return service_promises(session, workspace_id=viewer.workspace_id)


def promise_for(session: Session, *, workspace_id: str, priority: str | None) -> ServicePromise | None:
    """What holds for a priority: without a promise of its own, the least soon of all. None where none is made."""
    promises = service_promises(session, workspace_id=workspace_id)
    own = (promise for promise in promises if promise.priority == priority)
    return next(own, promises[-1] if promises else None)


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    first, resolution = given["first_response_minutes"], given["resolution_minutes"]
    if not 1 <= first <= resolution <= MAX_MINUTES:
        raise InvalidInput(
            f"minutes: answer before solving, both within 1 to {MAX_MINUTES:,}.", field="first_response_minutes"
        )
    return {
        "priority": given["priority"],
        "first_response_minutes": first,
        "resolution_minutes": resolution,
        "hours": checked_hours(given.get("hours")),
    }
