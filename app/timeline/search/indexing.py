"""Which entries are searched, and when they get into the index.

What members write is indexed in the transaction that writes it. Mail comes in thousands a second while a mailbox is
imported, so it is only noted then, and indexed by a job a few seconds later.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.core.bulk import among, insert_rows
from app.core.database import transaction
from app.core.events import react
from app.core.hot import HotQuery, Listed, reader_of
from app.core.jobs import JobContext, scheduled
from app.timeline.entry_types import EMAIL, entry_types
from app.timeline.search.texts import EntryText, drop_texts, write_texts
from models import Mailbox, MessageBody, SearchDue, TimelineEntry

AT_ONCE = 1_000


def index_later(session: Session, *, workspace_id: str, entry_ids: Sequence[str]) -> None:
    """Have new entries of mail indexed soon after this transaction."""
    insert_rows(session, SearchDue, [{"entry_id": id, "workspace_id": workspace_id} for id in entry_ids])


@scheduled("search.mail", cron="*/10 * * * * *")
def index_mail(context: JobContext) -> None:
    """Index the mail that is due, in batches; just one while a mailbox is imported, which needs the machine."""
    while index_due(context):
        context.check_stop()
        if _imports(context):
            return


def index_due(context: JobContext, *, limit: int = AT_ONCE) -> int:
    """Index the mail that came last, some of it in one transaction; returns how much."""
    with transaction(context.engine, read_only=True) as session:
        if session.scalars(select(col(SearchDue.entry_id)).limit(1)).first() is None:
            return 0
    with transaction(context.engine) as session:
        due = select(col(SearchDue.entry_id)).order_by(col(SearchDue.entry_id).desc()).limit(limit)
        ids = session.scalars(due.with_for_update(skip_locked=True)).all()
        write_texts(session, texts_of(session, ids))
        session.execute(delete(SearchDue).where(among(session, col(SearchDue.entry_id), ids)))
        return len(ids)


def _imports(context: JobContext) -> bool:
    with transaction(context.engine, read_only=True) as session:
        return (
            session.scalars(select(col(Mailbox.id)).where(col(Mailbox.state) == "backfill").limit(1)).first()
            is not None
        )


@react("note.added", "comment.added", "file.added", "activity.logged", "entry.changed")
def index_written(session: Session, event: dict[str, Any]) -> None:
    session.flush()
    write_texts(session, texts_of(session, [event["subject_id"]]))


@react("entry.deleted")
def drop_deleted(session: Session, event: dict[str, Any]) -> None:
    drop_texts(session, [event["subject_id"]])


def texts_of(session: Session, entry_ids: Sequence[str]) -> list[EntryText]:
    """What these entries are found by: title and text, of mail all that its author wrote; only searched types."""
    reader = reader_of(session)
    rows = _TEXTS(reader, entries=reader.listed(entry_ids), types=reader.listed(searched_types()))
    return [EntryText(id, at, f"{title}\n{text or summary}") for id, at, title, summary, text in rows]


def searched_types() -> list[str]:
    return [EMAIL.name, *(type.name for type in entry_types() if type.is_written)]


_texts: Any = (
    select(
        col(TimelineEntry.id),
        col(TimelineEntry.workspace_id),
        col(TimelineEntry.title),
        col(TimelineEntry.summary),
        col(MessageBody.visible_text),
    )
    .outerjoin(MessageBody, col(MessageBody.message_id) == col(TimelineEntry.message_id))
    .where(Listed(col(TimelineEntry.id), "entries"), Listed(col(TimelineEntry.type), "types"))
)
_TEXTS = HotQuery(_texts)
