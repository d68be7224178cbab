"""Two threads become one when a mailbox shows that they share a message."""

from sqlalchemy import delete, literal, select, update
from sqlmodel import Session, col

from app.core.bulk import insert_into, table_of
from app.core.events import subscribe
from app.core.locks import hold
from app.mail.locks import ingest_lock
from models import DealChoice, Event, MailboxMessage, MailThread, Message, Task, ThreadLink
from sync.past_mail import link_past_of_thread


@subscribe("join-threads", "thread.met")
def join_threads(session: Session, event: Event) -> None:
    """Unite the threads that this Gmail thread's messages are in, once no worker is storing mail."""
    hold(session, ingest_lock(event.workspace_id))
    query = (
        select(col(Message.thread_id))
        .join(MailboxMessage, col(MailboxMessage.message_id) == col(Message.id))
        .where(col(MailboxMessage.mailbox_id) == event.data["mailbox_id"])
        .where(col(MailboxMessage.gmail_thread_id) == event.data["gmail_thread_id"])
    )
    stays, *others = sorted(set(session.scalars(query)))
    for goes in others:
        _merge(session, stays=stays, goes=goes)
    if others:
        for record_id in session.scalars(select(col(ThreadLink.record_id)).where(col(ThreadLink.thread_id) == stays)):
            link_past_of_thread(session, thread_id=stays, record_id=record_id)


def _merge(session: Session, *, stays: str, goes: str) -> None:
    """Move everything that hangs on one thread to the other."""
    messages, tasks, links = table_of(Message), table_of(Task), table_of(ThreadLink)
    session.execute(update(messages).where(messages.c.thread_id == goes).values(thread_id=stays))
    session.execute(update(tasks).where(tasks.c.thread_id == goes).values(thread_id=stays))
    moved = [column for column in links.c if column.name != "thread_id"]
    copied = select(literal(stays), *moved).where(links.c.thread_id == goes)
    copy = insert_into(session, ThreadLink).from_select(["thread_id", *(column.name for column in moved)], copied)
    session.execute(copy.on_conflict_do_nothing())
    session.execute(delete(links).where(links.c.thread_id == goes))
    _merge_choices(session, stays=stays, goes=goes)
    session.execute(delete(table_of(MailThread)).where(col(MailThread.id) == goes))


def _merge_choices(session: Session, *, stays: str, goes: str) -> None:
    """What a person chose for the thread that goes holds for both, unless they chose for the one that stays."""
    choice = table_of(DealChoice)
    if session.get(DealChoice, stays) is None:
        session.execute(update(choice).where(choice.c.thread_id == goes).values(thread_id=stays))
    session.execute(delete(choice).where(choice.c.thread_id == goes))
