"""What happened with a record lately: `{"behaviour": "replied", "op": "not_within", "days": 14}`.

Other packages add what they know of (campaigns: opened, clicked) with `@behaviour`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal_column, not_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.records.filters.tree import Tree, refuse
from models import Message, Task, TaskLink, TimelineEntry, TimelineLink

MAX_DAYS = 3650
OPERATORS = {"within": "in the last days", "not_within": "not in the last days", "ever": "ever", "never": "never"}
UNTOLD = ("bounce", "auto_reply")
"""Kinds of mail that nobody wrote."""


@dataclass(frozen=True, slots=True)
class Happening:
    """The rows of a record that prove a behaviour, and the column that says when it was."""

    rows: Select[Any]
    at: Any


Find = Callable[[Any], Happening]
"""Finds what happened with a record, given as the table or an alias to correlate with."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    name: str
    label: str
    find: Find


BEHAVIOURS: dict[str, Behaviour] = {}


def behaviour(name: str, label: str) -> Callable[[Find], Find]:
    """Register a behaviour that filters may ask about."""

    def register(find: Find) -> Find:
        BEHAVIOURS[name] = Behaviour(name, label, find)
        return find

    return register


def compile_behaviour(leaf: Tree, *, record: Any, now: datetime, path: str) -> ColumnElement[bool]:
    """Raises InvalidInput for behaviours, operators and days that there are not."""
    if unknown := set(leaf) - {"behaviour", "op", "days"}:
        raise refuse(path, f"a behaviour has no `{min(unknown)}`.")
    found = BEHAVIOURS.get(str(leaf["behaviour"]))
    if found is None:
        raise refuse(f"{path}.behaviour", f"use one of {', '.join(BEHAVIOURS)}.")
    op, days = leaf.get("op"), leaf.get("days")
    if op not in OPERATORS:
        raise refuse(f"{path}.op", f"use one of {', '.join(OPERATORS)}.")
    happening = found.find(record)
    rows = happening.rows
    if op in ("within", "not_within"):
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MAX_DAYS:
            raise refuse(f"{path}.days", f"give a number of days from 1 to {MAX_DAYS}.")
        rows = rows.where(happening.at >= now - timedelta(days=days), happening.at <= now)
    happened = exists(rows)
    return not_(happened) if op in ("never", "not_within") else happened


def _entries(record: Any, type: str) -> Happening:
    link, entry = aliased(TimelineLink), aliased(TimelineEntry)
    rows: Select[Any] = select(literal_column("1")).select_from(link).join(entry, col(entry.id) == col(link.entry_id))
    rows = rows.where(col(link.record_id) == record.id, col(entry.type) == type)
    return Happening(rows.correlate(record), col(link.occurred_at))


def _emails(
    record: Any, *directions: str, when: Callable[[Any], ColumnElement[bool]] = lambda _message: true()
) -> Happening:
    link, entry, message = aliased(TimelineLink), aliased(TimelineEntry), aliased(Message)
    rows: Select[Any] = (
        select(literal_column("1"))
        .select_from(link)
        .join(entry, col(entry.id) == col(link.entry_id))
        .join(message, col(message.id) == col(entry.message_id))
        .where(col(link.record_id) == record.id, col(message.direction).in_(directions))
        .where(col(message.kind).not_in(UNTOLD), when(message))
    )
    return Happening(rows.correlate(record), col(link.occurred_at))


@behaviour("email", "An email was exchanged")
def _email(record: Any) -> Happening:
    return _emails(record, "in", "out")


@behaviour("email_in", "They wrote an email")
def _email_in(record: Any) -> Happening:
    return _emails(record, "in")


@behaviour("email_out", "We wrote an email")
def _email_out(record: Any) -> Happening:
    return _emails(record, "out")


@behaviour("replied", "They answered an email of ours")
def _replied(record: Any) -> Happening:
    return _emails(record, "in", when=_answers_ours)


def _answers_ours(message: Any) -> ColumnElement[bool]:
    ours = aliased(Message)
    earlier = col(ours.thread_id) == message.thread_id, col(ours.sent_at) < message.sent_at
    return exists().where(*earlier, col(ours.direction) == "out")


@behaviour("note", "A note was written")
def _note(record: Any) -> Happening:
    return _entries(record, "note")


@behaviour("call", "There was a call")
def _call(record: Any) -> Happening:
    return _entries(record, "call")


@behaviour("meeting", "There was a meeting")
def _meeting(record: Any) -> Happening:
    return _entries(record, "meeting")


@behaviour("task_done", "A task was done")
def _task_done(record: Any) -> Happening:
    link, task = aliased(TaskLink), aliased(Task)
    rows: Select[Any] = select(literal_column("1")).select_from(link).join(task, col(task.id) == col(link.task_id))
    rows = rows.where(col(link.record_id) == record.id, col(task.done_at).is_not(None))
    return Happening(rows.correlate(record), col(task.done_at))
