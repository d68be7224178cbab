"""What the demo pages need to know about the running demo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import NotFound


@dataclass(frozen=True)
class DemoMember:
    """Somebody the page can sign in as. `key` names them in URLs, `subject` is their Google account id."""

    key: str
    name: str
    email: str
    title: str
    subject: str


@dataclass(frozen=True)
class SyncProgress:
    """Messages with a recorded outcome out of all that the first synchronisation has found."""

    stored: int
    total: int
    done: bool


@dataclass(frozen=True)
class DemoContext:
    """The surroundings of the page.

    `base_url` is the configured public address; `home_url`, `message_url`, `compose_url` and `settings_url` lie
    under it and are where Gmail would call the add-on. `access_token(email, scopes)` gives a token of that mailbox
    for the API at `gmail_url`, `message_token(email, message_id)` the one that an add-on needs beside it to read the
    open message. `sign(claims)` makes a JWT as Google's key would. The first member is signed in at the start.
    """

    base_url: str
    home_url: str
    message_url: str
    compose_url: str
    settings_url: str
    gmail_url: str
    members: tuple[DemoMember, ...]
    access_token: Callable[[str, Sequence[str]], str]
    message_token: Callable[[str, str], str]
    sign: Callable[[Mapping[str, Any]], str]
    addon_client_id: str
    service_account: str
    scopes: tuple[str, ...]
    granted_scopes: tuple[str, ...]
    progress: Callable[[], SyncProgress]

    def member(self, key: str) -> DemoMember:
        """The member with that key."""
        for member in self.members:
            if member.key == key:
                return member
        raise NotFound(f"There is no demo member named {key!r}.", field="key")
