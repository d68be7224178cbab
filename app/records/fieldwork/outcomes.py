"""How the values of a field fare under another type."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from app.core.bulk import among
from app.core.errors import InvalidInput
from app.records.fields import is_empty, type_of
from app.records.fieldwork.converting import converted
from app.records.uses import Use
from models import FieldDef, Member, Record, Stage, Workspace

EXAMPLES = 10
_TABLES: dict[str, Any] = {"member": Member, "members": Member, "record": Record, "stage": Stage}

Row = tuple[str, Mapping[str, Any]]
"""A record's id and `data`."""


@dataclass(frozen=True, slots=True)
class Example:
    """A value before and after, as JSON; `after` is None where it is lost."""

    record_id: str
    before: Any
    after: Any


@dataclass(slots=True)
class TypeChange:
    """How many values keep their form, take another one, and are lost.

    `state` is `preview`, `done` or `running` (by a job). `records` are those of the folder, `looked_at` the newest of
    them, on which the numbers rest.
    """

    records: int
    state: str = "preview"
    looked_at: int = 0
    kept: int = 0
    converted: int = 0
    lost: int = 0
    examples: list[Example] = field(default_factory=list)
    """A few values that change; those that are lost come first."""
    used_by: list[Use] = field(default_factory=list)
    """Views and segments that ask for the field."""

    def note(self, outcome: Example) -> None:
        before, after = outcome.before, outcome.after
        self.kept += after == before
        self.lost += after is None
        self.converted += after not in (None, before)
        if after != before:
            self.examples = sorted([*self.examples, outcome], key=lambda each: each.after is not None)[:EXAMPLES]


def outcomes(session: Session, old: FieldDef, new: FieldDef, rows: Sequence[Row]) -> Iterator[Example]:
    """For each record that has a value, what becomes of it."""
    held = [(record_id, data[old.key]) for record_id, data in rows if not is_empty(data.get(old.key))]
    names = _names(session, old, [value for _, value in held])
    new = _with_currency(session, new)
    for record_id, before in held:
        try:
            yield Example(record_id, before, converted(old, new, before, names))
        except InvalidInput:
            yield Example(record_id, before, None)


def _with_currency(session: Session, new: FieldDef) -> FieldDef:
    """A field that is not stored cannot ask which currency its workspace has."""
    if new.type != "currency" or new.options.get("currency"):
        return new
    currency = session.get_one(Workspace, new.workspace_id).currency
    return FieldDef(**{**new.model_dump(), "options": {"currency": currency}})


def _names(session: Session, old: FieldDef, values: Sequence[Any]) -> dict[str, str]:
    """Of the members, records or stages that the values lead to, by id."""
    table = _TABLES.get(type_of(old).family)
    if table is None:
        return {}
    ids = {id for value in values for id in (value if isinstance(value, list) else [value])}
    here = select(table.id, table.name).where(table.workspace_id == old.workspace_id)
    return dict(session.execute(here.where(among(session, table.id, ids))).all())
