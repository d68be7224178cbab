"""Teams: members who see each other's records under a `team` scope."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.workspaces.access import Viewer, require_power
from app.workspaces.naming import checked_name
from app.workspaces.seats import hold_access, refresh_access
from models import Member, Team


def teams(session: Session, *, viewer: Viewer) -> Sequence[Team]:
    here = select(Team).where(col(Team.workspace_id) == viewer.workspace_id)
    return session.scalars(here.order_by(col(Team.name))).all()


def get_team(session: Session, *, viewer: Viewer, team_id: str) -> Team:
    """Raises NotFound."""
    team = session.get(Team, team_id)
    if team is None or team.workspace_id != viewer.workspace_id:
        raise NotFound("This team does not exist.")
    return team


def create_team(session: Session, *, viewer: Viewer, name: str) -> Team:
    require_power(viewer, "members")
    hold_access(session, workspace_id=viewer.workspace_id)
    checked = checked_name(session, Team, viewer=viewer, name=name)
    team = Team(id=new_id(), workspace_id=viewer.workspace_id, name=checked)
    session.add(team)
    _emit(session, viewer, "team.created", team)
    return team


def rename_team(session: Session, *, viewer: Viewer, team_id: str, name: str) -> Team:
    require_power(viewer, "members")
    hold_access(session, workspace_id=viewer.workspace_id)
    team = get_team(session, viewer=viewer, team_id=team_id)
    checked = checked_name(session, Team, viewer=viewer, name=name, keeper_id=team.id)
    if team.name != checked:
        team.name = checked
        session.add(team)
        _emit(session, viewer, "team.changed", team)
    return team


def delete_team(session: Session, *, viewer: Viewer, team_id: str) -> None:
    """Dissolve a team; its members are in none afterwards."""
    require_power(viewer, "members")
    hold_access(session, workspace_id=viewer.workspace_id)
    team = get_team(session, viewer=viewer, team_id=team_id)
    for member in session.scalars(select(Member).where(col(Member.team_id) == team.id)):
        member.team_id = None
        session.add(member)
    session.flush()
    session.delete(team)
    _emit(session, viewer, "team.deleted", team)
    refresh_access(session, workspace_id=viewer.workspace_id)


def _emit(session: Session, viewer: Viewer, type: str, team: Team) -> None:
    emit(
        session,
        type,
        workspace_id=viewer.workspace_id,
        subject_id=team.id,
        actor_id=viewer.member_id,
        data={"name": team.name},
    )
