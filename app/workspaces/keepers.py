"""What members hold of the workspace itself: territories, and the colleagues who report to them."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.workspaces.holdings import Handover, Held, keep
from models import Member, Territory

TERRITORIES, REPORTS = "territories", "reports"


def count_territories(session: Session, member: Member) -> list[Held]:
    mine = select(func.count()).where(col(Territory.owner_id) == member.id)
    return [Held(TERRITORIES, "Territories", session.scalar(mine) or 0)]


def hand_over_territories(session: Session, handover: Handover, limit: int) -> int:
    heir = handover.heir(TERRITORIES)
    if not heir:
        return 0
    mine = select(Territory).where(col(Territory.owner_id) == handover.member.id).limit(limit)
    found = session.scalars(mine).all()
    for territory in found:
        territory.owner_id = heir
    session.flush()
    return len(found)


def count_reports(session: Session, member: Member) -> list[Held]:
    reports = select(func.count()).where(col(Member.manager_id) == member.id)
    return [Held(REPORTS, "Colleagues who report to them", session.scalar(reports) or 0)]


def hand_over_reports(session: Session, handover: Handover, limit: int) -> int:
    """Who is above the new manager, or is the new manager, reports to the leaver's own manager from now on."""
    leaver, heir = handover.member, handover.heir(REPORTS)
    if not heir:
        return 0
    found = session.scalars(select(Member).where(col(Member.manager_id) == leaver.id).limit(limit)).all()
    above = _line(session, heir)
    for member in found:
        member.manager_id = leaver.manager_id if member.id in above else heir
    session.flush()
    return len(found)


def _line(session: Session, member_id: str | None) -> set[str]:
    """This member and everybody above."""
    line: set[str] = set()
    while member_id and member_id not in line:
        line.add(member_id)
        member_id = session.get_one(Member, member_id).manager_id
    return line


keep(TERRITORIES, count=count_territories, hand_over=hand_over_territories)
keep(REPORTS, count=count_reports, hand_over=hand_over_reports)
