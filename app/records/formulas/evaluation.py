"""The answer of a formula: exact decimals, no side effects, no exceptions, and a cost bounded by its length.

What is empty stays empty in arithmetic, is never less or more than anything, is no in a condition, and is "" in a
text. Division by zero is empty, and so is a number beyond all measure.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

from app.records.formulas import days
from app.records.formulas.functions import FUNCTIONS
from app.records.formulas.texts import MAX_TEXT, as_text, folded, same
from app.records.formulas.tree import Call, Constant, Node, Reference
from app.records.formulas.types import Value

Read = Callable[[tuple[str, ...]], Value]
"""The value of a field by its path: `(key,)`, or `(key, key of the related record)`."""

EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN, traps=[])
LARGEST = Decimal(10) ** 30


def evaluate(tree: Node, read: Read, *, now: datetime) -> Value:
    """The answer of a formula that `check` let pass."""
    with localcontext(EXACT):
        return _value(tree, read, now)


def _value(node: Node, read: Read, now: datetime) -> Value:
    match node:
        case Constant():
            return bounded(node.value)
        case Reference():
            return bounded(read(node.path))
        case Call():
            return bounded(_called(node, [_value(argument, read, now) for argument in node.arguments], now))
    right = _value(node.right, read, now)
    if node.left is None:
        return not right if node.operator == "not" else None if right is None else bounded(-_number(right))
    left = _value(node.left, read, now)
    if node.operator in _LOGIC:
        return _LOGIC[node.operator](left, right)
    return None if left is None or right is None else bounded(_ARITHMETIC[node.operator](left, right))


def _called(node: Call, arguments: list[Value], now: datetime) -> Value:
    function = FUNCTIONS[node.name]
    if not function.minds_empty and any(argument is None for argument in arguments):
        return None
    return function.run(now, *arguments) if function.clock else function.run(*arguments)


def bounded(value: Value) -> Value:
    """An empty text is empty, a long one is cut, and a number that is none or too large is empty."""
    if isinstance(value, str):
        return value[:MAX_TEXT] or None
    if isinstance(value, Decimal):
        return value + 0 if value.is_finite() and abs(value) < LARGEST else None
    return value


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _plus(left: Any, right: Any) -> Value:
    if isinstance(right, date):
        left, right = right, left
    return days.later(left, right) if isinstance(left, date) else left + right


def _minus(left: Any, right: Any) -> Value:
    if isinstance(right, date):
        return days.difference(left, right)
    return days.later(left, -right) if isinstance(left, date) else left - right


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """Empty is neither less nor more than anything."""
    return lambda left, right: left is not None and right is not None and test(folded(left), folded(right))


_LOGIC: dict[str, Callable[[Value, Value], Value]] = {
    "and": lambda left, right: bool(left) and bool(right),
    "or": lambda left, right: bool(left) or bool(right),
    "&": lambda left, right: bounded(as_text(left) + as_text(right)),
    "=": same,
    "!=": lambda left, right: not same(left, right),
    "<": _compared(lambda left, right: left < right),
    "<=": _compared(lambda left, right: left <= right),
    ">": _compared(lambda left, right: left > right),
    ">=": _compared(lambda left, right: left >= right),
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Value]] = {
    "+": _plus,
    "-": _minus,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else None,
}
