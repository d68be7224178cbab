"""`/api/v1/members`, `/me` and `/invitations`: who works here, and what they may do."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from app.api.access_shape import InvitationOut, Me, MemberOut, invitation_out, member_out, rights_of
from app.api.caller import Asked, Called
from app.api.record_shape import EXAMPLE_ID
from app.api.shapes import Body, Page, refusals
from app.workspaces import invitations, seating
from app.workspaces.members import members
from app.workspaces.roles import roles_held
from app.workspaces.seating import SeatChanges
from models import Member, Role, Workspace

MemberId = Annotated[str, Path(examples=[EXAMPLE_ID])]
InvitationId = Annotated[str, Path(examples=[EXAMPLE_ID])]


class SeatEdit(Body):
    """What to change of a seat. `role_ids` are all the roles; null takes out of a team, from under a manager, …"""

    role_ids: list[str] = Field(default=[], examples=[[EXAMPLE_ID]], min_length=1, max_length=50)
    team_id: str | None = Field(default=None, examples=[EXAMPLE_ID])
    manager_id: str | None = Field(default=None, examples=[EXAMPLE_ID])
    territory_id: str | None = Field(default=None, examples=[None])


class NewInvitation(Body):
    email: str = Field(examples=["dana@quarry.example"], max_length=320)
    role_ids: list[str] = Field(examples=[[EXAMPLE_ID]], min_length=1, max_length=50)


def router() -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["members"])
    _add_members(routes)
    _add_invitations(routes)
    return routes


def _add_members(routes: APIRouter) -> None:
    @routes.get("/me", operation_id="get_me", responses=refusals())
    def get_me(caller: Called) -> Me:
        """The caller, their seat, and what their roles come to."""
        with caller.read() as asked:
            viewer = asked.viewer
            seat = _shown(asked, asked.session.get_one(Member, viewer.member_id))
            workspace = asked.session.get_one(Workspace, viewer.workspace_id)
            return Me(
                **seat.model_dump(),
                **rights_of(viewer.access),
                workspace_id=workspace.id,
                workspace=workspace.name,
                currency=workspace.currency,
                time_zone=viewer.time_zone,
            )

    @routes.get("/members", operation_id="list_members", responses=refusals())
    def list_members(caller: Called) -> Page[MemberOut]:
        """Everybody with a seat in the workspace, by name."""
        with caller.read() as asked:
            held = _roles(asked)
            found = members(asked.session, viewer=asked.viewer)
            return Page(items=[member_out(member, held.get(member.id, [])) for member in found])

    @routes.get("/members/{member_id}", operation_id="get_member", responses=refusals(404))
    def get_member(caller: Called, member_id: MemberId) -> MemberOut:
        """One colleague."""
        with caller.read() as asked:
            return _shown(asked, seating.get_member(asked.session, viewer=asked.viewer, member_id=member_id))

    @routes.patch("/members/{member_id}", operation_id="update_member", responses=refusals(403, 404, 409))
    def update_member(caller: Called, member_id: MemberId, body: SeatEdit) -> MemberOut:
        """Change a member's roles, team, manager or territory. It needs the power `members`."""
        changes: SeatChanges = body.model_dump(exclude_unset=True)  # type: ignore[assignment]
        with caller.write() as asked:
            changed = seating.change_seat(asked.session, viewer=asked.viewer, member_id=member_id, changes=changes)
            return _shown(asked, changed)


def _add_invitations(routes: APIRouter) -> None:
    @routes.get("/invitations", operation_id="list_invitations", responses=refusals())
    def list_invitations(caller: Called) -> Page[InvitationOut]:
        """Who was invited and has not joined yet."""
        with caller.read() as asked:
            found = invitations.open_invitations(asked.session, viewer=asked.viewer)
            return Page(items=[invitation_out(invitation) for invitation in found])

    @routes.post("/invitations", operation_id="create_invitation", status_code=201, responses=refusals(403, 409))
    def create_invitation(caller: Called, body: NewInvitation) -> InvitationOut:
        """Let somebody join when they sign in with Google at this address; asking again renews it."""
        with caller.write() as asked:
            invitation = invitations.invite(
                asked.session, viewer=asked.viewer, email=body.email, role_ids=body.role_ids
            )
            return invitation_out(invitation)

    @routes.delete(
        "/invitations/{invitation_id}", operation_id="delete_invitation", status_code=204, responses=refusals(403, 404)
    )
    def delete_invitation(caller: Called, invitation_id: InvitationId) -> None:
        """Take an invitation back."""
        with caller.write() as asked:
            invitations.withdraw(asked.session, viewer=asked.viewer, invitation_id=invitation_id)


def _shown(asked: Asked, member: Member) -> MemberOut:
    return member_out(member, _roles(asked).get(member.id, []))


def _roles(asked: Asked) -> dict[str, list[Role]]:
    held: dict[str, list[Role]] = {}
    for member_id, role in roles_held(asked.session, viewer=asked.viewer):
        held.setdefault(member_id, []).append(role)
    return held
