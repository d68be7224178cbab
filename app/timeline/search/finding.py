"""Finding timeline entries by what their text says, among those that a viewer may read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from app.core.database import unconfined
from app.core.hot import Listed, Reader, reader_of
from app.records.search.lookups import Within
from app.records.search.query import Query
from app.records.search.snippets import Match, match_in
from app.timeline.feed import EntriesQuery, Entry, entry_from
from app.timeline.pages import Home
from app.timeline.search.indexing import texts_of
from app.timeline.search.texts import entries_with
from app.workspaces.access import Viewer
from models import Record, TimelineLink

AT_MOST = 200
"""Entries that one search finds."""
LOOKED_AT = 5_000
"""Entries with the words that are looked at in all, for viewers who may read few of them."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry that matches, and the records that it stands on, as far as the viewer may see them."""

    entry: Entry
    homes: Sequence[Home]


def find_entries(
    session: Session, *, viewer: Viewer, query: Query, within: Within, type: str | None = None
) -> list[FoundEntry]:
    """Entries with all words of the query that the viewer may read, on records that they may see; newest first."""
    found: dict[str, FoundEntry] = {}
    looked_at = 0
    with unconfined(session):
        for ids in entries_with(session, workspace_id=viewer.workspace_id, query=query, batch=_BATCH):
            for one in _readable(reader_of(session), viewer, ids, within):
                if type in (None, one.entry.type):
                    found[one.entry.id] = one
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


def _readable(reader: Reader, viewer: Viewer, ids: Sequence[str], within: Within) -> list[FoundEntry]:
    """Those that the viewer may read on a record within what is searched; with all records they stand on."""
    entries: dict[str, Entry] = {}
    homes: dict[str, list[Home]] = defaultdict(list)
    for row in _AMONG(reader, viewer, entries=reader.listed(ids)):
        *_, archived_at, folder_id, id, kind, name, rule = row
        homes[row[0]].append(Home(id, kind, name, rule))
        if archived_at is None and within.folder_id in (None, folder_id) and within.kind in (None, kind):
            entry = entry_from(viewer, row[: -len(_HOME)])
            if not entry.locked:
                entries[entry.id] = entry
    return [
        FoundEntry(entry, sorted(homes[id], key=lambda home: (home.name, home.id))) for id, entry in entries.items()
    ]


_HOME = (
    col(Record.archived_at),
    col(Record.folder_id),
    col(Record.id),
    col(Record.kind),
    col(Record.name),
    col(TimelineLink.rule),
)
_AMONG = EntriesQuery(
    lambda entries: entries.add_columns(*_HOME).where(Listed(col(TimelineLink.entry_id), "entries")).order_by(None),
    given=True,
)


def _newest_first(found: FoundEntry) -> tuple[datetime, str]:
    return found.entry.occurred_at, found.entry.id
