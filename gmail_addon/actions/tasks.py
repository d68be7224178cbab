"""Tasks: a reminder in one click, and ticking one off where it stands."""

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.core.hot import reading
from app.timeline.tasks import add_task, complete_task, follow_up_at
from gmail_addon.actions.registry import Done, writes
from gmail_addon.layouts.parts import FOLLOW_UPS
from gmail_addon.lookup import Opened, look_up
from gmail_addon.parameters import id_parameter, parameter
from gmail_addon.visit import Visit
from gmail_addon.wording import t, when


def _stored_copy(visit: Visit) -> Opened | None:
    with reading(visit.addon.engine) as reader:
        return look_up(visit, reader)


@writes("follow_up", prepare=_stored_copy)
def follow_up(session: Session, visit: Visit, opened: Opened | None) -> Done:
    days = parameter(visit, "days")
    if days not in {str(working_days) for working_days, _ in FOLLOW_UPS}:
        raise InvalidInput("This button is out of date: refresh the card and try again.", field="days")
    due_at = follow_up_at(visit.now, time_zone=visit.zone.key, working_days=int(days))
    deal = opened.deal if opened else None
    add_task(
        session,
        viewer=visit.viewer,
        title=parameter(visit, "title"),
        due_at=due_at,
        record_ids=[id for id in (id_parameter(visit, "record"), deal.id if deal else None) if id],
        thread_id=opened.copy.thread_id if opened and opened.copy else None,
    )
    return Done(t("Reminder set for {time}", time=when(due_at, visit.now, visit.zone)))


@writes("complete_task")
def complete(session: Session, visit: Visit, _opened: Opened | None) -> Done:
    task = complete_task(session, viewer=visit.viewer, task_id=id_parameter(visit, "task"))
    return Done(t("Done: {title}", title=task.title))
