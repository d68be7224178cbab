"""Views: saved ways of looking at a folder, private or shared, and those that a member keeps at hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.errors import InvalidInput, NotFound
from app.core.events import emit
from app.core.ids import new_id
from app.core.text import one_line
from app.records.filters import compile_filter
from app.records.filters.related import Paths
from app.records.listing.columns import columns_of, is_column
from app.records.listing.grouping import check_grouping
from app.records.listing.sorting import sort_keys
from app.records.schema import Schema, folder_seen, folders_seen, schema_of
from app.records.uses import asks_only_known, keys_of_view
from app.workspaces.access import Viewer, require_power
from models import Folder, View, ViewPin

LAYOUTS = ("table", "board")
MAX_NAME = 100
EDITABLE = ("name", "columns", "filter", "sort", "group_by", "layout", "shared", "is_default", "position")


def views_of(session: Session, *, viewer: Viewer, folder_id: str | None = None) -> list[View]:
    """The viewer's own views and the shared ones, in order; without those that ask about fields hidden from them."""
    folders = folders_seen(session, viewer=viewer)
    schemas = {one.id: schema_of(session, folder=one, viewer=viewer) for one in folders if folder_id in (None, one.id)}
    query = select(View).where(col(View.folder_id).in_(schemas), _shown_to(viewer))
    found = session.scalars(query.order_by(col(View.folder_id), col(View.position), col(View.name), col(View.id)))
    return [view for view in found if _is_open(session, viewer, schemas[view.folder_id], view)]


def get_view(session: Session, *, viewer: Viewer, view_id: str) -> View:
    """NotFound for views that are not there, are someone else's, or ask about fields hidden from the viewer."""
    view = session.scalar(select(View).where(col(View.id) == view_id, _shown_to(viewer)))
    if view is None or not _is_open(session, viewer, schema_of_view(session, viewer=viewer, view=view), view):
        raise NotFound("This view does not exist, or you have no access to it.")
    return view


def schema_of_view(session: Session, *, viewer: Viewer, view: View) -> Schema:
    return schema_of(session, folder=folder_seen(session, viewer=viewer, folder_id=view.folder_id), viewer=viewer)


def known_columns(session: Session, *, viewer: Viewer, view: View) -> list[str]:
    """The columns of a view without those that the viewer may not know of."""
    schema = schema_of_view(session, viewer=viewer, view=view)
    paths = Paths(session, workspace_id=viewer.workspace_id, viewer=viewer)
    return [key for key in view.columns if is_column(paths, schema, key)]


def create_view(session: Session, *, viewer: Viewer, folder_id: str, values: Mapping[str, Any]) -> View:
    """A view of a folder from any of EDITABLE. Sharing it needs the power `views`."""
    folder = folder_seen(session, viewer=viewer, folder_id=folder_id)
    view = View(
        id=new_id(),
        workspace_id=viewer.workspace_id,
        folder_id=folder.id,
        name="",
        owner_id=viewer.member_id,
        created_at=utcnow(),
    )
    _write(session, viewer, folder, view, {"name": "", **values})
    _emit(session, "view.created", view, viewer)
    return view


def update_view(session: Session, *, viewer: Viewer, view_id: str, values: Mapping[str, Any]) -> View:
    view = _view_to_change(session, viewer, view_id)
    folder = folder_seen(session, viewer=viewer, folder_id=view.folder_id)
    _write(session, viewer, folder, view, values)
    _emit(session, "view.changed", view, viewer)
    return view


def delete_view(session: Session, *, viewer: Viewer, view_id: str) -> None:
    view = _view_to_change(session, viewer, view_id)
    _emit(session, "view.deleted", view, viewer)
    session.delete(view)
    session.flush()


def pin_view(session: Session, *, viewer: Viewer, view_id: str) -> None:
    """Keep a view at hand; doing so again changes nothing."""
    view = get_view(session, viewer=viewer, view_id=view_id)
    if session.get(ViewPin, (viewer.member_id, view.id)) is None:
        session.add(ViewPin(member_id=viewer.member_id, view_id=view.id, workspace_id=view.workspace_id))
        _emit(session, "view.pinned", view, viewer)


