"""Times during which a member keeps a mailbox to themselves: what is written or received meanwhile stays out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.core.clock import utcnow
from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.workspaces.access import Viewer
from models import Mailbox

PAUSED = "paused: its owner kept this mailbox to themselves at the time"


@dataclass(frozen=True, slots=True)
class Pause:
    """`end` is None until the owner goes on."""

    start: datetime
    end: datetime | None

    def covers(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)


def pauses_of(stored: Iterable[Mapping[str, str | None]]) -> list[Pause]:
    """From what models.Mailbox keeps."""
    return [
        Pause(datetime.fromisoformat(one["from"] or ""), datetime.fromisoformat(end) if (end := one["until"]) else None)
        for one in stored
    ]


def pause_logging(session: Session, *, viewer: Viewer, mailbox_id: str, until: datetime | None) -> Mailbox:
    """Keep out what a mailbox of the viewer's own sends and receives from now until then, or until they go on.

    Mail of that time stays out for good, but for what somebody logs by hand. Raises InvalidInput for a time that is
    over, NotFound for a mailbox of somebody else.
    """
    mailbox, now = _own(session, viewer, mailbox_id), _now()
    if until is not None and until <= now:
        raise InvalidInput("until: choose a time to come.", field="until")
    _set(session, viewer, mailbox, [*_ended(mailbox, now), _kept(now, until)])
    return mailbox


def resume_logging(session: Session, *, viewer: Viewer, mailbox_id: str) -> Mailbox:
    """End the pause now. Raises NotFound for a mailbox of somebody else."""
    mailbox = _own(session, viewer, mailbox_id)
    _set(session, viewer, mailbox, _ended(mailbox, _now()))
    return mailbox


def pause_at(stored: Iterable[Mapping[str, str | None]], moment: datetime) -> Pause | None:
    return next((one for one in pauses_of(stored) if one.covers(moment)), None)


def _now() -> datetime:
    """To the second, as Gmail tells when mail came."""
    return utcnow().replace(microsecond=0)


def _own(session: Session, viewer: Viewer, mailbox_id: str) -> Mailbox:
    mailbox = session.get(Mailbox, mailbox_id, with_for_update=True)
    if mailbox is None or mailbox.member_id != viewer.member_id:
        raise NotFound("This mailbox does not exist, or is not yours.")
    return mailbox


def _ended(mailbox: Mailbox, now: datetime) -> list[dict[str, str | None]]:
    """The pauses so far, the one that goes on ended."""
    return [_kept(one.start, now if one.covers(now) else one.end) for one in pauses_of(mailbox.pauses)]


def _kept(start: datetime, end: datetime | None) -> dict[str, str | None]:
    return {"from": start.isoformat(), "until": end.isoformat() if end else None}


def _set(session: Session, viewer: Viewer, mailbox: Mailbox, pauses: list[dict[str, str | None]]) -> None:
    if pauses == mailbox.pauses:
        return
    mailbox.pauses = pauses
    emit(
        session,
        "mailbox.pauses_set",
        workspace_id=mailbox.workspace_id,
        subject_id=mailbox.id,
        actor_id=viewer.member_id,
        data=pauses[-1],
    )
