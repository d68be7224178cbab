"""What a member holds, and handing it over: each part of the product says here what of its own has a holder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.workspaces.access import Viewer, require_admin
from app.workspaces.seating import get_member
from models import Member

EVERYTHING = "*"
"""The key under which a plan names who gets whatever it does not name."""


@dataclass(frozen=True, slots=True)
class Held:
    """So many things of one sort. A plan says under `key` who gets them: a folder's id for its records."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Handover:
    """Who leaves, who gets what (member ids by the keys of what is held), and who decided it."""

    member: Member
    heirs: Mapping[str, str]
    actor_id: str

    def heir(self, key: str) -> str | None:
        return self.heirs.get(key) or self.heirs.get(EVERYTHING)


Count = Callable[[Session, Member], list[Held]]
HandOver = Callable[[Session, Handover, int], int]


@dataclass(frozen=True, slots=True)
class Keeper:
    """`count` says what a member holds, without what is none; `hand_over` gives at most so many things to their heirs,
    and returns how many it gave: 0 when nothing is left."""

    count: Count
    hand_over: HandOver


_keepers: dict[str, Keeper] = {}


def keep(name: str, *, count: Count, hand_over: HandOver) -> None:
    """Register a sort of things that members hold."""
    _keepers[name] = Keeper(count, hand_over)


def holdings(session: Session, *, viewer: Viewer, member_id: str) -> list[Held]:
    """All that a member holds: what somebody else must get before they go. Admins only."""
    require_admin(viewer)
    return held_by(session, get_member(session, viewer=viewer, member_id=member_id))


def held_by(session: Session, member: Member) -> list[Held]:
    return [held for keeper in _keepers.values() for held in keeper.count(session, member) if held.count]


def hand_over(session: Session, handover: Handover, *, limit: int) -> int:
    """Give at most about so many things to their heirs; returns how many: 0 when nothing is left."""
    given = 0
    for keeper in _keepers.values():
        if given < limit:
            given += keeper.hand_over(session, handover, limit - given)
    return given
