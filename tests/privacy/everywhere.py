"""One person, written into every table there is; and a dump of the whole database, to look for them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Float, Integer, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from app.core.bulk import table_of
from app.core.ids import new_id
from app.privacy.cleaning import INDEXES, OURS, searched_tables, text_columns
from app.records.service import create_record
from app.workspaces.access import Viewer
from models import Correspondent, ErasedAddress, FieldDef, Folder, Record
from models.base import metadata

NAME, FIRST, LAST = "Zephyrine Quackenbush", "Zephyrine", "Quackenbush"
ADDRESS, SECOND = "zephyrine@quackenbush.example", "z.quackenbush@gmail.com"
PHONE = "+49305551234"
WRITTEN = (
    f"{NAME} <{ADDRESS}>, QUACKENBUSH, Zephyrine, Z.Quacken.Bush+shop@GoogleMail.com, +49 (0)30 555-1234, "
    f"030 5551234, CV_{FIRST}_{LAST}.pdf, https://x.example/?to=zephyrine%40quackenbush.example"
)
TRACES = ("quackenbush", "zephyrine", "quacken.bush", "5551234", "555-1234")
"""Whatever of them is left somewhere has one of these in it."""

_GIVEN: dict[str, Any] = {
    **{"kind": "human", "type": "note", "state": "done", "direction": "in", "outcome": "stored", "status": None},
    **{"level": "read", "rule": "author", "action": "edit", "layout": "table", "source": "Email", "access": "read"},
    **{"group_by": None, "currency": "EUR", "repeat": "", "column": None, "unique": "", "phase": "Lead"},
    **{"rights": {}, "powers": [], "duplicates": {}, "required": [], "columns": [], "sort": [], "key": "some_key"},
    **{"rows": [[2, "", WRITTEN, ADDRESS], [3, "", "Somebody else", NAME]], "verdicts": [["create", None, NAME]]},
    **{"outcomes": [["created", None, ""], ["created", None, ""]], "reasons": [{"code": "x", "detail": WRITTEN}]},
    **{"email": SECOND, "quantity": "1", "discount_percent": "0", "tax_percent": "0", "color": "", "priority": "Low"},
    **{"role_ids": [], "fields": [], "number": "Q-1", "table_name": "record", "domain": "", "hours": None},
    **{"private": False, "thread_id": None, "merged_into_id": None},
}
"""What a column must hold for the row to make sense, by its name; all other text is WRITTEN."""
_NOT_FILLED = {*OURS, *INDEXES, *map(table_of, (Record, Folder, ErasedAddress))}


@dataclass
class Filling:
    """Rows of every table, about a record of the person's (`own`), and about somebody else's (`other`)."""

    session: Session
    viewer: Viewer
    own: Record
    other: Record
    mailbox_id: str
    ids: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def fill(self) -> None:
        for about in (self.own, self.other):
            self.ids = {table.name: new_id() for table in metadata.sorted_tables}
            self.ids |= {"record": about.id, "member": self.viewer.member_id, "workspace": self.viewer.workspace_id}
            self.ids |= {"folder": about.folder_id, "mailbox": self.mailbox_id}
            for table in metadata.sorted_tables:
                if table not in _NOT_FILLED and "workspace_id" in table.c:
                    self._add(table, about)
        self.session.flush()

    def _add(self, table: Table, about: Record) -> None:
        self.made += 1
        row = {column.name: self._value(table, column, about) for column in table.c}
        if table is table_of(FieldDef):
            row |= {"type": "text", "key": f"key_{self.made}"}
        if table is table_of(Correspondent):
            row["key"] = ADDRESS if about is self.own else "someone@else.example"
        if table.name == "record_link":
            row |= {"from_id": about.id, "to_id": self.other.id if about is self.own else self.own.id}
        if table.name == "duplicate_pair":
            row |= {"first_id": self.own.id, "second_id": self.other.id}
        if table.name == "duplicate_pair" and about is self.other:
            return
        insert = (sqlite if self.session.get_bind().dialect.name == "sqlite" else postgresql).insert
        self.session.connection().execute(insert(table).on_conflict_do_nothing(), row)

    def _value(self, table: Table, column: Column[Any], about: Record) -> Any:
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table.name
            found = self.ids.get(target)
            return about.id if target == "record" else found if not column.nullable or column.primary_key else None
        parent = _PARENTS.get(column.name)
        if parent and column.name != "id":
            return self.ids.get(parent)
        if column.name == "id":
            return self.ids[table.name]
        if column.primary_key and not isinstance(column.type, Integer):
            return self._plain(table, column) if isinstance(_bare(column), DateTime) else f"{column.name}-{self.made}"
        if column.name in _GIVEN and not isinstance(column.type, Boolean | Integer):
            return _GIVEN[column.name]
        return self._plain(table, column)

    def _plain(self, table: Table, column: Column[Any]) -> Any:
        type = column.type
        if isinstance(type, JSON):
            return {"note": WRITTEN, "list": [ADDRESS, NAME, "x@y.example"], NAME: PHONE}
        if isinstance(type, Boolean):
            return False
        if isinstance(type, Date):
            return date(2026, 1, 2)
        if isinstance(_bare(column), DateTime):
            return datetime(2026, 1, 2, tzinfo=UTC)
        if isinstance(type, Integer | Float):
            return self.made
        if column in text_columns(table):
            return f"{WRITTEN} {self.made}"
        return f"{column.name}-{self.made}"[:26]


def _bare(column: Column[Any]) -> Any:
    return getattr(column.type, "impl_instance", column.type)


_PARENTS = {
    "message_id": "message",
    "entry_id": "timeline_entry",
    "correspondent_id": "correspondent",
    "workspace_id": "workspace",
    "subject_id": "timeline_entry",
    "mailbox_id": "mailbox",
}


def write_everywhere(session: Session, viewer: Viewer, mailbox_id: str) -> Record:
    """The person's contact, and rows of every table that are about it, or mention it beside another record."""
    values = {"name": NAME, "email": [ADDRESS, SECOND], "phone": PHONE, "title": WRITTEN, "linkedin": "https://in/zq"}
    own = create_record(session, workspace_id=viewer.workspace_id, kind="contact", values=values, viewer=viewer)
    about = {"name": f"Contract of {NAME}", "website": f"https://x.example/{ADDRESS}", "tags": [NAME, "big"]}
    other = create_record(session, workspace_id=viewer.workspace_id, kind="company", values=about, viewer=viewer)
    session.flush()
    Filling(session, viewer, own, other, mailbox_id).fill()
    return own


def tables_without(session: Session) -> list[str]:
    """Tables that nothing was written into: a new one needs to be thought of."""
    tables = [table for table in searched_tables() if text_columns(table)]
    return [table.name for table in tables if not session.scalar(select(func.count()).select_from(table))]


def leftovers(connection: Connection) -> list[str]:
    """Every row of every table in the database, those of search and of jobs too, that has a trace of the person."""
    return [
        f"{table}: {found} in {row[:300]}"
        for table, row in _rows(connection)
        for found in TRACES
        if found in row.casefold()
    ]


def _rows(connection: Connection) -> Iterator[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        for name in names:
            for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"'):
                yield name, " ".join(_as_text(value) for value in row)
        return
    query = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    for schema, name in connection.execute(text(query)).all():
        for (row,) in connection.execute(text(f'SELECT CAST(here AS text) FROM "{schema}"."{name}" AS here')):
            yield name, row


def _as_text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
