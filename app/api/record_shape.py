"""Records as the REST API gives them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlmodel import Session

from app.records.reading import check_references, read_records
from app.records.schema import Schema, folder_of, schema_of
from app.workspaces.access import Viewer
from models import Record

EXAMPLE_ID = "01jd3x9f6e8m2k4q7r0s5t1vwz"


class Named(BaseModel):
    """A member, record or stage that a value leads to."""

    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Quarry Ltd"])


class RecordOut(BaseModel):
    """A record as the caller may see it: hidden fields are not in `values`, nor are ids of records out of sight.

    `values` are by field key: money in minor units, days as `YYYY-MM-DD`, moments in UTC, references as ids.
    """

    id: str = Field(examples=[EXAMPLE_ID])
    folder_id: str = Field(examples=["01jd3x9f6e8m2k4q7r0s5t1vwa"])
    kind: str = Field(examples=["contact"])
    name: str = Field(examples=["Dana Diaz"])
    version: int = Field(examples=[3])
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    values: dict[str, Any] = Field(
        examples=[{"name": "Dana Diaz", "email": ["dana@quarry.example"], "title": "CTO", "company": EXAMPLE_ID}]
    )
    expanded: dict[str, Named | list[Named] | None] = Field(
        default_factory=dict,
        description="What `expand=` asked for, by field key.",
        examples=[{"company": {"id": EXAMPLE_ID, "name": "Quarry Ltd"}}],
    )


def record_out(
    session: Session, *, viewer: Viewer, record: Record, fields: Sequence[str] | None = None, expand: Sequence[str] = ()
) -> RecordOut:
    """One record; see `records_out`."""
    schema = schema_of(session, folder=folder_of(session, record), viewer=viewer)
    return records_out(session, viewer=viewer, schema=schema, records=[record], fields=fields, expand=expand)[0]


def records_out(
    session: Session,
    *,
    viewer: Viewer,
    schema: Schema,
    records: Sequence[Record],
    fields: Sequence[str] | None = None,
    expand: Sequence[str] = (),
) -> list[RecordOut]:
    """Records of one folder, in their order, in a fixed number of statements.

    `fields` are the keys of the values to give (None: all), `expand` the keys of references to give with their names.
    Raises InvalidInput for a key that the viewer knows no such field of.
    """
    expanded = [field.key for field in check_references(schema, expand)]
    keys = None if fields is None else [*fields, *expanded]
    reading = read_records(session, viewer=viewer, schema=schema, records=records, keys=keys)
    return [
        RecordOut(
            **{name: getattr(record, name) for name in RecordOut.model_fields if name in _COLUMNS},
            values={key: value for key, value in values.items() if fields is None or key in fields},
            expanded={key: _named(values[key], reading.names) for key in expanded},
        )
        for record, values in zip(records, reading.values, strict=True)
    ]


def names_in(text: str | None) -> list[str] | None:
    """The names in a query parameter such as `fields=name,email`; None when it was left out."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _named(value: Any, names: dict[str, str]) -> Named | list[Named] | None:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [Named(id=id, name=names[id]) for id in value if id in names]
    return Named(id=value, name=names[value]) if value in names else None


_COLUMNS = frozenset({"id", "folder_id", "kind", "name", "version", "created_at", "updated_at", "archived_at"})
