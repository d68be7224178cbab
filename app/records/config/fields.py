"""Fields of a configuration."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.core.errors import InvalidInput
from app.records.config.noun import REQUIRED, Item, Noun, Work
from app.records.fields import type_of
from app.records.fieldwork import (
    NewField,
    all_fields,
    archive_field,
    change_field,
    change_type,
    create_field,
    order_fields,
    restore_field,
)
from app.records.folders import all_folders
from models import FieldDef, Folder

_PLAIN = ("name", "help", "group", "required", "unique", "default")


class Fields(Noun):
    """Told apart by folder and key. Another type is a change of type: values that do not fit it are lost."""

    name = "fields"
    keys: ClassVar[Mapping[str, Any]] = {
        "folder": REQUIRED,
        "key": REQUIRED,
        "name": REQUIRED,
        "type": REQUIRED,
        "required": False,
        "unique": "",
        "default": None,
        "help": "",
        "group": "",
        "options": {},
        "archived": False,
    }

    def title(self, item: Item) -> str:
        return f"{item['folder']}/{item['key']}"

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        return [
            (field, self._item(work, folder, field))
            for folder in all_folders(work.session, viewer=work.viewer)
            for field in all_fields(work.session, viewer=work.viewer, folder=folder)
        ]

    def create(self, work: Work, item: Item) -> None:
        values = {key: item[key] for key in (*_PLAIN, "key", "type")}
        values |= {key: work.names.ids(item[key]) for key in ("default", "options")}
        folder = folder_named(work, item["folder"])
        made = create_field(work.session, viewer=work.viewer, folder_id=folder.id, plan=NewField(**values))
        if item["archived"]:
            archive_field(work.session, viewer=work.viewer, field_id=made.id)

    def change(self, work: Work, row: FieldDef, now: Item, wanted: Item) -> None:
        chosen: dict[str, Any] = {"viewer": work.viewer, "field_id": row.id}
        if now["archived"] and not wanted["archived"]:
            restore_field(work.session, **chosen)
        changes: Any = {key: wanted[key] for key in _PLAIN if wanted[key] != now[key]}
        if "default" in changes:
            changes["default"] = work.names.ids(wanted["default"])
        options = work.names.ids(wanted["options"])
        if wanted["type"] != now["type"]:
            change_type(work.session, **chosen, type=wanted["type"], options=options)
        elif wanted["options"] != now["options"]:
            changes["options"] = options
        if changes:
            change_field(work.session, **chosen, changes=changes)
        if wanted["archived"] and not now["archived"]:
            archive_field(work.session, **chosen)

    def remove(self, work: Work, row: FieldDef) -> None:
        if row.archived_at is None and not row.fixed:
            archive_field(work.session, viewer=work.viewer, field_id=row.id)

    def arrange(self, work: Work, items: Sequence[Item]) -> None:
        for folder in all_folders(work.session, viewer=work.viewer):
            fields = all_fields(work.session, viewer=work.viewer, folder=folder)
            rest = [field.key for field in fields if field.archived_at is None]
            first = [item["key"] for item in items if item["folder"] == folder.name and item["key"] in rest]
            keys = [*first, *(key for key in rest if key not in first)]
            order_fields(work.session, viewer=work.viewer, folder=folder, keys=keys)

    def _item(self, work: Work, folder: Folder, field: FieldDef) -> Item:
        known = type_of(field).option_names
        options = {name: value for name, value in field.options.items() if name in known}
        return {
            "folder": folder.name,
            "key": field.key,
            "type": field.type,
            **{key: getattr(field, key) for key in _PLAIN},
            "default": work.names.named(field.default),
            "options": work.names.named(options),
            "archived": field.archived_at is not None,
        }


def folder_named(work: Work, name: str) -> Folder:
    """Raises InvalidInput."""
    for folder in all_folders(work.session, viewer=work.viewer):
        if folder.name == name:
            return folder
    raise InvalidInput(f"folder: there is none named {name}.", field="folder")


def field_named(work: Work, path: str) -> FieldDef:
    """The field of a path `folder/key`. Raises InvalidInput."""
    name, _, key = path.rpartition("/")
    for field in all_fields(work.session, viewer=work.viewer, folder=folder_named(work, name)):
        if field.key == key:
            return field
    raise InvalidInput(f"field: {name} have no field {key}.", field="field")
