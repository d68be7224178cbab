"""Who is looking, and what they may see: the one place where workspace and permission scope every query.

Every read of records, in any surface, passes through `visible`; every write through `require_edit`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, false, or_, select, true
from sqlmodel import Session, col

from app.core.errors import Forbidden, NotSignedIn
from app.core.hot import HotQuery, Reader
from models import ApiKey, Member, Record, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member as permission sees them."""

    member_id: str
    workspace_id: str
    name: str
    email: str
    time_zone: str
    locale: str
    is_admin: bool
    read_scope: str
    edit_scope: str
    territory_id: str | None


VIEWER_COLUMNS = (
    col(Member.id),
    col(Member.workspace_id),
    col(Member.name),
    col(Member.email),
    col(Member.time_zone),
    col(Member.locale),
    col(Role.is_admin),
    col(Role.read_scope),
    col(Role.edit_scope),
    col(Member.territory_id),
)
"""What makes a Viewer, in the order of its fields."""


class Owned(Protocol):
    """What permission looks at, in a record or in a row read from one."""

    @property
    def owner_id(self) -> str | None: ...

    @property
    def territory_id(self) -> str | None: ...


_VIEWER = select(*VIEWER_COLUMNS).join(Role, col(Role.id) == col(Member.role_id))


_by_key = HotQuery(
    _VIEWER.add_columns(col(ApiKey.expires_at))
    .join(ApiKey, col(ApiKey.member_id) == col(Member.id))
    .where(col(ApiKey.key_hash) == bindparam("key_hash"), col(Member.active))
)


def viewer_by_sub(session: Session, google_sub: str) -> Viewer | None:
    """The active member behind a Google account (`sub` of a verified token), or None."""
    return _one(session, col(Member.google_sub) == google_sub)


def viewer_by_id(session: Session, member_id: str) -> Viewer:
    viewer = _one(session, col(Member.id) == member_id)
    if viewer is None:
        raise NotSignedIn("This account is no longer a member of the workspace: ask an admin.")
    return viewer


def read_viewer_by_key(reader: Reader, *, key_hash: str, now: datetime) -> Viewer | None:
    """The member whose API key has this hash and has not expired at `now`."""
    rows = _by_key(reader, key_hash=key_hash)
    if not rows or (rows[0][-1] is not None and rows[0][-1] <= now):
        return None
    return Viewer(*rows[0][:-1])


def _one(session: Session, who: ColumnElement[bool]) -> Viewer | None:
    row = session.execute(_VIEWER.where(who, col(Member.active))).first()
    return Viewer(*row) if row else None


def visible(viewer: Viewer, record: Any = Record) -> ColumnElement[bool]:
    """The condition on `record` (the table or an alias) that holds for what this viewer may read."""
    return and_(record.workspace_id == viewer.workspace_id, _scopes[viewer.read_scope](viewer, record))


def editable(viewer: Viewer, record: Any = Record) -> ColumnElement[bool]:
    """The condition that holds for what this viewer may change; nobody changes what they may not read."""
    return and_(visible(viewer, record), _scopes[viewer.edit_scope](viewer, record))


def may_see(viewer: Viewer, record: Record) -> bool:
    """`visible`, for a record already at hand."""
    return record.workspace_id == viewer.workspace_id and _holds(viewer, viewer.read_scope, record)


def may_edit(viewer: Viewer, record: Record) -> bool:
    return may_see(viewer, record) and _holds(viewer, viewer.edit_scope, record)


def may_edit_seen(viewer: Viewer, seen: Owned) -> bool:
    """`editable`, for something that was read through `visible`."""
    return _holds(viewer, viewer.edit_scope, seen)


def require_edit(viewer: Viewer, record: Record) -> None:
    if not may_edit(viewer, record):
        raise Forbidden(f"{record.name} belongs to someone else: ask its owner or an admin to change it.")


def require_writer(viewer: Viewer) -> None:
    """For what is not one record's to allow: creating things, writing notes."""
    if viewer.edit_scope == "none":
        raise Forbidden("Your role lets you look but not change anything: ask an admin.")


def require_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden("Only an admin can do this.")


class ScopedQuery:
    """A hot query over what a viewer may see, compiled once per read scope.

    `build` receives the scope's condition, `see(record_table)`, and returns the statement.
    """

    def __init__(self, build: Callable[[Callable[[Any], ColumnElement[bool]]], Select[Any]]) -> None:
        self._queries = {
            scope: HotQuery(build(lambda record, scope=scope: _bound(scope, record)))  # type: ignore[misc]
            for scope in _scopes
        }

    def __call__(self, reader: Reader, viewer: Viewer, **parameters: object) -> list[tuple[Any, ...]]:
        return self._queries[viewer.read_scope](
            reader,
            viewer_workspace=viewer.workspace_id,
            viewer_member=viewer.member_id,
            viewer_territory=viewer.territory_id,
            **parameters,
        )


def _bound(scope: str, record: Any) -> ColumnElement[bool]:
    return and_(record.workspace_id == _ANYONE.workspace_id, _scopes[scope](_ANYONE, record))


def _own(viewer: Any, record: Any) -> ColumnElement[bool]:
    return or_(record.owner_id == viewer.member_id, record.owner_id.is_(None))


def _territory(viewer: Any, record: Any) -> ColumnElement[bool]:
    mine = _own(viewer, record)
    return mine if viewer.territory_id is None else or_(mine, record.territory_id == viewer.territory_id)


_ANYONE = SimpleNamespace(
    workspace_id=bindparam("viewer_workspace", type_=String),
    member_id=bindparam("viewer_member", type_=String),
    territory_id=bindparam("viewer_territory", type_=String),
)

_scopes: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "all": lambda _viewer, _record: true(),
    "territory": _territory,
    "own": _own,
    "none": lambda _viewer, _record: false(),
}


def _holds(viewer: Viewer, scope: str, record: Owned) -> bool:
    own = record.owner_id in (None, viewer.member_id)
    same = viewer.territory_id is not None and record.territory_id == viewer.territory_id
    return {"all": True, "territory": own or same, "own": own, "none": False}[scope]
