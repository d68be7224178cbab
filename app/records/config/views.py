"""Shared views of a configuration; private ones are their owners' own."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.records.config.fields import folder_named
from app.records.config.noun import REQUIRED, Item, Noun, Work
from app.records.views import create_view, delete_view, update_view, views_of
from models import Folder, View

_PLAIN = ("name", "layout", "columns", "filter", "sort", "group_by", "is_default")


class Views(Noun):
    name = "views"
    keys: ClassVar[Mapping[str, Any]] = {
        "folder": REQUIRED,
        "name": REQUIRED,
        "layout": "table",
        "columns": [],
        "filter": None,
        "sort": [],
        "group_by": None,
        "is_default": False,
    }

    def title(self, item: Item) -> str:
        return f"{item['folder']}/{item['name']}"

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        shared = [view for view in views_of(work.session, viewer=work.viewer) if view.shared]
        folders = {view.folder_id: work.session.get_one(Folder, view.folder_id) for view in shared}
        shared.sort(key=lambda view: folders[view.folder_id].position)
        return [(view, {"folder": folders[view.folder_id].name, **self._values(work, view)}) for view in shared]

    def create(self, work: Work, item: Item) -> None:
        folder = folder_named(work, item["folder"])
        values = {key: work.names.ids(item[key]) for key in _PLAIN}
        create_view(work.session, viewer=work.viewer, folder_id=folder.id, values={**values, "shared": True})

    def change(self, work: Work, row: View, now: Item, wanted: Item) -> None:
        values = {key: work.names.ids(wanted[key]) for key in _PLAIN if wanted[key] != now[key]}
        update_view(work.session, viewer=work.viewer, view_id=row.id, values=values)

    def remove(self, work: Work, row: View) -> None:
        delete_view(work.session, viewer=work.viewer, view_id=row.id)

    def arrange(self, work: Work, items: Sequence[Item]) -> None:
        rows = {self.title(item): row for row, item in self.read(work)}
        for place, item in enumerate(items):
            if (row := rows[self.title(item)]).position != place:
                update_view(work.session, viewer=work.viewer, view_id=row.id, values={"position": place})

    def _values(self, work: Work, view: View) -> Item:
        return {key: work.names.named(getattr(view, key)) for key in _PLAIN}
