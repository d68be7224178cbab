"""Numbers that records get one after the other: `T-0001`, `T-0002`…"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col

from app.core.bulk import insert_into
from app.records.fields.numbers import AutoNumber
from models import Counter, FieldDef, Record

_FORM = AutoNumber()


def give_numbers(session: Session, *, fields: Iterable[FieldDef], datas: Sequence[dict[str, Any]]) -> None:
    """Write the next numbers of the auto-number fields among `fields` into the `data` of new records, in order.

    No number is given twice, however many records are made at once; those of a failed save are given again.
    """
    for field in fields:
        if field.type == "auto_number" and datas:
            first = _take(session, field, len(datas))
            for count, data in enumerate(datas, start=first):
                data[field.key] = _FORM.number(field, count)


def number_record(session: Session, *, record: Record, fields: Iterable[FieldDef]) -> None:
    """`give_numbers`, to one new record."""
    data = dict(record.data)
    give_numbers(session, fields=fields, datas=[data])
    record.data = data


def _take(session: Session, field: FieldDef, count: int) -> int:
    """The first of so many numbers in a row."""
    row = {"workspace_id": field.workspace_id, "name": f"field:{field.id}", "value": count}
    statement = insert_into(session, Counter).values(row)
    upsert = statement.on_conflict_do_update(
        index_elements=["workspace_id", "name"], set_={"value": col(Counter.value) + count}
    )
    last: int = session.execute(upsert.returning(col(Counter.value))).scalar_one()
    return last - count + 1
