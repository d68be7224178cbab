"""Keeping what was learned, for the checks of single records until the next search."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.records.duplicates.families import Family
from app.records.duplicates.model import Model, model_from, shipped_model
from models import DuplicateModel, Record

MOST_KEPT = 256
"""Models that a process keeps in memory; each is read again once it has changed."""
MOST_COUNTED = 10_000
_kept: dict[tuple[str, str], tuple[datetime, Model]] = {}


def model_of(session: Session, *, workspace_id: str, family: Family) -> Model:
    """What was learned last; of a family that was never searched, the model as shipped."""
    mine = col(DuplicateModel.workspace_id) == workspace_id, col(DuplicateModel.family) == family.name
    learned_at = session.scalar(select(col(DuplicateModel.learned_at)).where(*mine))
    if learned_at is None:
        return shipped_model(family.traits, _size(session, family))
    place = workspace_id, family.name
    at, model = _kept.get(place, (None, None))
    if model is None or at != learned_at:
        model = model_from(session.execute(select(col(DuplicateModel.learned)).where(*mine)).scalar_one())
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[place] = learned_at, model
    return model


def keep_model(session: Session, *, workspace_id: str, family: Family, model: Model) -> None:
    kept = session.get(DuplicateModel, (workspace_id, family.name))
    if kept is None:
        kept = DuplicateModel(workspace_id=workspace_id, family=family.name, learned_at=utcnow())
    kept.learned, kept.learned_at = model.as_json(), utcnow()
    session.add(kept)
    session.flush()


def _size(session: Session, family: Family) -> int:
    """About how many records there are, if they are few: one more seldom changes the weights of all."""
    some = select(col(Record.id)).where(col(Record.folder_id).in_(family.folder_ids)).limit(MOST_COUNTED)
    return 1 << int(session.execute(select(func.count()).select_from(some.subquery())).scalar_one()).bit_length()
