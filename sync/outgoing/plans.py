"""Plans for mail that is being written. A draft has no id, so its writer and its recipients stand for it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.clock import utcnow
from app.core.errors import InvalidInput
from app.core.events import emit
from app.core.ids import new_id
from app.core.locks import hold
from app.core.text import one_line
from app.records.keys import email_key
from app.records.service import get_record
from app.workspaces.access import Viewer, require_writer
from models import OutgoingPlan
from sync.envelope import Envelope

REMIND_DAYS = (1, 3, 5, 10)
"""Working days without an answer after which a writer can be reminded."""
ROLES = ("to", "cc", "bcc")
"""Of recipients: the people under the first of these that has any tell one mail from another."""
LIFETIME = timedelta(hours=24)
"""How long a plan waits for its mail."""
CLOCKS_APART = timedelta(seconds=5)
"""By how much Gmail's clock, which dates mail to the second, may be behind ours."""
KEPT = timedelta(days=30)
"""How long mail that was sent in time may take to be synced."""
MAX_REMINDER = 200


def recipients_digest(*roles: Iterable[str]) -> str:
    """What stands for the people of a mail: their addresses under To, or, where there are none, under the next of the
    roles given. "" when it is to nobody; neither spelling nor order matters."""
    for addresses in roles:
        if keys := sorted({key for address in addresses if (key := email_key(address))}):
            return hashlib.sha256("\n".join(keys).encode()).hexdigest()
    return ""


def plans_lock(member_id: str) -> str:
    """Held while a plan of this member is made, or carried out."""
    return f"plans:{member_id}"


def save_plan(
    session: Session,
    *,
    viewer: Viewer,
    recipients: str,
    log: bool,
    deal_id: str | None,
    remind_days: int | None,
    reminder: str = "",
) -> OutgoingPlan:
    """What to do with the viewer's next mail to these recipients (a digest); it replaces what they planned before.

    `reminder` is what the reminder will say. Saving the same again changes nothing.
    """
    require_writer(viewer)
    if not recipients:
        raise InvalidInput("To: write to somebody first, then refresh.", field="to")
    if remind_days is not None and remind_days not in REMIND_DAYS:
        raise InvalidInput("remind: choose a number of days from the list.", field="remind")
    if deal_id:
        deal = get_record(session, viewer=viewer, record_id=deal_id)
        if deal.kind != "deal":
            raise InvalidInput("deal: this record is not a deal.", field="deal")
        deal_id = deal.id
    said = one_line(reminder)[:MAX_REMINDER] if remind_days else ""
    wanted = {"log": log, "deal_id": deal_id, "remind_days": remind_days, "reminder": said}
    hold(session, plans_lock(viewer.member_id))
    plan = _waiting(session, viewer, recipients)
    _forget(session, viewer.member_id)
    if plan is None or any(getattr(plan, name) != value for name, value in wanted.items()):
        plan = _write(session, plan or _new(viewer, recipients), wanted)
        emit(
            session,
            "mail.planned",
            workspace_id=viewer.workspace_id,
            subject_id=plan.id,
            actor_id=viewer.member_id,
            data=wanted,
        )
    return plan


def planned_for(session: Session, *, member_id: str, envelopes: Iterable[Envelope]) -> frozenset[str]:
    """Gmail ids of the mail among this that the member has sent and made plans for: it is wanted, whoever it is to.

    One statement, or none if nothing was sent.
    """
    sent = {
        one.message.gmail_id: (one.message.internal_date, _digest_of(one))
        for one in envelopes
        if "SENT" in one.message.label_ids
    }
    if not sent:
        return frozenset()
    waiting = select(OutgoingPlan).where(
        col(OutgoingPlan.member_id) == member_id,
        among(session, col(OutgoingPlan.recipients), {digest for _, digest in sent.values()}),
        col(OutgoingPlan.message_id).is_(None),
        col(OutgoingPlan.log),
    )
    plans = session.scalars(waiting).all()
    return frozenset(
        gmail_id
        for gmail_id, (sent_at, digest) in sent.items()
        if any(plan.recipients == digest and is_in_time(plan, sent_at) for plan in plans)
    )


def is_in_time(plan: OutgoingPlan, sent_at: datetime) -> bool:
    """Whether mail of this moment may be what the plan is for, however late it is synced."""
    return plan.made_at <= sent_at + CLOCKS_APART and sent_at <= plan.expires_at


def _digest_of(envelope: Envelope) -> str:
    return recipients_digest(*([one.address for one in envelope.people if one.role == role] for role in ROLES))


def _waiting(session: Session, viewer: Viewer, recipients: str) -> OutgoingPlan | None:
    query = select(OutgoingPlan).where(
        col(OutgoingPlan.member_id) == viewer.member_id,
        col(OutgoingPlan.recipients) == recipients,
        col(OutgoingPlan.message_id).is_(None),
        col(OutgoingPlan.expires_at) > utcnow(),
    )
    return session.scalars(query.order_by(col(OutgoingPlan.made_at).desc())).first()


def _forget(session: Session, member_id: str) -> None:
    """Plans whose mail was never sent."""
    forlorn = (col(OutgoingPlan.message_id).is_(None), col(OutgoingPlan.expires_at) < utcnow() - KEPT)
    session.execute(delete(OutgoingPlan).where(col(OutgoingPlan.member_id) == member_id, *forlorn))


def _new(viewer: Viewer, recipients: str) -> OutgoingPlan:
    now = utcnow()
    return OutgoingPlan(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        member_id=viewer.member_id,
        recipients=recipients,
        made_at=now,
        expires_at=now,
    )


def _write(session: Session, plan: OutgoingPlan, wanted: dict[str, Any]) -> OutgoingPlan:
    plan.sqlmodel_update({**wanted, "expires_at": utcnow() + LIFETIME})
    session.add(plan)
    session.flush()
    return plan
