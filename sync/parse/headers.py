"""Header fields of a Gmail part: lookup, RFC 2047 decoding, message ids."""

import base64
import binascii
import re
from typing import Any

from sync.parse.text import clean, decode, one_line

MAX_VALUE = 100_000
MAX_MESSAGE_ID = 500
MAX_REFERENCES = 100

_ENCODED_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\s]{0,2000}|[^?]{0,200})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_BRACKETED_ID = re.compile(r"<([^<>\s]{1,2000})>")
_PARAMETER = re.compile(r';\s*([\w-]{1,60})\s*=\s*(?:"([^"]*)"|([^\s;"]+))')


class Headers:
    """The headers of one part, looked up without regard to case."""

    __slots__ = ("_values",)

    def __init__(self, raw: Any) -> None:
        self._values: dict[str, list[str]] = {}
        for header in raw if isinstance(raw, list) else ():
            try:
                name, value = header["name"].lower(), header["value"]
            except (AttributeError, KeyError, TypeError):
                continue
            if isinstance(value, str):
                self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def first(self, name: str) -> str:
        """The first value of the field (name in lower case), or ""."""
        values = self._values.get(name)
        return values[0][:MAX_VALUE] if values else ""

    def every(self, name: str) -> list[str]:
        """All values of the field, for fields that may repeat."""
        return [value[:MAX_VALUE] for value in self._values.get(name, ())]

    def items(self) -> list[tuple[str, str]]:
        """All fields as (lower-case name, value)."""
        return [(name, value[:MAX_VALUE]) for name, values in self._values.items() for value in values]


def decode_words(value: str) -> str:
    """Decode the RFC 2047 encoded words of a header value; text that holds none comes back as it is."""
    if "=?" not in value:
        return value
    problems: list[str] = []
    joined = _BETWEEN_WORDS.sub(r"\1\2", value)
    pieces: list[str] = []
    pending, pending_charset, end = b"", "", 0
    for word in _ENCODED_WORD.finditer(joined):
        charset = word[1].lower()
        # Some senders split one character over two words, so neighbours in one charset are decoded together.
        if pending and (word.start() != end or charset != pending_charset):
            pieces.append(decode(pending, pending_charset, problems, "header"))
            pending = b""
        pieces.append(joined[end : word.start()])
        pending, pending_charset, end = pending + _word_bytes(word), charset, word.end()
    pieces.append(decode(pending, pending_charset, problems, "header") if pending else "")
    return "".join([*pieces, joined[end:]])


def _word_bytes(word: re.Match[str]) -> bytes:
    payload = word[3].encode("utf-8", "replace")
    if word[2] in "qQ":
        return _QUOTED_BYTE.sub(lambda code: bytes((int(code[1], 16),)), payload.replace(b"_", b" "))
    try:
        return base64.b64decode(payload + b"=" * (-len(payload) % 4))
    except binascii.Error:
        return payload


def text_header(value: str, limit: int) -> str:
    """A human-readable header (Subject) decoded, on one line, cut at `limit` characters."""
    return one_line(decode_words(value), limit)


def message_id(value: str) -> str:
    """A Message-ID without its angle brackets, "" when there is none (RFC 5322 3.6.4, read generously)."""
    bracketed = _BRACKETED.search(value)
    return one_line(bracketed[1] if bracketed else value.strip(" \t\r\n<>"), MAX_MESSAGE_ID)


def message_ids(value: str) -> tuple[str, ...]:
    """The ids of a References or In-Reply-To header, in order, at most the last MAX_REFERENCES."""
    if not value:
        return ()
    found = _BRACKETED_ID.findall(value) or [word for word in value.split() if "@" in word]
    return tuple(clean(found_id)[:MAX_MESSAGE_ID] for found_id in found[-MAX_REFERENCES:])


def parameter(value: str, name: str) -> str:
    """A parameter of a structured header such as Content-Type (RFC 2045 5.1), "" when absent."""
    if name not in value and name not in value.lower():
        return ""
    for found in _PARAMETER.finditer(value):
        if found[1].lower() == name:
            return found[2] if found[2] is not None else found[3]
    return ""
