"""Leaving out of rows that were read as columns what a viewer's roles hide from them.

Reading by field goes through a Schema, where hidden fields are not there; the hottest reads take columns and `data`
as they are, and pass what they made of them through here. It costs no statement.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from app.workspaces.access import Viewer

Row = TypeVar("Row")


def redacted(viewer: Viewer, row: Row) -> Row:
    """A dataclass made from a record's row, its attributes named as columns of `record`, without hidden fields.

    Columns are None, keys of `data` are gone.
    """
    seen: Any = row
    hidden = viewer.access.hidden.get(seen.folder_id)
    if not hidden:
        return row
    names = {field.name for field in fields(seen)}
    changes: dict[str, Any] = {column: None for column in hidden.values() if column in names}
    if "data" in names:
        changes["data"] = known_data(viewer, seen.folder_id, seen.data)
    changed: Row = replace(seen, **changes)
    return changed


def known_data(viewer: Viewer, folder_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A record's `data` without the keys of hidden fields."""
    hidden = viewer.access.hidden.get(folder_id, {})
    return {key: value for key, value in data.items() if key not in hidden}
