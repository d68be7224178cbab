"""Colleagues whom a comment names, and how they come to know."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import InvalidInput
from app.workspaces.access import Viewer
from app.workspaces.notifications import notify
from models import Member

MAX_MENTIONS = 50


def mentioned(session: Session, *, viewer: Viewer, text: str, ids: Iterable[str] = ()) -> Sequence[Member]:
    """Active colleagues that the text names (`@Bob Berg`, in any case), and those with these ids, by name.

    Of two colleagues of one name both are meant. Raises InvalidInput for an id that is nobody's.
    """
    wanted = set(ids)
    if not wanted and "@" not in text:
        return []
    here = select(Member).where(col(Member.workspace_id) == viewer.workspace_id, col(Member.active))
    colleagues = session.scalars(here.order_by(col(Member.name), col(Member.id))).all()
    if unknown := wanted - {member.id for member in colleagues}:
        raise InvalidInput(f"mentions: {min(unknown)} is nobody in this workspace.", field="mentions")
    named = _names_in(text, {member.name for member in colleagues})
    found = [member for member in colleagues if member.id in wanted or member.name in named]
    if len(found) > MAX_MENTIONS:
        raise InvalidInput(f"mentions: at most {MAX_MENTIONS} colleagues at once.", field="mentions")
    return found


def tell_mentioned(
    session: Session, *, viewer: Viewer, entry_id: str, record_id: str, member_ids: Iterable[str]
) -> None:
    """Notify them, but not the author. Whoever may not see the record does not see the notification either."""
    notify(
        session,
        workspace_id=viewer.workspace_id,
        member_ids=[id for id in member_ids if id != viewer.member_id],
        type="mention",
        title=f"{viewer.name} mentioned you",
        record_id=record_id,
        data={"entry_id": entry_id},
    )


def _names_in(text: str, names: Iterable[str]) -> set[str]:
    """The longest name wins: `@Bob Berg` is not also a Bob."""
    known = {name.casefold(): name for name in names if name.strip()}
    if not known:
        return set()
    choice = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    return {known[found] for found in re.findall(rf"(?<!\w)@({choice})(?!\w)", text.casefold())}
