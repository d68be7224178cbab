"""Gmail's search language (https://support.google.com/mail/answer/7190), as far as a sync needs it.

An operator that is not known is searched for as words; nothing that a person types is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sync.emulator.headers import first
from sync.emulator.mailbox import Mailbox, Message
from sync.emulator.render import body_text

Test = Callable[[Message], bool]

# The API reads dates as midnight there: https://developers.google.com/gmail/api/guides/filtering
_QUERY_ZONE = ZoneInfo("America/Los_Angeles")

_TOKEN = re.compile(r'-(?=[\w"({])|[(){}]|[\w-]+:(?="|\(|\{)|"[^"]*"?|[^\s(){}"]+')


class Query:
    """A parsed query: `matches(message)`, and whether it looks into spam and trash by itself."""

    def __init__(self, text: str, mailbox: Mailbox, now: float) -> None:
        self._mailbox = mailbox
        self._now = datetime.fromtimestamp(now, UTC)
        self.reaches_hidden = re.search(r"(?<![\w-])(in|label|is):\"?(anywhere|spam|trash)\b", text, re.I) is not None
        self._tokens = _TOKEN.findall(text)
        tests = []
        while self._tokens:
            tests.extend(self._sequence(None))
        self.matches: Test = _all_of(tests)

    def _sequence(self, closing: str | None) -> list[Test]:
        """Terms up to the closing bracket; `a OR b` binds closer than the implied AND."""
        terms: list[Test] = []
        joining = False
        while self._tokens:
            token = self._tokens.pop(0)
            if token == closing:
                break
            if token in (")", "}", "AND"):
                continue
            if token in ("OR", "|"):
                joining = bool(terms)
                continue
            term = self._term(token)
            terms.append(_any_of([terms.pop(), term]) if joining else term)
            joining = False
        return terms

    def _term(self, token: str) -> Test:
        if token == "-" and self._tokens:
            return _negate(self._term(self._tokens.pop(0)))
        if token == "(":
            return _all_of(self._sequence(")"))
        if token == "{":
            return _any_of(self._sequence("}"))
        operator, colon, value = token.partition(":")
        if not colon or token.startswith('"'):
            return self._words(token)
        if not value and self._tokens[:1] and self._tokens[0][0] in '"({':
            return self._grouped(operator, self._tokens.pop(0))
        return self._operator(operator.lower(), value)

    def _grouped(self, operator: str, opening: str) -> Test:
        """`from:(a b)`, `from:{a b}` or `subject:"a b"`: the operator applies to each term inside."""
        if opening.startswith('"'):
            return self._operator(operator.lower(), opening)
        closing = ")" if opening == "(" else "}"
        inner: list[str] = []
        while self._tokens and (token := self._tokens.pop(0)) != closing:
            inner.append(token)
        tests = [self._operator(operator.lower(), token) for token in inner if token not in ("OR", "AND")]
        return _any_of(tests) if closing == "}" or "OR" in inner else _all_of(tests)

    def _operator(self, operator: str, quoted: str) -> Test:
        value = quoted.strip('"')
        if operator in _HEADER_OPERATORS:
            pattern = _pattern(value)
            names = _HEADER_OPERATORS[operator]
            return lambda message: any(n.lower() in names and pattern.search(v) for n, v in message.headers)
        if operator in ("in", "label", "is", "category"):
            return self._label(operator, value.lower())
        if operator in ("after", "newer", "before", "older", "newer_than", "older_than"):
            return self._dated(operator, value) or self._words(f"{operator}:{quoted}")
        if operator == "has" and value.lower() == "attachment":
            return lambda message: bool(message.rendered.filenames)
        if operator == "filename":
            return _has_file(value.lower())
        if operator == "rfc822msgid":
            return lambda message: message.message_id.strip("<>") == value.strip("<>")
        if operator in ("larger", "smaller", "size") and (size := _bytes(value)) is not None:
            return lambda message: (len(message.raw) < size) == (operator == "smaller")
        return self._words(f"{operator}:{quoted}")

    def _label(self, operator: str, value: str) -> Test:
        if value == "anywhere":
            return _all_of([])
        if value == "read":
            return lambda message: "UNREAD" not in message.labels
        value = {"drafts": "draft", "chats": "chat", "primary": "personal"}.get(value, value)
        label = self._mailbox.labels.named(f"category_{value}" if operator == "category" else value)
        label_id = label.id if label else None
        return lambda message: label_id in message.labels

    def _dated(self, operator: str, value: str) -> Test | None:
        moment = _age(value, self._now) if operator.endswith("_than") else _moment(value)
        if moment is None:
            return None
        milliseconds = int(moment.timestamp() * 1000)
        if operator in ("after", "newer", "newer_than"):
            return lambda message: message.internal_date >= milliseconds
        return lambda message: message.internal_date < milliseconds

    def _words(self, text: str) -> Test:
        pattern = _pattern(text.strip('"').lstrip("+"))
        return lambda message: pattern.search(_searchable(message)) is not None


_HEADER_OPERATORS = {
    "from": {"from"},
    "to": {"to", "cc", "bcc"},
    "cc": {"cc"},
    "bcc": {"bcc"},
    "subject": {"subject"},
    "list": {"list-id"},
    "deliveredto": {"delivered-to"},
}


def _searchable(message: Message) -> str:
    headers = message.headers
    shown = [first(headers, name) for name in ("Subject", "From", "To", "Cc")]
    return "\n".join([*shown, *message.rendered.filenames, body_text(message.rendered)])


def _pattern(text: str) -> re.Pattern[str]:
    """Whole words in order, whatever stands between them; scripts without spaces match anywhere."""
    words = [re.escape(word) for word in re.findall(r"\w+", text)]
    boundary = r"(?<!\w){}(?!\w)" if text.isascii() else "{}"
    return re.compile(boundary.format(r"\W+".join(words)), re.IGNORECASE)


def _moment(value: str) -> datetime | None:
    """`2026/03/01`, `2026-3-1`, `03/01/2026` or epoch seconds."""
    if re.fullmatch(r"\d{5,11}", value):
        return datetime.fromtimestamp(int(value), UTC)
    parts = [int(part) for part in re.findall(r"\d+", value)]
    if not re.fullmatch(r"\d+[/-]\d+[/-]\d+", value):
        return None
    year, month, day = parts if parts[0] > 31 else (parts[2], parts[0], parts[1])
    try:
        return datetime(year, month, day, tzinfo=_QUERY_ZONE)
    except ValueError:
        return None


def _age(value: str, now: datetime) -> datetime | None:
    """The moment `2d`, `3m` (months) or `1y` ago."""
    found = re.fullmatch(r"(\d{1,4})([hdwmy])", value.lower())
    if found is None:
        return None
    hours = {"h": 1, "d": 24, "w": 168, "m": 30 * 24, "y": 365 * 24}[found[2]]
    return now - timedelta(hours=int(found[1]) * hours)


def _bytes(value: str) -> int | None:
    found = re.fullmatch(r"(\d+)([km]?)b?", value.lower())
    return int(found[1]) * {"": 1, "k": 1024, "m": 1024**2}[found[2]] if found else None


def _has_file(value: str) -> Test:
    return lambda message: any(
        value in name.lower().replace(".", " ").split() or value in name.lower() for name in message.rendered.filenames
    )


def _all_of(tests: Sequence[Test]) -> Test:
    return lambda message: all(test(message) for test in tests)


def _any_of(tests: Sequence[Test]) -> Test:
    return lambda message: any(test(message) for test in tests)


def _negate(test: Test) -> Test:
    return lambda message: not test(message)
