"""A member's seat: their roles, team, manager and territory."""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.events import emit
from app.workspaces.access import Viewer, require_power
from app.workspaces.rights import load_access
from app.workspaces.roles import is_reserved
from app.workspaces.seats import hold_access, refresh_access, set_roles
from models import Member, MemberRole, Role, Team, Territory


class SeatChanges(TypedDict, total=False):
    """What may change of a seat. `role_ids` are all the roles; None takes a member out of team or territory."""

    role_ids: Sequence[str]
    team_id: str | None
    manager_id: str | None
    territory_id: str | None


def get_member(session: Session, *, viewer: Viewer, member_id: str) -> Member:
    """A colleague, removed ones too. Raises NotFound."""
    member = session.get(Member, member_id)
    if member is None or member.workspace_id != viewer.workspace_id:
        raise NotFound("This member does not exist.")
    return member


def change_seat(session: Session, *, viewer: Viewer, member_id: str, changes: SeatChanges) -> Member:
    """Change a member's seat; what follows for everybody's access holds from the next request on.

    Whoever has the power `members` but is no admin changes neither their own seat nor roles that are reserved to
    admins, and brings nobody under or beside themselves. Raises Conflict when nobody would be left as an admin,
    InvalidInput for managers in a circle.
    """
    require_power(viewer, "members")
    hold_access(session, workspace_id=viewer.workspace_id)
    member = get_member(session, viewer=viewer, member_id=member_id)
    if member.id == viewer.member_id and not viewer.is_admin:
        raise Forbidden("You cannot change your own seat: ask an admin.")
    changed = _change_places(session, member, changes)
    if "role_ids" in changes:
        changed |= _change_roles(session, viewer, member, set(changes["role_ids"]))
    if changed:
        session.add(member)
        emit(
            session,
            "member.changed",
            workspace_id=viewer.workspace_id,
            subject_id=member.id,
            actor_id=viewer.member_id,
            data={"changes": changed},
        )
        refresh_access(session, workspace_id=viewer.workspace_id)
        _check_own_reach(session, viewer)
    return member


def roles_to_give(session: Session, *, viewer: Viewer, role_ids: Sequence[str]) -> list[Role]:
    """Roles that the viewer may give away. Raises InvalidInput for none or an unknown one, Forbidden."""
    here = select(Role).where(col(Role.workspace_id) == viewer.workspace_id, col(Role.id).in_(role_ids))
    found = list(session.scalars(here.order_by(col(Role.name))))
    if not role_ids or len(found) != len(set(role_ids)):
        raise InvalidInput("roles: choose one or several of the roles of this workspace.", field="role_ids")
    _check_reserved(viewer, found)
    return found


def _change_places(session: Session, member: Member, changes: SeatChanges) -> dict[str, Any]:
    """Team, territory and manager; gives old and new values by name."""
    wanted: dict[str, str | None] = {}
    if "team_id" in changes:
        wanted["team_id"] = _known(session, Team, member, changes["team_id"], "team_id")
    if "territory_id" in changes:
        wanted["territory_id"] = _known(session, Territory, member, changes["territory_id"], "territory_id")
    if "manager_id" in changes:
        wanted["manager_id"] = _known(session, Member, member, changes["manager_id"], "manager_id")
        _check_line(session, member, wanted["manager_id"])
    changed = {name: [getattr(member, name), value] for name, value in wanted.items() if getattr(member, name) != value}
    member.sqlmodel_update({name: new for name, (_, new) in changed.items()})
    return changed


def _check_own_reach(session: Session, viewer: Viewer) -> None:
    """Moving colleagues must not open their records to whoever moves them, unless that is an admin."""
    now = load_access(session.get_one(Member, viewer.member_id).access)
    if not viewer.is_admin and set(now.team) - set(viewer.access.team):
        raise Forbidden("This would show you the records of more colleagues: ask an admin.")


def _known(
    session: Session, table: type[Team] | type[Territory] | type[Member], member: Member, id: str | None, field: str
) -> str | None:
    if not id:
        return None
    found: Any = session.get(table, id)
    if found is None or found.workspace_id != member.workspace_id or getattr(found, "active", True) is False:
        raise InvalidInput(f"{field}: choose one of this workspace.", field=field)
    return id


def _check_line(session: Session, member: Member, manager_id: str | None) -> None:
    """Nobody is above themselves."""
    if manager_id and member.id in _line(session, manager_id):
        raise InvalidInput("manager_id: this colleague reports to the member already.", field="manager_id")


def _line(session: Session, member_id: str) -> Iterator[str]:
    """This member and everybody above."""
    above: str | None = member_id
    while above:
        yield above
        above = session.scalar(select(col(Member.manager_id)).where(col(Member.id) == above))


def _change_roles(session: Session, viewer: Viewer, member: Member, wanted: set[str]) -> dict[str, Any]:
    held = select(Role).join(MemberRole, col(MemberRole.role_id) == col(Role.id))
    before = session.scalars(held.where(col(MemberRole.member_id) == member.id)).all()
    after = roles_to_give(session, viewer=viewer, role_ids=sorted(wanted))
    if {role.id for role in before} == wanted:
        return {}
    _check_reserved(viewer, [role for role in before if role.id not in wanted])
    if member.active and _is_admin(before) and not _is_admin(after):
        _check_other_admin(session, member)
    set_roles(session, member=member, role_ids=sorted(wanted))
    return {"role_ids": [sorted(role.id for role in before), sorted(wanted)]}


def _check_reserved(viewer: Viewer, roles: Sequence[Role]) -> None:
    for role in roles:
        if is_reserved(role) and not viewer.is_admin:
            raise Forbidden(f"Only an admin gives or takes the role {role.name}.", field="role_ids")


def _check_other_admin(session: Session, member: Member) -> None:
    others = (
        select(col(Member.id))
        .join(MemberRole, col(MemberRole.member_id) == col(Member.id))
        .join(Role, col(Role.id) == col(MemberRole.role_id))
        .where(col(Member.workspace_id) == member.workspace_id, col(Member.active), col(Role.is_admin))
        .where(col(Member.id) != member.id)
    )
    if session.scalars(others).first() is None:
        raise Conflict("roles: this is the last admin. Make someone else an admin first.", field="role_ids")


def _is_admin(roles: Sequence[Role]) -> bool:
    return any(role.is_admin for role in roles)
