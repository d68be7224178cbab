"""Working out a computed field of all records of its folder: at once where they are few, else by a job in batches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.core.bulk import insert_into
from app.core.database import transaction
from app.core.ids import new_id
from app.core.jobs import JobContext, enqueue, job, scheduled
from app.records.computed.graph import COMPUTED, graph_of
from app.records.computed.rounds import AT_ONCE, Round
from models import Counter, FieldDef, Folder, Record

BATCH = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the recalculation of a field is, in records."""

    done: int
    total: int


def recalculate_field(session: Session, *, field: FieldDef) -> None:
    """All records of the folder; beyond `AT_ONCE` of them a job does it, and `progress_of` tells how far it is."""
    here = select(col(Record.id)).where(col(Record.folder_id) == field.folder_id).limit(AT_ONCE + 1)
    ids = session.scalars(here).all()
    if len(ids) > AT_ONCE:
        run_later(session, [field])
    else:
        run_later(session, _recalculate(session, field, ids))


def run_later(session: Session, fields: Iterable[FieldDef]) -> None:
    """Have a job work out these fields of all records of their folders."""
    for field in fields:
        _note_progress(session, field, 0)
        enqueue(session, recalculate_folder, field.id, key=f"{field.id}:{new_id()}")


def progress_of(session: Session, *, field: FieldDef) -> Progress | None:
    """None when no recalculation of this field is under way."""
    counter = session.get(Counter, (field.workspace_id, _counter(field)))
    if counter is None:
        return None
    total = select(func.count()).select_from(Record).where(col(Record.folder_id) == field.folder_id)
    return Progress(counter.value, session.scalar(total) or 0)


@job("records.recalculate-folder")
def recalculate_folder(context: JobContext, field_id: str) -> None:
    """One batch to a transaction, in the order of ids; started again, it starts over."""
    after, done = "", 0
    while True:
        context.check_stop()
        with transaction(context.engine) as session:
            field = session.get(FieldDef, field_id)
            if field is None or field.archived_at is not None or field.type not in COMPUTED:
                return
            here = select(col(Record.id)).where(col(Record.folder_id) == field.folder_id, col(Record.id) > after)
            ids = session.scalars(here.order_by(col(Record.id)).limit(BATCH)).all()
            if not ids:
                session.execute(delete(Counter).where(col(Counter.name) == _counter(field)))
                return
            run_later(session, _recalculate(session, field, ids))
            after, done = ids[-1], done + len(ids)
            _note_progress(session, field, done)


@scheduled("records.recalculate-nightly", cron="10 0 * * *")
def recalculate_nightly(context: JobContext) -> None:
    """What changes by itself: formulas that ask for the day, roll-ups whose filters do."""
    with transaction(context.engine, read_only=True) as session:
        here = select(col(Folder.workspace_id)).join(FieldDef, col(FieldDef.folder_id) == col(Folder.id))
        workspaces = session.scalars(here.where(col(FieldDef.type).in_(COMPUTED)).distinct()).all()
    for workspace_id in workspaces:
        context.check_stop()
        with transaction(context.engine) as session:
            for node in graph_of(session, workspace_id=workspace_id).nodes:
                if node.by_itself:
                    recalculate_field(session, field=node.field)


def _recalculate(session: Session, field: FieldDef, ids: Sequence[str]) -> list[FieldDef]:
    session.flush()
    work = Round(session, graph_of(session, workspace_id=field.workspace_id))
    work.dirty[field.folder_id, field.key].update(ids)
    return work.run()


def _note_progress(session: Session, field: FieldDef, done: int) -> None:
    row = {"workspace_id": field.workspace_id, "name": _counter(field), "value": done}
    statement = insert_into(session, Counter).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["workspace_id", "name"], set_={"value": done}))


def _counter(field: FieldDef) -> str:
    return f"recalculated:{field.id}"
