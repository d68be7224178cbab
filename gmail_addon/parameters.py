"""What came back with a click: input like any other. Its shape is checked here, access where it is used."""

import re

from app.core.errors import InvalidInput, NotFound
from gmail_addon.visit import NONCE, Visit

MAX_PARAMETER = 1000

_ID = re.compile(r"[0-9a-z]{26}")


def parameter(visit: Visit, name: str) -> str:
    """A parameter that the button must carry."""
    value = visit.event.parameters.get(name, "")
    if not value or len(value) > MAX_PARAMETER or not value.isprintable():
        raise InvalidInput("This button is out of date: refresh the card and try again.", field=name)
    return value


def id_parameter(visit: Visit, name: str) -> str:
    return identifier(parameter(visit, name))


def identifier(value: str) -> str:
    """The id, if it looks like one: what no id looks like leads to nothing, and must not reach a statement."""
    if not is_identifier(value):
        raise NotFound("This does not exist, or you have no access to it.")
    return value


def is_identifier(value: str) -> bool:
    return bool(_ID.fullmatch(value))


def nonce(visit: Visit) -> str:
    value = visit.event.parameters.get(NONCE, "")
    if not _ID.fullmatch(value):
        raise InvalidInput("This button is out of date: refresh the card and try again.", field=NONCE)
    return value
