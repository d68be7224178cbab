"""Putting accounts where the rules say: tried out first, then done, with all that hangs on the account."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core import jobs
from app.core.database import transaction
from app.core.events import EventRow, emit, subscribe
from app.core.ids import new_id
from app.core.jobs import JobContext
from app.core.locks import hold
from app.records.history import note_changes
from app.records.territories.rules import Rules, rules_of
from app.workspaces.access import Viewer, require_power, visible
from models import Event, Member, Record, Territory

BATCH = 200
"""Accounts of one transaction; more are moved by a job."""
EXAMPLES = 20
TERRITORY, OWNER = "territory", "owner"
"""Keys of a move in the history."""


@dataclass(frozen=True, slots=True)
class Move:
    """So many accounts from one territory to another; ids, None for none."""

    from_id: str | None
    to_id: str | None
    accounts: int


@dataclass(frozen=True, slots=True)
class Example:
    """An account that would move."""

    id: str
    name: str
    from_id: str | None
    to_id: str | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What applying the rules would do. `examples` are accounts that the viewer may see."""

    accounts: int
    moves: list[Move]
    examples: list[Example]


@dataclass(frozen=True, slots=True)
class Application:
    """`state` is `done`, or `running` while a job moves the accounts; `accounts` are those to move at the start."""

    state: str
    accounts: int


def simulate(session: Session, *, viewer: Viewer) -> Simulation:
    """How many accounts the rules would move from where to where. Changes nothing."""
    require_power(viewer, "config")
    rules = rules_of(session, workspace_id=viewer.workspace_id)
    if rules is None:
        return Simulation(0, [], [])
    target = rules.target.label("target")
    each = rules.misplaced(col(Record.territory_id).label("place"), target).subquery()
    counted = select(each.c.place, each.c.target, func.count()).group_by(each.c.place, each.c.target)
    moves = [Move(*row) for row in session.execute(counted.order_by(func.count().desc(), each.c.target))]
    shown = rules.misplaced(col(Record.id), col(Record.name), col(Record.territory_id), target).where(visible(viewer))
    examples = session.execute(shown.order_by(col(Record.name), col(Record.id)).limit(EXAMPLES))
    return Simulation(sum(move.accounts for move in moves), moves, [Example(*row) for row in examples])


def apply(session: Session, *, viewer: Viewer) -> Application:
    """Move every account where the rules put it. Again, it finds nothing left to move."""
    require_power(viewer, "config")
    rules = rules_of(session, workspace_id=viewer.workspace_id)
    waiting = session.scalar(rules.misplaced(func.count())) or 0 if rules else 0
    run_id = new_id()
    emit(
        session,
        "territories.applied",
        workspace_id=viewer.workspace_id,
        subject_id=run_id,
        actor_id=viewer.member_id,
        data={"accounts": waiting},
    )
    if waiting > BATCH:
        jobs.enqueue(session, APPLY, viewer.workspace_id, viewer.member_id, key=run_id)
        return Application("running", waiting)
    _move_batch(session, viewer.workspace_id, viewer.member_id, after="")
    return Application("done", waiting)


def _apply(context: JobContext, workspace_id: str, actor_id: str) -> None:
    """Each account is looked at once, in the order of ids: rules that send one to and fro come to an end."""
    last: str | None = ""
    while last is not None:
        context.check_stop()
        with transaction(context.engine) as session:
            last = _move_batch(session, workspace_id, actor_id, after=last)


APPLY = jobs.job("territories.apply")(_apply)


def _may_move(event: EventRow) -> bool:
    """Companies that are new, or that changed in anything but their place."""
    data = event["data"]
    return data.get("kind") == "company" and TERRITORY not in data.get("changes", {})


@subscribe("place-accounts", "record.created", "record.updated", when=_may_move)
def place_account(session: Session, event: Event) -> None:
    """A company that is new, or not what it was, comes to the territory of the first rule that matches it."""
    _move_batch(session, event.workspace_id, None, only=event.subject_id)


def _move_batch(
    session: Session, workspace_id: str, actor_id: str | None, *, after: str = "", only: str | None = None
) -> str | None:
    """Move the next accounts in the order of ids; returns the last one's id, None when there are no more."""
    hold(session, f"territories:{workspace_id}")
    rules = rules_of(session, workspace_id=workspace_id)
    if rules is None:
        return None
    found = _next(session, rules, after, only)
    owners = _owners(session, workspace_id)
    for account, target in found:
        _move(session, account, target, owners.get(target or ""), actor_id)
    return found[-1][0].id if len(found) == BATCH else None


def _next(session: Session, rules: Rules, after: str, only: str | None) -> list[tuple[Record, str | None]]:
    query: Any = rules.misplaced(Record, rules.target).where(col(Record.id) > after)
    if only is not None:
        query = query.where(col(Record.id) == only)
    query = query.order_by(col(Record.id)).limit(BATCH).with_for_update(of=Record)
    return [(account, target) for account, target in session.execute(query)]


def _owners(session: Session, workspace_id: str) -> dict[str, str]:
    """Who gets the accounts of a territory, where somebody does."""
    query = (
        select(col(Territory.id), col(Member.id))
        .join(Member, col(Member.id) == col(Territory.owner_id))
        .where(col(Territory.workspace_id) == workspace_id, col(Member.active))
    )
    owners: dict[str, str] = dict(session.execute(query).all())
    return owners


def _move(session: Session, account: Record, target: str | None, owner_id: str | None, actor_id: str | None) -> None:
    """The account and what hangs on it. What its owner held of that goes along; deals that are over keep theirs."""
    batch, before = new_id(), account.owner_id
    hanging = select(Record).where(col(Record.company_id) == account.id, col(Record.deleted_at).is_(None))
    for record in [account, *session.scalars(hanging.order_by(col(Record.id)).with_for_update())]:
        changes: dict[str, tuple[Any, Any]] = {}
        if record.territory_id != target:
            changes[TERRITORY] = (record.territory_id, target)
            record.territory_id = target
        goes_along = record.owner_id in (None, before) and record.status not in ("won", "lost")
        if owner_id and record.owner_id != owner_id and (record is account or goes_along):
            changes[OWNER] = (record.owner_id, owner_id)
            record.owner_id = owner_id
        if changes:
            note_changes(session, record=record, changes=changes, actor_id=actor_id, batch=batch)
