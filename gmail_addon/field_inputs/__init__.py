"""The inputs of a card by the types of fields: `input_for` is the way in."""

from app.records.fields import type_of
from app.records.schema import Schema
from gmail_addon.field_inputs.base import PREFIX, Input, LongTextInput, TextInput, Typed
from gmail_addon.field_inputs.lists import AddressInput, FilesInput
from gmail_addon.field_inputs.numbers import MoneyInput, NumberInput
from gmail_addon.field_inputs.options import (
    DropdownInput,
    MultiSelectInput,
    WrittenInput,
    WrittenListInput,
    choices_in,
    fits,
)
from gmail_addon.field_inputs.references import RecordInput, RecordsInput
from gmail_addon.field_inputs.times import DateInput, MomentInput, SwitchInput
from gmail_addon.visit import Visit
from models import FieldDef

__all__ = ["PREFIX", "Input", "RecordInput", "TextInput", "Typed", "input_for", "inputs_of", "is_filled_in"]

_BY_TYPE: dict[str, type[Input]] = {
    "number": NumberInput,
    "percent": NumberInput,
    "currency": MoneyInput,
    "address": AddressInput,
    "file": FilesInput,
}
_BY_CARD: dict[str, type[Input]] = {
    "text": TextInput,
    "multiline": LongTextInput,
    "date": DateInput,
    "moment": MomentInput,
    "checkbox": SwitchInput,
    "record": RecordInput,
    "records": RecordsInput,
}


def input_for(visit: Visit, field: FieldDef) -> Input:
    """The input that suits a field that people fill in."""
    card = type_of(field).card
    if card not in ("dropdown", "multiselect"):
        return (_BY_TYPE.get(field.type) or _BY_CARD[card])(visit, field)
    choices = choices_in(visit, field)
    is_listed = bool(choices) and not field.options.get("open") and fits(choices)
    if card == "dropdown":
        return DropdownInput(visit, field, choices) if is_listed else WrittenInput(visit, field, choices)
    return MultiSelectInput(visit, field, choices) if is_listed else WrittenListInput(visit, field, choices)


def inputs_of(visit: Visit, schema: Schema) -> list[Input]:
    """The inputs of all fields that the viewer may change, in order; those of a group together."""
    fields = [field for field in schema.fields if is_filled_in(field) and field.key not in schema.locked]
    groups = list(dict.fromkeys(field.group for field in fields))
    return [input_for(visit, field) for field in sorted(fields, key=lambda field: groups.index(field.group))]


def is_filled_in(field: FieldDef) -> bool:
    """Whether people fill it in, not Sidenote."""
    return not field.computed and bool(type_of(field).card)
