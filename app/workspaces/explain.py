"""Why a member may, or may not, do something with a record: the rule that decides, by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput, NotFound
from app.workspaces.access import Viewer, may, require_power
from app.workspaces.rights import RIGHTS, load_access
from app.workspaces.seating import get_member
from models import FieldDef, Folder, Member, MemberRole, Record, RecordShare, Role, RoleGrant, Team, Territory


@dataclass(slots=True)
class Verdict:
    """Whether the member has the right, and what decides.

    `rule` is inactive, bin, admin, share, all, unassigned, owner, team, territory, scope (the roles give the right, but
    it does not reach this record) or none (no role gives it). `reasons` are sentences; `hidden` and `locked` name
    the fields that the roles bar.
    """

    right: str
    allowed: bool = False
    rule: str = "none"
    reasons: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)


def explain(session: Session, *, viewer: Viewer, member_id: str, record_id: str, right: str = "read") -> Verdict:
    """What decides over this right of a member. For those with the power `members`; everybody may ask about themselves.

    Raises NotFound for a record of another workspace and, unless the viewer is an admin, for one out of their sight.
    """
    if member_id != viewer.member_id:
        require_power(viewer, "members")
    member = get_member(session, viewer=viewer, member_id=member_id)
    record = session.get(Record, record_id)
    if record is None or record.workspace_id != viewer.workspace_id or not _is_known(viewer, record):
        raise NotFound("This record does not exist, or you have no access to it.")
    return judge(session, member=member, record=record, right=right)


def judge(session: Session, *, member: Member, record: Record, right: str) -> Verdict:
    """`explain` for a member and a record of one workspace, whoever asks. Raises InvalidInput for an unknown right."""
    if right not in RIGHTS:
        raise InvalidInput(f"right: one of {', '.join(RIGHTS)}.", field="right")
    return _Case(session, member, record).verdict(right)


def _is_known(viewer: Viewer, record: Record) -> bool:
    return viewer.is_admin or (record.deleted_at is None and may(viewer, "read", record))


class _Case:
    """One member before one record."""

    def __init__(self, session: Session, member: Member, record: Record) -> None:
        self._session, self._member, self._record = session, member, record
        self._access = load_access(member.access)

    def verdict(self, right: str) -> Verdict:
        verdict = Verdict(right)
        self._decide(verdict, right)
        if verdict.allowed and not self._access.is_admin:
            verdict.hidden = self._names(self._access.hidden.get(self._record.folder_id, ()))
            verdict.locked = self._names(self._access.locked.get(self._record.folder_id, ()))
        if self._record.archived_at:
            verdict.reasons.append(f"{self._record.name} is archived: lists leave it out, whoever looks.")
        return verdict

    def _decide(self, verdict: Verdict, right: str) -> None:
        name = self._member.name
        if not self._member.active:
            self._say(verdict, "inactive", f"{name} was removed from the workspace.")
        elif self._record.deleted_at:
            self._say(verdict, "bin", f"{self._record.name} is in the bin, where nobody reads or changes it.")
        elif self._access.is_admin:
            self._say(verdict, "admin", f"{name} has the role {self._admin_role()}, which may do everything.", yes=True)
        elif right == "read":
            self._by_rule(verdict, "read")
        else:
            self._by_rule(verdict, "read")
            if verdict.allowed:
                self._by_rule(verdict, right)
            else:
                verdict.reasons.append(f"What {name} may not read, {name} may not {right} either.")

    def _by_rule(self, verdict: Verdict, right: str) -> None:
        level = self._access.shared.get(self._record.id)
        if level and (level == right or right == "read"):
            self._say(verdict, "share", f"{self._sharer()} shared it with {self._member.name}, to {level}.", yes=True)
            return
        scope = self._access.scope(right, self._record.folder_id)
        verdict.reasons += self._roles(right)
        if scope == "none":
            self._say(verdict, "none", f"No role of {self._member.name} gives the right to {right} here.")
        elif scope == "all":
            self._say(verdict, "all", f"So {self._member.name} may {right} every record here.", yes=True)
        else:
            self._by_reach(verdict, scope)

    def _by_reach(self, verdict: Verdict, scope: str) -> None:
        name, owner_id = self._member.name, self._record.owner_id
        if owner_id is None:
            self._say(verdict, "unassigned", "Nobody owns it, and what nobody owns is open to `own`.", yes=True)
        elif owner_id == self._member.id:
            self._say(verdict, "owner", f"{name} owns it.", yes=True)
        elif scope in ("team", "territory") and owner_id in self._access.team:
            self._say(verdict, "team", f"{self._owner()} owns it, and {self._bond()}.", yes=True)
        elif scope == "territory" and self._record.territory_id in self._access.territories:
            self._say(verdict, "territory", f"It lies in {self._territory()}, the territory of {name}.", yes=True)
        else:
            place = f" in {self._territory()}" if self._record.territory_id else ""
            self._say(verdict, "scope", f"{self._owner()} owns it{place}: `{scope}` of {name} does not reach it.")

    def _say(self, verdict: Verdict, rule: str, reason: str, *, yes: bool = False) -> None:
        verdict.allowed, verdict.rule = yes, rule
        verdict.reasons.append(reason)

    def _roles(self, right: str) -> list[str]:
        folder = self._session.get_one(Folder, self._record.folder_id)
        query = (
            select(Role, RoleGrant)
            .join(MemberRole, col(MemberRole.role_id) == col(Role.id))
            .outerjoin(RoleGrant, (col(RoleGrant.role_id) == col(Role.id)) & (col(RoleGrant.folder_id) == folder.id))
            .where(col(MemberRole.member_id) == self._member.id)
            .order_by(col(Role.name))
        )
        lines = []
        for role, grant in self._session.execute(query):
            granted = grant is not None and right in grant.rights
            scope = grant.rights[right] if granted else role.rights.get(right, "none")
            by = "a grant for the folder" if granted else "the role itself"
            lines.append(f"{role.name}: {right} reaches `{scope}` in {folder.name}, by {by}.")
        return lines

    def _admin_role(self) -> str:
        query = select(col(Role.name)).join(MemberRole, col(MemberRole.role_id) == col(Role.id))
        return self._session.scalars(
            query.where(col(MemberRole.member_id) == self._member.id, col(Role.is_admin))
        ).one()

    def _sharer(self) -> str:
        share = self._session.get_one(RecordShare, (self._record.id, self._member.id))
        return self._session.get_one(Member, share.shared_by).name

    def _owner(self) -> str:
        return self._session.get_one(Member, self._record.owner_id).name

    def _bond(self) -> str:
        owner = self._session.get_one(Member, self._record.owner_id)
        if owner.team_id and owner.team_id == self._member.team_id:
            return f"both are in the team {self._session.get_one(Team, owner.team_id).name}"
        return f"reports to {self._member.name}"

    def _territory(self) -> str:
        return self._session.get_one(Territory, self._record.territory_id).name

    def _names(self, keys: Sequence[str] | dict[str, str]) -> list[str]:
        query = select(col(FieldDef.name)).where(
            col(FieldDef.folder_id) == self._record.folder_id, col(FieldDef.key).in_(list(keys))
        )
        return list(self._session.scalars(query.order_by(col(FieldDef.position))))
