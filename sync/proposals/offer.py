"""What is offered for a field of a record, one tap to accept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.errors import InvalidInput
from app.records.fields import as_json, is_empty, parse_value, type_of
from app.records.fields.formats import Formats
from app.records.schema import Schema
from app.records.seen import Seen
from app.records.writing import read_value
from models import Record


class Why(StrEnum):
    """Where in the mail the value was read."""

    SIGNATURE = "signature"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`value` is a text that updating the record takes, but for a contact's `company`: there, it is a name.

    `shown` is the value as a person reads it, `current` what stands there now and would be replaced: empty where
    nothing is lost. `quote` is the line of the mail that mentions the value, for those read in its text; `added` is
    what comes to a list of which the whole is the value.
    """

    field_key: str
    value: str
    shown: str
    why: Why
    current: str = ""
    quote: str = ""
    added: str = ""

    @property
    def offered(self) -> str:
        """What is new in it: of a value that is added to a list, that alone."""
        return self.added or self.value


@dataclass(frozen=True, slots=True)
class Target:
    """A record that is offered values. `newer`: the mail was written after the record was last changed."""

    record: Record | Seen
    schema: Schema
    formats: Formats
    newer: bool

    def offer(
        self, key: str, value: Any, *, why: Why, quote: str = "", replaces: bool | None = None
    ) -> Proposal | None:
        """None where the field is not there to be filled in, does not take the value, or holds it already.

        Another value is replaced only by newer mail, or as `replaces` says.
        """
        if not self.takes(key):
            return None
        field = self.schema.field(key)
        try:
            new = parse_value(field, value)
        except InvalidInput:
            return None
        old = read_value(self.record, field)
        if is_empty(new) or as_json(new) == as_json(old):
            return None
        if not is_empty(old) and not (self.newer if replaces is None else replaces):
            return None
        kind = type_of(field)
        current = "" if is_empty(old) else kind.show(field, old, self.formats)
        return Proposal(key, kind.cell(field, new), kind.show(field, new, self.formats), why, current, quote)

    def takes(self, key: str) -> bool:
        """Whether the viewer may fill in a field of this key."""
        return self.schema.has(key) and key not in self.schema.locked and not self.schema.field(key).computed