def unpin_view(session: Session, *, viewer: Viewer, view_id: str) -> None:
    view = get_view(session, viewer=viewer, view_id=view_id)
    if pin := session.get(ViewPin, (viewer.member_id, view.id)):
        session.delete(pin)
        _emit(session, "view.unpinned", view, viewer)


def pinned_ids(session: Session, *, viewer: Viewer) -> set[str]:
    return set(session.scalars(select(col(ViewPin.view_id)).where(col(ViewPin.member_id) == viewer.member_id)))


def _shown_to(viewer: Viewer) -> Any:
    return (col(View.workspace_id) == viewer.workspace_id) & or_(
        col(View.owner_id) == viewer.member_id, col(View.shared)
    )


def _is_open(session: Session, viewer: Viewer, schema: Schema, view: View) -> bool:
    """A view that filters or sorts by a hidden field would tell of its values."""
    return asks_only_known(session, viewer=viewer, schema=schema, keys=keys_of_view(view))


def _view_to_change(session: Session, viewer: Viewer, view_id: str) -> View:
    view = get_view(session, viewer=viewer, view_id=view_id)
    if view.shared or view.owner_id != viewer.member_id:
        require_power(viewer, "views")
    return view


def _write(session: Session, viewer: Viewer, folder: Folder, view: View, values: Mapping[str, Any]) -> None:
    """Raises InvalidInput for what does not fit together, Forbidden for sharing without the power to."""
    if unknown := set(values) - set(EDITABLE):
        raise InvalidInput(f"{min(unknown)}: a view has no such part.", field=min(unknown))
    wanted = {name: getattr(view, name) for name in EDITABLE} | dict(values)
    wanted["name"] = one_line(wanted["name"])
    if wanted["shared"] or wanted["is_default"]:
        require_power(viewer, "views")
    _check(session, viewer, schema_of(session, folder=folder, viewer=viewer), wanted)
    if wanted["is_default"]:
        others = update(View).where(col(View.folder_id) == folder.id, col(View.id) != view.id)
        session.execute(others.values(is_default=False))
    view.sqlmodel_update(wanted)
    session.add(view)
    session.flush()


def _check(session: Session, viewer: Viewer, schema: Schema, wanted: Mapping[str, Any]) -> None:
    if not 1 <= len(wanted["name"]) <= MAX_NAME:
        raise InvalidInput(f"name: give the view a name of up to {MAX_NAME} characters.", field="name")
    if wanted["layout"] not in LAYOUTS:
        raise InvalidInput(f"layout: use {' or '.join(LAYOUTS)}.", field="layout")
    if wanted["layout"] == "board" and not wanted["group_by"]:
        raise InvalidInput("group_by: say which field makes the columns of the board.", field="group_by")
    if wanted["is_default"] and not wanted["shared"]:
        raise InvalidInput("is_default: only a shared view can be everybody's first.", field="is_default")
    columns_of(Paths(session, workspace_id=viewer.workspace_id, viewer=viewer), schema, wanted["columns"])
    compile_filter(session, wanted["filter"], schema=schema, viewer=viewer)
    sort_keys(session, _listed(wanted["sort"]), schema=schema, viewer=viewer)
    if wanted["group_by"]:
        check_grouping(schema, wanted["group_by"])


def _listed(names: Sequence[str]) -> Sequence[str]:
    if len({name.removeprefix("-") for name in names}) < len(names):
        raise InvalidInput("sort: name each field once.", field="sort")
    return names


def _emit(session: Session, type: str, view: View, viewer: Viewer) -> None:
    emit(
        session,
        type,
        workspace_id=view.workspace_id,
        subject_id=view.id,
        actor_id=viewer.member_id,
        data={"folder_id": view.folder_id, "name": view.name},
    )
