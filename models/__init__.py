"""Every table of the store. Importing this package registers them all."""

from models.event import Event, Executor, Outbox
from models.mailbox import Mailbox, MailboxMessage, MessageAlias, SyncItem
from models.message import (
    Attachment,
    Correspondent,
    Exclusion,
    MailThread,
    Message,
    MessageBody,
    Participant,
    ThreadLink,
)
from models.record import (
    FieldChange,
    FieldDef,
    Folder,
    Pipeline,
    Record,
    RecordKey,
    RecordLink,
    Stage,
    StageChange,
)
from models.timeline import Task, TaskLink, TimelineEntry, TimelineLink
from models.workspace import ApiKey, Handled, Invitation, Member, Role, Territory, UsedState, Workspace

__all__ = [
    "ApiKey",
    "Attachment",
    "Correspondent",
    "Event",
    "Exclusion",
    "Executor",
    "FieldChange",
    "FieldDef",
    "Folder",
    "Handled",
    "Invitation",
    "MailThread",
    "Mailbox",
    "MailboxMessage",
    "Member",
    "Message",
    "MessageAlias",
    "MessageBody",
    "Outbox",
    "Participant",
    "Pipeline",
    "Record",
    "RecordKey",
    "RecordLink",
    "Role",
    "Stage",
    "StageChange",
    "SyncItem",
    "Task",
    "TaskLink",
    "Territory",
    "ThreadLink",
    "TimelineEntry",
    "TimelineLink",
    "UsedState",
    "Workspace",
]
