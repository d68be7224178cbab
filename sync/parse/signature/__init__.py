"""What people write under their mail: which lines those are, and what they say about the sender."""

from sync.parse.signature.details import Details, details_of
from sync.parse.signature.footers import without_footer
from sync.parse.signature.lines import signature_start
from sync.parse.signature.sender import Sender

__all__ = ["Details", "Sender", "read_signature", "signature_start"]


def read_signature(text: str, *, name: str, address: str) -> Details | None:
    """What the signature at the end of `text` says; None when there is none, or it is someone else's.

    `text` is what the author typed, without quotations; `name` and `address` are those of the From header.
    """
    sender = Sender.of(name, address)
    lines = without_footer(text.splitlines())
    start = signature_start(lines, sender=sender)
    return None if start is None else details_of(lines[start:], sender=sender)
