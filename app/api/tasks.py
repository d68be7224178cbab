"""What members have to do."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from sqlmodel import Session

from app.api.caller import Called
from app.api.record_shape import EXAMPLE_ID, Named
from app.api.shapes import Body, Day, Moment, Page, refusals
from app.timeline.tasks import add_task, change_task, complete_task, delete_task, reopen_task, snooze_task
from app.timeline.tasks.digest import digest
from app.timeline.tasks.listing import TaskSeen, WantedTasks, get_task, list_tasks
from app.workspaces.access import Viewer

TaskId = Annotated[str, Path(examples=[EXAMPLE_ID])]
TaskType = Literal["Follow-up", "Call", "Email", "Meeting", "Demo", "Lunch", "Thank you", "Ship"]
Priority = Literal["Low", "Normal", "High", "Urgent"]
Ids = Annotated[list[str], Field(max_length=20, examples=[[EXAMPLE_ID]])]


class TaskOut(BaseModel):
    """A task. `records` are those that the caller may see; `answered_at`: the customer wrote before it was due."""

    id: str = Field(examples=[EXAMPLE_ID])
    title: str = Field(examples=["Send the offer"])
    description: str = Field(examples=["With the new prices."])
    type: str = Field(examples=["Follow-up"])
    priority: str = Field(examples=["Normal"])
    due_at: datetime | None
    due_on: date | None = Field(description="The day of a task for a whole day, where its assignee is.")
    overdue: bool
    repeat: str = Field(examples=["FREQ=WEEKLY;BYDAY=MO"])
    remind_at: datetime | None
    answered_at: datetime | None
    assignee: Named
    others: list[Named]
    records: list[Named]
    thread_id: str | None
    created_by: str = Field(examples=[EXAMPLE_ID])
    created_at: datetime
    done_at: datetime | None
    done_by: str | None


class TaskFields(Body):
    description: str = Field(default="", max_length=10_000, examples=["With the new prices."])
    type: TaskType = "Follow-up"
    priority: Priority = "Normal"
    due_at: Moment | None = Field(default=None, examples=["2026-03-02T12:00:00Z"])
    due_on: Day | None = Field(default=None, examples=["2026-03-02"], description="Instead of a time: the whole day.")
    remind_at: Moment | None = Field(default=None, examples=["2026-03-02T11:00:00Z"])
    repeat: str = Field(
        default="", max_length=200, examples=["FREQ=WEEKLY;BYDAY=MO"], description="A rule of RFC 5545, or nothing."
    )
    assignee_id: str | None = Field(default=None, examples=[EXAMPLE_ID], description="Null: the caller.")
    others: Ids = Field(default_factory=list)
    record_ids: Ids = Field(default_factory=list)
    thread_id: str | None = Field(default=None, examples=[EXAMPLE_ID])


class NewTask(TaskFields):
    title: str = Field(min_length=1, max_length=300, examples=["Send the offer"])


class TaskEdit(TaskFields):
    """What is left out stays."""

    title: str = Field(default="", min_length=1, max_length=300, examples=["Send the offer"])


class Snooze(Body):
    until: Moment = Field(examples=["2030-03-02T12:00:00Z"])


class WaitingOut(BaseModel):
    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Dana Diaz"])
    since: datetime


class DigestOut(BaseModel):
    """A morning's digest: `at` 08:00 where the caller is. `waiting` are people who wrote last and have no answer."""

    on: date
    at: datetime
    due_today: list[TaskOut]
    overdue: list[TaskOut]
    waiting: list[WaitingOut]


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["tasks"])
    _add_lists(routes)
    _add_tasks(routes)
    _add_progress(routes)
    return routes


