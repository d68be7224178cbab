"""What a filter means, in plain Python: the compiled one must select the same records."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.records.filters.world import FIELDS, RANKS, Thing, World

TYPES = {key: type for key, type, _, _ in FIELDS}
Holds = Callable[[Any], bool]


def matches(world: World, tree: dict[str, Any], thing: Thing) -> bool:
    if "and" in tree:
        return all(matches(world, item, thing) for item in tree["and"])
    if "or" in tree:
        return any(matches(world, item, thing) for item in tree["or"])
    if "not" in tree:
        return not matches(world, tree["not"], thing)
    return not tree or _leaf(world, tree, thing)


def _leaf(world: World, leaf: dict[str, Any], thing: Thing) -> bool:
    key, op, wanted = leaf["field"], leaf["op"], leaf.get("value")
    values = _values(world, key, thing)
    if TYPES.get(key) == "checkbox" and op in ("is", "is_not"):
        return ((True in values) == wanted) == (op == "is")
    if op == "is_empty":
        return not values
    if op == "is_not_empty":
        return bool(values)
    opposites = {"is_not": "is", "is_none_of": "is_any_of", "not_contains": "contains", "not_within": "within"}
    if op in opposites:
        return not _some(world, key, opposites[op], wanted, values)
    return _some(world, key, op, wanted, values)


def _values(world: World, key: str, thing: Thing) -> list[Any]:
    """Everything that a condition on this field looks at."""
    head, _, tail = key.partition(".")
    value = thing.get(head)
    if value is None:
        return []
    if head == "address":
        return [value[tail]] if tail in value else [] if tail else list(value.values())
    if head == "files":
        return [text for file in value for text in (file["name"], file["url"])]
    found = value if isinstance(value, list) else [value]
    if tail == "industry":
        industries = {id: industry for industry, id in world.companies.items() if industry}
        return [industries[id] for id in found if id in industries]
    return found


def _some(world: World, key: str, op: str, wanted: Any, values: list[Any]) -> bool:
    type = TYPES.get(key)
    if op == "has_all_of":
        return set(_known(world, wanted)) <= set(values)
    if type in ("date", "datetime"):
        return any(_timed(op, wanted)(_instant(value)) for value in values)
    if type == "dropdown" and op in ("at_least", "at_most"):
        values, wanted = [RANKS.index(value) for value in values if value in RANKS], RANKS.index(wanted)
    if type == "stage" and op in ("at_least", "at_most"):
        values, wanted = [world.stages.index(value) for value in values], world.stages.index(wanted)
    return any(_plain(op, _known(world, wanted))(value) for value in values)


def _plain(op: str, wanted: Any) -> Holds:
    tests: dict[str, Holds] = {
        "is": lambda value: same(value, wanted),
        "is_any_of": lambda value: any(same(value, one) for one in wanted),
        "contains": lambda value: fold(wanted) in fold(value),
        "starts_with": lambda value: fold(value).startswith(fold(wanted)),
        "ends_with": lambda value: fold(value).endswith(fold(wanted)),
        "at_least": lambda value: value >= wanted,
        "at_most": lambda value: value <= wanted,
        "greater_than": lambda value: value > wanted,
        "less_than": lambda value: value < wanted,
        "between": lambda value: wanted[0] <= value <= wanted[1],
    }
    return tests[op]


def _timed(op: str, wanted: Any) -> Holds:
    start, end = _stretch(wanted[0])[0] if op == "between" else None, None
    if op == "between":
        end = _stretch(wanted[1])[1]
    else:
        start, end = _stretch(wanted)
    tests: dict[str, Holds] = {
        "before": lambda at: at < start,
        "after": lambda at: at >= end,
        "on_or_before": lambda at: at < end,
        "on_or_after": lambda at: at >= start,
    }
    return tests.get(op, lambda at: start <= at < end)


def _stretch(wanted: str) -> tuple[datetime, datetime]:
    day = {"today": "2026-05-14", "yesterday": "2026-05-13"}.get(wanted, wanted)
    start = _instant(date.fromisoformat(day))
    return start, start + timedelta(days=1)


def _instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


def _known(world: World, wanted: Any) -> Any:
    if isinstance(wanted, list):
        return [_known(world, one) for one in wanted]
    return world.alice.member_id if wanted == "me" else wanted


def same(value: Any, wanted: Any) -> bool:
    return fold(value) == fold(wanted) if isinstance(value, str) else bool(value == wanted)


def fold(text: str) -> str:
    """One letter stays one letter: what folds to several (ß) keeps its lower case."""
    return "".join(
        character.casefold()
        if len(character.casefold()) == 1
        else character.lower()
        if len(character.lower()) == 1
        else character
        for character in text
    )
