"""What is to be done about a record."""

from app.core.hot import Reader
from app.records.seen import Seen
from app.timeline.glance import due_tasks
from gmail_addon.card_types import Section
from gmail_addon.cards import section
from gmail_addon.layouts.parts import follow_up_widgets, task_widgets
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from gmail_addon.wording import t


def next_section(visit: Visit, reader: Reader, record: Seen, _opened: Opened | None) -> Section:
    """Its open tasks, and reminders in one click; one statement."""
    tasks = due_tasks(reader, viewer=visit.viewer, record_id=record.id)
    is_party = record.kind in ("contact", "lead", "company")
    with_them, on_it = t("Follow up with {name}", name=record.name), t("Follow up on {name}", name=record.name)
    remind = follow_up_widgets(visit, record_id=record.id, title=with_them if is_party else on_it)
    return section(*task_widgets(visit, tasks), *remind, header=t("Next"))
