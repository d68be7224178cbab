"""What each operator says of an operand."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.records.fields import value_type
from app.records.fields.choices import choices_of
from app.records.filters import patterns
from app.records.filters.operands import Condition, Operand
from app.records.filters.operators import Operator
from app.records.filters.periods import Period
from app.records.filters.tree import refuse
from app.records.filters.values import TEXTUAL, Values
from models import Stage

Build = Callable[[Operand, Any], Condition]


def condition(operand: Operand, operator: Operator, values: Values, given: Any, path: str) -> Condition:
    """Raises InvalidInput naming the place of a value that does not fit."""
    family = value_type(operand.field).family
    if operator.takes == "nothing":
        if given is not None:
            raise refuse(path, f"`{operator.name}` takes no value.")
        filled = operand.some(lambda _value: true())
        return filled if operator.name == "is_not_empty" else not_(filled)
    times = family in ("date", "moment")
    read = {"value": values.one, "list": values.several, "period": values.period}
    read["pair"] = values.periods if times else values.pair
    value = read[operator.takes](given, path)
    opposite = _OPPOSITES.get(operator.name)
    build = _BUILDERS.get(family, _PLAIN)[opposite or operator.name]
    return not_(build(operand, value)) if opposite else build(operand, value)


def _is(operand: Operand, value: Any) -> Condition:
    if value is False:
        return not_(operand.some(lambda found: found == true()))
    return operand.some(lambda found: found == (true() if value is True else operand.bind(value)))


def _is_any_of(operand: Operand, values: list[Any]) -> Condition:
    return operand.some(lambda found: found.in_([operand.bind(value) for value in values]))


def _has_all_of(operand: Operand, values: list[Any]) -> Condition:
    return and_(*(_is(operand, value) for value in dict.fromkeys(values)))


def _compared(compare: Callable[[ColumnElement[Any], Any], Condition]) -> Build:
    return lambda operand, value: operand.some(lambda found: compare(found, operand.bind(value)))


def _between(operand: Operand, values: tuple[Any, Any]) -> Condition:
    low, high = map(operand.bind, values)
    return operand.some(lambda found: and_(found >= low, found <= high))


def _matching(pattern: Callable[[str], str]) -> Build:
    return lambda operand, text: operand.some(lambda found: found.regexp_match(pattern(text)))


def _one_text_of(operand: Operand, texts: list[str]) -> Condition:
    return operand.some(lambda found: found.regexp_match(patterns.equal_to(texts)))


def _within(operand: Operand, period: Period) -> Condition:
    start, end = operand.bind(period.start), operand.bind(period.end)
    return operand.some(lambda found: and_(found >= start, found < end))


def _from_to(operand: Operand, periods: tuple[Period, Period]) -> Condition:
    return _within(operand, Period(periods[0].start, periods[1].end))


def _timed(compare: Callable[[ColumnElement[Any], Any], Condition], edge: str) -> Build:
    return lambda operand, period: operand.some(lambda found: compare(found, operand.bind(getattr(period, edge))))


def _choice_ranked(within: Callable[[int, int], bool]) -> Build:
    """By the order of the choices; a value that is no longer one has no rank."""

    def build(operand: Operand, value: str) -> Condition:
        ranked = [choice["value"] for choice in choices_of(operand.field)]
        wanted = ranked.index(value) if value in ranked else -1
        reached = [choice for rank, choice in enumerate(ranked) if wanted >= 0 and within(rank, wanted)]
        return operand.some(lambda found: found.in_(reached))

    return build


def _stage_ranked(compare: Callable[[Any, Any], Condition]) -> Build:
    """By the order of the stages within one pipeline."""

    def build(operand: Operand, stage_id: str) -> Condition:
        stage, wanted = aliased(Stage), aliased(Stage)
        reached = select(col(stage.id)).where(
            col(wanted.id) == stage_id,
            col(stage.pipeline_id) == col(wanted.pipeline_id),
            compare(col(stage.position), col(wanted.position)),
        )
        return operand.some(lambda found: found.in_(reached))

    return build


_OPPOSITES = {
    "is_not": "is",
    "is_none_of": "is_any_of",
    "not_contains": "contains",
    "not_within": "within",
}
_PLAIN: dict[str, Build] = {
    "is": _is,
    "is_any_of": _is_any_of,
    "has_all_of": _has_all_of,
    "at_least": _compared(lambda found, value: found >= value),
    "at_most": _compared(lambda found, value: found <= value),
    "greater_than": _compared(lambda found, value: found > value),
    "less_than": _compared(lambda found, value: found < value),
    "between": _between,
}
_TEXTS: dict[str, Build] = {
    "is": lambda operand, text: _one_text_of(operand, [text]),
    "is_any_of": _one_text_of,
    "contains": _matching(patterns.containing),
    "starts_with": _matching(patterns.starting_with),
    "ends_with": _matching(patterns.ending_with),
}
_TIMES: dict[str, Build] = {
    "is": _within,
    "within": _within,
    "before": _timed(lambda found, edge: found < edge, "start"),
    "after": _timed(lambda found, edge: found >= edge, "end"),
    "on_or_before": _timed(lambda found, edge: found < edge, "end"),
    "on_or_after": _timed(lambda found, edge: found >= edge, "start"),
    "between": _from_to,
}
_BUILDERS: dict[str, dict[str, Build]] = {
    **dict.fromkeys(TEXTUAL, _TEXTS),
    "date": _TIMES,
    "moment": _TIMES,
    "choice": _PLAIN
    | {
        "at_least": _choice_ranked(lambda rank, wanted: rank >= wanted),
        "at_most": _choice_ranked(lambda rank, wanted: rank <= wanted),
    },
    "stage": _PLAIN
    | {
        "at_least": _stage_ranked(lambda found, wanted: found >= wanted),
        "at_most": _stage_ranked(lambda found, wanted: found <= wanted),
    },
}
