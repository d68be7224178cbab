"""Members who leave: shut out at once, and what they held goes to colleagues; and members who come back."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.core import jobs
from app.core.database import transaction
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.core.jobs import JobContext
from app.workspaces.access import Viewer, require_admin, viewer_by_id
from app.workspaces.holdings import EVERYTHING, Handover, Held, hand_over, held_by
from app.workspaces.notifications import notify
from app.workspaces.seats import hold_access, refresh_access
from models import ApiKey, Member

AT_ONCE = 500
"""More things than this are handed over in the background."""


def remove_member(
    session: Session, *, viewer: Viewer, member_id: str, reassign_to: str | Mapping[str, str] | None = None
) -> Member:
    """Shut a member out from their next request on, destroy their API keys, and hand over what they hold.

    `reassign_to` is a colleague's id, or ids by the keys of `holdings`. Raises Conflict naming what nobody would get.
    What they wrote and did stays theirs.
    """
    member = _other(session, viewer, member_id)
    if not member.active:
        return member
    heirs = {EVERYTHING: reassign_to} if isinstance(reassign_to, str) else dict(reassign_to or {})
    held = held_by(session, member)
    _check_plan(session, member, held, heirs)
    member.active = False
    session.add(member)
    session.execute(delete(ApiKey).where(col(ApiKey.member_id) == member.id))
    emit(
        session,
        "member.removed",
        workspace_id=viewer.workspace_id,
        subject_id=member.id,
        actor_id=viewer.member_id,
        data={"heirs": heirs},
    )
    if held:
        _hand_over(session, Handover(member, heirs, viewer.member_id), held)
    return member


def let_back_in(session: Session, *, viewer: Viewer, member_id: str) -> Member:
    """Let a removed member sign in again. What was handed over stays where it is."""
    member = _other(session, viewer, member_id)
    if not member.active:
        member.active = True
        session.add(member)
        emit(
            session,
            "member.restored",
            workspace_id=viewer.workspace_id,
            subject_id=member.id,
            actor_id=viewer.member_id,
        )
    return member


@jobs.job("workspaces.hand-over")
def hand_over_rest(context: JobContext, member_id: str, heirs: dict[str, str], actor_id: str) -> None:
    """Go on until nothing is left, or the member is back."""
    while _hand_over_some(context, member_id, heirs, actor_id):
        context.check_stop()


def _other(session: Session, viewer: Viewer, member_id: str) -> Member:
    """Another member. Whoever decides is still an admin now that nobody else decides: two admins cannot go at once."""
    require_admin(viewer)
    hold_access(session, workspace_id=viewer.workspace_id)
    require_admin(viewer_by_id(session, viewer.member_id))
    member = session.get(Member, member_id, with_for_update=True)
    if member is None or member.workspace_id != viewer.workspace_id:
        raise NotFound("This member does not exist.")
    if member.id == viewer.member_id:
        raise Conflict("You cannot remove yourself: ask another admin.")
    return member


def _check_plan(session: Session, member: Member, held: list[Held], heirs: Mapping[str, str]) -> None:
    here = col(Member.workspace_id) == member.workspace_id, col(Member.active), col(Member.id) != member.id
    known = set(session.scalars(select(col(Member.id)).where(*here, col(Member.id).in_(heirs.values()))))
    if known != set(heirs.values()):
        raise InvalidInput("reassign_to: choose colleagues who are members of this workspace.", field="reassign_to")
    left = [f"{one.name} ({one.count:,})" for one in held if not (heirs.get(one.key) or heirs.get(EVERYTHING))]
    if left:
        raise Conflict(f"{member.name} still holds {', '.join(left)}: say who gets these.", field="reassign_to")


def _hand_over(session: Session, handover: Handover, held: list[Held]) -> None:
    """Within the transaction when it is little, else in the background."""
    member, heirs = handover.member, dict(handover.heirs)
    if sum(one.count for one in held) <= AT_ONCE:
        while hand_over(session, handover, limit=AT_ONCE):
            pass
        refresh_access(session, workspace_id=member.workspace_id)
    else:
        jobs.enqueue(session, hand_over_rest, member.id, heirs, handover.actor_id, key=f"{member.id}:{new_id()}")
    receivers = {heir for one in held if (heir := handover.heir(one.key)) and heir != handover.actor_id}
    title = f"What {member.name} looked after is yours now"
    notify(session, workspace_id=member.workspace_id, member_ids=sorted(receivers), type="handover", title=title)


def _hand_over_some(context: JobContext, member_id: str, heirs: dict[str, str], actor_id: str) -> bool:
    with transaction(context.engine) as session:
        member = session.get_one(Member, member_id)
        hold_access(session, workspace_id=member.workspace_id)
        if member.active:
            return False
        given = hand_over(session, Handover(member, heirs, actor_id), limit=AT_ONCE)
        if not given:
            refresh_access(session, workspace_id=member.workspace_id)
        return given > 0
