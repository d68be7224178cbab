"""A task on a card of its own: what is to be done, by whom and when, about which records."""

from app.timeline.tasks.listing import TaskSeen
from app.timeline.tasks.sight import may_change_task
from gmail_addon.card_types import Card, Section, Widget
from gmail_addon.cards import card, header, section
from gmail_addon.layouts.forms.task_form import RULES
from gmail_addon.layouts.parts import BRAND, brief, due_words
from gmail_addon.layouts.record.next_steps import snooze_buttons
from gmail_addon.text import RED, color
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t, when

MOST_RECORDS = 10


def task_card(visit: Visit, seen: TaskSeen) -> Card:
    """Buttons are for those who may change it."""
    parts = [section(*_facts(visit, seen)), _buttons(visit, seen), _records(visit, seen)]
    return card(*[part for part in parts if part], header=header(seen.task.title, subtitle=t("Task")), name=visit.at)


def _facts(visit: Visit, seen: TaskSeen) -> list[Widget]:
    task = seen.task
    due, overdue = due_words(visit, task)
    people = ", ".join([seen.assignee, *(name for _, name in seen.others)])
    rows = [
        decorated_text(color(due, RED) if overdue and not task.done_at else due, top_label=t("Due on")),
        decorated_text(brief(people), top_label=t("For"), icon=icon("PERSON")),
        decorated_text(t(task.type), top_label=t("Type")),
        decorated_text(t(task.priority), top_label=t("Priority")),
    ]
    if task.done_at:
        rows.insert(0, decorated_text(when(task.done_at, visit.now, visit.zone), top_label=t("Done")))
    if task.repeat:
        words = t(RULES[task.repeat]) if task.repeat in RULES else t("Repeats by a rule of its own")
        rows.append(decorated_text(words, top_label=t("Repeats")))
    if task.description:
        rows.append(text_paragraph(task.description, max_lines=10))
    return rows


def _buttons(visit: Visit, seen: TaskSeen) -> Section | None:
    task = seen.task
    mine = visit.viewer.member_id in {id for id, _ in seen.others}
    if not may_change_task(visit.viewer, assignee_id=task.assignee_id, created_by=task.created_by, takes_part=mine):
        return None
    form = button(t("Change"), visit.ask("task_form", task=task.id))
    if task.done_at:
        return section(button_list(button(t("Reopen"), visit.tell("reopen_task", task=task.id), filled=BRAND), form))
    return section(
        button_list(button(t("Done"), visit.tell("complete_task", task=task.id), filled=BRAND), form),
        button_list(*snooze_buttons(visit, task.id, all_day=task.all_day)),
    )


def _records(visit: Visit, seen: TaskSeen) -> Section | None:
    rows = [
        decorated_text(brief(name), on_click=visit.ask("open_record", id=id))
        for id, name in seen.records[:MOST_RECORDS]
    ]
    return section(*rows, header=t("About")) if rows else None
