"""Where a signature begins.

It stands at the very end, after a delimiter, a closing ("Best regards,") or the sender's own name. What follows must
look like a signature all the way down: short lines with names, titles, numbers and addresses, and no sentences.
"""

import re
from collections.abc import Sequence

from sync.parse.signature.marks import (
    CLOSINGS,
    EMAIL,
    EXTENSION,
    FOREIGN,
    LEGAL_FORM,
    ORGANISATION,
    PHONE_LABEL,
    POSTAL,
    RULER,
    STREET,
    TITLE,
    URL,
)
from sync.parse.signature.pieces import pieces_of
from sync.parse.signature.sender import WORDS, Sender

MOST_LINES = 14
"""Lines, blank and drawn ones aside, that a signature has at most."""
LONGEST_LINE = 120
_LONGEST_CLOSING = 40
_SENTENCE = re.compile(
    r"[^\W\d_]{2,}\s+[^\W\d_]+\s+[^\W\d_]+.*[.!?]\s*$|\b(?:i|we|you|please|will|would|could)\b", re.IGNORECASE
)
_DELIMITER = re.compile(r"-{2,4} ?")


def signature_start(lines: Sequence[str], *, sender: Sender) -> int | None:
    """The index of the first line of the signature, its closing included and its delimiter not; None without one."""
    tail = [at for at, line in enumerate(lines) if line.strip() and not is_ruler(line)][-MOST_LINES:]
    if not tail:
        return None
    delimited = _after_delimiter(lines, tail, sender)
    if delimited is not None:
        return delimited
    for at in tail:
        if _opens(lines, at, sender, last=at == tail[-1]) and _is_block(lines, at + 1):
            return at
    return None


def is_closing(line: str) -> bool:
    """Whether the line is a closing and nothing more, e.g. `Best regards,`; a name may follow it."""
    plain = " ".join(line[: 2 * _LONGEST_CLOSING].casefold().strip(" ,.!-–—*，。").split())
    if len(plain) > _LONGEST_CLOSING:
        return False
    words = plain.replace(",", " ").replace(".", " ").replace("!", " ").split()
    return plain in CLOSINGS or any(
        " ".join(words[:count]) in CLOSINGS for count in range(max(1, len(words) - 2), len(words))
    )


def is_ruler(line: str) -> bool:
    return len(line) <= LONGEST_LINE and RULER.fullmatch(line.strip()) is not None


def is_detail(line: str) -> bool:
    """Whether the line says how to reach someone, or who they are at work."""
    marks = (EMAIL, URL, PHONE_LABEL, EXTENSION, LEGAL_FORM, ORGANISATION, POSTAL, STREET, TITLE)
    return any(mark.search(line) for mark in marks) or _has_phone(line)


def _after_delimiter(lines: Sequence[str], tail: Sequence[int], sender: Sender) -> int | None:
    """Below a delimiter a saying may stand as well: only the number and length of the lines is bounded there."""
    for at in range(tail[0] - 1 if tail[0] else 0, tail[-1]):
        if _DELIMITER.fullmatch(lines[at]):
            below = [position for position in tail if position > at]
            if not any(_is_foreign(lines[position]) for position in below):
                return _signed_above(lines, [position for position in tail if position < at], sender, below[0])
    return None


def _signed_above(lines: Sequence[str], above: Sequence[int], sender: Sender, start: int) -> int:
    """Where the closing and name right above the delimiter begin; `start` when there are none."""
    for at in reversed(above[-2:]):
        if is_closing(lines[at]) or sender.signs(lines[at]):
            start = at
        else:
            break
    return start


def _opens(lines: Sequence[str], at: int, sender: Sender, *, last: bool) -> bool:
    line = lines[at]
    if _is_foreign(line):
        return False
    if is_closing(line):
        return not last or sender.signs(line)
    first = pieces_of(line)[:1]
    return sender.signs(EXTENSION.sub("", line)) or bool(
        first and sender.full_name(first[0]) and not _SENTENCE.search(line)
    )


def _is_block(lines: Sequence[str], start: int) -> bool:
    """Whether everything from here on may belong to a signature."""
    return all(_belongs(line.strip()) for line in lines[start:] if line.strip() and not is_ruler(line))


def _belongs(line: str) -> bool:
    if _is_foreign(line) or line.endswith("?"):
        return False
    return is_detail(line) or not _SENTENCE.search(line)


def _is_foreign(line: str) -> bool:
    """Too long for a signature, or the beginning of somebody else's mail."""
    return len(line) > LONGEST_LINE or FOREIGN.search(line) is not None


def _has_phone(line: str) -> bool:
    return sum(map(str.isdigit, line)) >= 7 and len(WORDS.findall(line)) <= 6
