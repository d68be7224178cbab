"""Whose mail a member may read: what their own mailboxes hold, what they were granted, what their roles open.

Everything that shows the text of mail asks here. The right `mail` of the folder of the record where mail is met
counts: `territory` and `all` open everything but private mail, `team` what a colleague of the team holds.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, func, or_, select
from sqlmodel import col

from app.workspaces.access import Viewer, visible
from models import EntryAccess, Mailbox, MailboxMessage, Message, Record, TimelineEntry, TimelineLink

Condition = ColumnElement[bool]

OPEN_SCOPES = ("territory", "all")


def sees_open_mail(viewer: Viewer) -> bool:
    """Whether all but private mail is open to the viewer, whatever record it is met on."""
    return viewer.is_admin or all(rights["mail"] in OPEN_SCOPES for rights in viewer.access.folders.values())


def may_read_mail(viewer: Viewer, record: Any = Record) -> Condition:
    """Holds for the entries of mail whose text the viewer may read, met on `record` (the table or an alias)."""
    return or_(~mail_is_closed(viewer, limited=not sees_open_mail(viewer), record=record), mail_is_mine(viewer))


def may_read_message(viewer: Viewer) -> Condition:
    """Holds for messages that the viewer's mailboxes hold, or may be read on a record that they see."""
    held = exists().where(
        col(MailboxMessage.message_id) == col(Message.id),
        col(Mailbox.id) == col(MailboxMessage.mailbox_id),
        col(Mailbox.member_id) == viewer.member_id,
    )
    on_record = exists().where(
        col(TimelineEntry.message_id) == col(Message.id),
        col(TimelineLink.entry_id) == col(TimelineEntry.id),
        col(Record.id) == col(TimelineLink.record_id),
        visible(viewer),
        may_read_mail(viewer),
    )
    return and_(col(Message.workspace_id) == viewer.workspace_id, or_(held, on_record))


def mail_is_closed(viewer: Viewer | None, *, limited: bool, record: Any = Record) -> Condition:
    """Holds for entries of mail that are open only to whom they belong. Without a viewer: see `mail_parameters`."""
    if not limited:
        return col(TimelineEntry.private).is_(True)
    team = _is_held(_text(viewer, "mail_colleagues").contains(col(Mailbox.member_id)))
    opened = or_(
        _text(viewer, "mail_open").contains(record.folder_id),
        and_(_text(viewer, "mail_team").contains(record.folder_id), team),
    )
    return or_(col(TimelineEntry.private), and_(col(TimelineEntry.message_id).is_not(None), ~opened))


def mail_is_mine(viewer: Viewer | None) -> Condition:
    """Holds for entries whose message the viewer's mailboxes hold, or that a holder opened to the viewer."""
    me = _text(viewer, "viewer_member")
    granted = exists().where(
        col(EntryAccess.entry_id) == col(TimelineEntry.id),
        col(EntryAccess.member_id) == me,
        col(EntryAccess.state) == "granted",
    )
    return or_(_is_held(col(Mailbox.member_id) == me), granted)


def mail_parameters(viewer: Viewer) -> dict[str, str]:
    """What the conditions without a viewer ask for; lists of ids go as one text."""
    folders = viewer.access.folders.items()
    return {
        "viewer_member": viewer.member_id,
        "mail_open": " ".join(id for id, rights in folders if rights["mail"] in OPEN_SCOPES),
        "mail_team": " ".join(id for id, rights in folders if rights["mail"] == "team"),
        "mail_colleagues": " ".join([viewer.member_id, *viewer.access.team]),
    }


def _is_held(who: Condition) -> Condition:
    """Counts the copies: asked whether one exists, PostgreSQL reads whole mailboxes to know of all messages at once."""
    copies = (
        select(func.count())
        .select_from(MailboxMessage)
        .join(Mailbox, col(Mailbox.id) == col(MailboxMessage.mailbox_id))
        .where(col(MailboxMessage.message_id) == col(TimelineEntry.message_id), who)
    )
    return copies.scalar_subquery() > 0


def _text(viewer: Viewer | None, name: str) -> Any:
    if viewer is None:
        return bindparam(name, type_=String)
    return bindparam(name, mail_parameters(viewer)[name], type_=String, unique=True)
