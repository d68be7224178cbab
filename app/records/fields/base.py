"""What every type of field knows how to do."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

import orjson

from app.core.errors import InvalidInput
from app.records.fields.formats import Formats
from models import FieldDef

MAX_LINE = 300
"""Characters of a text that lists show in one line."""


class FieldType:
    """A type of field: one instance each, in `app.records.fields.TYPES`.

    A value has a *stored* form: what stands in the record's column, or in its `data` (where dates are ISO 8601 text).
    `family` says how stored values compare, sort and filter; `sql` how JSON gives them to SQL; `card` which input
    of a card edits them.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    family: ClassVar[str]
    """`text`, `texts`, `number`, `date`, `moment`, `flag`, `choice`, `choices`, `member`, `members`, `record`,
    `records`, `address` or `stage`."""
    sql: ClassVar[str] = "text"
    """`text`, `number`, `flag`, or `json` for lists and objects."""
    card: ClassVar[str] = "text"
    """`text`, `multiline`, `dropdown`, `multiselect`, `date`, `moment`, `checkbox`, `record`, `records`, or empty."""
    columns: ClassVar[frozenset[str]] = frozenset()
    """Promoted columns of `record` that a field of this type may stand for."""
    option_names: ClassVar[frozenset[str]] = frozenset()

    def parse(self, field: FieldDef, value: Any) -> Any:
        """The stored form of something that is not empty. Raises InvalidInput naming the field and the fix."""
        raise NotImplementedError

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        """A stored value as a person reads it, in their language."""
        return str(value)

    def cell(self, field: FieldDef, value: Any) -> str:  # noqa: ARG002
        """A stored value as a cell of a table that `parse` reads back without loss."""
        return value.isoformat() if isinstance(value, date) else str(value)

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options of a new or changed field, complete and checked. Raises InvalidInput."""
        return dict(options)

    def refuse(self, field: FieldDef, fix: str) -> InvalidInput:
        return InvalidInput(f"{field.name}: {fix}", field=field.key)


def listed(text: str) -> list[Any] | None:
    """The items of a list written as JSON, which can hold anything; None for any other text."""
    if not text.startswith("["):
        return None
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, list) else None


def as_json(value: Any) -> Any:
    """A stored value as `data`, events and the API have it."""
    return value.isoformat() if isinstance(value, date | datetime) else value
