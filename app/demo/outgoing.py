"""What the compose window sends: an RFC 5322 message with a text and an HTML body."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import InvalidInput
from app.demo.context import DemoMember
from sync.parse import display_html
from sync.parse.addresses import parse_addresses

MAX_BODY = 200_000


class Draft(BaseModel):
    """The fields of the compose window. Recipients are header text, e.g. `Ann <ann@a.example>, bo@b.example`."""

    model_config = ConfigDict(extra="forbid")

    to: str = Field(min_length=1, max_length=10_000)
    cc: str = Field(default="", max_length=10_000)
    bcc: str = Field(default="", max_length=10_000)
    subject: str = Field(default="", max_length=1_000)
    text: str = Field(max_length=MAX_BODY)
    html: str = Field(max_length=MAX_BODY)
    threadId: str | None = None
    inReplyTo: str | None = Field(default=None, max_length=1_000)


def compose_message(draft: Draft, sender: DemoMember) -> bytes:
    """RFC 5322 bytes. Recipients that cannot be read as addresses are refused by name."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.email)
    for header, value in (("To", draft.to), ("Cc", draft.cc), ("Bcc", draft.bcc)):
        if value.strip():
            message[header] = _recipients(header, value)
    message["Subject"] = " ".join(draft.subject.split())
    if draft.inReplyTo:
        message["In-Reply-To"] = message["References"] = f"<{draft.inReplyTo.strip('<> ')}>"
    message.set_content(draft.text or "\n")
    message.add_alternative(f"<html><body>{display_html(draft.html)}</body></html>", subtype="html")
    return message.as_bytes()


def _recipients(header: str, value: str) -> list[Address]:
    try:
        people = [Address(person.name, addr_spec=person.address) for person in parse_addresses(value)]
    except (ValueError, HeaderParseError):
        people = []
    if not people:
        raise InvalidInput(f"{header} must hold addresses such as ann@example.com, separated by commas.", field=header)
    return people
