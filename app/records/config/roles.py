"""Roles of a configuration, with what they may do in single folders and what is barred to them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.records.config.fields import field_named, folder_named
from app.records.config.noun import REQUIRED, Item, Noun, Work
from app.workspaces.grants import bar_field, grant_folder, grants, open_field, revoke_folder
from app.workspaces.rights import NOTHING
from app.workspaces.roles import RoleChanges, change_role, create_role, delete_role, roles
from models import FieldDef, Folder, Role


class Roles(Noun):
    """`folders` gives rights by folder, `fields` the access (`read`, `hidden`) by `folder/key`. Admin is no part."""

    name = "roles"
    keys: ClassVar[Mapping[str, Any]] = {
        "name": REQUIRED,
        "rights": {},
        "powers": [],
        "is_default": False,
        "folders": {},
        "fields": {},
    }

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        return [(role, self._item(work, role)) for role in roles(work.session, viewer=work.viewer) if not role.is_admin]

    def create(self, work: Work, item: Item) -> None:
        role = create_role(
            work.session, viewer=work.viewer, name=item["name"], rights=item["rights"], powers=item["powers"]
        )
        self._grant(work, role, {"folders": {}, "fields": {}}, item)
        if item["is_default"]:
            change_role(work.session, viewer=work.viewer, role_id=role.id, changes={"is_default": True})

    def change(self, work: Work, row: Role, now: Item, wanted: Item) -> None:
        changes: RoleChanges = {"rights": {**NOTHING, **wanted["rights"]}, "powers": wanted["powers"]}
        if wanted["is_default"]:
            changes["is_default"] = True
        change_role(work.session, viewer=work.viewer, role_id=row.id, changes=changes)
        self._grant(work, row, now, wanted)

    def remove(self, work: Work, row: Role) -> None:
        delete_role(work.session, viewer=work.viewer, role_id=row.id)

    def _grant(self, work: Work, role: Role, now: Item, wanted: Item) -> None:
        chosen: dict[str, Any] = {"viewer": work.viewer, "role_id": role.id}
        for name in now["folders"].keys() - wanted["folders"].keys():
            revoke_folder(work.session, **chosen, folder_id=folder_named(work, name).id)
        for name, rights in wanted["folders"].items():
            if now["folders"].get(name) != rights:
                grant_folder(work.session, **chosen, folder_id=folder_named(work, name).id, rights=rights)
        for name in now["fields"].keys() - wanted["fields"].keys():
            open_field(work.session, **chosen, field_id=field_named(work, name).id)
        for name, access in wanted["fields"].items():
            if now["fields"].get(name) != access:
                bar_field(work.session, **chosen, field_id=field_named(work, name).id, access=access)

    def _item(self, work: Work, role: Role) -> Item:
        held = grants(work.session, viewer=work.viewer)
        folders = {work.session.get_one(Folder, each.folder_id).name: each.rights for each in held.folders_of(role.id)}
        fields = {_path(work, each.field_id): each.access for each in held.fields_of(role.id)}
        return {
            "name": role.name,
            "rights": {right: scope for right, scope in role.rights.items() if scope != "none"},
            "powers": role.powers,
            "is_default": role.is_default,
            "folders": dict(sorted(folders.items())),
            "fields": dict(sorted(fields.items())),
        }


def _path(work: Work, field_id: str) -> str:
    field = work.session.get_one(FieldDef, field_id)
    return f"{work.session.get_one(Folder, field.folder_id).name}/{field.key}"
