"""What people are told most often about a value that is refused: in English here, a surface may say it otherwise."""

from app.core.errors import InvalidInput
from models import FieldDef

REFUSALS = {
    "fill_in": "{field}: please fill this in.",
    "from_the_list": "{field}: choose one from the list.",
    "one_of": "{field}: choose one of {choices}.",
    "too_long": "{field}: at most {count} characters, please.",
    "too_many": "{field}: at most {count} of them, please.",
    "email": "{field}: {text} is not an email address. {why}",
    "phone": "{field}: {text} is not a phone number: write one such as +49 30 123456.",
    "domain": "{field}: write a domain such as example.com.",
    "web_address": "{field}: write a web address such as https://example.com.",
    "number": "{field}: write a number.",
    "whole_number": "{field}: write a whole number.",
    "too_large": "{field}: at most {most}, please.",
    "percentage": "{field}: write a percentage from 0 to 100.",
    "amount": "{field}: write an amount such as {example}.",
    "amount_too_large": "{field}: this amount is too large.",
    "stage_fields": "{stage} asks for more: fill in {fields}.",
}


def refusal(key: str, field: FieldDef, **values: object) -> InvalidInput:
    """A refusal of this kind; `values` are what its sentence names beside the field."""
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    error = InvalidInput(REFUSALS[key].format(field=field.name, **shown), field=field.key)
    error.said = (key, {"field": field.name, **values})
    return error
