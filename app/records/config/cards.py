"""What cards in Gmail show, of a configuration: fields of a folder, for a role or for everybody."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.core.errors import InvalidInput
from app.records.card_fields import arrange_card, card_layouts
from app.records.config.fields import folder_named
from app.records.config.noun import REQUIRED, Item, Noun, Work
from app.records.folders import all_folders
from app.workspaces.roles import roles
from models import CardLayout, Role


class Cards(Noun):
    name = "cards"
    keys: ClassVar[Mapping[str, Any]] = {"folder": REQUIRED, "role": "", "fields": REQUIRED}

    def title(self, item: Item) -> str:
        return f"{item['folder']}/{item['role']}" if item["role"] else str(item["folder"])

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        names = {role.id: role.name for role in _roles(work)}
        return [
            (layout, {"folder": folder.name, "role": names.get(layout.role_id or "", ""), "fields": layout.fields})
            for folder in all_folders(work.session, viewer=work.viewer)
            for layout in card_layouts(work.session, viewer=work.viewer, folder_id=folder.id)
        ]

    def create(self, work: Work, item: Item) -> None:
        folder = folder_named(work, item["folder"])
        self._arrange(work, folder.id, _role_named(work, item["role"]), item["fields"])

    def change(self, work: Work, row: CardLayout, now: Item, wanted: Item) -> None:  # noqa: ARG002
        self._arrange(work, row.folder_id, row.role_id, wanted["fields"])

    def remove(self, work: Work, row: CardLayout) -> None:
        self._arrange(work, row.folder_id, row.role_id, [])

    def _arrange(self, work: Work, folder_id: str, role_id: str | None, keys: list[str]) -> None:
        arrange_card(work.session, viewer=work.viewer, folder_id=folder_id, keys=keys, role_id=role_id)


def _role_named(work: Work, name: str) -> str | None:
    """Raises InvalidInput."""
    if not name:
        return None
    for role in _roles(work):
        if role.name == name:
            return role.id
    raise InvalidInput(f"role: there is none named {name}.", field="role")


def _roles(work: Work) -> list[Role]:
    return list(roles(work.session, viewer=work.viewer))
