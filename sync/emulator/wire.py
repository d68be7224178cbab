"""Requests and replies inside the emulator, free of any web framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

if TYPE_CHECKING:
    from sync.emulator.discovery import Method
    from sync.emulator.emulator import GmailEmulator
    from sync.emulator.mailbox import Mailbox
    from sync.emulator.tokens import AccessToken

JSON = "application/json; charset=UTF-8"


@dataclass(slots=True)
class Request:
    """An HTTP request; header names in lower case. `running` counts its user's calls under way, itself included."""

    verb: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    running: int = 1

    @property
    def bearer(self) -> str | None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return token.strip()
        return dict(parse_qsl(self.query)).get("access_token") if "access_token=" in self.query else None

    @property
    def form(self) -> dict[str, str]:
        """A urlencoded body; the last of repeated names wins."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def arguments(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(slots=True)
class Reply:
    """A response; `delay` in seconds is waited before it is sent, `drop` breaks the connection instead."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, orjson.dumps(value), headers=headers or {})


@dataclass(slots=True)
class Call:
    """One checked API call, as its handler sees it."""

    emulator: GmailEmulator
    mailbox: Mailbox
    access: AccessToken
    method: Method
    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]
    media: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