def _add_lists(routes: APIRouter) -> None:
    @routes.get("/tasks", operation_id="list_tasks", responses=refusals(404))
    def tasks(
        caller: Called,
        mine: Annotated[bool, Query(description="Those that the caller is to do, or takes part in.")] = False,
        assignee: Annotated[str | None, Query(examples=[EXAMPLE_ID])] = None,
        record: Annotated[str | None, Query(examples=[EXAMPLE_ID])] = None,
        overdue: bool = False,
        due_before: Annotated[Moment | None, Query(examples=["2026-03-03T00:00:00Z"])] = None,
        done: Annotated[bool | None, Query(description="Left out: open and done.")] = None,
        cursor: Annotated[str | None, Query(description="`next` of the page before.", examples=["WyJhIl0"])] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page[TaskOut]:
        """Tasks that the caller may see, soonest first."""
        with caller.read() as asked:
            wanted = WantedTasks(mine, assignee, record, overdue, due_before, done)
            found, more = list_tasks(asked.session, viewer=asked.viewer, wanted=wanted, cursor=cursor, limit=limit)
            return Page(items=[_out(one) for one in found], next=more)

    @routes.get("/digest", operation_id="get_digest", responses=refusals())
    def morning(caller: Called, on: Annotated[Day, Query(examples=["2026-03-02"])]) -> DigestOut:
        """What the caller's morning mail of this day says."""
        with caller.read() as asked:
            found = digest(asked.session, viewer=asked.viewer, on=on)
            return DigestOut(
                on=found.on,
                at=found.at,
                due_today=[_out(one) for one in found.due_today],
                overdue=[_out(one) for one in found.overdue],
                waiting=[WaitingOut.model_validate(one, from_attributes=True) for one in found.waiting],
            )


def _add_tasks(routes: APIRouter) -> None:
    @routes.post("/tasks", operation_id="create_task", status_code=201, responses=refusals(403, 404))
    def create(caller: Called, body: NewTask) -> TaskOut:
        """Make a task, for the caller unless it says for whom."""
        with caller.write() as asked:
            task = add_task(asked.session, viewer=asked.viewer, **body.model_dump(exclude_unset=True))
            return _shown(asked.session, asked.viewer, task.id)

    @routes.get("/tasks/{task_id}", operation_id="get_task", responses=refusals(404))
    def get(caller: Called, task_id: TaskId) -> TaskOut:
        """One task."""
        with caller.read() as asked:
            return _shown(asked.session, asked.viewer, task_id)

    @routes.patch("/tasks/{task_id}", operation_id="change_task", responses=refusals(403, 404))
    def change(caller: Called, task_id: TaskId, body: TaskEdit) -> TaskOut:
        """Change a task: its assignees, who made it, their managers and admins may."""
        with caller.write() as asked:
            values = body.model_dump(exclude_unset=True)
            change_task(asked.session, viewer=asked.viewer, task_id=task_id, **values)
            return _shown(asked.session, asked.viewer, task_id)

    @routes.delete("/tasks/{task_id}", operation_id="delete_task", status_code=204, responses=refusals(403, 404))
    def delete(caller: Called, task_id: TaskId) -> None:
        """Delete a task. What it left on timelines stays."""
        with caller.write() as asked:
            delete_task(asked.session, viewer=asked.viewer, task_id=task_id)


def _add_progress(routes: APIRouter) -> None:
    @routes.put("/tasks/{task_id}/completion", operation_id="complete_task", responses=refusals(403, 404))
    def complete(caller: Called, task_id: TaskId) -> TaskOut:
        """Done. A task that repeats makes the next one."""
        with caller.write() as asked:
            complete_task(asked.session, viewer=asked.viewer, task_id=task_id)
            return _shown(asked.session, asked.viewer, task_id)

    @routes.delete("/tasks/{task_id}/completion", operation_id="reopen_task", responses=refusals(403, 404))
    def reopen(caller: Called, task_id: TaskId) -> TaskOut:
        """Not done after all."""
        with caller.write() as asked:
            reopen_task(asked.session, viewer=asked.viewer, task_id=task_id)
            return _shown(asked.session, asked.viewer, task_id)

    @routes.put("/tasks/{task_id}/snooze", operation_id="snooze_task", responses=refusals(403, 404))
    def snooze(caller: Called, task_id: TaskId, body: Snooze) -> TaskOut:
        """Put an open task off; its reminder moves along."""
        with caller.write() as asked:
            snooze_task(asked.session, viewer=asked.viewer, task_id=task_id, until=body.until)
            return _shown(asked.session, asked.viewer, task_id)


def _shown(session: Session, viewer: Viewer, task_id: str) -> TaskOut:
    return _out(get_task(session, viewer=viewer, task_id=task_id))


def _out(seen: TaskSeen) -> TaskOut:
    task = seen.task
    return TaskOut(
        id=task.id,
        title=task.title,
        description=task.description,
        type=task.type,
        priority=task.priority,
        due_at=task.due_at,
        due_on=seen.due_on,
        overdue=seen.overdue,
        repeat=task.repeat,
        remind_at=task.remind_at,
        answered_at=task.answered_at,
        assignee=Named(id=task.assignee_id, name=seen.assignee),
        others=[Named(id=id, name=name) for id, name in seen.others],
        records=[Named(id=id, name=name) for id, name in seen.records],
        thread_id=task.thread_id,
        created_by=task.created_by,
        created_at=task.created_at,
        done_at=task.done_at,
        done_by=task.done_by,
    )
