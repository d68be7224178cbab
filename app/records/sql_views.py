"""Read-only SQL views that spell the store out for people and reporting tools: `contacts`, `companies`, `deals`…

One for each kind of folder, over all workspaces of the database: a column for each field, named by its key, and beside
the id of a member, record or stage its name. See docs/decisions/0008-sql-views.md.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core import schema
from app.core.database import transaction, unconfined
from app.core.events import react
from app.core.locks import hold
from app.records.fields import value_type
from app.records.fields.elapsed import counts_from
from app.records.fields.stored import items_of, value_of
from app.records.relations import is_relation
from models import FieldDef, Folder, Member, Record, Stage

VIEWS = {
    "company": "companies",
    "contact": "contacts",
    "deal": "deals",
    "lead": "leads",
    "product": "products",
    "quote": "quotes",
    "ticket": "tickets",
}
"""Names of the views, by kind."""
MAX_COLUMNS = 700
"""Fields of one view; SQLite takes 2,000 columns, PostgreSQL 1,664. Those that most workspaces have come first."""

_FIRST = ("id", "workspace_id", "folder", "created_at", "updated_at", "archived_at")
_NAMED: dict[str, Any] = {"member": Member, "record": Record, "stage": Stage}


def rebuild(session: Session, *, kind: str | None = None) -> None:
    """Bring the view of one kind, or all of them, in step with the fields, in this transaction. Cheap when they are."""
    wanted = [kind] if kind else list(VIEWS)
    for each in wanted:
        if each in VIEWS:
            with unconfined(session):
                hold(session, f"sql view {each}")
                _replace(session, VIEWS[each], _definition(session, each))


def drop(session: Session) -> None:
    """Take the views away, so that the tables beneath can be altered."""
    for name in VIEWS.values():
        session.execute(text(f"DROP VIEW IF EXISTS {name}"))


def upgrade(engine: Engine) -> None:
    """Bring the database to the current schema, and the views with it. Safe to call at every start."""
    if not schema.is_current(engine):
        with transaction(engine) as session:
            drop(session)
        schema.upgrade(engine)
    with transaction(engine) as session:
        rebuild(session)


@react("workspace.created")
def make_views(session: Session, _event: dict[str, Any]) -> None:
    rebuild(session)


def _replace(session: Session, name: str, query: Select[Any]) -> None:
    dialect = session.get_bind().dialect
    body = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    mark = hashlib.sha256(body.encode()).hexdigest()
    if _mark_of(session, name) == mark:
        return
    driver = session.connection().exec_driver_sql
    driver(f"DROP VIEW IF EXISTS {name}")
    driver(
        f"CREATE VIEW {name} AS /* {mark} */ {body}" if dialect.name == "sqlite" else f"CREATE VIEW {name} AS {body}"
    )
    if dialect.name == "postgresql":
        driver(f"COMMENT ON VIEW {name} IS '{mark}'")
        driver(f"REVOKE ALL ON {name} FROM sidenote_member")


def _mark_of(session: Session, name: str) -> str | None:
    """What the present view was made from, as a hash."""
    if session.get_bind().dialect.name == "sqlite":
        made = session.scalar(
            text("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = :name"), {"name": name}
        )
        return made.partition("/* ")[2].partition(" */")[0] if made else None
    comment: str | None = session.scalar(text("SELECT obj_description(to_regclass(:name), 'pg_class')"), {"name": name})
    return comment


def _definition(session: Session, kind: str) -> Select[Any]:
    """Without links, which are in `record_link`, and days that pass, which follow from times."""
    folder = select(col(Folder.name)).where(col(Folder.id) == col(Record.folder_id)).scalar_subquery()
    columns = {name: folder if name == "folder" else getattr(Record, name) for name in _FIRST}
    fields = [field for field in _fields(session, kind) if not is_relation(field) and not counts_from(field)]
    columns |= {field.key: _value(field) for field in fields}
    for field in fields:
        if value_type(field).family in _NAMED:
            columns.setdefault(f"{field.key}_name", _name_behind(field))
    return select(*(columns[name].label(name) for name in columns)).where(
        col(Record.kind) == kind, col(Record.deleted_at).is_(None)
    )


def _fields(session: Session, kind: str) -> Sequence[FieldDef]:
    """One field for each key of the folders of this kind, the most common first; as text where types differ."""
    here = select(FieldDef).join(Folder, col(Folder.id) == col(FieldDef.folder_id)).where(col(Folder.kind) == kind)
    known: dict[str, list[FieldDef]] = {}
    for field in session.scalars(here.where(col(FieldDef.archived_at).is_(None)).order_by(col(FieldDef.position))):
        known.setdefault(field.key, []).append(field)
    common = sorted(known.values(), key=len, reverse=True)[:MAX_COLUMNS]
    return [_common(fields) for fields in common]


def _common(fields: Sequence[FieldDef]) -> FieldDef:
    first = fields[0]
    if len({(field.column, value_type(field).sql, field.type) for field in fields}) == 1 or first.column:
        return first
    return FieldDef(id="", workspace_id="", folder_id="", key=first.key, name=first.name, type="text", position=0)


def _value(field: FieldDef) -> ColumnElement[Any]:
    """As it is stored; lists of texts as one text."""
    type = value_type(field)
    if type.sql == "json" and type.family in ("texts", "choices", "members") and field.type != "file":
        items = items_of(field)
        joined = select(func.aggregate_strings(items.c.value, ", ")).select_from(items)
        return joined.scalar_subquery()
    return value_of(field)


def _name_behind(field: FieldDef) -> ColumnElement[Any]:
    named = aliased(_NAMED[value_type(field).family])
    return select(named.name).where(named.id == value_of(field)).scalar_subquery()
