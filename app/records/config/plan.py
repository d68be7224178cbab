"""Carrying out a document: what is missing is made, what differs is changed, and on demand what is too much removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.core.errors import InvalidInput, SidenoteError
from app.records.config.noun import Item, Noun, Work
from app.workspaces.access import Viewer


@dataclass(frozen=True, slots=True)
class Step:
    """Something done: `create`, `change` or `remove`, to what, and which of its keys."""

    action: str
    noun: str
    title: str
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        keys = f": {', '.join(self.keys)}" if self.keys else ""
        return f"{self.action} {self.noun} {self.title}{keys}"


def carry_out(session: Session, viewer: Viewer, nouns: Sequence[Noun], document: Any, *, prune: bool) -> list[Step]:
    """Raises InvalidInput for what is no such document, and whatever the services refuse, naming the item."""
    lists = _read(nouns, document)
    steps = [
        step for noun in nouns if noun.name in lists for step in _bring_about(session, viewer, noun, lists[noun.name])
    ]
    if prune:
        for noun in reversed(nouns):
            steps += _prune(session, viewer, noun, lists.get(noun.name))
    return steps


def _read(nouns: Sequence[Noun], document: Any) -> dict[str, list[Item]]:
    known = [noun.name for noun in nouns]
    if not isinstance(document, Mapping) or not all(isinstance(part, list) for part in document.values()):
        raise InvalidInput(f"A configuration has lists of {', '.join(known)}.")
    if unknown := sorted(str(name) for name in set(document) - set(known)):
        raise InvalidInput(f"{unknown[0]}: none of {', '.join(known)}.", field=unknown[0])
    lists = {noun.name: [noun.complete(item) for item in document.get(noun.name, ())] for noun in nouns}
    for noun in nouns:
        titles = [noun.title(item) for item in lists[noun.name]]
        if twice := next((title for title in titles if titles.count(title) > 1), None):
            raise InvalidInput(f"{noun.name}: {twice} is there twice.", field=noun.name)
    return {name: lists[name] for name in document}


def _bring_about(session: Session, viewer: Viewer, noun: Noun, wanted: list[Item]) -> list[Step]:
    """In the order of the document; what cannot be yet, because it needs something further down, comes after it."""
    there = noun.read(Work(session, viewer))
    steps: list[Step] = []
    waiting = wanted
    while waiting:
        work, refused = Work(session, viewer), []
        for item in waiting:
            try:
                with session.begin_nested():
                    steps += _settle(work, noun, item, there)
            except SidenoteError as error:
                refused.append((item, error))
        if len(refused) == len(waiting):
            raise _refusal(noun, *refused[0])
        waiting = [item for item, _ in refused]
    noun.arrange(Work(session, viewer), wanted)
    return steps


def _settle(work: Work, noun: Noun, item: Item, there: list[tuple[Any, Item]]) -> list[Step]:
    """`there` is what no item has been matched with."""
    found = noun.match(item, there)
    if found is None:
        noun.create(work, item)
        return [Step("create", noun.name, noun.title(item))]
    row, now = found
    keys = tuple(key for key in noun.keys if now[key] != item[key])
    if keys:
        noun.change(work, row, now, item)
    there.remove(found)
    return [Step("change", noun.name, noun.title(item), keys)] if keys else []


def _prune(session: Session, viewer: Viewer, noun: Noun, wanted: list[Item] | None) -> list[Step]:
    if wanted is None:
        return []
    work = Work(session, viewer)
    titles = {noun.title(item) for item in wanted}
    extra = [(row, item) for row, item in noun.read(work) if noun.title(item) not in titles]
    for row, item in extra:
        try:
            noun.remove(work, row)
        except SidenoteError as error:
            raise _refusal(noun, item, error) from None
    return [Step("remove", noun.name, noun.title(item)) for _, item in extra]


def _refusal(noun: Noun, item: Item, error: SidenoteError) -> InvalidInput:
    return InvalidInput(f"{noun.name} {noun.title(item)}: {error.message}", field=noun.name)
