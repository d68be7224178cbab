"""Which tokens may do what (gmail/api/auth/scopes)."""

from __future__ import annotations

from sync.emulator.errors import forbidden_scope
from sync.emulator.wire import Call

METADATA_SCOPE = "https://www.googleapis.com/auth/gmail.metadata"
_WITH_BODIES = frozenset({"messages.get", "threads.get"})
ADDON_PREFIX = "https://www.googleapis.com/auth/gmail.addons.current."


def check_scopes(call: Call) -> None:
    """Raises ApiError 403 when no scope of the token covers the call.

    The metadata scope does not reach bodies or searches; an add-on's scopes need the open message's own token.
    """
    useful = call.method.scopes & call.access.scopes
    if not useful:
        raise forbidden_scope()
    if useful == {METADATA_SCOPE}:
        if call.query.get("q"):
            raise forbidden_scope("Metadata scope does not support 'q' parameter")
        if call.method.name in _WITH_BODIES and call.query.get("format", "full") in ("full", "raw"):
            raise forbidden_scope("Metadata scope doesn't allow format FULL")
    if all(scope.startswith(ADDON_PREFIX) for scope in useful):
        _check_message_token(call)


def _check_message_token(call: Call) -> None:
    opened = call.mailbox.opened.get(call.headers.get("x-goog-gmail-access-token", ""))
    if opened is None:
        raise forbidden_scope("Missing access token for per message authorization.")
    thread = call.mailbox.messages[opened].thread if opened in call.mailbox.messages else None
    named = [str(value) for name, value in call.path.items() if name != "userId"]
    wanted = {call.mailbox.nicknames.get(value, value).rpartition(":")[2] for value in named}
    known = {each.id for each in thread.messages} | {thread.id} if thread else set()
    known |= {str(int(each, 16)) for each in known}
    if wanted and not wanted & known:
        raise forbidden_scope("The access token does not belong to this message.")
