"""What the columns of a file most likely mean: by who made the file, its headings and what its cells look like."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.core.errors import SidenoteError
from app.records.fields.references import ID_LENGTH
from app.records.schema import Schema
from app.transfer.headings import RECORD_ID as OWN_ID
from app.transfer.headings import headings as own_headings
from app.transfer.mapping.evidence import type_of_cells
from app.transfer.mapping.formats import Samples, with_formats
from app.transfer.mapping.meanings import Meanings
from app.transfer.mapping.plan import RECORD_ID, Column, Format, Link, NewField, Plan
from app.transfer.mapping.products import product_of
from app.transfer.mapping.words import target_of

MAX_FIELD_NAME = 100
NOTES = "notes"
"""The target of headings of what people write at length, which no kind of folder has a field for from the start."""


def propose_plan(
    schema: Schema,
    headings: Sequence[str],
    samples: Sequence[Sequence[str]],
    *,
    remembered: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A plan for a file with these headings, as JSON. `samples` are some hundred of its rows.

    `remembered` is the plan of the last file with the same headings: it is proposed again, as far as the folder still
    has its fields.
    """
    if remembered and (plan := _again(schema, headings, remembered)):
        return plan.model_dump(mode="json")
    cells = Samples(headings, samples)
    plan = _of_own(schema, headings) if _is_own(cells) else _of_others(schema, cells)
    return plan.model_dump(mode="json")


def _again(schema: Schema, headings: Sequence[str], remembered: Mapping[str, Any]) -> Plan | None:
    try:
        plan = Plan.model_validate(remembered)
    except ValidationError:
        return None
    if [column.heading for column in plan.columns] != list(headings):
        return None
    columns = [
        column
        if not column.field or column.field == RECORD_ID or _is_open(schema, column.field)
        else Column(heading=column.heading)
        for column in plan.columns
    ]
    return plan.model_copy(update={"columns": columns})


def _is_own(cells: Samples) -> bool:
    """Whether Sidenote made the file: other programs have a `Record ID` too, but none like these."""
    ids = [cell for cell in cells.of(OWN_ID) if cell.strip()]
    return OWN_ID in cells.headings and all(len(id) == ID_LENGTH and id.isalnum() for id in ids)


def _of_own(schema: Schema, headings: Sequence[str]) -> Plan:
    """The columns that an export writes. Ids of references count, not the names beside them."""
    known = dict(own_headings(schema.fields))
    columns = []
    for heading in headings:
        meaning = known.get(heading)
        if heading == OWN_ID:
            columns.append(Column(heading=heading, field=RECORD_ID))
        elif meaning is None or not _is_open(schema, meaning.field.key) or meaning.part in ("name", "currency"):
            columns.append(Column(heading=heading))
        elif meaning.part == "id":
            columns.append(Column(heading=heading, field=meaning.field.key, link=Link(by="id", create=False)))
        else:
            format = Format(dates="ymd" if meaning.field.type in ("date", "datetime") else None, decimal=".")
            columns.append(Column(heading=heading, field=meaning.field.key, part=meaning.part, format=format))
    return Plan(columns=columns, match=["id"])


def _of_others(schema: Schema, cells: Samples) -> Plan:
    product = product_of(cells.headings)
    meanings = Meanings(schema, product)
    columns = [meanings.column(heading, cells.of(heading)) for heading in cells.headings]
    columns = [
        column.model_copy(update={"create": _new_field(column.heading, cells.of(column.heading))})
        if meanings.is_unknown(column)
        else column
        for column in columns
    ]
    columns = with_formats(columns, schema, cells, separator=product.separator if product else None)
    return Plan(columns=columns, match=_match(schema, columns), product=product.name if product else "")


def _new_field(heading: str, cells: Sequence[str]) -> NewField | None:
    """The field that would hold a column; none for a column without values."""
    if not any(map(str.strip, cells)):
        return None
    type, options = ("long_text", {}) if target_of(heading, "") == NOTES else type_of_cells(cells)
    return NewField(name=heading[:MAX_FIELD_NAME], type=type, options=options)


def _match(schema: Schema, columns: Sequence[Column]) -> list[str]:
    """By what records are found that are there already: what is unique first, then how mail finds people."""
    filled = {column.field for column in columns if column.field}
    unique = [f"field:{field.key}" for field in schema.fields if field.unique and field.key in filled]
    usual = {"company": ("domain", "name"), "product": ("sku",), "contact": ("email",), "lead": ("email",)}
    found = [key for key in usual.get(schema.folder.kind, ()) if key in filled]
    if not found and schema.folder.kind in ("contact", "lead") and "phone" in filled:
        found = ["phone"]
    return unique + [f"field:{key}" if key == "sku" else key for key in found]


def _is_open(schema: Schema, key: str) -> bool:
    try:
        schema.writable(key)
    except SidenoteError:
        return False
    return True
