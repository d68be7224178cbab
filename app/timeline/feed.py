"""The timeline of a record, newest first, as far as the viewer may read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.core.bulk import sieve
from app.core.hot import Reader, Row
from app.timeline.changes import changes_seen, reason_seen
from app.timeline.entry_types import CHANGE, STAGE, entry_type
from app.timeline.placing import RELATED
from app.workspaces.access import ScopedQuery, Viewer, visible
from app.workspaces.mail_access import mail_is_closed, mail_is_mine, mail_parameters, sees_open_mail
from models import Member, Record, TimelineEntry, TimelineLink

See = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A timeline entry. `locked`: mail that is not open to the viewer, or about a record out of sight; it tells no
    more than that it is there."""

    id: str
    type: str
    occurred_at: datetime
    title: str
    summary: str
    actor: str | None
    data: dict[str, Any]
    locked: bool
    actor_id: str | None = None
    pinned: bool = False


def newest_entries(reader: Reader, *, viewer: Viewer, record_id: str, limit: int) -> list[Entry]:
    return [entry_from(viewer, row) for row in _NEWEST(reader, viewer, record=record_id, limit=limit)]


def entries_seen(viewer: Viewer) -> Select[Any]:
    """Entries on records that the viewer may see, with all that `entry_from` needs, newest first."""
    return _entries(lambda record: visible(viewer, record), is_locked(viewer))


@lru_cache(maxsize=128)
def is_locked(viewer: Viewer) -> ColumnElement[bool]:
    """Holds for entries that the viewer may only know to be there, on the record whose timeline is read.

    Kept, as it takes longer to write than the database takes to answer it.
    """
    return _locked(lambda record: visible(viewer, record), viewer, limited=not sees_open_mail(viewer))


def older_than(place: tuple[datetime, str]) -> ColumnElement[bool]:
    return tuple_(col(TimelineLink.occurred_at), col(TimelineLink.entry_id)) < place


def entry_from(viewer: Viewer, row: tuple[Any, ...], *, with_edits: bool = False) -> Entry:
    """An entry as the viewer may read it, from a row of `entries_seen`. Lists only count its earlier versions."""
    id, type, occurred_at, title, summary, actor, data, actor_id, pinned, locked = row
    if type == CHANGE.name and not locked:
        title, data = changes_seen(viewer, data)
        locked = not data["changes"]
    if type == STAGE.name:
        summary, data = reason_seen(viewer, summary, data)
    if locked:
        return Entry(id, type, occurred_at, entry_type(type).locked, "", actor, {}, True, actor_id, pinned)
    if "edits" in data and not with_edits:
        data = {**data, "edits": len(data["edits"])}
    return Entry(id, type, occurred_at, title, summary, actor, data, False, actor_id, pinned)


def _entries(see: See, locked: ColumnElement[bool]) -> Select[Any]:
    """Walks the record's links backwards: a page costs the same however long the timeline."""
    return (
        select(
            col(TimelineEntry.id),
            col(TimelineEntry.type),
            col(TimelineEntry.occurred_at),
            col(TimelineEntry.title),
            col(TimelineEntry.summary),
            col(Member.name),
            col(TimelineEntry.data),
            col(TimelineEntry.actor_id),
            col(TimelineLink.pinned),
            locked,
        )
        .select_from(TimelineLink)
        .join(Record, col(Record.id) == col(TimelineLink.record_id))
        .join(TimelineEntry, col(TimelineEntry.id) == col(TimelineLink.entry_id))
        .outerjoin(Member, col(Member.id) == col(TimelineEntry.actor_id))
        .where(see(Record))
        .order_by(col(TimelineLink.occurred_at).desc(), col(TimelineLink.entry_id).desc())
    )


def _locked(see: See, viewer: Viewer | None, *, limited: bool) -> ColumnElement[bool]:
    """A case, so that no database asks the dearer questions of entries that are plainly open."""
    return case(
        (mail_is_closed(viewer, limited=limited), ~mail_is_mine(viewer)),
        (col(TimelineLink.rule) == RELATED, ~_subject_seen(see)),
        else_=False,
    )


def _subject_seen(see: See) -> ColumnElement[bool]:
    """A deal's entries stand on its company's timeline, too: whoever may see only the company reads no deal there."""
    link, subject = aliased(TimelineLink), aliased(Record)
    return exists().where(
        col(link.entry_id) == col(TimelineEntry.id),
        col(link.rule) != RELATED,
        and_(col(subject.id) == col(link.record_id), see(subject)),
    )


class EntriesQuery:
    """A hot query over the entries of `entries_seen`, as `choose` completes the statement; rows begin with what
    `entry_from` needs. Viewers before whom no mail is closed are asked less.

    `given` says that it is over entries known by their ids: what the viewer may see leads to none, and only sifts.
    """

    def __init__(self, choose: Callable[[Select[Any]], Select[Any]], *, given: bool = False) -> None:
        def scoped(*, limited: bool) -> ScopedQuery:
            def build(see: See) -> Select[Any]:
                sight: See = (lambda record: sieve(see(record))) if given else see
                return choose(_entries(sight, _locked(see, None, limited=limited)))

            return ScopedQuery(build)

        self._open, self._limited = scoped(limited=False), scoped(limited=True)

    def __call__(self, reader: Reader, viewer: Viewer, **parameters: object) -> list[Row]:
        if sees_open_mail(viewer):
            return self._open(reader, viewer, **parameters)
        return self._limited(reader, viewer, **_mail_lists(viewer), **parameters)


def _mail_lists(viewer: Viewer) -> dict[str, str]:
    return {name: value for name, value in mail_parameters(viewer).items() if name.startswith("mail_")}


_NEWEST = EntriesQuery(
    lambda entries: entries.where(col(TimelineLink.record_id) == bindparam("record")).limit(bindparam("limit"))
)
