"""Tasks: a reminder in one click, any task by its form, and ticking off or putting off one where it stands."""

from datetime import UTC, date, datetime, time

from sqlmodel import Session

from app.core.database import confine, transaction
from app.core.errors import InvalidInput
from app.core.hot import reading
from app.timeline.tasks import (
    add_task,
    change_task,
    complete_task,
    follow_up_at,
    reopen_task,
    snooze_task,
    times_to_snooze,
)
from app.timeline.tasks.listing import TaskSeen, get_task
from app.timeline.tasks.values import PRIORITIES, TYPES, TaskValues
from gmail_addon.actions.registry import Done, shows, writes
from gmail_addon.colleagues import chosen_colleague
from gmail_addon.layouts.forms.task_form import ALL_DAY, NEVER, TaskDraft, task_form
from gmail_addon.layouts.parts import FOLLOW_UPS
from gmail_addon.layouts.places import card_at
from gmail_addon.lookup import Opened, look_up
from gmail_addon.parameters import id_parameter, identifier, parameter
from gmail_addon.responses import Navigation, Response, push, render_action, update
from gmail_addon.visit import Visit
from gmail_addon.wording import t, when


@shows("open_task")
def open_task(visit: Visit) -> Response:
    return render_action(push(card_at(visit, f"task:{id_parameter(visit, 'id')}")))


@shows("task_form")
def open_task_form(visit: Visit) -> Response:
    """For a new task on the record, or for that of the button."""
    task_id, given = visit.event.parameters.get("task"), visit.event.parameters
    if not task_id:
        today = visit.now.astimezone(visit.zone).date()
        record = identifier(given["record"]) if given.get("record") else ""
        draft = TaskDraft(record=record, title=given.get("title", ""), due_on=today)
        return render_action(push(task_form(visit, draft)))
    with transaction(visit.addon.engine, read_only=True) as session:
        confine(session, visit.viewer.workspace_id)
        seen = get_task(session, viewer=visit.viewer, task_id=identifier(task_id))
        return render_action(push(task_form(visit, _draft_of(visit, seen))))


def _stored_copy(visit: Visit) -> Opened | None:
    with reading(visit.addon.engine) as reader:
        return look_up(visit, reader)


@writes("follow_up", prepare=_stored_copy)
def follow_up(session: Session, visit: Visit, opened: Opened | None) -> Done:
    days = parameter(visit, "days")
    if days not in {str(working_days) for working_days, _ in FOLLOW_UPS}:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="days")
    due_at = follow_up_at(visit.now, time_zone=visit.zone.key, working_days=int(days))
    values = _around(visit, opened, TaskValues(title=parameter(visit, "title"), due_at=due_at))
    add_task(session, viewer=visit.viewer, **values)
    return Done(t("Reminder set for {time}", time=when(due_at, visit.now, visit.zone)))


def _again(visit: Visit, error: InvalidInput) -> Navigation | None:
    return update(task_form(visit, _typed(visit), error=error))


@writes("save_task", prepare=_stored_copy, again=_again)
def save(session: Session, visit: Visit, opened: Opened | None) -> Done:
    draft = _typed(visit)
    values = _values(visit, draft)
    if draft.id:
        task = change_task(session, viewer=visit.viewer, task_id=identifier(draft.id), **values)
    else:
        task = add_task(session, viewer=visit.viewer, **_around(visit, opened, values))
    return Done(t("Task saved: {title}", title=task.title))


@writes("complete_task")
def complete(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    task = complete_task(session, viewer=visit.viewer, task_id=id_parameter(visit, "task"))
    return Done(t("Done: {title}", title=task.title))


@writes("reopen_task")
def reopen(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    task = reopen_task(session, viewer=visit.viewer, task_id=id_parameter(visit, "task"))
    return Done(t("Open again: {title}", title=task.title))


@writes("snooze_task")
def snooze(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    until = times_to_snooze(visit.now, time_zone=visit.zone.key).get(parameter(visit, "until"))
    if until is None:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="until")
    snooze_task(session, viewer=visit.viewer, task_id=id_parameter(visit, "task"), until=until)
    return Done(t("Put off until {time}", time=when(until, visit.now, visit.zone)))


def _around(visit: Visit, opened: Opened | None, values: TaskValues) -> TaskValues:
    """A new task with what it is about: the record of the card, and the open conversation with its deal."""
    record_id = visit.event.parameters.get("record")
    if not record_id:
        return values
    deal_id = opened.deal.id if opened and opened.deal else None
    ids = [id for id in (identifier(record_id), deal_id) if id]
    thread_id = opened.copy.thread_id if opened and opened.copy else None
    return TaskValues(**{**values, "record_ids": ids, "thread_id": thread_id})


def _typed(visit: Visit) -> TaskDraft:
    form = visit.event.form
    clock, repeat = form.choice("clock") or ALL_DAY, form.choice("repeat") or NEVER
    return TaskDraft(
        id=visit.event.parameters.get("task", ""),
        record=visit.event.parameters.get("record", ""),
        title=form.text("title") or "",
        due_on=form.date("due_on"),
        clock="" if clock == ALL_DAY else clock,
        type=form.choice("type") or TYPES[0],
        priority=form.choice("priority") or PRIORITIES[1],
        assignee=form.choice("assignee") or "",
        repeat="" if repeat == NEVER else repeat,
        description=form.text("description") or "",
    )


def _values(visit: Visit, draft: TaskDraft) -> TaskValues:
    values = TaskValues(
        title=draft.title,
        type=draft.type,
        priority=draft.priority,
        assignee_id=chosen_colleague(visit, "assignee"),
        repeat=draft.repeat,
        description=draft.description,
    )
    if draft.due_on and draft.clock:
        values["due_at"] = _at(visit, draft.due_on, draft.clock)
    elif draft.clock:
        raise InvalidInput(t("Due on: choose a day for the time."), field="due_on")
    else:
        values["due_on"] = draft.due_on
    return values


def _at(visit: Visit, day: date, clock: str) -> datetime:
    try:
        return datetime.combine(day, time.fromisoformat(clock), visit.zone).astimezone(UTC)
    except ValueError:
        raise InvalidInput(t("At: choose a time from the list."), field="clock") from None


def _draft_of(visit: Visit, seen: TaskSeen) -> TaskDraft:
    task = seen.task
    due = task.due_at.astimezone(visit.zone) if task.due_at else None
    return TaskDraft(
        id=task.id,
        title=task.title,
        due_on=seen.due_on or (due.date() if due else None),
        clock=f"{due:%H:%M}" if due and not task.all_day else "",
        type=task.type,
        priority=task.priority,
        assignee=task.assignee_id,
        repeat=task.repeat,
        description=task.description,
    )
