"""The search box of the sidebar: what it suggests while somebody types, and the record that was picked."""

from sqlmodel import Session

from app.core.hot import reader_of
from app.records.picking import Pick, by_ids
from app.records.search.finding import find_records
from app.records.search.lookups import Within
from app.records.search.query import MAX_LENGTH, parse_query
from gmail_addon.visit import Visit

SEARCH = "search"
"""The input."""
MOST_SUGGESTED, SHORTEST = 10, 2
_BETWEEN = " · "


def typed(visit: Visit) -> str:
    """What stands in the search box, or what the button says that stood there."""
    said = visit.event.form.text(SEARCH) or visit.event.parameters.get("text") or ""
    return " ".join(said.split())[:MAX_LENGTH]


def suggested(session: Session, visit: Visit, text: str) -> list[str]:
    """Labels of records that match, best first, each once. Nothing for a single letter."""
    if len(text) < SHORTEST and text.isascii():
        return []
    return list(dict.fromkeys(pick.label for pick in _found(session, visit, text)))


def picked(session: Session, visit: Visit, text: str) -> str | None:
    """The id of the one record whose label this is; None when there is none, or several."""
    name = text.rpartition(_BETWEEN)[0]
    same = [pick for pick in _found(session, visit, name) if pick.label == text] if name else []
    return same[0].id if len(same) == 1 else None


def _found(session: Session, visit: Visit, text: str) -> list[Pick]:
    query = parse_query(text)
    if query.is_empty:
        return []
    found = find_records(session, viewer=visit.viewer, query=query, within=Within())[:MOST_SUGGESTED]
    picks = by_ids(reader_of(session), viewer=visit.viewer, ids=[one.id for one in found])
    return [picks[one.id] for one in found if one.id in picks and picks[one.id].name]
