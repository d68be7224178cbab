"""The form of a task, new or to be changed."""

from dataclasses import dataclass
from datetime import date, time

from app.core.errors import SidenoteError
from app.timeline.tasks.values import PRIORITIES, TYPES
from app.timeline.text import MAX_TEXT
from gmail_addon.card_types import Card, Option, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.clicks import run
from gmail_addon.colleagues import colleague_input
from gmail_addon.inputs import date_picker, dropdown, option, text_input
from gmail_addon.layouts.parts import BRAND, problem
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list
from gmail_addon.wording import t

FIELDS = "title,due_on,description"
ALL_DAY, NEVER = "all_day", "never"
RULES = {
    "FREQ=DAILY": "Every day",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "Every working day",
    "FREQ=WEEKLY": "Every week",
    "FREQ=WEEKLY;INTERVAL=2": "Every two weeks",
    "FREQ=MONTHLY": "Every month",
    "FREQ=YEARLY": "Every year",
}
CLOCKS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """What the form holds. `id` is empty for a new task, `clock` (`HH:MM`) for one of a whole day."""

    id: str = ""
    record: str = ""
    title: str = ""
    due_on: date | None = None
    clock: str = ""
    type: str = TYPES[0]
    priority: str = PRIORITIES[1]
    assignee: str = ""
    repeat: str = ""
    description: str = ""


def task_form(visit: Visit, draft: TaskDraft, *, error: SidenoteError | None = None) -> Card:
    save = visit.write("save_task", required=("title",), fields=FIELDS, task=draft.id, record=draft.record)
    return card(
        section(
            *problem(error),
            text_input("title", t("What is to be done?"), value=draft.title, limit=300),
            date_picker("due_on", t("Due on"), value=draft.due_on),
            _clock(draft.clock),
            colleague_input(visit, "assignee", t("For"), chosen=draft.assignee or visit.viewer.member_id),
            _choice("type", t("Type"), TYPES, draft.type),
            _choice("priority", t("Priority"), PRIORITIES, draft.priority),
            _repeat(draft.repeat),
            text_input("description", t("Note"), value=draft.description, multiline=True, limit=MAX_TEXT),
            button_list(button(t("Save task"), run(save), filled=BRAND)),
        ),
        header=header(t("Change the task") if draft.id else t("New task")),
        name="task-form",
    )


def _clock(chosen: str) -> Widget:
    clocks = sorted({f"{clock:%H:%M}" for clock in CLOCKS} | ({chosen} if chosen else set()))
    options = [option(clock, clock, selected=clock == chosen) for clock in clocks]
    return dropdown("clock", option(ALL_DAY, t("Any time"), selected=not chosen), *options, label=t("At"))


def _choice(name: str, label: str, values: tuple[str, ...], chosen: str) -> Widget:
    return dropdown(name, *(option(value, t(value), selected=value == chosen) for value in values), label=label)


def _repeat(chosen: str) -> Widget:
    options: list[Option] = [option(rule, t(words), selected=rule == chosen) for rule, words in RULES.items()]
    if chosen and chosen not in RULES:
        options.append(option(chosen, t("Repeats by a rule of its own"), selected=True))
    return dropdown("repeat", option(NEVER, t("Never"), selected=not chosen), *options, label=t("Repeats"))
