"""Choosing a record by what is typed: suggestions while typing, and afterwards the record that was meant.

A card's input gives back mere text, so every record has a label that says more than its name: `Acme · acme.example`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.core.bulk import sieve
from app.core.hot import Reader
from app.records.redact import redacted
from app.records.search.query import Query, parse_query
from app.records.seen import COMPANY, with_company
from app.workspaces.access import ScopedQuery, Viewer
from models import FieldDef, Record, RecordLink, SearchWord

MOST_SUGGESTED = 20
MOST_MEANT = 6
_READ, _AT_ONCE = 60, 20
_LAST = chr(0x10FFFF)
_BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Pick:
    """A record to choose, as far as the viewer may know it."""

    id: str
    folder_id: str
    kind: str
    name: str
    data: dict[str, Any]
    owner_id: str | None
    company_id: str | None
    company: str | None

    @property
    def detail(self) -> str:
        """What tells it from others of its name: an address, a domain, a number or its company."""
        addresses = self.data.get("email") or []
        company = self.company if self.company_id else None
        known = (*addresses[:1], self.data.get("domain"), self.data.get("number"), company)
        return next((str(one) for one in known if one), "")

    @property
    def label(self) -> str:
        return _BETWEEN.join(filter(None, (self.name, self.detail)))


@dataclass(frozen=True, slots=True)
class Goal:
    """The records that may be chosen: of a folder, or of a kind."""

    folder_id: str = ""
    kind: str = ""


def goal_of(field: FieldDef) -> Goal:
    """Where a field of related records leads."""
    return Goal(str(field.options.get("folder") or ""), str(field.options.get("kind") or ""))


def leads_there(field: FieldDef, pick: Pick) -> bool:
    """Whether a field may hold this record."""
    goal = goal_of(field)
    return pick.folder_id == goal.folder_id if goal.folder_id else pick.kind == goal.kind


def suggested(reader: Reader, *, viewer: Viewer, goal: Goal, text: str) -> list[Pick]:
    """Records whose name has words that begin as typed, those whose name begins so first. One statement."""
    query = parse_query(text)
    if query.is_empty:
        return []
    found = _picks(viewer, _BEGINNING(reader, viewer, **_asked(goal), **_words(query, _LAST)))
    typed = text.strip().casefold()
    return sorted(found, key=lambda pick: (not pick.name.casefold().startswith(typed), pick.label))[:MOST_SUGGESTED]


def meant(reader: Reader, *, viewer: Viewer, goal: Goal, text: str) -> list[Pick]:
    """The records that a label or a name stands for, at most MOST_MEANT: one unless it is ambiguous."""
    name, _, detail = text.strip().rpartition(_BETWEEN)
    labelled = [pick for pick in _named(reader, viewer, goal, name) if detail == pick.detail] if name else []
    found = labelled or _named(reader, viewer, goal, text)
    return found[:MOST_MEANT]


def by_ids(reader: Reader, *, viewer: Viewer, ids: Sequence[str]) -> dict[str, Pick]:
    """The records with these ids that the viewer may see. One statement for every 20."""
    found: list[Pick] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = {f"id{place}": id for place, id in enumerate(ids[start : start + _AT_ONCE])}
        found += _picks(viewer, _BY_ID(reader, viewer, **(dict.fromkeys(_IDS, "") | some)))
    return {pick.id: pick for pick in found}


def linked(reader: Reader, *, viewer: Viewer, record_id: str, fields: Sequence[FieldDef]) -> dict[str, list[Pick]]:
    """What the viewer may see of the values of `records` fields of a record, oldest link first. One statement."""
    rows = _LINKED(reader, viewer, record=record_id)
    shown: dict[str, list[Pick]] = {field.key: [] for field in fields}
    for label, inverse, *row in rows:
        for pick in _picks(viewer, [tuple(row)]):
            for field in fields:
                same = field.options["label"] == label and bool(field.options.get("inverse")) == bool(inverse)
                if same and leads_there(field, pick):
                    shown[field.key].append(pick)
    return shown


def _named(reader: Reader, viewer: Viewer, goal: Goal, text: str) -> list[Pick]:
    query, name = parse_query(text), text.strip()
    if query.is_empty:
        return []
    names = {"name": name, "lower": name.lower()}
    return _picks(viewer, _NAMED(reader, viewer, **_asked(goal), **names, **_words(query, "")))


def _picks(viewer: Viewer, rows: Sequence[tuple[Any, ...]]) -> list[Pick]:
    """Each record once. One whose very name is hidden cannot be chosen by it."""
    found = {row[0]: redacted(viewer, Pick(*row)) for row in rows}
    return [pick for pick in found.values() if pick.name]


def _asked(goal: Goal) -> dict[str, object]:
    return {"goal_folder": goal.folder_id, "goal_kind": goal.kind}


def _words(query: Query, end: str) -> dict[str, object]:
    """The longest words of the query as ranges of the index: the longest is looked up, the next one must be there."""
    texts = sorted((term.text for term in query.terms), key=len, reverse=True)
    first, second = texts[0], texts[1] if len(texts) > 1 else ""
    return {"first": first, "first_end": first + end, "second": second, "second_end": second + (end or _LAST)}


PICK_COLUMNS = (
    col(Record.id),
    col(Record.folder_id),
    col(Record.kind),
    col(Record.name),
    col(Record.data),
    col(Record.owner_id),
    col(Record.company_id),
    col(COMPANY.name),
)
"""What a `Pick` is made of, in its order; a statement that selects them joins COMPANY to Record."""
_See = Callable[[Any], ColumnElement[bool]]


def _text(name: str) -> Any:
    return bindparam(name, type_=String)


def _joined(see: _See, *columns: Any) -> Any:
    return select(*columns, *PICK_COLUMNS).select_from(Record).outerjoin(COMPANY, with_company(see))


def _found_by_words(see: _See) -> Any:
    """Of those whose name has the first word, those that have the second."""
    word: Any = SearchWord
    other: Any = aliased(SearchWord)
    in_range = and_(word.word >= _text("first"), word.word <= _text("first_end"), word.field == "name")
    goal = case(
        (_text("goal_folder") != "", col(Record.folder_id) == _text("goal_folder")),
        else_=col(Record.kind) == _text("goal_kind"),
    )
    second = and_(other.record_id == Record.id, other.field == "name", other.word >= _text("second"))
    has_second = select(literal(1)).where(second, other.word <= _text("second_end")).exists()
    query = select(*PICK_COLUMNS).select_from(SearchWord).join(Record, col(Record.id) == word.record_id)
    query = query.outerjoin(COMPANY, with_company(see)).where(word.workspace_id == _text("viewer_workspace"), in_range)
    return query.where(sieve(and_(see(Record), goal, col(Record.archived_at).is_(None), has_second)))


_BEGINNING = ScopedQuery(lambda see: _found_by_words(see).limit(_READ))
_NAMED = ScopedQuery(
    lambda see: (
        _found_by_words(see)
        .where(or_(col(Record.name) == _text("name"), func.lower(col(Record.name)) == _text("lower")))
        .order_by(col(Record.created_at), col(Record.id))
        .limit(_READ)
    )
)
_IDS = [f"id{place}" for place in range(_AT_ONCE)]
_BY_ID = ScopedQuery(lambda see: _joined(see).where(see(Record), col(Record.id).in_([_text(id) for id in _IDS])))


def _links(see: _See) -> Any:
    here = _text("record")
    out = and_(col(RecordLink.from_id) == here, col(RecordLink.to_id) == col(Record.id))
    back = and_(col(RecordLink.to_id) == here, col(RecordLink.from_id) == col(Record.id))
    ends = _joined(see, col(RecordLink.label), case((back, 1), else_=0))
    return ends.join(RecordLink, or_(out, back)).where(see(Record)).order_by(RecordLink.created_at, Record.id)


_LINKED = ScopedQuery(_links)
