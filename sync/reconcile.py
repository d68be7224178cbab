"""The nightly proof that nothing is missing: every id Gmail lists must have an outcome."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from app.core import events
from models import Mailbox, MailboxMessage
from sync import queue
from sync.client import GmailClient
from sync.queue import BACKFILL, MESSAGE
from sync.run import Run
from sync.scope import scope_of


def reconcile(run: Run, client: GmailClient, *, judge_anew: bool) -> None:
    """Queue what is listed in scope and has no outcome, has failed, or was thought gone.

    `judge_anew`: also what was filtered, because what is filtered has been changed.
    Event `mailbox.reconciled`, data `{"listed", "missing"}`.
    """
    settled = {"stored"} if judge_anew else {"stored", "filtered"}
    listed = missing = 0
    for page in client.message_ids(scope_of(run.settings, run.read()), spam_and_trash=False):
        with run.commit() as (session, mailbox):
            unsettled = _unsettled(session, mailbox, page, settled)
            queue.add(session, mailbox, unsettled, kind=MESSAGE, priority=BACKFILL, backfill=True)
        listed += len(page)
        missing += len(unsettled)
    with run.commit() as (session, mailbox):
        data = {"listed": listed, "missing": missing}
        workspace_id = mailbox.workspace_id
        events.emit(session, "mailbox.reconciled", workspace_id=workspace_id, subject_id=mailbox.id, data=data)


def _unsettled(session: Session, mailbox: Mailbox, page: Mapping[str, str], settled: set[str]) -> list[str]:
    query = select(MailboxMessage.gmail_id).where(
        col(MailboxMessage.mailbox_id) == mailbox.id,
        col(MailboxMessage.gmail_id).in_(page),
        col(MailboxMessage.outcome).in_(settled),
    )
    done = set(session.scalars(query))
    coming = queue.queued_threads(session, mailbox.id, set(page.values()))
    return [gmail_id for gmail_id, thread_id in page.items() if gmail_id not in done and thread_id not in coming]
