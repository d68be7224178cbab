"""What a request leaves behind once it is answered, so that opening a message never waits for a write."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Engine
from starlette.background import BackgroundTasks

from app.core.database import transaction
from gmail_addon.lookup import Opened
from gmail_addon.visit import Visit
from models import Mailbox, MessageAlias
from sync.ondemand import seen_in_addon

NOTE_EVERY = timedelta(minutes=1)


def aftercare(after: BackgroundTasks, visit: Visit, opened: Opened | None) -> None:
    """Note that a person is here, once a minute, and remember what Gmail calls the message in its API."""
    unseen = [box.id for box in visit.boxes if not box.addon_seen_at or visit.now - box.addon_seen_at > NOTE_EVERY]
    alias = _alias(visit, opened)
    if unseen or alias:
        after.add_task(_write, visit.addon.engine, unseen, alias)


def _write(engine: Engine, unseen: Sequence[str], alias: MessageAlias | None) -> None:
    with transaction(engine) as session:
        for mailbox_id in unseen:
            seen_in_addon(session, mailbox=session.get_one(Mailbox, mailbox_id))
        if alias and session.get(MessageAlias, (alias.mailbox_id, alias.alias)) is None:
            session.add(alias)


def _alias(visit: Visit, opened: Opened | None) -> MessageAlias | None:
    message = visit.event.message
    if message is None or not message.is_alias or opened is None or opened.headers is None:
        return None
    return MessageAlias(
        mailbox_id=visit.here.id,
        alias=message.value,
        workspace_id=visit.viewer.workspace_id,
        gmail_id=opened.headers.gmail_id,
        gmail_thread_id=opened.headers.gmail_thread_id,
    )
