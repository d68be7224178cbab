"""Who is looking, and what they may see: the one place where workspace and permission scope every query.

Every read of records, in any surface, passes through `visible`; every write through `require`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, false, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.errors import Forbidden, NotSignedIn
from app.core.hot import HotQuery, Reader
from app.workspaces.rights import Access, load_access
from models import Member, Record, Workspace

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member as permission sees them."""

    member_id: str
    workspace_id: str
    name: str
    email: str
    time_zone: str
    locale: str
    access: Access
    catalog_version: int

    @property
    def is_admin(self) -> bool:
        return self.access.is_admin


_HOME = aliased(Workspace)
VIEWER_COLUMNS = (
    col(Member.id),
    col(Member.workspace_id),
    col(Member.name),
    col(Member.email),
    col(Member.time_zone),
    col(Member.locale),
    col(Member.access),
    select(col(_HOME.catalog_version)).where(col(_HOME.id) == col(Member.workspace_id)).scalar_subquery(),
)
"""What makes a Viewer; see `viewer_from`."""


class Owned(Protocol):
    """What permission looks at, in a record or in a row read from one."""

    @property
    def id(self) -> str: ...

    @property
    def folder_id(self) -> str: ...

    @property
    def owner_id(self) -> str | None: ...

    @property
    def territory_id(self) -> str | None: ...


def viewer_from(row: Sequence[Any]) -> Viewer:
    """A viewer from the values of VIEWER_COLUMNS."""
    member_id, workspace_id, name, email, time_zone, locale, access, version = row[: len(VIEWER_COLUMNS)]
    return Viewer(member_id, workspace_id, name, email, time_zone, locale, load_access(access), version)


def viewer_by_sub(session: Session, google_sub: str) -> Viewer | None:
    """The active member behind a Google account (`sub` of a verified token), or None."""
    return _one(session, col(Member.google_sub) == google_sub)


def viewer_by_id(session: Session, member_id: str) -> Viewer:
    viewer = _one(session, col(Member.id) == member_id)
    if viewer is None:
        raise NotSignedIn("This account is no longer a member of the workspace: ask an admin.")
    return viewer


def _one(session: Session, who: Condition) -> Viewer | None:
    row = session.execute(select(*VIEWER_COLUMNS).where(who, col(Member.active))).first()
    return viewer_from(row) if row else None


def visible(viewer: Viewer, record: Any = Record) -> Condition:
    """The condition on `record` (the table or an alias) that holds for what this viewer may read."""
    return _sees_records(viewer) if record is Record else _sees(viewer, record)


def allowed(viewer: Viewer, right: str, record: Any = Record) -> Condition:
    """The condition that holds where the viewer has this right; nobody has any to what they may not read."""
    return and_(visible(viewer, record), _reach(_Known(viewer, right), record))


def binned(viewer: Viewer, record: Any = Record) -> Condition:
    """The condition that holds for the records in the bin that the viewer may bring back: those they may delete."""
    thrown_away = and_(record.deleted_at.is_not(None), record.merged_into_id.is_(None))
    return and_(
        record.workspace_id == viewer.workspace_id,
        thrown_away,
        _reach(_Known(viewer, "read"), record),
        _reach(_Known(viewer, "delete"), record),
    )


def may(viewer: Viewer, right: str, seen: Owned) -> bool:
    """`allowed`, for a record or a row of the viewer's workspace already at hand."""
    return _holds(viewer, "read", seen) and _holds(viewer, right, seen)


def may_create(viewer: Viewer, folder_id: str) -> bool:
    return viewer.access.scope("create", folder_id) != "none"


def require(viewer: Viewer, right: str, record: Record) -> None:
    if record.workspace_id != viewer.workspace_id or not may(viewer, right, record):
        verb = {"edit": "change"}.get(right, right)
        raise Forbidden(f"{record.name} belongs to someone else: ask its owner or an admin to {verb} it.")


def require_create(viewer: Viewer, folder_id: str) -> None:
    if not may_create(viewer, folder_id):
        raise Forbidden("Your role may not create records here: ask an admin.")


def require_writer(viewer: Viewer) -> None:
    """For what is not one record's to allow: writing notes, making tasks, logging mail."""
    if not is_writer(viewer):
        raise Forbidden("Your role lets you look but not change anything: ask an admin.")


def is_writer(viewer: Viewer) -> bool:
    """Whether the viewer's roles let them change anything."""
    return viewer.is_admin or any(rights["edit"] != "none" for rights in viewer.access.folders.values())


def require_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden("Only an admin can do this.")


def require_power(viewer: Viewer, power: str) -> None:
    """`config`, `members`, `views` or `reports`: what a role lets do beside records."""
    if not viewer.is_admin and power not in viewer.access.powers:
        raise Forbidden(f"Your role does not include {power}: ask an admin.")


