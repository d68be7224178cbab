"""What a person entered into the inputs of a card."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, model_validator

from gmail_addon.errors import InvalidEvent

FIELDS = "fields"

_EPOCH = dt.datetime(1970, 1, 1)
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999


class _Strings(BaseModel):
    value: list[str] | None = None


class _Moment(BaseModel):
    ms_since_epoch: int | None = Field(None, alias="msSinceEpoch", ge=_FIRST_MS, le=_LAST_MS)


class Inputs(BaseModel):
    """One input as Google sends it: its value under the key of its kind."""

    strings: _Strings | None = Field(None, alias="stringInputs")
    date: _Moment | None = Field(None, alias="dateInput")
    date_time: _Moment | None = Field(None, alias="dateTimeInput")

    @model_validator(mode="before")
    @classmethod
    def _without_wrapper(cls, value: Any) -> Any:
        """Some runtimes send all of it one level deeper, under an empty key."""
        return value[""] if isinstance(value, dict) and set(value) == {""} else value


def shown_fields(parameters: Mapping[str, str]) -> frozenset[str]:
    """The inputs that the action's own parameter FIELDS says were on the form, as "title,stage"."""
    return frozenset(name for name in parameters.get(FIELDS, "").split(",") if name)


@dataclass(frozen=True, slots=True)
class Form:
    """Values by input name. Gmail leaves out inputs that were emptied, so that absent and cleared look alike:
    a form whose fields can be cleared names them in its action's parameters, under FIELDS."""

    inputs: Mapping[str, Inputs]
    fields: frozenset[str] = frozenset()

    def shown(self, name: str) -> bool:
        return name in self.inputs or name in self.fields

    def text(self, name: str) -> str | None:
        """Of a text input: "" if cleared, None if it was not on the form."""
        values = self.choices(name)
        if values is not None and len(values) > 1:
            raise InvalidEvent(f"{name}: expected one value, got {len(values)}", field=name)
        return values if values is None else "".join(values)

    def choice(self, name: str) -> str | None:
        """Of a dropdown, radio buttons or a switch: None if nothing is chosen, or see `shown`."""
        return self.text(name) or None

    def choices(self, name: str) -> tuple[str, ...] | None:
        """Of check boxes, switches or a multi-select: () if none is ticked, None if it was not on the form."""
        if not self.shown(name):
            return None
        given = self.inputs.get(name)
        values = given.strings.value or () if given and given.strings else ()
        return tuple(value.replace("\0", "") for value in values)  # which PostgreSQL cannot store

    def date(self, name: str) -> dt.date | None:
        """Of a date picker: None if empty, or see `shown`."""
        given = self.inputs.get(name)
        moment = _wall_clock(given.date) if given else None
        return moment.date() if moment else None

    def datetime(self, name: str, zone: ZoneInfo) -> dt.datetime | None:
        """Of a date and time picker, in UTC. Gmail sends the clock on the person's wall as if it were UTC's;
        `zone` is that person's."""
        given = self.inputs.get(name)
        moment = _wall_clock(given.date_time) if given else None
        return moment.replace(tzinfo=zone).astimezone(dt.UTC) if moment else None


def _wall_clock(moment: _Moment | None) -> dt.datetime | None:
    if moment is None or moment.ms_since_epoch is None:
        return None
    return _EPOCH + dt.timedelta(milliseconds=moment.ms_since_epoch)
