"""What people decide about pairs that may be one: that they are two, or, many at once, that they are one."""

from collections.abc import Sequence

from sqlmodel import Session

from app.core import jobs
from app.core.bulk import insert_missing, insert_rows
from app.core.clock import utcnow
from app.core.errors import Forbidden, InvalidInput
from app.core.events import emit
from app.core.ids import new_id
from app.core.jobs import JobContext, job
from app.records.bulk_run import DONE, some_done
from app.records.duplicates.inbox import OPEN, REFUSED, Standing, clustered, ends, pairs_in
from app.records.merging import merge_records, most_complete
from app.records.service import get_record
from app.workspaces.access import Viewer, may, viewer_by_id
from models import BulkEdit, BulkItem, DuplicatePair, Record

MERGE, REFUSE = ACTIONS = ("merge", "refuse")
MOST = 2_000
"""Pairs that are refused at once; clusters that are merged are as many as `inbox.AT_MOST` pairs make."""


def refuse(session: Session, *, viewer: Viewer, record_id: str, other_id: str) -> DuplicatePair:
    """Say that two records are not the same, for good. Needs the right to edit one of them. Again changes nothing."""
    one, other = _two(session, viewer, record_id, other_id)
    return _decide(session, viewer, one, other, REFUSED)


def take_back(session: Session, *, viewer: Viewer, record_id: str, other_id: str) -> DuplicatePair:
    """Put a pair that was refused into the inbox again."""
    one, other = _two(session, viewer, record_id, other_id)
    return _decide(session, viewer, one, other, OPEN)


def decide_many(
    session: Session,
    *,
    viewer: Viewer,
    folder_id: str,
    action: str,
    min_score: float | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
) -> BulkEdit:
    """Merge or refuse all open pairs of a folder from a score on, or just these; in the background, as a bulk edit.

    What is merged, and into which record, is settled now; whether the viewer may, when its turn comes. Pairs that hang
    together become one record.
    """
    if action not in ACTIONS:
        raise InvalidInput(f"action: one of {', '.join(ACTIONS)}.", field="action")
    if (min_score is None) == (pairs is None):
        raise InvalidInput("pairs: choose them by `pairs` or by `min_score`.", field="pairs")
    chosen = _chosen(session, viewer, folder_id, action, min_score, pairs)
    if not chosen:
        raise InvalidInput("pairs: none of them is open, or in your sight.", field="pairs")
    return _start(session, viewer, folder_id, action, chosen)


@job("duplicates.decide")
def run_decisions(context: JobContext, bulk_id: str) -> None:
    """Carry out what still waits, as the member who asked for it may by then."""
    while decide_some(context, bulk_id):
        context.check_stop()


def decide_some(context: JobContext, bulk_id: str) -> bool:
    """A batch of them, in one transaction; False when all is done."""
    return some_done(context, bulk_id, _carry_out)


def _carry_out(session: Session, bulk: BulkEdit, record_id: str) -> str:
    viewer, others = viewer_by_id(session, bulk.member_id), bulk.values["records"][record_id]
    if bulk.action == MERGE:
        merge_records(session, viewer=viewer, into_id=record_id, record_ids=others)
    else:
        for other_id in others:
            refuse(session, viewer=viewer, record_id=record_id, other_id=other_id)
    return DONE


def _start(session: Session, viewer: Viewer, folder_id: str, action: str, chosen: dict[str, list[str]]) -> BulkEdit:
    bulk = BulkEdit(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        folder_id=folder_id,
        member_id=viewer.member_id,
        action=action,
        values={"records": chosen},
        total=len(chosen),
        created_at=utcnow(),
    )
    session.add(bulk)
    session.flush()
    place = {"bulk_id": bulk.id, "workspace_id": bulk.workspace_id}
    insert_rows(session, BulkItem, [{**place, "record_id": record_id} for record_id in chosen])
    emit(
        session,
        "bulk_edit.started",
        workspace_id=bulk.workspace_id,
        subject_id=bulk.id,
        actor_id=viewer.member_id,
        data={"action": action, "total": bulk.total},
    )
    jobs.enqueue(session, run_decisions, bulk.id, key=bulk.id)
    return bulk


def _chosen(
    session: Session,
    viewer: Viewer,
    folder_id: str,
    action: str,
    min_score: float | None,
    pairs: Sequence[tuple[str, str]] | None,
) -> dict[str, list[str]]:
    """The records that stay (or are said to be others), each with those that become part of it."""
    least = min_score or 0.0
    standing = pairs_in(session, viewer=viewer, folder_id=folder_id, min_score=least, limit=MOST)
    if pairs is not None:
        wanted = {ends(*pair) for pair in pairs}
        standing = [one for one in standing if (one.pair.first_id, one.pair.second_id) in wanted]
    if action == REFUSE:
        return _by_first(standing)
    found = {}
    for cluster in clustered(standing):
        into = most_complete(session, cluster.records)
        found[into.id] = [record.id for record in cluster.records if record.id != into.id]
    return found


def _by_first(standing: Sequence[Standing]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in standing:
        found.setdefault(one.pair.first_id, []).append(one.pair.second_id)
    return found


def _two(session: Session, viewer: Viewer, record_id: str, other_id: str) -> tuple[Record, Record]:
    one, other = (get_record(session, viewer=viewer, record_id=id) for id in (record_id, other_id))
    if one.id == other.id:
        raise InvalidInput("Name two records: these are one already.", field="record")
    if not may(viewer, "edit", one) and not may(viewer, "edit", other):
        raise Forbidden("Neither record is yours to decide on: ask an owner or an admin.")
    return one, other


def _decide(session: Session, viewer: Viewer, one: Record, other: Record, state: str) -> DuplicatePair:
    first_id, second_id = ends(one.id, other.id)
    key = {"first_id": first_id, "second_id": second_id}
    row = {**key, "workspace_id": one.workspace_id, "score": 0.0, "reasons": [], "found_at": utcnow(), "state": OPEN}
    insert_missing(session, DuplicatePair, [row])
    pair = session.get_one(DuplicatePair, (first_id, second_id), with_for_update=True)
    if pair.state == state:
        return pair
    decided = state != OPEN
    pair.state = state
    pair.decided_by, pair.decided_at = (viewer.member_id, utcnow()) if decided else (None, None)
    session.add(pair)
    session.flush()
    emit(
        session,
        "duplicate.refused" if decided else "duplicate.reopened",
        workspace_id=one.workspace_id,
        subject_id=first_id,
        actor_id=viewer.member_id,
        data={"other": second_id},
    )
    return pair
