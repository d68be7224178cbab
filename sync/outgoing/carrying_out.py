"""A mail that was planned for has been sent: what its writer arranged is done."""

from contextlib import suppress

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import sieve
from app.core.errors import Forbidden, NotFound, NotSignedIn
from app.core.events import emit, subscribe
from app.core.locks import hold
from app.records.identity import PEOPLE
from app.timeline.tasks import add_task, follow_up_at
from app.workspaces.access import Viewer, viewer_by_id, visible
from models import Correspondent, Event, Message, OutgoingPlan, Participant, Record, RecordKey, ThreadLink
from sync.attribution.choosing import choose_deal
from sync.by_hand import unlog_message
from sync.outgoing.plans import ROLES, is_in_time, plans_lock, recipients_digest

MOST_PEOPLE = 10
"""Whom a reminder names as the people that it is about."""


@subscribe("carry-out-plans", "message.sent")
def carry_out_plans(session: Session, event: Event) -> None:
    """Each plan once, each message once, whichever of its writer's mailboxes brings it first."""
    member_id = event.data["member_id"]
    hold(session, plans_lock(member_id))
    message = session.get(Message, event.subject_id)
    plan = _plan_for(session, message, member_id) if message else None
    if message is None or plan is None:
        return
    plan.message_id = message.id
    session.add(plan)
    with suppress(NotSignedIn):
        _carry_out(session, viewer_by_id(session, member_id), plan, message)
        facts = {"message_id": message.id}
        where = {"workspace_id": plan.workspace_id, "actor_id": member_id}
        emit(session, "mail.plan_carried_out", subject_id=plan.id, data=facts, **where)


def _plan_for(session: Session, message: Message, member_id: str) -> OutgoingPlan | None:
    """The newest that waited for this mail when it was sent."""
    mine = select(OutgoingPlan).where(col(OutgoingPlan.member_id) == member_id)
    if session.scalars(mine.where(col(OutgoingPlan.message_id) == message.id).limit(1)).first():
        return None
    waiting = mine.where(
        col(OutgoingPlan.recipients) == _digest_of(session, message),
        col(OutgoingPlan.message_id).is_(None),
    )
    plans = session.scalars(waiting.order_by(col(OutgoingPlan.made_at).desc()))
    return next((plan for plan in plans if is_in_time(plan, message.sent_at)), None)


def _digest_of(session: Session, message: Message) -> str:
    query = (
        select(col(Participant.role), col(Correspondent.key))
        .join(Correspondent, col(Correspondent.id) == col(Participant.correspondent_id))
        .where(col(Participant.message_id) == message.id)
    )
    people = session.execute(query).all()
    return recipients_digest(*([key for role, key in people if role == wanted] for wanted in ROLES))


def _carry_out(session: Session, viewer: Viewer, plan: OutgoingPlan, message: Message) -> None:
    """What the writer may no longer do, or what is no longer there, is left out."""
    deal_id = _deal_in_sight(session, viewer, plan.deal_id)
    with suppress(Forbidden, NotFound):
        if not plan.log:
            unlog_message(session, viewer=viewer, message_id=message.id)
        elif deal_id and session.get(ThreadLink, (message.thread_id, deal_id)) is None:
            choose_deal(session, viewer=viewer, thread_id=message.thread_id, deal_id=deal_id)
    if plan.remind_days and not _is_answered(session, message):
        with suppress(Forbidden):
            _remind(session, viewer, plan, message, deal_id)


def _deal_in_sight(session: Session, viewer: Viewer, deal_id: str | None) -> str | None:
    return session.scalar(select(col(Record.id)).where(col(Record.id) == deal_id, visible(viewer)))


def _is_answered(session: Session, message: Message) -> bool:
    """Mail may be synced late, and the answer before it."""
    later = (col(Message.thread_id) == message.thread_id) & (col(Message.sent_at) > message.sent_at)
    from_them = (col(Message.direction) == "in") & (col(Message.kind) == "human")
    return session.scalars(select(col(Message.id)).where(later, from_them).limit(1)).first() is not None


def _remind(session: Session, viewer: Viewer, plan: OutgoingPlan, message: Message, deal_id: str | None) -> None:
    """The reminder counts from the mail: an answer that is synced at the same time comes after it."""
    days = plan.remind_days or 0
    task = add_task(
        session,
        viewer=viewer,
        title=plan.reminder or f"Follow up: {message.subject}",
        due_at=follow_up_at(message.sent_at, time_zone=viewer.time_zone, working_days=days),
        record_ids=[*_people(session, viewer, message), *([deal_id] if deal_id else [])],
        thread_id=message.thread_id,
    )
    task.until_answered, task.created_at = True, min(task.created_at, message.sent_at)
    session.add(task)


def _people(session: Session, viewer: Viewer, message: Message) -> list[str]:
    """The contacts and leads that it was written to, as far as its writer sees them."""
    query = (
        select(col(Record.id))
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .join(Correspondent, col(Correspondent.key) == col(RecordKey.value))
        .join(Participant, col(Participant.correspondent_id) == col(Correspondent.id))
        .where(col(Participant.message_id) == message.id, col(Participant.role).in_(("to", "cc")))
        .where(col(RecordKey.workspace_id) == viewer.workspace_id, col(RecordKey.kind) == "email")
        .where(col(Record.kind).in_(PEOPLE), col(Record.archived_at).is_(None), sieve(visible(viewer)))
        .order_by(col(Participant.role).desc(), col(Participant.position), col(Record.kind), col(Record.created_at))
    )
    return list(dict.fromkeys(session.scalars(query.limit(MOST_PEOPLE * 2))))[:MOST_PEOPLE]
