"""Moving all that stands on some records to the one that stays, and noting each row as it was."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Select, Table, UniqueConstraint, delete, or_, select, tuple_, update
from sqlmodel import Session, SQLModel

from app.core.bulk import among, insert_rows
from app.core.ids import new_id
from app.records.merging.places import MOVED, REPLACED
from models import FieldDef, Merge, MergeMove
from models.base import metadata

Row = dict[str, Any]
AT_ONCE = 500
IN_CATALOG: dict[str, type[SQLModel]] = {"field": FieldDef}
"""Tables of which processes keep copies, and so are told of changes (`app.records.catalog`)."""
LEVELS = ("read", "edit")


class Moves:
    """What a merge does to rows, noted in its order; `save` writes it down."""

    def __init__(self, session: Session, merge: Merge, gone: Collection[str], *, first: int = 0) -> None:
        self.session, self.merge = session, merge
        self.into, self.gone = merge.into_id, sorted(gone)
        self._rows: list[Row] = []
        self._first = first

    def __len__(self) -> int:
        return len(self._rows)

    def note(self, table: Table, key: Mapping[str, Any] | None, row: Mapping[str, Any], changed: Row) -> None:
        """A row of `key` had these values, and has those; without a key, it is gone."""
        place = {"merge_id": self.merge.id, "workspace_id": self.merge.workspace_id, "table_name": table.name}
        position = self._first + len(self._rows)
        key = None if key is None else dict(key)
        one = {"id": new_id(), **place, "position": position, "row": dict(row), "key": key, "changed": changed}
        self._rows.append(one)

    def change(self, table: Table, row: Mapping[str, Any], changed: Row) -> None:
        """Write these columns of a row, whole as it was, and note it. Of `data`, only these keys."""
        before: Row = {name: row[name] for name in changed if name != "data"}
        values = dict(changed)
        if "data" in changed:
            before["data"] = {key: row["data"][key] for key in changed["data"] if key in row["data"]}
            values["data"] = {**row["data"], **changed["data"]}
        if table.name in IN_CATALOG:
            write_mapped(self.session, table, row, values)
        else:
            self.session.execute(update(table).where(_is(table, row)).values(values))
        self.note(table, key_of(table, {**row, **values}), before, changed)

    def remove(self, table: Table, rows: Sequence[Row]) -> None:
        for some in batches(rows):
            keys = [tuple(row[column.name] for column in table.primary_key) for row in some]
            self.session.execute(delete(table).where(tuple_(*table.primary_key.columns).in_(keys)))
        for row in rows:
            self.note(table, None, row, {})

    def save(self) -> None:
        """Write the notes down. What the session holds of changed rows is read again when it is needed."""
        self.session.flush()
        insert_rows(self.session, MergeMove, self._rows)
        self.session.expire_all()

    def touched(self) -> set[str]:
        """The records that lead elsewhere now, by a value or by a link."""
        ends = [move["key"] or move["row"] for move in self._rows if move["table_name"] in ("record", "record_link")]
        return {end[name] for end in ends for name in ("id", "from_id", "to_id") if name in end}


def move_all(moves: Moves) -> None:
    """Everything in MOVED and REPLACED, but what another row in its place makes needless: that is removed."""
    for name, columns in MOVED.items():
        _move(moves, metadata.tables[name], columns)
    for name, columns in REPLACED.items():
        for column in columns:
            _replace(moves, metadata.tables[name], column)


def rows_of(session: Session, query: Select[Any]) -> list[Row]:
    """What a query finds, as rows by the names of their columns."""
    return [dict(row) for row in session.execute(query).mappings()]


def write_mapped(session: Session, table: Table, row: Mapping[str, Any], values: Row) -> None:
    """Change a row of a table in IN_CATALOG."""
    session.get_one(IN_CATALOG[table.name], row["id"]).sqlmodel_update(values)
    session.flush()


def key_of(table: Table, row: Mapping[str, Any]) -> Row:
    return {column.name: row[column.name] for column in table.primary_key}


def batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _move(moves: Moves, table: Table, columns: tuple[str, ...]) -> None:
    session, gone = moves.session, moves.gone
    leading = or_(*(among(session, table.c[name], gone) for name in columns))
    if table.name == "record":
        leading = leading & table.c.id.not_in([moves.into, *gone])
    rows = rows_of(session, select(table).where(leading))
    if not rows:
        return
    stays, needless = _sifted(moves, table, columns, rows)
    moves.remove(table, needless)
    for row in stays:
        changed = {name: moves.into for name in columns if row[name] in gone}
        moves.note(table, key_of(table, row | changed), {name: row[name] for name in changed}, changed)
    for name in columns:
        here = leading if table.name == "record" else among(session, table.c[name], gone)
        session.execute(update(table).where(here).values({name: moves.into}))


def _sifted(moves: Moves, table: Table, columns: tuple[str, ...], rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that can stand on the record that stays, and those that would stand there twice, or lead to itself."""
    uniques = [unique for unique in _uniques(table) if not unique.isdisjoint(columns)]
    if not uniques:
        return rows, []
    there = or_(*(table.c[name] == moves.into for name in columns))
    taken: dict[tuple[Any, ...], Row] = {}
    for row in rows_of(moves.session, select(table).where(there)):
        taken |= {_place(unique, row): row for unique in uniques}
    stays, needless = [], []
    for row in rows:
        moved = row | {name: moves.into for name in columns if row[name] in moves.gone}
        places = [_place(unique, moved) for unique in uniques]
        mine = next((taken[place] for place in places if place in taken), None)
        if mine is not None:
            _take_along(moves, table, mine, row)
            needless.append(row)
        elif table.name == "record_link" and moved["from_id"] == moved["to_id"]:
            needless.append(row)
        else:
            stays.append(row)
            taken |= dict.fromkeys(places, row)
    return stays, needless


def _take_along(moves: Moves, table: Table, mine: Row, row: Row) -> None:
    """What a needless row says beyond the one that stays: that it is pinned, that it lets a member edit."""
    if table.name == "timeline_link":
        better = {"pinned": True} if row["pinned"] and not mine["pinned"] else {}
    elif table.name == "record_share":
        better = {"level": row["level"]} if LEVELS.index(row["level"]) > LEVELS.index(mine["level"]) else {}
    else:
        better = {}
    if better:
        moves.change(table, mine, better)
        mine |= better


def _replace(moves: Moves, table: Table, column: str) -> None:
    here = table.c.workspace_id == moves.merge.workspace_id
    for row in rows_of(moves.session, select(table).where(here)):
        new = replaced(row[column], moves.gone, moves.into)
        if new != row[column]:
            moves.change(table, row, {column: new})


def replaced(value: Any, gone: Collection[str], into: str) -> Any:
    """A document with the id `into` wherever one of those that are gone stood."""
    if isinstance(value, dict):
        return {key: replaced(each, gone, into) for key, each in value.items()}
    if isinstance(value, list):
        return [replaced(each, gone, into) for each in value]
    return into if isinstance(value, str) and value in gone else value


def _uniques(table: Table) -> Iterator[frozenset[str]]:
    yield frozenset(column.name for column in table.primary_key)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield frozenset(column.name for column in constraint.columns)


def _place(unique: Iterable[str], row: Mapping[str, Any]) -> tuple[Any, ...]:
    names = sorted(unique)
    return (*names, *(row[name] for name in names))


def _is(table: Table, row: Mapping[str, Any]) -> Any:
    columns: list[Column[Any]] = list(table.primary_key)
    condition = columns[0] == row[columns[0].name]
    for column in columns[1:]:
        condition &= column == row[column.name]
    return condition
