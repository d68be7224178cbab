"""The two spellings of Gmail's ids: the sidebar's, and that of the Gmail API, which our store uses."""

import re
from dataclasses import dataclass

from gmail_addon.errors import InvalidEvent


@dataclass(frozen=True, slots=True)
class GmailId:
    """`value` is the hex id of the Gmail API. For mail begun in Gmail's own pages the sidebar only knows an
    alias (`msg-a:…`, `thread-a:…`) that Gmail alone can resolve: then `is_alias`, and `value` is that alias."""

    value: str
    is_alias: bool = False


def gmail_id(raw: str) -> GmailId:
    """From `msg-f:<decimal>`, `thread-f:<decimal>`, plain hex, or an alias; raises InvalidEvent on all else."""
    if (numbered := re.fullmatch(r"(?:msg|thread)-f:([0-9]{1,20})", raw)) and int(numbered[1]) < 2**64:
        return GmailId(format(int(numbered[1]), "x"))
    if re.fullmatch(r"[0-9a-fA-F]{1,16}", raw):
        return GmailId(raw.lower())
    if re.fullmatch(r"(?:msg|thread)-[a-eg-z]:[A-Za-z0-9_-]{1,100}", raw):
        return GmailId(raw, is_alias=True)
    raise InvalidEvent(f"gmail: {raw[:40]!r} is no message or thread id", field="gmail")
