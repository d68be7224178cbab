"""What follows when the values of a lead change: when it qualified, how urgent it is, and what has to be said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.clock import utcnow
from app.core.errors import Conflict, InvalidInput
from models import Record

NURTURE, MQL, SQL, CONVERTED, UNQUALIFIED = "Nurture", "MQL", "SQL", "Converted", "Unqualified"
QUALIFIED_AT = {MQL: "mql_at", SQL: "sql_at"}
"""Where a lead keeps the moment it first reached a status."""
EARLY = ("New", "Contacted", NURTURE)
MQL_SCORE = 50
"""A lead in an early status whose score reaches this becomes an MQL."""
BANDS = ((75, "Urgent"), (50, "High"), (25, "Normal"))
COLUMNS = frozenset({"status", "priority"})


@dataclass(frozen=True, slots=True)
class Before:
    """A lead before its values are written; a new one is blank."""

    status: str | None = None
    priority: str | None = None
    score: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def derived(lead: Record | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values that follow from those given, by key; the lead itself stays as it is. None: one to be made.

    Raises InvalidInput for a status that needs a reason or is reached another way, Conflict once it was converted.
    """
    before = Before(lead.status, lead.priority, lead.score, lead.data) if lead else Before()
    if before.status == CONVERTED:
        raise Conflict("This lead was converted: change the contact that it became.")
    return {**_priority(before, given), **_status(before, given)}


def set_derived(lead: Record, key: str, value: Any) -> tuple[Any, Any]:
    """Write one of the values that `derived` gives; returns the old and the new one."""
    if key in COLUMNS:
        old = getattr(lead, key)
        setattr(lead, key, value)
    else:
        old = lead.data.get(key)
        lead.data = {**lead.data, key: value}
    return old, value


def band(score: int) -> str:
    """The priority that a score stands for."""
    return next((priority for least, priority in BANDS if score >= least), "Low")


def _priority(lead: Before, given: Mapping[str, Any]) -> dict[str, Any]:
    """A priority that somebody chose stays until they clear it; any other follows the score."""
    chosen, score = given.get("priority", lead.priority), given.get("score", lead.score)
    by_hand = bool(lead.data.get("priority_by_hand"))
    if chosen != lead.priority:
        by_hand = chosen is not None
    if by_hand or score is None:
        return {"priority_by_hand": True} if by_hand else {"priority_by_hand": None}
    return {"priority": band(score), "priority_by_hand": None}


def _status(lead: Before, given: Mapping[str, Any]) -> dict[str, Any]:
    status = given.get("status", lead.status)
    if status in EARLY and (lead.score or 0) < MQL_SCORE <= (given.get("score") or 0):
        status = MQL
    if status == lead.status:
        return {}
    if status == CONVERTED:
        raise InvalidInput("Status: convert the lead instead of writing its status.", field="status")
    found = {"status": status}
    if not needs_reason(lead.status, status):
        found["unqualified_reason"] = given.get("unqualified_reason")
    elif not given.get("unqualified_reason"):
        raise InvalidInput(f"Reason: say why the lead goes to {status}.", field="unqualified_reason")
    if (key := QUALIFIED_AT.get(status or "")) and not lead.data.get(key):
        found[key] = utcnow().replace(microsecond=0).isoformat()
    return found


def needs_reason(old: str | None, new: str | None) -> bool:
    """Giving a lead up, and sending a qualified one back."""
    return new == UNQUALIFIED or (new == NURTURE and old in QUALIFIED_AT)
