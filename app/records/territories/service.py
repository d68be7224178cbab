"""Making, changing and dissolving territories. Changing a rule moves nothing by itself: see `moves`."""

from collections.abc import Sequence
from typing import Any, TypedDict

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.records.filters import compile_filter
from app.records.schema import folder_of_kind, schema_of
from app.workspaces.access import Viewer, require_power
from app.workspaces.naming import checked_name
from app.workspaces.seats import hold_access, refresh_access
from models import Invitation, Member, Record, Territory

Rule = dict[str, Any]


class TerritoryChanges(TypedDict, total=False):
    """`position` is the place in the order, from 0. Without a `rule`, accounts come by hand."""

    name: str
    rule: Rule | None
    owner_id: str | None
    position: int


def territories(session: Session, *, viewer: Viewer) -> Sequence[Territory]:
    """In the order of their priority."""
    return _ordered(session, viewer.workspace_id)


def get_territory(session: Session, *, viewer: Viewer, territory_id: str) -> Territory:
    """Raises NotFound."""
    territory = session.get(Territory, territory_id)
    if territory is None or territory.workspace_id != viewer.workspace_id:
        raise NotFound("This territory does not exist.")
    return territory


def create_territory(
    session: Session, *, viewer: Viewer, name: str, rule: Rule | None = None, owner_id: str | None = None
) -> Territory:
    """A territory after all others. Raises InvalidInput naming the place in the rule that is wrong."""
    _begin(session, viewer)
    last = select(func.max(col(Territory.position))).where(col(Territory.workspace_id) == viewer.workspace_id)
    highest = session.scalar(last)
    territory = Territory(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        name=checked_name(session, Territory, viewer=viewer, name=name),
        position=0 if highest is None else highest + 1,
        rule=_checked_rule(session, viewer, rule),
        owner_id=_checked_owner(session, viewer, owner_id),
    )
    session.add(territory)
    _tell(session, viewer, "territory.created", territory, {"name": territory.name})
    return territory


def change_territory(session: Session, *, viewer: Viewer, territory_id: str, changes: TerritoryChanges) -> Territory:
    """Change a territory; accounts stay where they are until the rules are applied, or they change themselves."""
    _begin(session, viewer)
    territory = get_territory(session, viewer=viewer, territory_id=territory_id)
    wanted: dict[str, Any] = {}
    if "name" in changes:
        name = changes["name"]
        wanted["name"] = checked_name(session, Territory, viewer=viewer, name=name, keeper_id=territory.id)
    if "rule" in changes:
        wanted["rule"] = _checked_rule(session, viewer, changes["rule"])
    if "owner_id" in changes:
        wanted["owner_id"] = _checked_owner(session, viewer, changes["owner_id"])
    changed = {name: value for name, value in wanted.items() if getattr(territory, name) != value}
    territory.sqlmodel_update(changed)
    session.add(territory)
    if "position" in changes and _reorder(session, territory, changes["position"]):
        changed["position"] = territory.position
    if changed:
        _tell(session, viewer, "territory.changed", territory, changed)
    return territory


def delete_territory(session: Session, *, viewer: Viewer, territory_id: str) -> None:
    """Dissolve a territory: its records and members are in none afterwards, or where the rules put them next."""
    _begin(session, viewer)
    hold_access(session, workspace_id=viewer.workspace_id)
    territory = get_territory(session, viewer=viewer, territory_id=territory_id)
    for table in (Record, Member, Invitation):
        emptied = update(table).where(col(table.territory_id) == territory.id).values(territory_id=None)
        session.execute(emptied, execution_options={"synchronize_session": "fetch"})
    session.delete(territory)
    _tell(session, viewer, "territory.deleted", territory, {"name": territory.name})
    refresh_access(session, workspace_id=viewer.workspace_id)


def _begin(session: Session, viewer: Viewer) -> None:
    require_power(viewer, "config")
    hold_access(session, workspace_id=viewer.workspace_id)


def _ordered(session: Session, workspace_id: str) -> Sequence[Territory]:
    here = select(Territory).where(col(Territory.workspace_id) == workspace_id)
    return session.scalars(here.order_by(col(Territory.position), col(Territory.id))).all()


def _checked_rule(session: Session, viewer: Viewer, rule: Rule | None) -> Rule | None:
    if not rule:
        return None
    folder = folder_of_kind(session, workspace_id=viewer.workspace_id, kind="company")
    compile_filter(session, rule, schema=schema_of(session, folder=folder), viewer=None, path="rule")
    return rule


def _checked_owner(session: Session, viewer: Viewer, owner_id: str | None) -> str | None:
    if not owner_id:
        return None
    member = session.get(Member, owner_id)
    if member is None or member.workspace_id != viewer.workspace_id or not member.active:
        raise InvalidInput("owner_id: choose a member of this workspace.", field="owner_id")
    return owner_id


def _reorder(session: Session, territory: Territory, position: int) -> bool:
    before = list(_ordered(session, territory.workspace_id))
    after = [other for other in before if other.id != territory.id]
    after.insert(max(0, position), territory)
    for place, other in enumerate(after):
        other.position = place
        session.add(other)
    return after != before


def _tell(session: Session, viewer: Viewer, type: str, territory: Territory, data: dict[str, Any]) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=territory.id,
        actor_id=viewer.member_id,
        data=data,
    )
