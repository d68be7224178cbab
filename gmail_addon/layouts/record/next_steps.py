"""What is to be done about a record: its open tasks, or that there is none."""

from datetime import timedelta

from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.tasks import times_to_snooze
from app.timeline.tasks.on_record import RecordTask, tasks_on
from app.timeline.tasks.sight import may_change_task
from app.workspaces.access import is_writer
from gmail_addon.card_types import Button, Section, Widget
from gmail_addon.cards import section
from gmail_addon.layouts.parts import brief, due_words, follow_up_widgets, task_row
from gmail_addon.lookup import Opened
from gmail_addon.text import GREY, color, strike
from gmail_addon.visit import Visit
from gmail_addon.widgets import button, button_list, decorated_text, icon, text_paragraph
from gmail_addon.wording import t

UNDONE_FOR = timedelta(minutes=15)
"""How long after completing a task it can be taken back where it stood."""


def next_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section:
    """Its open tasks with what can be done about them, and reminders in one click; one statement."""
    found = tasks_on(reader, viewer=visit.viewer, record_id=record.id)
    open_tasks = [task for task in found if task.done_at is None]
    done = [_done_row(visit, task) for task in found if task.done_at and visit.now - task.done_at < UNDONE_FOR]
    rows = [widget for task in open_tasks for widget in _open_rows(visit, task)]
    return section(*done, *rows, *_reminders(visit, record, bool(open_tasks)), header=t("Next"))


def snooze_buttons(visit: Visit, task_id: str, *, all_day: bool) -> list[Button]:
    """To times at which people work, where they are; a task for a whole day is not put off to later that day."""
    said = {"later": t("Later today"), "tomorrow": t("Tomorrow"), "next_week": t("Next week")}
    times = times_to_snooze(visit.now, time_zone=visit.zone.key)
    return [
        button(said[name], visit.tell("snooze_task", task=task_id, until=name))
        for name in times
        if not (all_day and name == "later")
    ]


def _open_rows(visit: Visit, task: RecordTask) -> list[Widget]:
    """The task; one that is overdue can be put off where it stands."""
    changeable, (_, overdue) = _may_change(visit, task), due_words(visit, task)
    row = task_row(visit, task, changeable=changeable)
    if not (changeable and overdue):
        return [row]
    later = snooze_buttons(visit, task.id, all_day=task.all_day)
    return [row, text_paragraph(color(t("Put it off until"), GREY)), button_list(*later)]


def _reminders(visit: Visit, record: Seen, has_task: bool) -> list[Widget]:
    """For those who may write; to all others it only says so where nothing is planned."""
    none = t("No next step")
    if not is_writer(visit.viewer):
        return [] if has_task else [text_paragraph(none)]
    is_party = record.kind in ("contact", "lead", "company")
    with_them, on_it = t("Follow up with {name}", name=record.name), t("Follow up on {name}", name=record.name)
    title = with_them if is_party else on_it
    return follow_up_widgets(visit, record_id=record.id, title=title, lead="" if has_task else none)


def _done_row(visit: Visit, task: RecordTask) -> Widget:
    undo = button(t("Undo"), visit.tell("reopen_task", task=task.id))
    return decorated_text(strike(brief(task.title)), icon=icon("CLOCK", t("Task")), button=undo)


def _may_change(visit: Visit, task: RecordTask) -> bool:
    return may_change_task(
        visit.viewer, assignee_id=task.assignee_id, created_by=task.created_by, takes_part=task.takes_part
    )
