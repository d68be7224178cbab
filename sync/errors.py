"""What Gmail may answer instead of what was asked for, as types.

See https://developers.google.com/workspace/gmail/api/guides/handle-errors
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from app.core.errors import SidenoteError

RATE_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})
RATE_PAUSE_SECONDS = 60.0
"""A 403 for the rate means the whole window is spent; asking earlier only prolongs it."""

_RETRY_AFTER_TEXT = re.compile(r"Retry after (\d{4}-\d\d-\d\dT[\d:.]+Z)", re.IGNORECASE)


class GmailError(SidenoteError):
    """Gmail refused or failed. `message` holds Google's words, never mail content."""

    status = 503
    code = "gmail_error"


class RateLimited(GmailError):
    """Too much, too fast. `retry_after`: seconds to leave the mailbox alone; None: just ask for less at once."""

    status = 429
    code = "gmail_rate_limited"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutOfQuota(GmailError):
    """Our own bucket is empty, so Gmail was not asked. `seconds`: when there is room again."""

    status = 429
    code = "out_of_quota"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This mailbox's share of Gmail's quota is spent for the next {seconds:.1f} s.")
        self.seconds = seconds


class Gone(GmailError):
    """The message or thread exists no more."""

    status = 404
    code = "gmail_gone"


class HistoryExpired(GmailError):
    """The cursor is older than the history Gmail keeps: only a new snapshot tells what changed."""

    status = 404
    code = "gmail_history_expired"


class TokenRefused(GmailError):
    """Gmail does not accept the access token: it expired early or was revoked."""

    status = 401
    code = "gmail_token_refused"


class GrantRevoked(GmailError):
    """Google gives no more access tokens for this mailbox until its owner connects it again."""

    status = 409
    code = "reconnect_needed"


class InsufficientScope(GrantRevoked):
    """The owner did not grant what this call needs; connecting again with every box ticked mends it."""


class BadRequest(GmailError):
    """Gmail understood the call and will refuse it however often it is made."""

    status = 502
    code = "gmail_bad_request"


class GmailUnavailable(GmailError):
    """Gmail or the network failed; the same call may succeed later."""

    code = "gmail_unavailable"


class MailboxBusy(SidenoteError):
    status = 409
    code = "mailbox_busy"


class LeaseLost(MailboxBusy):
    """The mailbox was taken over or disconnected; what this worker holds must not be written."""

    code = "lease_lost"


def error_from(status: int, headers: Mapping[str, str], body: bytes, *, now: float) -> GmailError:
    """The typed error for a response that is not 2xx. `now` in epoch seconds; header names in lower case."""
    reason, message = _reason_and_message(body)
    words = f"Gmail answered {status} {reason}: {message}"[:300]
    wait = _retry_after(headers, message, now)
    if status == 429:
        return RateLimited(words, retry_after=wait)
    if status == 403 and reason in RATE_REASONS:
        return RateLimited(words, retry_after=RATE_PAUSE_SECONDS if wait is None else wait)
    if status == 403 and reason in {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}:
        return InsufficientScope(words)
    if status == 401:
        return TokenRefused(words)
    if status in {404, 410}:
        return Gone(words)
    return BadRequest(words) if 400 <= status < 500 else GmailUnavailable(words)


def _reason_and_message(body: bytes) -> tuple[str, str]:
    try:
        error: Any = orjson.loads(body)["error"]
        first = (error.get("errors") or [{}])[0]
        return str(first.get("reason") or error.get("status") or ""), str(error.get("message") or "")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, IndexError):
        return "", "no readable reason"


def _retry_after(headers: Mapping[str, str], message: str, now: float) -> float | None:
    """Seconds from `Retry-After` (RFC 9110 10.2.3, either form) or the time Gmail writes into the message."""
    header = headers.get("retry-after", "")
    if header.isdecimal():
        return float(header)
    try:
        if header:
            return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except ValueError:
        pass
    if found := _RETRY_AFTER_TEXT.search(message):
        return max(0.0, datetime.fromisoformat(found[1].replace("Z", "+00:00")).timestamp() - now)
    return None
