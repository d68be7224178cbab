"""What a request leaves behind once it is answered, so that opening a message never waits for a write."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVarTuple

from sqlalchemy import Engine
from starlette.background import BackgroundTasks

from app.core.database import transaction
from app.core.failures import describe
from app.records.pin_counts import count_pins
from app.records.recent import Sight, note_sights
from app.workspaces.access import Viewer
from gmail_addon.lately import NOTE_EVERY, Pile
from gmail_addon.lookup import Opened
from gmail_addon.parameters import is_identifier
from gmail_addon.visit import ACTION, Visit
from models import Mailbox, MessageAlias
from sync.ondemand import seen_in_addon

Arguments = TypeVarTuple("Arguments")

_log = logging.getLogger(__name__)


def aftercare(after: BackgroundTasks, visit: Visit, opened: Opened | None) -> None:
    """Note that a person is here and which record they see, once a minute; remember what Gmail calls the message in
    its API; and beside the homepage count what the pinned views show."""
    unseen = [box.id for box in visit.boxes if not box.addon_seen_at or visit.now - box.addon_seen_at > NOTE_EVERY]
    alias = _alias(visit, opened)
    if unseen or alias:
        after.add_task(_quietly, _write, visit.addon.engine, unseen, alias)
    me, engine = visit.viewer.member_id, visit.addon.engine
    lately, pile = visit.addon.lately, visit.addon.pile
    record_id = _shown(visit, opened)
    if record_id and lately.is_due((me, record_id), visit.now) and pile.lay(Sight(me, record_id, visit.now)):
        after.add_task(_note_sights, engine, pile)
    if _is_homepage(visit) and lately.is_due((me, "pins"), visit.now):
        after.add_task(_quietly, _count_pins, engine, visit.viewer)


def _quietly(task: Callable[[*Arguments], None], *arguments: *Arguments) -> None:
    """The answer is out already: what fails here, as when two processes note the same at once, comes again."""
    try:
        task(*arguments)
    except Exception as error:
        _log.warning("after an answer: %s", describe(error))


def _write(engine: Engine, unseen: Sequence[str], alias: MessageAlias | None) -> None:
    with transaction(engine) as session:
        for mailbox_id in unseen:
            seen_in_addon(session, mailbox=session.get_one(Mailbox, mailbox_id))
        if alias and session.get(MessageAlias, (alias.mailbox_id, alias.alias)) is None:
            session.add(alias)


def _note_sights(engine: Engine, pile: Pile) -> None:
    while sights := pile.take():
        _quietly(_note_some, engine, sights)


def _note_some(engine: Engine, sights: Sequence[Sight]) -> None:
    with transaction(engine) as session:
        note_sights(session, sights)


def _count_pins(engine: Engine, viewer: Viewer) -> None:
    with transaction(engine) as session:
        count_pins(session, viewer=viewer)


def _shown(visit: Visit, opened: Opened | None) -> str | None:
    """The record on the card that a click or an opened message leads to."""
    given = visit.event.parameters
    if given.get(ACTION) == "open_record":
        id = given.get("id", "")
        return id if is_identifier(id) else None
    if opened is None or ACTION in given:
        return None
    if opened.deal:
        return opened.deal.id
    person = opened.people[0].person if len(opened.people) == 1 else None
    return person.id if person else None


def _is_homepage(visit: Visit) -> bool:
    return visit.event.message is None and visit.draft is None and ACTION not in visit.event.parameters


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
