"""Everything that can stand on a record, in every table that knows records."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.ids import new_id
from app.records.service import create_record
from app.timeline.recount import recount
from app.workspaces.seats import refresh_access
from models import (
    DealChoice,
    DismissedProposal,
    Follow,
    MailThread,
    Notification,
    OutgoingPlan,
    RecentRecord,
    Record,
    RecordLink,
    RecordShare,
    Segment,
    SegmentMember,
    Task,
    TaskLink,
    ThreadCandidate,
    ThreadLink,
)
from models.base import metadata
from tests.cast import Cast
from tests.timeline.mail import store_mail

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def make(session: Session, cast: Cast, kind: str = "contact", **values: object) -> Record:
    return create_record(session, workspace_id=cast.workspace_id, kind=kind, values=values, viewer=cast.alice)


def surround(session: Session, cast: Cast, records: Sequence[Record], *, at: datetime = NOON) -> None:
    """Put mail, tasks, links, shares and all else on these records, the same things on each of them."""
    here, now, ids = {"workspace_id": cast.workspace_id}, utcnow(), [record.id for record in records]
    store_mail(session, workspace_id=cast.workspace_id, record_ids=ids, mailbox_ids=[], at=at)
    thread = MailThread(id=new_id(), subject="Quarry", created_at=at, **here)
    segment = Segment(
        id=new_id(),
        folder_id=records[0].folder_id,
        name="Frozen",
        filter={"field": "name", "op": "is", "value": "x"},
        owner_id=cast.alice.member_id,
        frozen_at=now,
        created_at=now,
        **here,
    )
    task = _task(cast, at + timedelta(days=1))
    other = make(session, cast, "deal" if records[0].kind != "deal" else "contact", name="Other")
    session.add_all([thread, segment, task])
    session.flush()
    for record in records:
        mine: dict[str, Any] = {"record_id": record.id, **here}
        for row in (
            TaskLink(task_id=task.id, **mine),
            ThreadLink(thread_id=thread.id, member_id=cast.alice.member_id, created_at=at, **mine),
            ThreadCandidate(thread_id=thread.id, score=0.5, scored_at=at, **mine),
            SegmentMember(segment_id=segment.id, **mine),
            Follow(member_id=cast.carol.member_id, created_at=at, **mine),
            RecentRecord(member_id=cast.bob.member_id, seen_at=at, **mine),
            DismissedProposal(digest="d", member_id=cast.bob.member_id, dismissed_at=at, **mine),
            RecordShare(
                member_id=cast.carol.member_id,
                level="read" if record is records[0] else "edit",
                shared_by=cast.alice.member_id,
                created_at=at,
                **mine,
            ),
            Notification(id=new_id(), member_id=cast.bob.member_id, type="x", title="x", created_at=at, **mine),
            RecordLink(from_id=other.id, to_id=record.id, label="knows", created_at=at, **here),
            RecordLink(from_id=record.id, to_id=other.id, label="likes", created_at=at, **here),
        ):
            session.merge(row)
    session.flush()
    recount(session, record_ids=ids)
    refresh_access(session, workspace_id=cast.workspace_id)


def plan_mail(session: Session, cast: Cast, deal: Record) -> None:
    """What a member chose for a deal."""
    thread = MailThread(id=new_id(), subject="Deal", created_at=NOON, workspace_id=cast.workspace_id)
    session.add(thread)
    session.flush()
    who: dict[str, Any] = {"workspace_id": cast.workspace_id, "deal_id": deal.id, "member_id": cast.bob.member_id}
    session.add(DealChoice(thread_id=thread.id, people="p", chosen_at=NOON, **who))
    session.add(OutgoingPlan(id=new_id(), recipients="r", made_at=NOON, expires_at=NOON, **who))
    session.flush()


def everything(engine: Engine) -> Rows:
    """Every row of every table, by primary key."""
    found: Rows = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(select(table)).mappings()
            found[table.name] = {tuple(row[c.name] for c in table.primary_key): dict(row) for row in rows}
    return found


LOGS = frozenset({"event", "outbox", "merge", "merge_move", "field_change", "search_spelling", "duplicate_due"})
"""Tables that only grow, whatever is undone."""


def differences(before: Rows, after: Rows) -> list[object]:
    """What is not as it was, but for the logs and the count of a record's saves."""
    found: list[object] = []
    for name in before.keys() - LOGS:
        old, new = before[name], after[name]
        found += [(name, "gone", old[key]) for key in old.keys() - new.keys()]
        found += [(name, "new", new[key]) for key in new.keys() - old.keys()]
        for key in old.keys() & new.keys():
            changed = {column: (old[key][column], value) for column, value in new[key].items()}
            changed = {column: pair for column, pair in changed.items() if pair[0] != pair[1]}
            if changed.keys() - {"version", "updated_at"}:
                found.append((name, key, changed))
    return found


def _task(cast: Cast, due: datetime) -> Task:
    who = {"assignee_id": cast.bob.member_id, "created_by": cast.bob.member_id}
    return Task(id=new_id(), workspace_id=cast.workspace_id, title="Call", due_at=due, created_at=NOON, **who)
