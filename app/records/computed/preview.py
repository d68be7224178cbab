"""What a formula would give, before a field is made of it."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.records.computed.answers import answers_of
from app.records.formulas import names_for, parse, shown, to_stored, understood
from app.records.schema import folder_seen
from app.records.service import get_record
from app.workspaces.access import Viewer


@dataclass(frozen=True, slots=True)
class Preview:
    """`formula` as it would be stored, `shown` with the present names of its fields, `result` the type of its values.

    `currency` is that of an amount. `value` is the record's, in stored form; None without a record.
    """

    formula: str
    shown: str
    result: str
    currency: str | None
    value: Any


def preview_formula(
    session: Session, *, viewer: Viewer, folder_id: str, formula: str, record_id: str | None = None
) -> Preview:
    """From what the viewer may see. Raises FormulaError, and NotFound for a folder or record out of sight."""
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    names = names_for(session, folder=folder, viewer=viewer)
    stored, type = understood(formula, names)
    value = None
    if record_id is not None:
        record = get_record(session, viewer=viewer, record_id=record_id)
        if record.folder_id != folder.id:
            raise InvalidInput(f"record_id: choose one of {folder.name}.", field="record_id")
        [answer] = answers_of(session, parse(stored), names=names, records=[record], now=utcnow(), viewer=viewer)
        value = to_stored(answer, type)
    return Preview(stored, shown(stored, names), type.name, type.currency or None, value)
