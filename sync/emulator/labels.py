"""A mailbox's labels: Gmail's own, and those its owner made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sync.emulator.errors import ApiError, invalid, not_found

SYSTEM_LABELS = (
    "CHAT",
    "SENT",
    "INBOX",
    "IMPORTANT",
    "TRASH",
    "DRAFT",
    "SPAM",
    "CATEGORY_FORUMS",
    "CATEGORY_UPDATES",
    "CATEGORY_PERSONAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_SOCIAL",
    "STARRED",
    "UNREAD",
)
# Gmail sets these itself; modify refuses them.
IMMUTABLE_LABELS = frozenset({"SENT", "DRAFT", "CHAT"})
HIDDEN_LABELS = frozenset({"SPAM", "TRASH"})


@dataclass
class Label:
    id: str
    name: str
    kind: str = "user"
    settings: dict[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """The label as labels.list gives it, without counts."""
        return {"id": self.id, "name": self.name, "type": self.kind, **self.settings}


class LabelBook:
    """Labels by id; user labels are numbered `Label_1`, `Label_2`, ... and have unique names."""

    def __init__(self) -> None:
        self._labels = {name: Label(name, name, "system") for name in SYSTEM_LABELS}
        self._made = 0

    def __contains__(self, label_id: str) -> bool:
        return label_id in self._labels

    def all(self) -> list[Label]:
        return list(self._labels.values())

    def get(self, label_id: str) -> Label:
        if label_id not in self._labels:
            raise not_found()
        return self._labels[label_id]

    def named(self, name: str) -> Label | None:
        """A label by its name or id, ignoring case; spaces and slashes match dashes, as in search."""
        wanted = _plain(name)
        return next((label for label in self.all() if wanted in (_plain(label.name), _plain(label.id))), None)

    def ensure(self, name: str) -> str:
        """The id of the label with this id or name, made if need be."""
        name = name.strip()
        if name in self._labels:
            return name
        found = next((label for label in self.all() if label.name.lower() == name.lower()), None)
        return (found or self.create(name)).id

    def create(self, name: str, settings: dict[str, Any] | None = None) -> Label:
        self._check_free(name, None)
        self._made += 1
        label = Label(f"Label_{self._made}", name.strip(), "user", dict(settings or {}))
        self._labels[label.id] = label
        return label

    def update(self, label_id: str, name: str, settings: dict[str, Any]) -> Label:
        label = self.get(label_id)
        self._check_mutable(label)
        self._check_free(name, label)
        label.name, label.settings = name.strip(), settings
        return label

    def delete(self, label_id: str) -> None:
        self._check_mutable(self.get(label_id))
        del self._labels[label_id]

    def check(self, label_ids: list[str]) -> None:
        """Raises ApiError 400 for a label that this mailbox does not have."""
        for label_id in label_ids:
            if label_id not in self._labels:
                raise invalid(f"Invalid label: {label_id}")

    def _check_free(self, name: str, own: Label | None) -> None:
        if not name.strip():
            raise invalid("Label name missing or empty")
        if any(label.name.lower() == name.strip().lower() and label is not own for label in self.all()):
            raise ApiError(409, "aborted", "Label name exists or conflicts", status_name="ABORTED")

    def _check_mutable(self, label: Label) -> None:
        if label.kind == "system":
            raise invalid("Invalid label: a system label cannot be changed")


def _plain(name: str) -> str:
    return name.lower().replace(" ", "-").replace("/", "-").replace("_", "-")
