"""Text from strangers, made to read as what it is."""

import re
from collections.abc import Callable


def display(text: str) -> str:
    """The text without what would make it read as something else: control characters, direction overrides,
    invisible characters, heaps of accents. Joiners stay where Indic and Arabic scripts and emoji need them,
    line breaks become "\\n", and what no encoder takes becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    for pattern, replacement in _NEUTRALISED:
        text = pattern.sub(replacement, text)
    return text


def _flag_or_nothing(match: re.Match[str]) -> str:
    return match[1] or ""


# Code points as in the Unicode Character Database. Order matters only where one pattern makes work for the next.
_JOINING_SCRIPTS_AND_EMOJI = "\u0600-\u1dff\u203c-\u2049\u2100-\uffff\U00010000-\U000dffff"
_ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a]{1,6}\U000e007f"

_NEUTRALISED: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]"), "\n"),
    (re.compile("\t"), " "),
    (re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]"), ""),
    (re.compile("[\ud800-\udfff\ufffe\uffff]"), "\ufffd"),
    (re.compile(f"[{_DIRECTIONS}{_INVISIBLE}]"), ""),
    (re.compile(f"({_FLAG})|[\U000e0000-\U000e00ff]"), _flag_or_nothing),
    (
        re.compile(
            f"(?<![{_JOINING_SCRIPTS_AND_EMOJI}])[\u200c\u200d]+"
            f"|[\u200c\u200d]+(?![\u200c\u200d{_JOINING_SCRIPTS_AND_EMOJI}])"
        ),
        "",
    ),
    (re.compile(f"([{_ACCENTS}]{{3}})[{_ACCENTS}]+"), r"\1"),
)
