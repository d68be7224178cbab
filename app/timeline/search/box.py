"""The one search box: records first, then entries of their timelines, each with where it matches."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.core.cursor import cursor_of, place_at
from app.core.database import unconfined
from app.core.errors import InvalidInput
from app.records.catalog import session_catalog
from app.records.fields import type_of
from app.records.fields.formats import Formats
from app.records.schema import Schema, folder_seen, schema_seen
from app.records.search.finding import FoundRecord, Rank, find_records
from app.records.search.lookups import Within
from app.records.search.query import Query, parse_query
from app.records.search.snippets import Match, match_in
from app.records.search.words import SEARCHED
from app.timeline.feed import Entry
from app.timeline.pages import Home
from app.timeline.search.finding import FoundEntry, entry_matches, find_entries
from app.timeline.search.indexing import searched_types
from app.workspaces.access import Viewer
from app.workspaces.template.folders import FOLDERS

MOST_MATCHES = 3
KINDS = (*(kind for kind, _, _ in FOLDERS), "custom")
_LAST_PLACE = 10_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A record, or an entry with the records that it stands on; and where it matches."""

    rank: Rank
    matches: list[Match]
    record: FoundRecord | None = None
    entry: Entry | None = None
    homes: Sequence[Home] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """`next` is the cursor of the page after."""

    items: list[Hit]
    next: str | None = None


def search(
    session: Session,
    *,
    viewer: Viewer,
    text: str,
    limit: int,
    folder_id: str | None = None,
    kind: str | None = None,
    cursor: str | None = None,
) -> Hits:
    """A page of what matches a text, as far as the viewer may see it, best first and then last active first.

    `folder_id` keeps it to records of a folder and entries on them, `kind` to a kind of record or a type of entry.
    Raises NotFound for a folder out of sight, InvalidInput for a kind that does not exist.
    """
    if folder_id:
        folder_seen(session, viewer=viewer, folder_id=folder_id)
    if kind and kind not in (*KINDS, *searched_types()):
        raise InvalidInput(f"kind: choose one of {', '.join([*KINDS, *searched_types()])}.", field="kind")
    query, start = parse_query(text), _start(cursor)
    if query.is_empty:
        return Hits([])
    only_entries = kind in searched_types()
    within = Within(folder_id, None if only_entries else kind)
    entries: list[FoundEntry] = []
    with unconfined(session):
        records = [] if only_entries else find_records(session, viewer=viewer, query=query, within=within)
        if start + limit >= len(records) and (kind is None or only_entries):
            entries = find_entries(session, viewer=viewer, query=query, within=within, type=kind)
        hits = [_record_hit(session, viewer, one) for one in records[start : start + limit]]
        first = max(0, start - len(records))
        hits += _entry_hits(session, query, entries[first : first + limit - len(hits)])
    more = start + limit < len(records) + len(entries)
    return Hits(hits, cursor_of(start + limit) if more else None)


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    (start,) = place_at(cursor, int)
    return min(max(int(start), 0), _LAST_PLACE)


def _record_hit(session: Session, viewer: Viewer, found: FoundRecord) -> Hit:
    catalog = session_catalog(session, workspace_id=viewer.workspace_id)
    schema = schema_seen(catalog, viewer=viewer, folder=catalog.folders[found.folder_id])
    return Hit(found.rank, _record_matches(schema, found), record=found)


def _record_matches(schema: Schema, found: FoundRecord) -> list[Match]:
    """In the fields that the viewer may read."""
    searched = [field for field in schema.fields if field.type in SEARCHED and field.column in (None, "name")]
    values = ((field, found.name if field.column else found.data.get(field.key)) for field in searched)
    shown = ((field, type_of(field).show(field, value, Formats())) for field, value in values if value)
    matches = (match_in(text, found.query, key=field.key, name=field.name) for field, text in shown)
    return [match for match in matches if match][:MOST_MATCHES]


def _entry_hits(session: Session, query: Query, found: Sequence[FoundEntry]) -> list[Hit]:
    if not found:
        return []
    matches = entry_matches(session, entries=[one.entry for one in found], query=query)
    return [Hit(Rank.TEXT, matches[one.entry.id], entry=one.entry, homes=one.homes) for one in found]
