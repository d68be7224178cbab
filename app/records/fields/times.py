"""Days and moments."""

from datetime import UTC, date, datetime
from typing import Any

from app.records.fields.base import FieldType
from app.records.fields.formats import Formats
from models import FieldDef


class Date(FieldType):
    """A day, without a time zone; of a moment, the day where it was written down."""

    name, label, family, card = "date", "Date", "date", "date"
    columns = frozenset({"close_on"})

    def parse(self, field: FieldDef, value: Any) -> date:
        if isinstance(value, datetime):
            return value.date()
        try:
            return value if isinstance(value, date) else datetime.fromisoformat(str(value).strip()).date()
        except ValueError:
            raise self.refuse(field, "write a date as YYYY-MM-DD.") from None

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return formats.date(value if isinstance(value, date) else date.fromisoformat(value))


class DateTime(FieldType):
    """A moment, kept in UTC to the second. Text without an offset is UTC."""

    name, label, family, card = "datetime", "Date and time", "moment", "moment"

    def parse(self, field: FieldDef, value: Any) -> datetime:
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            raise self.refuse(field, "write a moment as YYYY-MM-DDTHH:MM:SSZ.") from None

    def show(self, field: FieldDef, value: Any, formats: Formats) -> str:  # noqa: ARG002
        return formats.moment(value if isinstance(value, datetime) else datetime.fromisoformat(value))
