"""Roles: what a workspace lets its members do. Whoever holds several has the widest right of each."""

from collections.abc import Sequence
from typing import Any, TypedDict

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.workspaces.access import Viewer, require_admin
from app.workspaces.naming import checked_name
from app.workspaces.rights import NOTHING, POWERS, RIGHTS, SCOPES, Rights
from app.workspaces.seats import hold_access, refresh_access
from models import Invitation, Member, MemberRole, Role

RESERVED_POWERS = frozenset({"config", "members"})
"""A role with one of these is given and taken by admins alone, as the Admin role is."""


class RoleChanges(TypedDict, total=False):
    """What may change of a role. `rights`: those named, the others stay. `is_default` can only become true."""

    name: str
    rights: Rights
    powers: list[str]
    is_default: bool


def roles(session: Session, *, viewer: Viewer) -> Sequence[Role]:
    here = select(Role).where(col(Role.workspace_id) == viewer.workspace_id)
    return session.scalars(here.order_by(col(Role.name))).all()


def get_role(session: Session, *, viewer: Viewer, role_id: str) -> Role:
    """Raises NotFound."""
    role = session.get(Role, role_id)
    if role is None or role.workspace_id != viewer.workspace_id:
        raise NotFound("This role does not exist.")
    return role


def role_names(session: Session, *, viewer: Viewer) -> dict[str, list[str]]:
    """The names of each member's roles, by member id."""
    names: dict[str, list[str]] = {}
    for member_id, role in roles_held(session, viewer=viewer):
        names.setdefault(member_id, []).append(role.name)
    return names


def roles_held(session: Session, *, viewer: Viewer) -> list[tuple[str, Role]]:
    """Every member's roles as (member id, role), by the names of the roles."""
    held = (
        select(col(MemberRole.member_id), Role)
        .join(Role, col(Role.id) == col(MemberRole.role_id))
        .where(col(MemberRole.workspace_id) == viewer.workspace_id)
        .order_by(col(Role.name))
    )
    return [(member_id, role) for member_id, role in session.execute(held)]


def is_reserved(role: Role) -> bool:
    """Whether only admins give and take this role."""
    return role.is_admin or not RESERVED_POWERS.isdisjoint(role.powers)


def create_role(
    session: Session, *, viewer: Viewer, name: str, rights: Rights | None = None, powers: Sequence[str] = ()
) -> Role:
    """A role that may do nothing but what is given here."""
    require_admin(viewer)
    hold_access(session, workspace_id=viewer.workspace_id)
    role = Role(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        name=checked_name(session, Role, viewer=viewer, name=name),
        rights={**NOTHING, **checked_rights(rights or {})},
        powers=_checked_powers(powers),
    )
    session.add(role)
    _emit(session, viewer, "role.created", role, {"name": role.name})
    return role


def change_role(session: Session, *, viewer: Viewer, role_id: str, changes: RoleChanges) -> Role:
    """Change a role; its holders have the new rights from their next request on. Admin stays as it is."""
    require_admin(viewer)
    hold_access(session, workspace_id=viewer.workspace_id)
    role = role_to_change(session, viewer=viewer, role_id=role_id)
    wanted: dict[str, Any] = {}
    if "name" in changes:
        wanted["name"] = checked_name(session, Role, viewer=viewer, name=changes["name"], keeper_id=role.id)
    if "rights" in changes:
        wanted["rights"] = {**role.rights, **checked_rights(changes["rights"])}
    if "powers" in changes:
        wanted["powers"] = _checked_powers(changes["powers"])
    if changes.get("is_default") is False and role.is_default:
        raise InvalidInput("is_default: make another role the default instead.", field="is_default")
    if changes.get("is_default") and not role.is_default:
        _take_default(session, viewer)
        wanted["is_default"] = True
    changed = {name: value for name, value in wanted.items() if getattr(role, name) != value}
    if changed:
        role.sqlmodel_update(changed)
        session.add(role)
        _emit(session, viewer, "role.changed", role, changed)
        refresh_access(session, workspace_id=viewer.workspace_id)
    return role


def delete_role(session: Session, *, viewer: Viewer, role_id: str) -> None:
    """Raises Conflict while members hold it or open invitations promise it."""
    require_admin(viewer)
    hold_access(session, workspace_id=viewer.workspace_id)
    role = role_to_change(session, viewer=viewer, role_id=role_id)
    if role.is_default:
        raise Conflict(f"{role.name} is what colleagues get who join by themselves: make another the default first.")
    holders = session.scalar(select(func.count()).select_from(MemberRole).where(col(MemberRole.role_id) == role.id))
    waiting = select(Invitation).where(
        col(Invitation.workspace_id) == role.workspace_id, col(Invitation.accepted_at).is_(None)
    )
    promised = sum(role.id in invitation.role_ids for invitation in session.scalars(waiting))
    if holders or promised:
        raise Conflict(
            f"{role.name} is in use: {holders} members hold it, {promised} invitations promise it. "
            "Give them another role first."
        )
    session.delete(role)
    _emit(session, viewer, "role.deleted", role, {"name": role.name})
    refresh_access(session, workspace_id=viewer.workspace_id)


def role_to_change(session: Session, *, viewer: Viewer, role_id: str) -> Role:
    """Raises NotFound, or Conflict for the Admin role."""
    role = get_role(session, viewer=viewer, role_id=role_id)
    if role.is_admin:
        raise Conflict(f"{role.name} may do everything, always: make another role for those who may do less.")
    return role


def checked_rights(rights: Rights) -> Rights:
    """Raises InvalidInput for a right or a scope that does not exist."""
    for right, scope in rights.items():
        if right not in RIGHTS:
            raise InvalidInput(f"rights: {right} is none of {', '.join(RIGHTS)}.", field="rights")
        scopes = ("none", "all") if right == "create" else SCOPES
        if scope not in scopes:
            raise InvalidInput(f"rights: {right} is one of {', '.join(scopes)}.", field="rights")
    return dict(rights)


def count_holders(session: Session, *, viewer: Viewer) -> dict[str, int]:
    """How many active members hold each role."""
    counted = (
        select(col(MemberRole.role_id), func.count())
        .join(Member, col(Member.id) == col(MemberRole.member_id))
        .where(col(MemberRole.workspace_id) == viewer.workspace_id, col(Member.active))
        .group_by(col(MemberRole.role_id))
    )
    holders: dict[str, int] = dict(session.execute(counted).all())
    return holders


def _checked_powers(powers: Sequence[str]) -> list[str]:
    unknown = sorted(set(powers) - set(POWERS))
    if unknown:
        raise InvalidInput(f"powers: {unknown[0]} is none of {', '.join(POWERS)}.", field="powers")
    return sorted(set(powers))


def _take_default(session: Session, viewer: Viewer) -> None:
    for role in roles(session, viewer=viewer):
        if role.is_default:
            role.is_default = False
            session.add(role)


def _emit(session: Session, viewer: Viewer, type: str, role: Role, data: dict[str, Any]) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=role.id,
        actor_id=viewer.member_id,
        data=data,
    )
