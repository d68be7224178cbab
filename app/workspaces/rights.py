"""What a member may do, as one small document that is worked out when roles change and read with every request."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import lru_cache

import orjson

RIGHTS = ("create", "read", "edit", "delete", "export", "mail")
SCOPES = ("none", "own", "team", "territory", "all")
"""Each reaches everything that the one before it does: own and unassigned records, those of the team and of whoever
reports to the member, those of the member's territory, all."""
POWERS = ("config", "members", "views", "reports")
NOTHING = dict.fromkeys(RIGHTS, "none")

Rights = dict[str, str]
"""A scope for each right."""


@dataclass(frozen=True, slots=True)
class Access:
    """The rights of a member, over all their roles.

    `folders` gives the rights in each folder of the workspace; `hidden` the keys of the fields of a folder that the
    member may not know of, each with its column of `record` ("" for one in `data`); `locked` the keys of those that
    they may only read; `team` the members whose records a `team` scope reaches; `shared` the level (`read`, `edit`)
    of records opened by hand. `roles` are the ids of the roles themselves, by their names.
    """

    is_admin: bool = False
    powers: list[str] = field(default_factory=list)
    folders: dict[str, Rights] = field(default_factory=dict)
    hidden: dict[str, dict[str, str]] = field(default_factory=dict)
    locked: dict[str, list[str]] = field(default_factory=dict)
    team: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)
    shared: dict[str, str] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)

    __hash__ = object.__hash__
    """By identity, as `load_access` shares them: what is worked out from one is kept."""

    def scope(self, right: str, folder_id: str) -> str:
        if self.is_admin:
            return "all"
        return self.folders.get(folder_id, NOTHING)[right]

    def by_scope(self, right: str) -> dict[str, list[str]]:
        """The folders that each scope of this right holds in."""
        found: dict[str, list[str]] = {}
        for folder_id, rights in self.folders.items():
            found.setdefault(rights[right], []).append(folder_id)
        return found

    def hides(self, folder_id: str, key: str) -> bool:
        """Whether a field must not be known to this member."""
        return key in self.hidden.get(folder_id, ())

    def dump(self) -> str:
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS).decode()


@lru_cache(maxsize=4096)
def load_access(document: str) -> Access:
    """The access that `dump` wrote; nothing at all for a member whose access was never worked out."""
    return Access(**orjson.loads(document)) if document else Access()


def widest(scopes: Iterable[str]) -> str:
    return max(scopes, key=SCOPES.index, default="none")


def merged(many: Iterable[Rights]) -> Rights:
    """Several sets of rights as one: the widest scope of each."""
    rights = list(many)
    return {right: widest(one.get(right, "none") for one in rights) for right in RIGHTS}
