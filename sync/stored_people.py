"""A message that is stored, as matching sees it: its people, and the records that they and its thread lead to."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.locks import hold
from app.mail.colleagues import colleagues
from app.mail.locks import ingest_lock
from models import Correspondent, Message, Participant
from sync.envelope import Person, linking
from sync.match import look_up, look_up_threads, rules_for
from sync.parse import Kind


def rules_of_stored(session: Session, message: Message) -> dict[str, str]:
    """What `rules_for` says now. Records made meanwhile find the message themselves, once this is committed."""
    hold(session, ingest_lock(message.workspace_id), shared=True)
    people = linking(people_of(session, message), Kind(message.kind))
    index = look_up(session, workspace_id=message.workspace_id, people=people)
    look_up_threads(session, index, thread_ids={message.thread_id})
    return rules_for(people, index, thread_id=message.thread_id)


def people_of(session: Session, message: Message) -> list[Person]:
    """Everyone who takes part, by role and position, with who is a colleague today."""
    us = colleagues(session, workspace_id=message.workspace_id)
    query = (
        select(Participant, col(Correspondent.key), col(Correspondent.domain))
        .join(Correspondent, col(Correspondent.id) == col(Participant.correspondent_id))
        .where(col(Participant.message_id) == message.id)
        .order_by(col(Participant.role), col(Participant.position))
    )
    return [
        Person(row.role, row.position, row.name, row.address, key, domain, us.include(key, domain))
        for row, key, domain in session.execute(query)
    ]
