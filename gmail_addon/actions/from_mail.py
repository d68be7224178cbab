"""What is made beside an open email, and what it takes along: the people, the conversation, the email itself."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core.errors import SidenoteError
from app.core.hot import reading
from gmail_addon.actions.mail import stored_message
from gmail_addon.lookup import Attendee, Opened, open_message, thread_people
from gmail_addon.visit import Visit
from models import Record
from sync import by_hand


def thread_to_take(visit: Visit) -> Opened | None:
    """The open message in the store. When it cannot be fetched now, what is made of it must not wait for it."""
    opened = open_message(visit)
    if opened is None or opened.is_stored:
        return opened
    try:
        return stored_message(visit)
    except SidenoteError:
        return opened


def people_of(visit: Visit, opened: Opened | None) -> Sequence[Attendee]:
    """Everyone outside the team in the conversation, as far as it is stored."""
    if opened is None:
        return ()
    if opened.copy is None or opened.copy.thread_id is None:
        return opened.people
    with reading(visit.addon.engine) as reader:
        return thread_people(visit, reader, thread_id=opened.copy.thread_id)


def take_mail(session: Session, visit: Visit, opened: Opened | None, record: Record) -> None:
    """The conversation on a deal made of it; on anybody else, and on their company, the open email alone."""
    if record.kind == "deal":
        put_thread_on(session, visit, opened, record.id)
    else:
        log_on(session, visit, opened, [record.id, record.company_id])


def log_on(session: Session, visit: Visit, opened: Opened | None, record_ids: Sequence[str | None]) -> None:
    """The open email on these records, unless somebody took it off all of them."""
    if opened and opened.copy and opened.copy.message_id and not opened.copy.unlogged:
        ids = [id for id in record_ids if id]
        by_hand.log_message(session, viewer=visit.viewer, message_id=opened.copy.message_id, record_ids=ids)


def put_thread_on(session: Session, visit: Visit, opened: Opened | None, record_id: str) -> bool:
    """The conversation on a record; False when it is not in the store yet."""
    if opened is None or opened.copy is None or opened.copy.thread_id is None:
        return False
    by_hand.link_thread(session, viewer=visit.viewer, thread_id=opened.copy.thread_id, record_id=record_id)
    return True
