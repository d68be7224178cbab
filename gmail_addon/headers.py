"""Asking Gmail who is in the open message, with the tokens that came with the event.

See https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/get and, for the second
token, https://developers.google.com/workspace/add-ons/gmail/extending-message-ui
"""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from gmail_addon.context import Addon
from gmail_addon.errors import InvalidEvent
from gmail_addon.events import Event
from gmail_addon.gmail_ids import gmail_id
from sync.parse.addresses import parse_addresses
from sync.parse.headers import Headers, decode_words

ROLES = ("from", "to", "cc")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Named:
    """A person in a header: `role` is from, to or cc; `position` counts within it."""

    role: str
    position: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class OpenHeaders:
    """The open message as Gmail tells it, under the ids of the Gmail API."""

    gmail_id: str
    gmail_thread_id: str
    subject: str
    people: tuple[Named, ...]


def ask_gmail(addon: Addon, event: Event) -> OpenHeaders | None:
    """The open message's headers within 3 seconds, or None when Gmail cannot or will not say."""
    if event.message is None or not event.user_access_token:
        return None
    try:
        response = addon.http.get(
            f"{addon.settings.gmail_api_root}/gmail/v1/users/me/messages/{quote(event.message.value)}",
            params={"format": "metadata", "metadataHeaders": ["From", "To", "Cc", "Subject"]},
            headers={
                "Authorization": f"Bearer {event.user_access_token}",
                "X-Goog-Gmail-Access-Token": event.message_access_token or "",
            },
        )
        return _headers(orjson.loads(response.raise_for_status().content))
    except httpx.HTTPStatusError as error:
        _log.warning("Gmail refused the open message's headers: HTTP %s", error.response.status_code)
    except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError, InvalidEvent) as error:
        _log.warning("Gmail could not be asked about the open message: %s", type(error).__name__)
    return None


def _headers(resource: dict[str, Any]) -> OpenHeaders:
    values = Headers(resource["payload"]["headers"])
    people = [
        Named(role, position, person.name, person.address)
        for role in ROLES
        for position, person in enumerate(parse_addresses(values.first(role)))
    ]
    return OpenHeaders(
        gmail_id=gmail_id(str(resource["id"])).value,
        gmail_thread_id=gmail_id(str(resource["threadId"])).value,
        subject=decode_words(values.first("subject")),
        people=tuple(people),
    )