class ScopedQuery:
    """A hot query over what a viewer may see, compiled once for each combination of scopes that viewers have.

    `build` receives the scope's condition, `see(record_table)`, and returns the statement.
    """

    def __init__(self, build: Callable[[Callable[[Any], Condition]], Select[Any]]) -> None:
        self._build = build
        self._queries: dict[tuple[Any, ...], HotQuery] = {}

    def __call__(self, reader: Reader, viewer: Viewer, **parameters: object) -> list[tuple[Any, ...]]:
        who = _Known(viewer, "read")
        shape = (who.scopes, who.has_shares)
        query = self._queries.get(shape) or self._compile(shape)
        return query(reader, **_parameters(who), **parameters)

    def _compile(self, shape: tuple[Any, ...]) -> HotQuery:
        unknown = _Unknown(*shape)
        query = HotQuery(self._build(lambda record: and_(_here(unknown, record), _reach(unknown, record))))
        return self._queries.setdefault(shape, query)


def _sees(viewer: Viewer, record: Any) -> Condition:
    return and_(_here(viewer, record), _reach(_Known(viewer, "read"), record))


@lru_cache(maxsize=128)
def _sees_records(viewer: Viewer) -> Condition:
    """Kept, as every request asks for it several times."""
    return _sees(viewer, Record)


class _Known:
    """A right of one viewer, as conditions with its values."""

    def __init__(self, viewer: Viewer, right: str) -> None:
        self.viewer = viewer
        self.member_id = viewer.member_id
        self.folders = {"all": []} if viewer.is_admin else viewer.access.by_scope(right)
        self.scopes = tuple(sorted(self.folders)) or ("none",)
        shared = viewer.access.shared
        self.shared = (
            [] if viewer.is_admin else [id for id, level in shared.items() if level == right or right == "read"]
        )
        self.has_shares = bool(self.shared)

    def in_folders(self, scope: str, record: Any) -> Condition:
        condition: Condition = record.folder_id.in_(self.folders[scope])
        return condition

    def in_team(self, record: Any) -> Condition:
        condition: Condition = record.owner_id.in_(self.viewer.access.team)
        return condition

    def in_territory(self, record: Any) -> Condition:
        condition: Condition = record.territory_id.in_(self.viewer.access.territories)
        return condition

    def is_shared(self, record: Any) -> Condition:
        condition: Condition = record.id.in_(self.shared)
        return condition


class _Unknown:
    """A right of any viewer with these scopes, as conditions with parameters. Lists of ids go as one text."""

    def __init__(self, scopes: tuple[str, ...], has_shares: bool) -> None:
        self.workspace_id = bindparam("viewer_workspace", type_=String)
        self.member_id = bindparam("viewer_member", type_=String)
        self.scopes, self.has_shares = scopes, has_shares

    def in_folders(self, scope: str, record: Any) -> Condition:
        return _is_among(record.folder_id, f"viewer_folders_{scope}")

    def in_team(self, record: Any) -> Condition:
        return _is_among(record.owner_id, "viewer_team")

    def in_territory(self, record: Any) -> Condition:
        return _is_among(record.territory_id, "viewer_territories")

    def is_shared(self, record: Any) -> Condition:
        return _is_among(record.id, "viewer_shared")


def _is_among(column: Any, parameter: str) -> Condition:
    return bindparam(parameter, type_=String).contains(column)


def _parameters(who: _Known) -> dict[str, object]:
    viewer = who.viewer
    values: dict[str, object] = {"viewer_workspace": viewer.workspace_id, "viewer_member": viewer.member_id}
    if who.scopes != ("all",):
        values |= {f"viewer_folders_{scope}": " ".join(ids) for scope, ids in who.folders.items()}
        values |= {"viewer_team": " ".join(viewer.access.team), "viewer_shared": " ".join(who.shared)}
        values["viewer_territories"] = " ".join(viewer.access.territories)
    return values


def _here(who: Any, record: Any) -> Condition:
    return and_(record.workspace_id == who.workspace_id, record.deleted_at.is_(None))


def _reach(who: Any, record: Any) -> Condition:
    if len(who.scopes) == 1:
        reach = _WITHIN[who.scopes[0]](who, record)
    else:
        reach = or_(*(and_(who.in_folders(scope, record), _WITHIN[scope](who, record)) for scope in who.scopes))
    return or_(reach, who.is_shared(record)) if who.has_shares else reach


def _own(who: Any, record: Any) -> Condition:
    return or_(record.owner_id == who.member_id, record.owner_id.is_(None))


def _team(who: Any, record: Any) -> Condition:
    return or_(_own(who, record), who.in_team(record))


def _territory(who: Any, record: Any) -> Condition:
    return or_(_team(who, record), who.in_territory(record))


_WITHIN: dict[str, Callable[[Any, Any], Condition]] = {
    "all": lambda _who, _record: true(),
    "territory": _territory,
    "team": _team,
    "own": _own,
    "none": lambda _who, _record: false(),
}


def _holds(viewer: Viewer, right: str, record: Owned) -> bool:
    level = viewer.access.shared.get(record.id)
    if level and (level == right or right == "read"):
        return True
    scope = viewer.access.scope(right, record.folder_id)
    own = record.owner_id in (None, viewer.member_id)
    team = own or record.owner_id in viewer.access.team
    territory = team or record.territory_id in viewer.access.territories
    return {"all": True, "territory": territory, "team": team, "own": own, "none": False}[scope]
