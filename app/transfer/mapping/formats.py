"""How the cells of each column are written, from what stands in them and in the file's other columns."""

import re
from collections.abc import Iterator, Sequence

from babel.numbers import is_currency

from app.records.fields import value_type
from app.records.schema import Schema
from app.transfer.mapping.amounts import Decimals, decimal_of
from app.transfer.mapping.evidence import are_serials, dates_of, region_of
from app.transfer.mapping.plan import Column, Dates, Format

NUMBERS = ("number", "currency", "percent", "rating")
DAYS = ("date", "datetime")
_CODE = re.compile(r"\b[A-Z]{3}\b")


class Samples:
    """Some rows of a file, by column."""

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.headings = list(headings)
        self._cells = {
            heading: [row[place] for row in rows if place < len(row)] for place, heading in enumerate(headings)
        }

    def of(self, heading: str) -> list[str]:
        return self._cells.get(heading, [])


def with_formats(columns: Sequence[Column], schema: Schema, cells: Samples, *, separator: str | None) -> list[Column]:
    """The columns with the formats that their cells show.

    What a column leaves open, such as whether 3/4/2026 is in March, is taken from the others: one program wrote all.
    """
    types = [_type(column, schema) for column in columns]
    dates, decimal = _usual_dates(columns, types, cells), _usual_decimal(columns, types, cells)
    countries = [cell for column in columns if column.part == "country" for cell in cells.of(column.heading)]
    done = []
    for column, type in zip(columns, types, strict=True):
        own = cells.of(column.heading)
        if type in DAYS:
            column = _with_dates(column, own, dates)
        elif type in NUMBERS:
            format = Format(decimal=decimal_of(own) or decimal, currency=_currency_in(column.heading))
            column = column.model_copy(update={"format": format})
        elif type == "phone":
            column = column.model_copy(update={"format": Format(region=region_of(own, countries), separator=separator)})
        elif type in ("tags", "records", "users", "email"):
            column = column.model_copy(update={"format": Format(separator=separator)})
        elif column.part == "country":
            column = column.model_copy(update={"format": Format(countries=True)})
        done.append(column)
    return done


def _type(column: Column, schema: Schema) -> str:
    if column.field:
        return value_type(schema.field(column.field)).name
    return column.create.type if column.create else ""


def _with_dates(column: Column, cells: Sequence[str], usual: Dates | None) -> Column:
    order, example = dates_of(cells)
    order = order or usual
    notes = []
    if are_serials(cells):
        order = "excel"
    elif example and not order:
        notes = [f"{example} could be read with the day or the month first: say which it is (dates: dmy or mdy)."]
    elif example:
        notes = [f"{example} is read with the {'day' if order == 'dmy' else 'month'} first, as in the other columns."]
    return column.model_copy(update={"format": Format(dates=order), "notes": [*column.notes, *notes]})


def _usual_dates(columns: Sequence[Column], types: Sequence[str], cells: Samples) -> Dates | None:
    found = {order for own in _of(columns, types, cells, DAYS) if (order := dates_of(own)[0])}
    return found.pop() if len(found) == 1 else None


def _usual_decimal(columns: Sequence[Column], types: Sequence[str], cells: Samples) -> Decimals | None:
    found = {mark for own in _of(columns, types, cells, NUMBERS) if (mark := decimal_of(own))}
    return found.pop() if len(found) == 1 else None


def _of(columns: Sequence[Column], types: Sequence[str], cells: Samples, wanted: Sequence[str]) -> Iterator[list[str]]:
    for column, type in zip(columns, types, strict=True):
        if type in wanted:
            yield cells.of(column.heading)


def _currency_in(heading: str) -> str | None:
    """The code that a heading such as `Amount (USD)` has."""
    return next((code for code in _CODE.findall(heading) if is_currency(code)), None)
