"""What goes over the wire: batches, and errors told apart."""

import pytest

from sync.batch import LEAST, MOST, BatchSize
from sync.client import gmail_service
from sync.errors import (
    BadRequest,
    GmailError,
    GmailUnavailable,
    Gone,
    InsufficientScope,
    RateLimited,
    TokenRefused,
    error_from,
)
from sync.multipart import BOUNDARY, decode, encode

NOW = 1_795_000_000.0
"""18 November 2026, 11:06:40 UTC."""
ANSWER = (
    "--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-1>\r\n\r\n"
    "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{}\r\n"
    "--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-0>\r\n\r\n"
    'HTTP/1.1 200 OK\r\nRetry-After: 3\r\n\r\n{"snippet": "--batch_x\\r\\n\\r\\nHTTP/1.1 500"}\r\n'
    "--batch_x--\r\n"
)


def refusal(status: int, reason: str = "", message: str = "", **headers: str) -> GmailError:
    body = f'{{"error": {{"code": {status}, "message": "{message}", "errors": [{{"reason": "{reason}"}}]}}}}'
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_from(status, named, body.encode(), now=NOW)


def test_answers_find_their_questions_whatever_their_order():
    parts = {part.index: part for part in decode('multipart/mixed; boundary="batch_x"', ANSWER.encode())}
    assert (parts[1].status, parts[1].body) == (404, b"{}")
    assert parts[0].status == 200
    assert parts[0].headers == {"retry-after": "3"}


def test_a_message_that_imitates_the_boundary_does_not_break_the_batch():
    parts = {part.index: part for part in decode("multipart/mixed; boundary=batch_x", ANSWER.encode())}
    assert parts[0].body == b'{"snippet": "--batch_x\\r\\n\\r\\nHTTP/1.1 500"}'


def test_a_batch_asks_for_each_path():
    body = encode(["/gmail/v1/users/me/messages/1?format=full", "/gmail/v1/users/me/threads/2?format=full"])
    assert body.count(f"--{BOUNDARY}\r\n".encode()) == 2
    assert b"Content-ID: <1>\r\n\r\nGET /gmail/v1/users/me/threads/2?format=full HTTP/1.1\r\n" in body
    assert body.endswith(f"--{BOUNDARY}--\r\n".encode())


@pytest.mark.parametrize("content_type", ["", "text/html", "application/json; charset=UTF-8"])
def test_what_is_no_batch_is_refused(content_type: str):
    with pytest.raises(ValueError, match="boundary"):
        decode(content_type, b"oops")


def test_the_batch_shrinks_fast_and_grows_slowly_within_bounds():
    size = BatchSize()
    first = size.value
    size.grow()
    assert size.value == first + 1
    for _ in range(10):
        size.halve()
    assert size.value == LEAST
    for _ in range(100):
        size.grow()
    assert size.value == MOST


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refusal(404), Gone),
        (refusal(410), Gone),
        (refusal(401, "authError"), TokenRefused),
        (refusal(403, "insufficientPermissions"), InsufficientScope),
        (refusal(403, "accessNotConfigured"), BadRequest),
        (refusal(400, "invalidArgument"), BadRequest),
        (refusal(500, "backendError"), GmailUnavailable),
        (error_from(502, {}, b"<html>Bad Gateway</html>", now=NOW), GmailUnavailable),
        (error_from(500, {}, b'{"error": "plain"}', now=NOW), GmailUnavailable),
    ],
)
def test_errors_are_told_apart(error: GmailError, kind: type[GmailError]):
    assert type(error) is kind


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (refusal(429, "rateLimitExceeded", "Too many concurrent requests for user"), None),
        (refusal(429, retry_after="7"), 7.0),
        (refusal(429, retry_after="Wed, 18 Nov 2026 11:06:50 GMT"), 10.0),
        (refusal(429, message="User-rate limit exceeded.  Retry after 2026-11-18T11:07:05.500Z"), 25.5),
        (refusal(403, "userRateLimitExceeded"), 60.0),
        (refusal(403, "rateLimitExceeded", retry_after="5"), 5.0),
        (refusal(403, "dailyLimitExceeded"), 60.0),
        (refusal(429, retry_after="soon"), None),
    ],
)
def test_pauses_are_read_from_wherever_gmail_writes_them(error: GmailError, pause: float | None):
    assert isinstance(error, RateLimited)
    assert error.retry_after == (None if pause is None else pytest.approx(pause))


def test_every_kind_of_request_goes_to_the_configured_root():
    root = "http://127.0.0.1:9999"
    service = gmail_service(root)
    messages = service.users().messages()
    assert messages.get(userId="me", id="1").uri.startswith(f"{root}/gmail/v1/")
    assert service.new_batch_http_request()._batch_uri == f"{root}/batch/gmail/v1"
    upload = messages.send(userId="me", media_body=None)
    assert upload.uri.startswith(root)
    assert service._rootDesc["rootUrl"] == f"{root}/"
