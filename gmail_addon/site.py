"""The public address of this installation, and the URLs under it that Google and people call."""

import re
from urllib.parse import quote, urlencode

from gmail_addon.errors import InvalidBaseUrl, UnsafeUrl

HOME_PATH = "/addon/gmail/home"
MESSAGE_PATH = "/addon/gmail/message"
COMPOSE_PATH = "/addon/gmail/compose"
ACTION_PATH = "/addon/gmail/action"
SETTINGS_PATH = "/addon/gmail/settings"
PIPELINE_PATH = "/addon/gmail/pipeline.png"

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

_BASE_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[::1\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
)


class SiteUrl(str):
    """An absolute URL under the base URL. Only Site makes it, so whoever holds one may trust where it leads."""

    __slots__ = ()


class Site:
    """`base_url` as people and Google reach it: https, or http on loopback; no trailing slash, query or user.

    The audience of Google's tokens is `site.url(path)`: spell it as the manifest does, to the letter.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = _checked(base_url)
        self.home = self.url(HOME_PATH)
        self.message = self.url(MESSAGE_PATH)
        self.compose = self.url(COMPOSE_PATH)
        self.action = self.url(ACTION_PATH)
        self.settings = self.url(SETTINGS_PATH)

    def url(self, path: str, **query: str) -> SiteUrl:
        """`path` starts with one slash; it and the query values are percent-encoded here."""
        if not path.startswith("/") or path.startswith("//") or ".." in path.split("/"):
            raise UnsafeUrl(f"expected a path with one leading slash, got {path!r}")
        return SiteUrl(self.base_url + quote(path) + (f"?{urlencode(query)}" if query else ""))


def _checked(base_url: str) -> str:
    url = _BASE_URL.fullmatch(base_url)
    if url is None:
        raise InvalidBaseUrl(
            f"{base_url[:200]!r} must look like https://crm.example.com, without slash or query at its end",
            field="base_url",
        )
    if url["scheme"] == "http" and url["host"] not in LOOPBACK_HOSTS:
        raise InvalidBaseUrl("must start with https:// (http:// is for loopback only)", field="base_url")
    return base_url
