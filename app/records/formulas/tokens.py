"""The words of a formula, and where each of them stands."""

import re
from dataclasses import dataclass

from app.core.errors import InvalidInput

MAX_FORMULA = 4_000
_WORDS = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<field>\{[^{}\n]{1,200}\})
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign><=|>=|!=|<>|[-+*/&=<>(),.])""",
    re.VERBOSE | re.DOTALL,
)


class FormulaError(InvalidInput):
    """What is wrong with a formula and what to do; `position` counts its characters from 1."""

    def __init__(self, message: str, at: int) -> None:
        self.position = at + 1
        self.details = {"position": self.position}
        super().__init__(f"{message}, at {self.position}", field="formula")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: number, text, field (a name in braces), name, sign or end. It is `source[at:end]`."""

    kind: str
    text: str
    at: int
    end: int


def tokens_of(source: str) -> list[Token]:
    """The words in order, with an `end` behind the last. Raises FormulaError."""
    if len(source) > MAX_FORMULA:
        raise FormulaError(f"A formula has at most {MAX_FORMULA:,} characters: split it over two fields", MAX_FORMULA)
    tokens, at = [], 0
    while at < len(source):
        found = _WORDS.match(source, at)
        if found is None:
            raise FormulaError(_complaint(source[at]), at)
        kind = found.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, found.group(), at, found.end()))
        at = found.end()
    return [*tokens, Token("end", "", at, at)]


def _complaint(character: str) -> str:
    if character == '"':
        return 'This text has no end: close it with "'
    if character in "{}":
        return "Write the name of a field in braces, such as {Annual revenue}"
    return f"{character} means nothing in a formula"
