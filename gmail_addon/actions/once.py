"""A click carried out once, however often it arrives: people double-click, and Gmail repeats."""

from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.core.clock import utcnow
from app.core.database import confine, transaction
from gmail_addon.actions.registry import Done
from gmail_addon.visit import Visit
from models import Handled


def once(visit: Visit, key: str, act: Callable[[Session], Done]) -> Done:
    """Run `act` in one transaction with the note that `key` is handled; a repetition gets the first result.

    A repetition fails on the note's primary key, if need be after waiting there for the first one to end.
    """
    try:
        with transaction(visit.addon.engine) as session:
            return _first(session, visit, key, act)
    except IntegrityError:
        with transaction(visit.addon.engine, read_only=True) as session:
            note = session.get(Handled, (visit.viewer.member_id, key))
            if note is None:
                raise
            return Done(**note.result)  # type: ignore[arg-type]


def _first(session: Session, visit: Visit, key: str, act: Callable[[Session], Done]) -> Done:
    viewer = visit.viewer
    confine(session, viewer.workspace_id)
    note = Handled(member_id=viewer.member_id, nonce=key, workspace_id=viewer.workspace_id, handled_at=utcnow())
    session.add(note)
    session.flush()
    done = act(session)
    note.result = asdict(done)
    return done
