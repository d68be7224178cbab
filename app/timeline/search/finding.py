"""Finding timeline entries by what their text says, among those that a viewer may read."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col

from app.core.database import unconfined
from app.records.search.finding import Within
from app.records.search.query import Query
from app.records.search.snippets import Match, match_in
from app.timeline.feed import Entry, entries_among, entry_from
from app.timeline.search.indexing import texts_of
from app.timeline.search.texts import entries_with
from app.workspaces.access import Viewer
from models import Record, TimelineEntry

AT_MOST = 200
"""Entries that one search finds."""
LOOKED_AT = 5_000
"""Entries with the words that are looked at in all, for viewers who may read few of them."""
_BATCH = 500


def find_entries(
    session: Session, *, viewer: Viewer, query: Query, within: Within, type: str | None = None
) -> list[Entry]:
    """Entries with all words of the query that the viewer may read, on records that they may see; newest first."""
    found: dict[str, Entry] = {}
    looked_at = 0
    for ids in entries_with(session, workspace_id=viewer.workspace_id, query=query, batch=_BATCH):
        for entry in _readable(session, viewer, ids, within, type):
            found.setdefault(entry.id, entry)
        looked_at += len(ids)
        if len(found) >= AT_MOST or looked_at >= LOOKED_AT:
            break
    return sorted(found.values(), key=_newest_first, reverse=True)[:AT_MOST]


def entry_matches(session: Session, *, entries: Sequence[Entry], query: Query) -> dict[str, list[Match]]:
    """Where these entries match, by entry. The caller has made sure that they may be read."""
    texts = {one.entry_id: one.text for one in texts_of(session, [entry.id for entry in entries])}
    matches = {}
    for entry in entries:
        title, _, text = texts.get(entry.id, "").partition("\n")
        both = (match_in(title, query, key="title", name="Title"), match_in(text, query, key="text", name="Text"))
        matches[entry.id] = [match for match in both if match]
    return matches


def _readable(session: Session, viewer: Viewer, ids: Sequence[str], within: Within, type: str | None) -> list[Entry]:
    statement = entries_among(session, viewer=viewer, ids=ids).where(*within.holds(Record))
    if type:
        statement = statement.where(col(TimelineEntry.type) == type)
    with unconfined(session):
        rows = session.execute(statement).all()
    entries = [entry_from(viewer, tuple(row)) for row in rows]
    return [entry for entry in entries if not entry.locked]


def _newest_first(entry: Entry) -> tuple[datetime, str]:
    return entry.occurred_at, entry.id
