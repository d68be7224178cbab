"""Writing an archive: every row of the workspace, and every folder as a table that people can read."""

import re
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.core.events import emit
from app.records.schema import folders_seen
from app.transfer.archive.contents import KIND, lines_in, tables
from app.transfer.exporting import of_folder, write_export
from app.transfer.rows.package import PackageWriter, Progress, writing
from app.workspaces.access import Viewer, require_admin
from models import Workspace


def write_archive(
    session: Session, path: Path, *, viewer: Viewer, progress: Progress = lambda _table, _rows: None
) -> dict[str, Any]:
    """Write the viewer's workspace into a file; gives its manifest. The session is that of a `snapshot`.

    It holds all mail, private mail too, so it is for whoever has the database anyway. Raises Forbidden unless the
    viewer is an admin.
    """
    require_admin(viewer)
    workspace = session.get_one(Workspace, viewer.workspace_id)
    with writing(path, kind=KIND) as package:
        for table in tables():
            for rows in package.add_table(table.name, lines_in(session, table, workspace_id=workspace.id)):
                progress(table.name, rows)
        _add_folders(session, package, viewer, progress)
        return package.seal(workspace={"id": workspace.id, "name": workspace.name})


def note_archive(session: Session, *, viewer: Viewer, manifest: dict[str, Any]) -> None:
    """Keep who took the workspace away. Writes `workspace.exported`."""
    emit(
        session,
        "workspace.exported",
        workspace_id=viewer.workspace_id,
        subject_id=viewer.workspace_id,
        actor_id=viewer.member_id,
        data={"records": manifest["tables"]["record"]["rows"], "digest": manifest["digest"]},
    )


def _add_folders(session: Session, package: PackageWriter, viewer: Viewer, progress: Progress) -> None:
    for number, folder in enumerate(folders_seen(session, viewer=viewer), start=1):
        name = re.sub(r"[^\w -]", "_", folder.name)
        with package.opened(f"folders/{number:02d} {name}.csv") as file:
            selection = of_folder(session, viewer=viewer, folder_id=folder.id)
            exported = write_export(session, file, viewer=viewer, selection=selection)
        progress(folder.name, exported.records)
