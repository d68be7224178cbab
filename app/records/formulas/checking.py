"""Does a formula make sense, and of what type is its answer?"""

from collections.abc import Callable, Iterator, Sequence

from app.records.formulas import functions, types
from app.records.formulas.days import UNITS
from app.records.formulas.functions import FUNCTIONS, Function
from app.records.formulas.tokens import FormulaError
from app.records.formulas.tree import Call, Constant, Node, Operation, Reference
from app.records.formulas.types import CHECKBOX, EMPTY, NUMBER, TEXT, Type, common

TypeOf = Callable[[Reference], Type]
"""The type of a field; raises FormulaError where there is no such field."""

_ARITHMETIC = {
    "+": (types.sum_type, "added"),
    "-": (types.difference_type, "subtracted"),
    "*": (types.product_type, "multiplied"),
    "/": (types.quotient_type, "divided"),
}
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_TAKES = {
    functions.TEXT: ("a text", ("text",)),
    functions.NUMBER: ("a number, a percentage or money", types.NUMERIC),
    functions.COUNT: ("a number", ("number", "percent")),
    functions.DAY: ("a date, or a date and time", types.TEMPORAL),
    functions.FLAG: ("a yes or no, such as amount > 100", ("checkbox",)),
}


def check(tree: Node, source: str, type_of: TypeOf) -> Type:
    """The type of the answer. Raises FormulaError saying what does not go together, where, and what to do."""
    answer = _Checker(source, type_of).type(tree)
    if answer == EMPTY:
        raise FormulaError("This formula is always empty: name a field in it", tree.at)
    return answer


def references_in(tree: Node) -> Iterator[Reference]:
    """Every field that the formula names, as often as it names it."""
    match tree:
        case Reference():
            yield tree
        case Call():
            for argument in tree.arguments:
                yield from references_in(argument)
        case Operation():
            if tree.left:
                yield from references_in(tree.left)
            yield from references_in(tree.right)


def asks_the_time(tree: Node) -> bool:
    """Whether the answer changes by itself, as `today()` does."""
    match tree:
        case Call():
            return FUNCTIONS[tree.name].clock or any(map(asks_the_time, tree.arguments))
        case Operation():
            return any(asks_the_time(side) for side in (tree.left, tree.right) if side)
    return False


class _Checker:
    def __init__(self, source: str, type_of: TypeOf) -> None:
        self._source = source
        self._type_of = type_of

    def type(self, node: Node) -> Type:
        match node:
            case Constant():
                return node.type
            case Reference():
                return self._type_of(node)
            case Call():
                return self._call(node)
        return self._binary(node, node.left) if node.left else self._unary(node)

    def _unary(self, node: Operation) -> Type:
        operand = self.type(node.right)
        if node.operator == "not":
            return self._flag(node.right, operand, "not")
        if operand.name not in (*types.NUMERIC, "empty"):
            raise FormulaError(f"{self._is(node.right, operand)}: only numbers have a minus", node.sign)
        return operand

    def _binary(self, node: Operation, operand: Node) -> Type:
        left, right = self.type(operand), self.type(node.right)
        if node.operator in ("and", "or"):
            self._flag(operand, left, node.operator)
            return self._flag(node.right, right, node.operator)
        if node.operator == "&":
            return TEXT
        if node.operator in _COMPARISONS:
            if common([left, right]) is None:
                raise self._mismatch(operand, left, node, right, "compared")
            return CHECKBOX
        result, verb = _ARITHMETIC[node.operator]
        found = result(_or_number(left, right), _or_number(right, left))
        if found is None:
            raise self._mismatch(operand, left, node, right, verb)
        return found

    def _call(self, node: Call) -> Type:
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise FormulaError(f"There is no function {node.name}", node.at)
        self._count(node, function)
        given = [self.type(argument) for argument in node.arguments]
        for argument, found, wanted in zip(node.arguments, given, _wanted(function, len(given)), strict=True):
            self._argument(node.name, argument, found, wanted)
        if node.name == "date_add":
            self._unit(node.arguments[2])
        return self._result(node, function, given)

    def _count(self, node: Call, function: Function) -> None:
        most = len(function.takes)
        least = most - function.optional
        if len(node.arguments) < least or (len(node.arguments) > most and not function.many):
            asked = f"at least {least}" if function.many else f"{least} to {most}" if function.optional else str(least)
            raise FormulaError(f"{node.name} takes {asked} values, not {len(node.arguments)}", node.at)

    def _argument(self, name: str, argument: Node, found: Type, wanted: str) -> None:
        if wanted == functions.ANY or found == EMPTY:
            return
        spoken, names = _TAKES[wanted]
        if found.name not in names:
            raise FormulaError(f"{self._is(argument, found)}: {name} takes {spoken} here", argument.at)

    def _unit(self, unit: Node) -> None:
        known = {name for many in UNITS for name in (many, many[:-1])}
        if isinstance(unit, Constant) and str(unit.value).lower() not in known:
            raise FormulaError(f"date_add counts in {', '.join(UNITS)}", unit.at)

    def _result(self, node: Call, function: Function, given: Sequence[Type]) -> Type:
        if node.name == "one_of" and common(given) is None:
            raise FormulaError("one_of takes values of one type", node.at)
        if function.result == functions.FIRST:
            return _or_number(given[0], EMPTY)
        if function.result != functions.SAME:
            return Type(function.result)
        choices = given[1:] if node.name == "if" else given
        shared = common(choices)
        if shared is None:
            raise FormulaError(f"{node.name} takes values of one type, not {_listed(choices)}", node.at)
        return shared

    def _flag(self, node: Node, found: Type, word: str) -> Type:
        if found not in (CHECKBOX, EMPTY):
            raise FormulaError(f"{self._is(node, found)}: {word} takes a yes or no, such as amount > 100", node.at)
        return CHECKBOX

    def _mismatch(self, left: Node, left_type: Type, node: Operation, right: Type, verb: str) -> FormulaError:
        both = f"{self._is(left, left_type)}, {self._is(node.right, right)}"
        if left_type.name == right.name == "currency" and left_type != right:
            both = f"{both} ({left_type.currency} and {right.currency})"
        return FormulaError(f"{both}: they cannot be {verb}", node.sign)

    def _is(self, node: Node, type: Type) -> str:
        words = " ".join(self._source[node.at : node.end].split())
        return f"{words if len(words) <= 40 else words[:39] + '…'} is {type}"


def _or_number(one: Type, other: Type) -> Type:
    """In arithmetic, `empty` stands for a number, or for what the other side is."""
    if one != EMPTY:
        return one
    return other if other.name in types.NUMERIC else NUMBER


def _wanted(function: Function, count: int) -> list[str]:
    repeated = [function.takes[-1]] * (count - len(function.takes)) if function.many else []
    return [*function.takes, *repeated][:count]


def _listed(given: Sequence[Type]) -> str:
    return " and ".join(dict.fromkeys(str(one) for one in given))
