"""What a transaction that was under way while records were merged has put on one of those that went."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.events import emit, subscribe
from app.records.merging.moving import Moves
from app.records.merging.service import gather
from models import Event, Merge, MergeMove


@subscribe("gather-stragglers", "record.merged")
def gather_stragglers(session: Session, event: Event) -> None:
    """Move it after the rest, under the same merge."""
    merge = session.get(Merge, event.data["merge"], with_for_update=True)
    if merge is None or merge.undone_at is not None:
        return
    last = select(func.max(col(MergeMove.position))).where(col(MergeMove.merge_id) == merge.id)
    moves = Moves(session, merge, event.data["records"], first=(session.scalar(last) or 0) + 1)
    gather(moves)
    if len(moves):
        moves.save()
        emit(
            session,
            "record.gathered",
            workspace_id=merge.workspace_id,
            subject_id=merge.into_id,
            data={"merge": merge.id, "moved": len(moves)},
        )
