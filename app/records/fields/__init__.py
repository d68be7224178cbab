"""The types of fields, one class each. `type_of(field)` is the way in; everything else asks the type."""

from typing import Any

from app.records.fields.base import FieldType, as_json
from app.records.fields.choices import Checkbox, Dropdown, Tags
from app.records.fields.computed import RESULTS, Formula, RollUp, Statistics
from app.records.fields.numbers import AutoNumber, Currency, Number, Percent, Rating
from app.records.fields.reachable import Address, Email, Phone
from app.records.fields.references import RecordReference, RecordReferences, Stage, User, Users
from app.records.fields.refusals import refusal
from app.records.fields.text import Domain, File, LongText, Text, Url
from app.records.fields.times import Date, DateTime
from models import FieldDef

TYPES: dict[str, FieldType] = {
    type.name: type
    for type in (
        Text(),
        LongText(),
        Dropdown(),
        Tags(),
        Email(),
        Phone(),
        Url(),
        Domain(),
        Number(),
        Currency(),
        Percent(),
        Rating(),
        Date(),
        DateTime(),
        Checkbox(),
        User(),
        Users(),
        RecordReference(),
        RecordReferences(),
        Address(),
        AutoNumber(),
        File(),
        Formula(),
        RollUp(),
        Statistics(),
        Stage(),
    )
}

__all__ = ["RESULTS", "TYPES", "FieldType", "as_json", "is_empty", "parse_value", "type_of", "value_type"]


def type_of(field: FieldDef) -> FieldType:
    return TYPES[field.type]


def value_type(field: FieldDef) -> FieldType:
    """The type of the field's values: of a computed field, that of its result."""
    return TYPES[field.options["result"]] if "result" in field.options else type_of(field)


def parse_value(field: FieldDef, value: object) -> Any:
    """The stored form of `value`; what is empty is None. Raises InvalidInput naming the field and the fix."""
    if is_empty(value):
        if field.required:
            raise refusal("fill_in", field)
        return None
    stored = type_of(field).parse(field, value)
    return None if is_empty(stored) else stored


def is_empty(value: object) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())
