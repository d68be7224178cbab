"""Folders of a configuration."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app.records.config.noun import REQUIRED, Item, Noun, Work
from app.records.duplicates.policy import SOURCES, WARN
from app.records.folders import (
    all_folders,
    archive_folder,
    change_folder,
    create_folder,
    order_folders,
    restore_folder,
)


class Folders(Noun):
    """One with another name is the same if it is the only one of its kind on either side: it is renamed."""

    name = "folders"
    keys: ClassVar[Mapping[str, Any]] = {
        "name": REQUIRED,
        "singular": REQUIRED,
        "kind": "custom",
        "duplicates": {},
        "archived": False,
    }

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        found = all_folders(work.session, viewer=work.viewer)
        return [
            (
                each,
                {
                    **{key: getattr(each, key) for key in ("name", "singular", "kind", "duplicates")},
                    "archived": _is_away(each),
                },
            )
            for each in found
        ]

    def match(self, item: Item, there: Sequence[tuple[Any, Item]]) -> tuple[Any, Item] | None:
        same_kind = [pair for pair in there if pair[1]["kind"] == item["kind"] != "custom"]
        return super().match(item, there) or (same_kind[0] if len(same_kind) == 1 else None)

    def create(self, work: Work, item: Item) -> None:
        named = {key: item[key] for key in ("name", "singular", "kind")}
        made = create_folder(work.session, viewer=work.viewer, **named)
        self._set_policy(work, made.id, item)
        if item["archived"]:
            archive_folder(work.session, viewer=work.viewer, folder_id=made.id)

    def change(self, work: Work, row: Any, now: Item, wanted: Item) -> None:
        chosen: dict[str, Any] = {"viewer": work.viewer, "folder_id": row.id}
        change_folder(work.session, **chosen, changes={"name": wanted["name"], "singular": wanted["singular"]})
        self._set_policy(work, row.id, wanted)
        if wanted["archived"] != now["archived"]:
            (archive_folder if wanted["archived"] else restore_folder)(work.session, **chosen)

    def remove(self, work: Work, row: Any) -> None:
        if not _is_away(row):
            archive_folder(work.session, viewer=work.viewer, folder_id=row.id)

    def arrange(self, work: Work, items: Sequence[Item]) -> None:
        there = {each.name: each.id for each in all_folders(work.session, viewer=work.viewer) if not _is_away(each)}
        first = [there.pop(item["name"]) for item in items if item["name"] in there]
        order_folders(work.session, viewer=work.viewer, folder_ids=[*first, *there.values()])

    def _set_policy(self, work: Work, folder_id: str, item: Item) -> None:
        """Sources that the item leaves out warn."""
        policy = {**dict.fromkeys(SOURCES, WARN), **item["duplicates"]}
        change_folder(work.session, viewer=work.viewer, folder_id=folder_id, changes={"duplicates": policy})


def _is_away(folder: Any) -> bool:
    return folder.archived_at is not None
