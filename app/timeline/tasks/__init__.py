"""Tasks: what members have to do, on which records, by when."""

from app.timeline.tasks.due import follow_up_at, times_to_snooze
from app.timeline.tasks.listing import my_open_tasks
from app.timeline.tasks.service import (
    add_task,
    change_task,
    complete_task,
    delete_task,
    reopen_task,
    snooze_task,
)

__all__ = [
    "add_task",
    "change_task",
    "complete_task",
    "delete_task",
    "follow_up_at",
    "my_open_tasks",
    "reopen_task",
    "snooze_task",
    "times_to_snooze",
]
