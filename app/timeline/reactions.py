"""Changes that show on a timeline the moment they happen."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.events import react
from app.timeline.changes import change_data
from app.timeline.entries import NewEntry, put_entry
from app.timeline.placing import SUBJECT, homes_of_subject
from app.timeline.titles import titled
from models import Record, TaskLink


@react("deal.stage_changed")
def show_stage_change(session: Session, event: dict[str, Any]) -> None:
    deal = session.get_one(Record, event["subject_id"])
    data = event["data"]
    title, told = titled("deal_created" if data["from"] is None else "moved", stage=data["stage"])
    reason = {"folder_id": deal.folder_id, "reason": data["reason"]} if data["reason"] else {}
    entry = NewEntry(
        workspace_id=deal.workspace_id,
        type="stage",
        occurred_at=event["occurred_at"],
        title=title,
        summary=deal.name,
        actor_id=event["actor_id"],
        data={**told, **reason},
    )
    put_entry(session, entry, homes_of_subject(deal))


@react("quote.sent", "quote.accepted", "quote.declined")
def show_quote(session: Session, event: dict[str, Any]) -> None:
    quote = session.get_one(Record, event["subject_id"])
    data, name = event["data"], event["data"]["by"]
    happened = event["type"].replace("quote.", "quote_") + ("_by" if name and event["type"] == "quote.declined" else "")
    title, told = titled(happened, number=data["number"], **({"name": name} if name else {}))
    entry = NewEntry(
        workspace_id=quote.workspace_id,
        type="quote",
        occurred_at=event["occurred_at"],
        title=title,
        summary=f"{quote.name}: {data['reason']}" if data["reason"] else quote.name,
        actor_id=event["actor_id"],
        data={**told, "record_id": quote.id, "version": data["version"]},
    )
    put_entry(session, entry, homes_of_subject(quote))


@react("record.updated")
def show_changed_fields(session: Session, event: dict[str, Any]) -> None:
    """One entry for a save, whatever it changed; its title is made for each viewer."""
    record = session.get_one(Record, event["subject_id"])
    data = change_data(session, record=record, changes=event["data"]["changes"])
    if data is None:
        return
    entry = NewEntry(
        workspace_id=record.workspace_id,
        type="change",
        occurred_at=event["occurred_at"],
        title="Changed",
        actor_id=event["actor_id"],
        data=data,
    )
    put_entry(session, entry, {record.id: SUBJECT})


@react("task.created", "task.completed")
def show_task(session: Session, event: dict[str, Any]) -> None:
    """On the records of the task. The next one of a series is no news."""
    if "repeats" in event["data"]:
        return
    homes = session.scalars(select(col(TaskLink.record_id)).where(col(TaskLink.task_id) == event["subject_id"])).all()
    if not homes:
        return
    title, told = titled("task" if event["type"] == "task.created" else "task_done", title=event["data"]["title"])
    entry = NewEntry(
        workspace_id=event["workspace_id"],
        type="task",
        occurred_at=event["occurred_at"],
        title=title,
        actor_id=event["actor_id"],
        data={**told, "task_id": event["subject_id"]},
    )
    put_entry(session, entry, dict.fromkeys(homes, SUBJECT))
