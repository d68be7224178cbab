"""What the fictional reps had put into the CRM before the demo begins: contacts, two deals and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, select

from app.core.clock import utcnow
from app.core.security import Vault
from app.demo.context import DemoMember
from app.demo.mailbox.people import people
from app.demo.sales import put_in_quote, put_in_ticket
from app.mail.snippets import create_snippet
from app.records.deals import create_deal, stages_of
from app.records.keys import domain_of
from app.records.service import create_record
from app.timeline.tasks import add_task
from app.workspaces.access import Viewer, viewer_by_sub
from models import Correspondent, Message, Participant, Record, RecordKey
from sync.by_hand import link_thread


@dataclass(frozen=True)
class DemoDeal:
    subject: str
    name: str
    stage: str
    amount: str
    closes_in_days: int
    task: str
    task_due_in_days: int
    is_quoted: bool = False


DEALS = (
    DemoDeal(
        subject="Colour measurement for the new dye line",
        name="Colour measurement, second dye line",
        stage="Negotiation",
        amount="36400",
        is_quoted=True,
        closes_in_days=9,
        task="Send Marijke the signed offer",
        task_due_in_days=1,
    ),
    DemoDeal(
        subject="Four heads for the Millbrook site",
        name="Four heads for Millbrook",
        stage="Proposal",
        amount="21600",
        closes_in_days=24,
        task="Call about the delivery date",
        task_due_in_days=-1,
    ),
)


GREETING, NAME = "Hello {{first_name|there}},\n\n", "\n\n{{me}}"
SNIPPETS = {
    "Thank you for the call": "thank you for your time today. As agreed, I will send the offer by tomorrow.",
    "Shall we talk?": "would Thursday or Friday suit you for a short call about {{deal|this}}?",
    "Any news?": "did you have a moment to look at our offer? I am glad to answer questions.",
}
KNOWN_TO = {"priya": "bob", "grace": "carol"}
"""Who looks after the people that write to several of us; their owner would else be whose mail is synced first."""


def put_in_contacts(session: Session, *, members: Sequence[DemoMember]) -> None:
    """Add the contacts of `KNOWN_TO` with their companies; done once, however often it is called."""
    if session.scalars(select(Record).where(col(Record.kind) == "contact")).first():
        return
    for member in members:
        viewer = viewer_by_sub(session, member.subject)
        for key in [key for key, owner in KNOWN_TO.items() if owner == member.key]:
            if viewer:
                _add_contact(session, viewer, key)


def put_in_deals(session: Session, *, subject: str, vault: Vault) -> None:
    """Add the deals, ticket and snippets of the member with this Google account; done once, like the contacts."""
    viewer = viewer_by_sub(session, subject)
    if viewer is None or session.scalars(select(Record).where(col(Record.kind) == "deal")).first():
        return
    stages = {stage.name: stage.id for stage in stages_of(session, viewer=viewer)}
    for deal in DEALS:
        _add(session, viewer, vault, deal, stages)
    put_in_ticket(session, viewer)
    for name, text in SNIPPETS.items():
        create_snippet(session, viewer=viewer, name=name, text=f"{GREETING}{text}{NAME}", shared=True)


def _add_contact(session: Session, viewer: Viewer, key: str) -> None:
    person, workspace_id = people()[key], viewer.workspace_id
    firm = {"name": person.company, "domain": domain_of(person.email)}
    company = create_record(session, workspace_id=workspace_id, kind="company", values=firm, viewer=viewer)
    values = {"name": person.name, "email": person.email, "title": person.title, "company": company.id}
    create_record(session, workspace_id=workspace_id, kind="contact", values=values, viewer=viewer)


def _add(session: Session, viewer: Viewer, vault: Vault, wanted: DemoDeal, stages: dict[str, str]) -> None:
    message = session.scalars(
        select(Message).where(col(Message.subject) == wanted.subject).order_by(col(Message.sent_at))
    ).first()
    if message is None:
        return
    contact = _contact(session, message)
    deal = create_deal(
        session,
        viewer=viewer,
        values={
            "name": wanted.name,
            "stage": stages[wanted.stage],
            "amount": wanted.amount,
            "close_on": (utcnow() + timedelta(days=wanted.closes_in_days)).date(),
            "company": contact.company_id if contact else None,
        },
        contact_ids=[contact.id] if contact else [],
    )
    link_thread(session, viewer=viewer, thread_id=message.thread_id, record_id=deal.id)
    if wanted.is_quoted:
        put_in_quote(session, viewer, vault, deal=deal, contact=contact)
    add_task(
        session,
        viewer=viewer,
        title=wanted.task,
        due_at=utcnow().replace(hour=9, minute=0) + timedelta(days=wanted.task_due_in_days),
        record_ids=[deal.id, *([contact.id] if contact else [])],
        thread_id=message.thread_id,
    )


def _contact(session: Session, message: Message) -> Record | None:
    """The customer whom it is from or to."""
    return session.scalars(
        select(Record)
        .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
        .join(Correspondent, col(Correspondent.key) == col(RecordKey.value))
        .join(Participant, col(Participant.correspondent_id) == col(Correspondent.id))
        .where(col(Participant.message_id) == message.id, col(Participant.role).in_(("from", "to")))
        .where(col(RecordKey.kind) == "email", col(Record.kind) == "contact")
    ).first()
