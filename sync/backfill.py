"""The first import: every thread in scope, newest first."""

from sqlmodel import Session

from app.core import events
from app.core.database import transaction
from app.core.ids import new_id
from models import Mailbox
from sync import queue
from sync.client import LIST_PAGE, GmailClient
from sync.errors import BadRequest
from sync.queue import BACKFILL, THREAD
from sync.run import Run
from sync.scope import scope_of

FIRST_PAGE = 100
"""Small, so that the newest mail is there within seconds; it is fetched before the listing goes on."""


def begin(run: Run, client: GmailClient) -> None:
    """Pin the cursor before anything is listed: whatever changes from now on will be in the history."""
    pin = str(client.profile()["historyId"])
    with run.commit() as (session, mailbox):
        mailbox.cursor = pin
        mailbox.listing_id = new_id()
        mailbox.page_token = None
        mailbox.state = "backfill"
        _tell(session, mailbox, "mailbox.import_started")


def wants_page(run: Run, mailbox: Mailbox) -> bool:
    """Whether to list the next page now: at once, but for the second, which waits until the first is fetched."""
    if mailbox.listing_id is None:
        return False
    with transaction(run.engine, read_only=True) as session:
        first = queue.first_position(session, mailbox.id)
    return first is None or first > FIRST_PAGE


def list_page(run: Run, client: GmailClient) -> None:
    """Queue the next page of threads, with the token of the page after it, in one transaction."""
    mailbox = run.read()
    size = LIST_PAGE if mailbox.page_token else FIRST_PAGE
    scope = scope_of(run.settings, mailbox)
    try:
        page = client.threads_page(scope, page_token=mailbox.page_token, size=size)
    except BadRequest:
        if mailbox.page_token is None:
            raise
        _start_over(run)
        return
    with run.commit() as (session, mailbox):
        thread_ids = [thread["id"] for thread in page.get("threads", ())]
        queue.add(session, mailbox, thread_ids, kind=THREAD, priority=BACKFILL, backfill=True)
        mailbox.page_token = page.get("nextPageToken")
        if mailbox.page_token is None:
            mailbox.listing_id = None


def _start_over(run: Run) -> None:
    """Gmail does not say how long a page token lives: one that died costs a new listing, not the import."""
    with run.commit() as (_, mailbox):
        mailbox.page_token = None


def finish(session: Session, mailbox: Mailbox) -> None:
    mailbox.state = "live"
    _tell(session, mailbox, "mailbox.imported")


def _tell(session: Session, mailbox: Mailbox, event: str) -> None:
    events.emit(session, event, workspace_id=mailbox.workspace_id, subject_id=mailbox.id)
