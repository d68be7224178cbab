"""The values of a condition: what a caller wrote, as it is stored."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.core.clock import zone_of
from app.core.errors import InvalidInput
from app.records.fields import value_type
from app.records.fields.base import MAX_LINE
from app.records.fields.choices import choose
from app.records.fields.references import reference
from app.records.filters.periods import Period, read_period
from app.records.filters.tree import MAX_LIST, refuse
from app.workspaces.access import Viewer
from models import FieldDef

MAX_TEXTS = 100
"""In a list: each is a pattern of its own."""
TEXTUAL = ("text", "texts", "address")
_REFERENCES = ("member", "members", "record", "records", "stage")


class Values:
    """Reads the values for one field. Each raises InvalidInput naming the place in the filter."""

    def __init__(self, field: FieldDef, *, viewer: Viewer | None, now: datetime) -> None:
        self._field, self._type = field, value_type(field)
        self._viewer, self._now = viewer, now
        self._zone = zone_of(viewer.time_zone if viewer else "UTC")

    def one(self, given: Any, path: str) -> Any:
        """A text as it stands, any other value in the form that its field stores."""
        if given is None or isinstance(given, list | dict):
            raise refuse(path, "give one value.")
        try:
            return self._reader()(given)
        except InvalidInput as error:
            raise refuse(path, error.message) from None

    def several(self, given: Any, path: str) -> list[Any]:
        most = MAX_TEXTS if self._type.family in TEXTUAL else MAX_LIST
        if not isinstance(given, list) or not 1 <= len(given) <= most:
            raise refuse(path, f"give a list of 1 to {most:,} values.")
        return [self.one(item, f"{path}.{index}") for index, item in enumerate(given)]

    def pair(self, given: Any, path: str) -> tuple[Any, Any]:
        if not isinstance(given, list) or len(given) != 2:
            raise refuse(path, "give a list of two values, from and to.")
        return self.one(given[0], f"{path}.0"), self.one(given[1], f"{path}.1")

    def period(self, given: Any, path: str) -> Period:
        return read_period(given, family=self._type.family, now=self._now, zone=self._zone, path=path)

    def periods(self, given: Any, path: str) -> tuple[Period, Period]:
        if not isinstance(given, list) or len(given) != 2:
            raise refuse(path, "give a list of two dates, from and to.")
        return self.period(given[0], f"{path}.0"), self.period(given[1], f"{path}.1")

    def _reader(self) -> Callable[[Any], Any]:
        family = self._type.family
        if family in TEXTUAL:
            return self._text
        if family in _REFERENCES:
            return self._reference
        if family in ("choice", "choices"):
            return lambda given: choose(self._field, str(given))
        return lambda given: self._type.parse(self._field, given)

    def _text(self, given: Any) -> str:
        text = str(given).replace("\0", "").strip()
        if not 1 <= len(text) <= MAX_LINE:
            raise InvalidInput(f"give 1 to {MAX_LINE} characters.")
        return text

    def _reference(self, given: Any) -> str:
        if given != "me" or not self._type.family.startswith("member"):
            return reference(self._field, given)
        if self._viewer is None:
            raise InvalidInput("`me` is nobody here: name a member.")
        return self._viewer.member_id
