"""Working out what members may do, whenever roles, grants, teams, territories or shares change."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from app.core.locks import hold
from app.workspaces.rights import POWERS, RIGHTS, Access, Rights, merged
from models import FieldDef, FieldGrant, Folder, Member, MemberRole, RecordShare, Role, RoleGrant

Row = TypeVar("Row", bound=SQLModel)


def hold_access(session: Session, *, workspace_id: str) -> None:
    """Wait until nobody else changes rights in this workspace. Services do it before their first write."""
    hold(session, f"access:{workspace_id}")


def refresh_access(session: Session, *, workspace_id: str, only: str | None = None) -> None:
    """Write every member's access anew, or that of `only` one. It holds from their next request on.

    One change at a time in a workspace: of two at once, the later would else leave out what the earlier wrote.
    """
    session.flush()
    hold_access(session, workspace_id=workspace_id)
    office = _Office(session, workspace_id, only)
    for member in office.members if only is None else [session.get_one(Member, only)]:
        access = office.access_of(member).dump()
        if member.access != access:
            member.access = access
            session.add(member)
    session.flush()


def give_roles(session: Session, *, member: Member, role_ids: Sequence[str]) -> None:
    """Make these the roles of a member, and work out what follows."""
    set_roles(session, member=member, role_ids=role_ids)
    refresh_access(session, workspace_id=member.workspace_id)


def set_roles(session: Session, *, member: Member, role_ids: Sequence[str]) -> None:
    """Make these the roles of a member; the caller refreshes access."""
    session.flush()
    held = session.scalars(select(MemberRole).where(col(MemberRole.member_id) == member.id)).all()
    for row in held:
        if row.role_id not in role_ids:
            session.delete(row)
    for role_id in set(role_ids) - {row.role_id for row in held}:
        session.add(MemberRole(member_id=member.id, role_id=role_id, workspace_id=member.workspace_id))


class _Office:
    """Everything that decides over rights in a workspace, read at once."""

    def __init__(self, session: Session, workspace_id: str, only: str | None) -> None:
        def rows(table: type[Row], of: str | None = None) -> Sequence[Row]:
            here: Any = table
            query = select(table).where(here.workspace_id == workspace_id)
            query = query.where(here.member_id == of) if of else query
            return session.scalars(query.execution_options(populate_existing=True)).all()

        self.members = rows(Member)
        folders = rows(Folder)
        self._folders = [folder.id for folder in folders]
        self._deals = [folder.id for folder in folders if folder.kind == "deal"]
        self._grants = {(grant.role_id, grant.folder_id): grant.rights for grant in rows(RoleGrant)}
        self._barred = {(grant.role_id, grant.field_id): grant.access for grant in rows(FieldGrant)}
        self._barred_fields = _fields(session, {field_id for _, field_id in self._barred})
        self._worths = _worths(session, workspace_id)
        self._shares: dict[str, dict[str, str]] = {}
        for share in rows(RecordShare, of=only):
            self._shares.setdefault(share.member_id, {})[share.record_id] = share.level
        roles = {role.id: role for role in rows(Role)}
        self._roles: dict[str, list[Role]] = {}
        for held in rows(MemberRole):
            self._roles.setdefault(held.member_id, []).append(roles[held.role_id])

    def access_of(self, member: Member) -> Access:
        roles = sorted(self._roles.get(member.id, []), key=lambda role: role.name)
        names = [role.id for role in roles]
        territories = [member.territory_id] if member.territory_id else []
        if any(role.is_admin for role in roles):
            everything = {folder: dict.fromkeys(RIGHTS, "all") for folder in self._folders}
            return Access(is_admin=True, powers=list(POWERS), folders=everything, territories=territories, roles=names)
        hidden, locked = self._barred_to(roles)
        return Access(
            powers=sorted({power for role in roles for power in role.powers}),
            folders={folder: self._rights(roles, folder) for folder in self._folders},
            hidden=hidden,
            locked=locked,
            team=sorted({colleague.id for colleague in self._team(member)}),
            territories=territories,
            shared=self._shares.get(member.id, {}),
            roles=names,
        )

    def _rights(self, roles: list[Role], folder_id: str) -> Rights:
        return merged({**role.rights, **self._grants.get((role.id, folder_id), {})} for role in roles)

    def _barred_to(self, roles: list[Role]) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
        """Fields hidden from someone with these roles, and those they only read: as the most generous role has it."""
        hidden: dict[str, dict[str, str]] = {}
        locked: dict[str, list[str]] = {}
        for field in self._barred_fields:
            marks = {self._barred.get((role.id, field.id), "") for role in roles}
            if marks == {"hidden"}:
                hidden.setdefault(field.folder_id, {})[field.key] = field.column or ""
            elif "" not in marks:
                locked.setdefault(field.folder_id, []).append(field.key)
        if any("amount" in hidden.get(folder, ()) for folder in self._deals):
            for field in self._worths:
                hidden.setdefault(field.folder_id, {})[field.key] = field.column or ""
        return hidden, locked

    def _team(self, member: Member) -> Iterator[Member]:
        """The member's team, and everybody below the member at any depth."""
        if member.team_id:
            yield from (other for other in self.members if other.team_id == member.team_id)
        seen, below = {member.id}, [member.id]
        while below:
            reports = [other for other in self.members if other.manager_id in below and other.id not in seen]
            yield from reports
            below = [other.id for other in reports]
            seen.update(below)


def _worths(session: Session, workspace_id: str) -> list[FieldDef]:
    """The statistics that add up amounts of deals: they would tell what hides there."""
    counted = select(FieldDef).where(col(FieldDef.workspace_id) == workspace_id, col(FieldDef.type) == "statistics")
    return [field for field in session.scalars(counted) if field.options.get("statistic") == "open_amount"]


def _fields(session: Session, ids: set[str]) -> Sequence[FieldDef]:
    return session.scalars(select(FieldDef).where(col(FieldDef.id).in_(ids)).order_by(col(FieldDef.key))).all()
