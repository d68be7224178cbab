"""One journey out of several: the earliest first touch, and each phase from when it was first entered."""

from sqlalchemy import select

from app.core.bulk import among, table_of
from app.core.clock import utcnow
from app.records.merging.moving import Moves, rows_of
from app.records.phases import LABELS, PHASES, phase_called
from models import FirstTouch, LifecycleChange, Record


def earliest_touch(moves: Moves) -> None:
    """Give the record that stays the first touch of whoever was met first; the others keep theirs."""
    table = table_of(FirstTouch)
    family = among(moves.session, table.c.record_id, [moves.into, *moves.gone])
    rows = rows_of(moves.session, select(table).where(family))
    own = next((row for row in rows if row["record_id"] == moves.into), None)
    if not rows or own is None:
        return
    first = min(rows, key=lambda row: row["touched_at"])
    if first["touched_at"] < own["touched_at"]:
        moves.change(table, own, {name: first[name] for name in ("source", "detail", "touched_at")})


def one_of_each_phase(moves: Moves) -> None:
    """Before the rows move: of a phase that several entered, the first time counts."""
    table = table_of(LifecycleChange)
    family = among(moves.session, table.c.record_id, [moves.into, *moves.gone])
    query = select(table).where(family, table.c.reverted_at.is_(None)).order_by(table.c.entered_at, table.c.id)
    seen: set[str] = set()
    again = []
    for row in rows_of(moves.session, query):
        if row["phase"] in seen:
            again.append(row)
        seen.add(row["phase"])
    moves.remove(table, again)


def hold_to(moves: Moves, record: Record) -> None:
    """After the rows moved: phases beyond what the lifecycle field says now are undone."""
    phase, table = phase_called(record.lifecycle), table_of(LifecycleChange)
    mine = select(table).where(table.c.record_id == record.id, table.c.reverted_at.is_(None))
    rows = sorted(rows_of(moves.session, mine), key=lambda row: (row["entered_at"], PHASES.index(row["phase"])))
    if phase is None or not rows or LABELS.get(rows[-1]["phase"]) == record.lifecycle:
        return
    for row in rows:
        if PHASES.index(row["phase"]) > PHASES.index(phase):
            moves.change(table, row, {"reverted_at": utcnow()})
