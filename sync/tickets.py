"""A ticket made of an email that a customer wrote."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, NotFound
from app.records.fields.base import MAX_LINE
from app.records.fields.text import MAX_TEXT
from app.records.identity import find_by_key
from app.records.service import create_record
from app.workspaces.access import Viewer, visible
from app.workspaces.mail_access import may_read_message
from app.workspaces.template.fields import SOLVED
from models import Message, MessageBody, Record, ThreadLink
from sync.by_hand import link_thread
from sync.envelope import Person
from sync.stored_people import people_of


def ticket_from_message(
    session: Session, *, viewer: Viewer, message_id: str, values: Mapping[str, object] | None = None
) -> Record:
    """A ticket for the customer in a message that the viewer may read, with its thread linked; `values` win.

    It is about the contact of the first outsider among sender and recipients, and their company, as far as the viewer
    may see them. Raises NotFound for mail out of reach, Conflict when an open ticket stands on the thread already.
    """
    message = session.scalar(select(Message).where(col(Message.id) == message_id, may_read_message(viewer)))
    if message is None:
        raise NotFound("This message does not exist, or you have no access to it.")
    _check_no_other(session, viewer, message.thread_id)
    body = session.get(MessageBody, message.id)
    customer = next((person for person in people_of(session, message) if not person.ours), None)
    drawn = {
        "name": " ".join(message.subject.split())[:MAX_LINE] or "(no subject)",
        "description": (body.visible_text if body else message.snippet)[:MAX_TEXT],
        **(_whose(session, viewer, customer) if customer else {}),
    }
    ticket = create_record(
        session, workspace_id=viewer.workspace_id, kind="ticket", values={**drawn, **(values or {})}, viewer=viewer
    )
    link_thread(session, viewer=viewer, thread_id=message.thread_id, record_id=ticket.id)
    return ticket


def _check_no_other(session: Session, viewer: Viewer, thread_id: str) -> None:
    others = (
        select(Record)
        .join(ThreadLink, col(ThreadLink.record_id) == col(Record.id))
        .where(col(ThreadLink.thread_id) == thread_id, col(Record.kind) == "ticket", visible(viewer))
        .where(col(Record.status).not_in(SOLVED), col(Record.archived_at).is_(None))
    )
    if other := session.scalars(others).first():
        raise Conflict(f"This thread is on a ticket already: {other.data.get('number') or other.name}.")


def _whose(session: Session, viewer: Viewer, customer: Person) -> dict[str, str]:
    """The contact with this address and its company, or the company of the domain."""
    found = find_by_key(session, viewer=viewer, kind="email", value=customer.key)
    contact = next((record for record in found if record.kind == "contact"), None)
    if contact is None:
        companies = find_by_key(session, viewer=viewer, kind="domain", value=customer.domain)
        return {"company": companies[0].id} if companies else {}
    company = select(col(Record.id)).where(col(Record.id) == contact.company_id, visible(viewer))
    company_id = session.scalar(company) if contact.company_id else None
    return {"contact": contact.id, **({"company": company_id} if company_id else {})}
