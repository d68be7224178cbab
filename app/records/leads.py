"""Leads on their way from new to qualified: accepted, nurtured or given up, each with its date and its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.events import emit, react
from app.records.lead_rules import MQL, NURTURE, QUALIFIED_AT, SQL, needs_reason
from app.records.schema import folder_of, schema_of
from app.records.service import get_record, record_to_change, update_record
from app.workspaces.access import Viewer
from models import Record


@dataclass(frozen=True, slots=True)
class Qualification:
    """Where a lead stands. Moments are ISO 8601 text, set once; the reason is why it was given up or sent back."""

    status: str | None
    reason: str | None
    mql_at: str | None
    sql_at: str | None
    converted_at: str | None


def get_lead(session: Session, *, viewer: Viewer, lead_id: str) -> Record:
    """Raises NotFound, and InvalidInput for a record of another kind."""
    return _lead(get_record(session, viewer=viewer, record_id=lead_id))


def lead_to_change(session: Session, *, viewer: Viewer, lead_id: str) -> Record:
    """The lead, locked until the transaction ends."""
    return _lead(record_to_change(session, viewer=viewer, record_id=lead_id))


def qualification(session: Session, *, viewer: Viewer, lead: Record) -> Qualification:
    """As far as the viewer's roles show these fields."""
    schema = schema_of(session, folder=folder_of(session, lead), viewer=viewer)
    values = {"status": lead.status, "reason": lead.data.get("unqualified_reason")}
    values |= {key: lead.data.get(key) for key in ("mql_at", "sql_at", "converted_at")}
    seen = {name: schema.has("unqualified_reason" if name == "reason" else name) for name in values}
    return Qualification(**{name: value if seen[name] else None for name, value in values.items()})


def qualify(
    session: Session,
    *,
    viewer: Viewer,
    lead_id: str,
    status: str,
    reason: str | None = None,
    version: int | None = None,
) -> Record:
    """Put a lead into a status. An MQL that becomes an SQL is accepted; sent back to Nurture, it is rejected.

    Rejecting and giving up need a reason. Raises Outdated when the lead has another `version`.
    """
    lead = lead_to_change(session, viewer=viewer, lead_id=lead_id)
    before = lead.status
    values: dict[str, object] = {"status": status}
    if needs_reason(before, status):
        values["unqualified_reason"] = reason
    return update_record(session, viewer=viewer, record_id=lead_id, values=values, version=version)


@react("record.created")
def tell_first_status(session: Session, event: Mapping[str, Any]) -> None:
    """Leads may be born qualified, as those that a form or an import brings."""
    if event["data"]["kind"] == "lead":
        lead = session.get_one(Record, event["subject_id"])
        if lead.status in QUALIFIED_AT:
            _tell(session, lead, None, event)


@react("record.updated")
def tell_status(session: Session, event: Mapping[str, Any]) -> None:
    if "status" in event["data"]["changes"]:
        lead = session.get_one(Record, event["subject_id"])
        if lead.kind == "lead":
            _tell(session, lead, event["data"]["changes"]["status"][0], event)


def _tell(session: Session, lead: Record, before: str | None, event: Mapping[str, Any]) -> None:
    """`lead.status_changed`; and `lead.accepted` or `lead.rejected` where sales answers to marketing."""
    data = {"from": before, "to": lead.status, "reason": lead.data.get("unqualified_reason")}
    types = ["lead.status_changed"]
    if (before, lead.status) == (MQL, SQL):
        types.append("lead.accepted")
    if before in QUALIFIED_AT and lead.status == NURTURE:
        types.append("lead.rejected")
    for type in types:
        emit(
            session,
            type,
            workspace_id=lead.workspace_id,
            subject_id=lead.id,
            actor_id=event["actor_id"],
            data=data,
        )


def _lead(record: Record) -> Record:
    if record.kind != "lead":
        raise InvalidInput(f"{record.name} is not a lead.", field="lead_id")
    return record
