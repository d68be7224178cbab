"""What follows from a change of records: formulas and roll-ups in them, and in records that depend on them."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.bulk import among
from app.records.computed.folders import run_later
from app.records.computed.graph import Computed, graph_of
from app.records.computed.rounds import Changes, Round
from models import Record


def refresh(
    session: Session, *, workspace_id: str, record_ids: Collection[str], changes: Changes | None = None
) -> None:
    """Bring up to date what depends on these records, in themselves and in others; new ones have no `changes`."""
    graph = graph_of(session, workspace_id=workspace_id)
    if not graph.nodes or not record_ids or (changes is not None and graph.keys.isdisjoint(changes)):
        return
    session.flush()
    work = Round(session, graph)
    for folder_id, ids in _by_folder(session, record_ids).items():
        work.mark(folder_id, ids, None if changes is None else changes.keys())
        work.mark_left(folder_id, changes or {})
    run_later(session, work.run())


def refresh_links(session: Session, *, workspace_id: str, ends: Collection[str]) -> None:
    """Bring up to date what is rolled up over links between these records."""
    graph = graph_of(session, workspace_id=workspace_id)
    over_links = [node for node in graph.nodes if node.rollup and _counts_links(node)]
    if over_links:
        session.flush()
        work, folders = Round(session, graph), _by_folder(session, ends)
        for node in over_links:
            work.dirty[node.spot].update(folders.get(node.field.folder_id, ()))
        run_later(session, work.run())


def _by_folder(session: Session, record_ids: Collection[str]) -> dict[str, set[str]]:
    folders: dict[str, set[str]] = defaultdict(set)
    here = select(col(Record.id), col(Record.folder_id)).where(among(session, col(Record.id), record_ids))
    for record_id, folder_id in session.execute(here):
        folders[folder_id].add(record_id)
    return folders


def _counts_links(node: Computed) -> bool:
    return any(reference.type == "records" for _, reference, _ in node.rollup.sources) if node.rollup else False
