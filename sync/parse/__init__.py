"""A Gmail message as Google returns it, read into what the store needs. Pure functions: no database, no network."""

from sync.parse.addresses import parse_addresses
from sync.parse.display import display_html
from sync.parse.message import parse_message
from sync.parse.model import (
    PARSER_VERSION,
    Address,
    Attachment,
    Bounce,
    FailedRecipient,
    Invitation,
    Kind,
    ParsedMessage,
    Participant,
    Resource,
)

__all__ = [
    "PARSER_VERSION",
    "Address",
    "Attachment",
    "Bounce",
    "FailedRecipient",
    "Invitation",
    "Kind",
    "ParsedMessage",
    "Participant",
    "Resource",
    "display_html",
    "parse_addresses",
    "parse_message",
]
