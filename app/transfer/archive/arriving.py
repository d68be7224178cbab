"""Taking an archive in: the workspace as it was, under its own ids."""

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, delete, exists, select
from sqlmodel import Session, col

from app.core.bulk import among
from app.core.database import transaction
from app.core.errors import Conflict
from app.core.events import emit
from app.core.planning import note_sizes
from app.records import sql_views
from app.timeline.search.rebuilding import rebuild
from app.transfer.archive.contents import KIND, digests_in, tables
from app.transfer.rows.loading import check_references_late, fill
from app.transfer.rows.package import Package, Progress, reading
from models import Mailbox, Member, Record, Workspace
from models.base import metadata


def take_in(engine: Engine, path: Path, *, progress: Progress = lambda _table, _rows: None) -> dict[str, Any]:
    """Add the workspace of an archive to this installation; gives the manifest. All of it comes, or nothing changes.

    Its members sign in with the Google accounts they had. Where they have seats here already, in a workspace that is
    empty, that one makes room. Ids stay what they were: they are unique the world over. Raises Conflict where the
    workspace, or a seat or mailbox of its members in one that is not empty, is here; InvalidInput for a damaged file.
    Writes `workspace.imported`.
    """
    with reading(path, kind=KIND) as package:
        workspace_id = package.manifest["workspace"]["id"]
        with transaction(engine) as session:
            check_references_late(session)
            _make_room(session, package, workspace_id)
            fill(session, package, tables(), progress)
            package.check(digests_in(session, workspace_id=workspace_id))
            emit(
                session,
                "workspace.imported",
                workspace_id=workspace_id,
                subject_id=workspace_id,
                data={"digest": package.manifest["digest"]},
            )
            sql_views.rebuild(session)
        note_sizes(engine)
        for done in rebuild(engine, workspace_id=workspace_id):
            progress("search index", done)
        return package.manifest


def _make_room(session: Session, package: Package, workspace_id: str) -> None:
    if session.get(Workspace, workspace_id):
        raise Conflict("This workspace is here already, or a copy of it: an archive is for another installation.")
    coming = {told["google_sub"] for told in map(orjson.loads, package.table("member"))}
    seated = select(col(Member.workspace_id)).where(among(session, col(Member.google_sub), coming)).distinct()
    for taken in session.scalars(seated).all():
        _check_is_empty(session, taken, coming)
        for table in reversed(metadata.sorted_tables):
            if "workspace_id" in table.c:
                session.execute(delete(table).where(table.c.workspace_id == taken))
        session.execute(delete(Workspace).where(col(Workspace.id) == taken))
    addresses = [told["address"] for told in map(orjson.loads, package.table("mailbox"))]
    if known := session.scalars(
        select(col(Mailbox.address)).where(among(session, col(Mailbox.address), addresses))
    ).first():
        raise Conflict(f"The mailbox {known} is connected here already, in another workspace: disconnect it first.")


def _check_is_empty(session: Session, workspace_id: str, coming: set[str]) -> None:
    """A workspace that its members have done nothing in but sign in, and which all of them leave for theirs."""
    members = session.scalars(select(Member).where(col(Member.workspace_id) == workspace_id)).all()
    used = any(
        session.scalar(select(exists().where(col(model.workspace_id) == workspace_id))) for model in (Record, Mailbox)
    )
    staying = [member.email for member in members if member.google_sub not in coming]
    if used or staying:
        whose = next(member.email for member in members if member.google_sub in coming)
        raise Conflict(
            f"{whose} has a seat here already, in a workspace that is in use: an archive goes into an installation "
            "where its members have none, or an empty one."
        )
