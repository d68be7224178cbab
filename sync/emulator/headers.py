"""Header fields of RFC 5322 messages, read leniently: broken mail is normal mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses, mktime_tz, parsedate_tz

Header = tuple[str, str]

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_SUBJECT_PREFIX = re.compile(r"^\s*((re|fwd?|aw|wg|sv|vs|antw|rif|tr|res)(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


def scan_headers(raw: bytes) -> list[Header]:
    """All header fields in order, unfolded and decoded to text, without parsing the body."""
    found: list[tuple[str, list[bytes]]] = []
    for line in header_block(raw).splitlines():
        if line[:1] in (b" ", b"\t"):
            if found:
                found[-1][1].append(line)
            continue
        field = _FIELD.match(line)
        if field is None:
            if not found and line.startswith((b"From ", b">From ")):
                continue
            break
        found.append((field[1].decode("ascii"), [field[2]]))
    return [(name, decode_value(b"".join(lines))) for name, lines in found]


def header_block(raw: bytes) -> bytes:
    """The bytes before the first empty line, whatever the line ends are."""
    ends = [position for mark in (b"\n\n", b"\r\n\r\n", b"\r\r") if (position := raw.find(mark)) >= 0]
    return raw[: min(ends)] if ends else raw


def decode_value(value: bytes) -> str:
    """A header value as readable text: folds removed, RFC 2047 words decoded, NULs dropped."""
    text = decode_text(value, "utf-8").replace("\r", "").replace("\n", "").replace("\0", "").strip()
    if "=?" not in text:
        return text
    try:
        chunks = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(
        chunk if isinstance(chunk, str) else decode_text(chunk, charset or "utf-8") for chunk, charset in chunks
    ).replace("\0", "")


def decode_text(data: bytes, charset: str) -> str:
    """Bytes as text: by the named charset, else UTF-8, else Windows-1252 with replacement characters."""
    for name in (charset.strip("\"' "), "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def first(headers: Iterable[Header], name: str) -> str:
    """The first value of a header, or an empty string."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), "")


def addresses(headers: Iterable[Header], *names: str) -> list[str]:
    """The lower-cased bare addresses in the named headers, in order."""
    wanted = {name.lower() for name in names}
    values = [value for key, value in headers if key.lower() in wanted]
    return [address.lower() for _, address in getaddresses(values) if _ADDRESS.fullmatch(address)]


def message_ids(value: str) -> list[str]:
    """The `<...>` ids in a Message-ID, In-Reply-To or References value, in order."""
    return _MESSAGE_ID.findall(value)


def subject_key(subject: str) -> str:
    """A subject without its reply and forward prefixes, for threading."""
    return " ".join(_SUBJECT_PREFIX.sub("", subject).split()).lower()


def date_milliseconds(value: str) -> int | None:
    """A Date header as epoch milliseconds; None where it cannot be read or lies before 1970."""
    try:
        parsed = parsedate_tz(value)
        seconds = mktime_tz(parsed) if parsed else -1
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return int(seconds) * 1000 if 0 <= seconds < 2**36 else None
