"""The syntax tree of a formula, and the Pratt parser that grows it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from app.records.formulas.tokens import FormulaError, Token, tokens_of
from app.records.formulas.types import CHECKBOX, EMPTY, NUMBER, TEXT, Type, Value

MAX_DEPTH = 60
"""Of a tree, and of the brackets in a formula: neither checking nor evaluation can exhaust the stack."""
MAX_NODES = 500
WORDS = frozenset({"and", "or", "not", "true", "false", "empty"})
"""Names that mean something by themselves; a field with such a key is written in braces."""
_STRENGTH = {"or": 1, "and": 2, "=": 4, "!=": 4, "<>": 4, "<": 4, "<=": 4, ">": 4, ">=": 4}
_STRENGTH |= {"&": 5, "+": 6, "-": 6, "*": 7, "/": 7}
_NOT, _COMPARISON, _MINUS = 3, 4, 8
_TOO_LARGE = "This formula is too large: split it over two fields"
_CONSTANTS: dict[str, tuple[Value, Type]] = {
    "true": (True, CHECKBOX),
    "false": (False, CHECKBOX),
    "empty": (None, EMPTY),
}


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value
    type: Type
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A field of the record, or, by two steps, of a record that one of its fields leads to."""

    steps: tuple[Token, ...]
    at: int
    end: int

    @property
    def path(self) -> tuple[str, ...]:
        """The keys, in a formula that is stored; otherwise what the person wrote."""
        return tuple(step.text.strip("{}").strip() for step in self.steps)


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple["Node", ...]
    at: int
    end: int
    height: int


@dataclass(frozen=True, slots=True)
class Operation:
    """`left` is missing from `-x` and `not x`. The operator stands at `sign`."""

    operator: str
    left: "Node | None"
    right: "Node"
    sign: int
    at: int
    end: int
    height: int


Node: TypeAlias = Constant | Reference | Call | Operation


@lru_cache(maxsize=4096)
def parse(source: str) -> Node:
    """The tree of a formula. Raises FormulaError saying where and what to do."""
    return _Parser(source).whole()


class _Parser:
    def __init__(self, source: str) -> None:
        self._tokens = tokens_of(source)
        self._next = 0
        self._nodes = 0

    def whole(self) -> Node:
        tree = self._expression(0, 0)
        if self._token.kind != "end":
            raise FormulaError(f"An operator such as + is missing before {self._token.text}", self._token.at)
        return tree

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _expression(self, strength: int, depth: int) -> Node:
        left = self._operand(depth)
        while (stronger := _STRENGTH.get(self._token.text.lower(), 0)) > strength:
            sign = self._take()
            left = self._operation(sign, left, self._expression(stronger, depth + 1))
            if stronger == _COMPARISON == _STRENGTH.get(self._token.text):
                raise FormulaError("Compare two things at a time, and join the answers with and", self._token.at)
        return left

    def _operand(self, depth: int) -> Node:
        token = self._take()
        word = token.text.lower()
        if depth > MAX_DEPTH:
            raise FormulaError(_TOO_LARGE, token.at)
        if word == "(":
            inner = self._expression(0, depth + 1)
            self._expect(")")
            return inner
        if word in ("-", "not"):
            return self._operation(token, None, self._expression(_MINUS if word == "-" else _NOT, depth + 1))
        return self._counted(self._leaf(token, word, depth))

    def _leaf(self, token: Token, word: str, depth: int) -> Node:
        if token.kind == "number":
            return Constant(Decimal(token.text), NUMBER, token.at, token.end)
        if token.kind == "text":
            return Constant(
                re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL) or None, TEXT, token.at, token.end
            )
        if token.kind == "name" and word in _CONSTANTS:
            return Constant(*_CONSTANTS[word], token.at, token.end)
        if token.kind == "name" and self._token.text == "(":
            return self._call(token, depth)
        if token.kind == "field" or (token.kind == "name" and word not in WORDS):
            return self._reference(token)
        missing = (
            "Something is missing at the end" if token.kind == "end" else f"A value is missing before {token.text}"
        )
        raise FormulaError(missing, token.at)

    def _call(self, name: Token, depth: int) -> Call:
        self._take()
        arguments: list[Node] = []
        while self._token.text != ")":
            arguments.append(self._expression(0, depth + 1))
            if self._token.text != ")":
                self._expect(",")
        closing = self._take()
        height = 1 + max(map(_height, arguments), default=0)
        return Call(name.text.lower(), tuple(arguments), name.at, closing.end, height)

    def _reference(self, first: Token) -> Reference:
        steps = [first]
        while self._token.text == ".":
            dot = self._take()
            if self._token.kind not in ("name", "field"):
                raise FormulaError("Name a field of the related record after the point", dot.at)
            steps.append(self._take())
        if len(steps) > 2:
            raise FormulaError("A formula reaches one record further, not two", steps[2].at)
        return Reference(tuple(steps), first.at, steps[-1].end)

    def _expect(self, sign: str) -> None:
        if self._token.text != sign:
            raise FormulaError(f"{sign} is missing", self._token.at)
        self._take()

    def _operation(self, sign: Token, left: Node | None, right: Node) -> Node:
        operator, at = sign.text.lower().replace("<>", "!="), left.at if left else sign.at
        height = 1 + max(_height(right), _height(left) if left else 0)
        return self._counted(Operation(operator, left, right, sign.at, at, right.end, height))

    def _counted(self, node: Node) -> Node:
        self._nodes += 1
        if _height(node) > MAX_DEPTH or self._nodes > MAX_NODES:
            raise FormulaError(_TOO_LARGE, node.at)
        return node


def _height(node: Node) -> int:
    return node.height if isinstance(node, Call | Operation) else 0
