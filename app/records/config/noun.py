"""What a part of the configuration knows how to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlmodel import Session

from app.core.errors import InvalidInput
from app.records.config.names import Names
from app.workspaces.access import Viewer

Item = dict[str, Any]
"""A thing of the configuration as the document has it: names instead of ids, all keys of its noun."""
REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Work:
    """On whose behalf, and the names of what there is at the moment."""

    session: Session
    viewer: Viewer
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", Names(self.session, self.viewer.workspace_id))


class Noun:
    """One list of the document. `keys` are what an item may have, and what an absent key means."""

    name: ClassVar[str]
    keys: ClassVar[Mapping[str, Any]]

    def read(self, work: Work) -> list[tuple[Any, Item]]:
        """What there is, in order: the row, and the item that describes it."""
        raise NotImplementedError

    def title(self, item: Item) -> str:
        """What tells an item from the others of its noun."""
        return str(item["name"])

    def match(self, item: Item, there: Sequence[tuple[Any, Item]]) -> tuple[Any, Item] | None:
        """The one of those that are there which the item describes."""
        return next((pair for pair in there if self.title(pair[1]) == self.title(item)), None)

    def create(self, work: Work, item: Item) -> None:
        raise NotImplementedError

    def change(self, work: Work, row: Any, now: Item, wanted: Item) -> None:
        raise NotImplementedError

    def remove(self, work: Work, row: Any) -> None:
        raise NotImplementedError

    def arrange(self, work: Work, items: Sequence[Item]) -> None:
        """Put things in the order of the document, where they have one."""

    def complete(self, given: Any) -> Item:
        """An item with all its keys. Raises InvalidInput for what is missing or misspelt."""
        return completed(self.name, self.keys, given)

    def brief(self, item: Item) -> Item:
        """An item without what goes without saying."""
        return shortened(self.keys, item)


def completed(name: str, keys: Mapping[str, Any], given: Any) -> Item:
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise InvalidInput(f"{name}: a list of mappings.", field=name)
    if unknown := sorted(set(given) - set(keys)):
        raise InvalidInput(f"{name}: {unknown[0]} is none of {', '.join(keys)}.", field=name)
    item = {key: given.get(key, absent) for key, absent in keys.items()}
    for key, absent in keys.items():
        if item[key] is REQUIRED:
            raise InvalidInput(f"{name}: {key} is missing.", field=name)
        if absent is not REQUIRED and absent is not None and not isinstance(item[key], type(absent)):
            raise InvalidInput(f"{name}: {key} is a {type(absent).__name__}.", field=name)
    return item


def shortened(keys: Mapping[str, Any], item: Item) -> Item:
    return {key: value for key, value in item.items() if value != keys[key]}
